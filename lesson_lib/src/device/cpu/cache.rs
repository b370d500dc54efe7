//! Compiled kernels, kept from one session to the next.
//!
//! A folder holds two kinds of files: libraries, each under the digest of its content, and for
//! each compilation an index file, under the digest of everything that went into it, with the name
//! of its library in the first line and the compiler's warnings after it. Files are written under
//! other names and then renamed, so that processes may share the folder; a library whose content
//! does not match its name is built again.

use crate::cache::{cache_root, digest, publish};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};
use tempfile::TempDir;

/// A folder of compiled kernels.
#[derive(Clone, Debug)]
pub(super) struct Cache(PathBuf);

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
    /// The user's cache of compiled kernels.
    pub fn of_user() -> Self {
        Self(cache_root(&|name: &str| env::var_os(name)).join("kernels"))
    }

    #[cfg(test)]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// What was stored under `key`, if it is still whole.
    pub fn find(&self, key: &str) -> Option<Built> {
        let index = fs::read_to_string(self.0.join(key)).ok()?;
        let (name, log) = index.split_once('\n')?;
        let path = self.library(name);
        let content = fs::read(&path).ok()?;
        let whole = digest([content.as_slice()]) == name;
        whole.then(|| Built { path, content, log: log.into() })
    }

    /// Keeps a library and the compiler's warnings under `key`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn store(&self, key: &str, library: &[u8], log: &str) -> Result<Built> {
        let name = digest([library]);
        let path = self.library(&name);
        self.write(&path, library)?;
        self.write(&self.0.join(key), format!("{name}\n{log}").as_bytes())?;
        Ok(Built { path, content: library.into(), log: log.into() })
    }

    fn library(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.so"))
    }

    /// Where the object file of `key` stays, on systems that keep the lines of the source there.
    pub fn object(&self, key: &str) -> Option<PathBuf> {
        cfg!(target_os = "macos").then(|| self.0.join(format!("{key}.o")))
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<()> {
        publish(path, content).map_err(|error| Error::io("write", path, error))
    }

    /// A folder inside the cache for unfinished files, removed on drop.
    pub fn temp_dir(&self) -> Result<TempDir> {
        let create = |error| Error::io("create a folder in", &self.0, error);
        fs::create_dir_all(&self.0).map_err(create)?;
        tempfile::Builder::new().prefix("new-").tempdir_in(&self.0).map_err(create)
    }
}
