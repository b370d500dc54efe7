//! Compiled kernels, kept from one session to the next.
//!
//! A folder holds two kinds of files: libraries, each under the digest of its content, and for
//! each compilation an index file, under the digest of everything that went into it, with the name
//! of its library in the first line and the compiler's warnings after it. Files are written under
//! other names and then renamed, so that processes may share the folder; a library whose content
//! does not match its name is built again.

use crate::cache::{cache_root, digest, publish, shared};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};
use tempfile::TempDir;

/// A folder of compiled kernels, and one that is only read.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    own: PathBuf,
    shared: Option<PathBuf>,
}

/// A compiled library in the cache.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// Where the cache keeps it.
    pub path: PathBuf,
    /// Its bytes.
    pub content: Vec<u8>,
    /// The compiler's warnings.
    pub log: String,
}

impl Cache {
    /// The user's cache of compiled kernels, and the one that a class shares.
    pub fn of_user() -> Self {
        let variable = |name: &str| env::var_os(name);
        let kernels = Path::new("kernels");
        Self { own: cache_root(&variable).join(kernels), shared: shared(kernels, &variable) }
    }

    #[cfg(test)]
    pub fn in_folder(own: PathBuf) -> Self {
        Self { own, shared: None }
    }

    #[cfg(test)]
    pub fn beside(own: PathBuf, shared: PathBuf) -> Self {
        Self { own, shared: Some(shared) }
    }

    /// What was stored under `key`, if it is still whole.
    pub fn find(&self, key: &str) -> Option<Built> {
        [Some(&self.own), self.shared.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|folder| find(folder, key))
    }

    /// Keeps a library and the compiler's warnings under `key`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn store(&self, key: &str, library: &[u8], log: &str) -> Result<Built> {
        let name = digest([library]);
        let path = library_in(&self.own, &name);
        self.write(&path, library)?;
        self.write(&self.own.join(key), format!("{name}\n{log}").as_bytes())?;
        Ok(Built { path, content: library.into(), log: log.into() })
    }

    /// Where the object file of `key` stays, on systems that keep the lines of the source there.
    pub fn object(&self, key: &str) -> Option<PathBuf> {
        cfg!(target_os = "macos").then(|| self.own.join(format!("{key}.o")))
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<()> {
        publish(path, content).map_err(|error| Error::io("write", path, error))
    }

    /// A folder inside the cache for unfinished files, removed on drop.
    pub fn temp_dir(&self) -> Result<TempDir> {
        let create = |error| Error::io("create a folder in", &self.own, error);
        fs::create_dir_all(&self.own).map_err(create)?;
        tempfile::Builder::new().prefix("new-").tempdir_in(&self.own).map_err(create)
    }
}

/// What `folder` has under `key`, if it is still whole.
fn find(folder: &Path, key: &str) -> Option<Built> {
    let index = fs::read_to_string(folder.join(key)).ok()?;
    let (name, log) = index.split_once('\n')?;
    let path = library_in(folder, name);
    let content = fs::read(&path).ok()?;
    let whole = digest([content.as_slice()]) == name;
    whole.then(|| Built { path, content, log: log.into() })
}

fn library_in(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.so"))
}
