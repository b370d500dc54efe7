//! Where the course keeps what the tool needs.

use std::path::{Path, PathBuf};

use crate::{Error, Result, notebook::Notebook};

/// The folders of one checkout of the course.
#[derive(Clone, Debug)]
pub struct Course {
    root: PathBuf,
}

impl Course {
    /// The checkout that contains `start`: the nearest folder above it that has `lesson_lib/Cargo.toml`.
    ///
    /// # Errors
    /// When no folder above `start` has it.
    pub fn around(start: &Path) -> Result<Self> {
        let start = std::path::absolute(start).map_err(|e| Error::io("find", start, e))?;
        let root = start.ancestors().find(|folder| folder.join("lesson_lib/Cargo.toml").is_file());
        let root = root.ok_or_else(|| {
            Error::at(start.display().to_string(), "no folder above this has lesson_lib/Cargo.toml")
        })?;
        Ok(Course { root: root.to_path_buf() })
    }

    /// The top folder of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The library that the notebooks use.
    pub fn lesson_lib(&self) -> PathBuf {
        self.root.join("lesson_lib")
    }

    /// The folder that holds the notebooks and in which they run.
    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// Cargo's build folder: `CARGO_TARGET_DIR` if set, else `target`.
    pub fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }
}

/// The notebooks of `folder` in the order of their names.
///
/// # Errors
/// When the folder or a notebook in it cannot be read.
pub fn notebooks_in(folder: &Path) -> Result<Vec<Notebook>> {
    notebook_paths(folder)?.iter().map(|path| Notebook::read(path)).collect()
}

/// The paths of the `.ipynb` files of `folder`, sorted.
///
/// # Errors
/// When the folder cannot be read.
pub fn notebook_paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Error::io("read", folder, e))?.path();
        if path.extension().is_some_and(|extension| extension == "ipynb") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
