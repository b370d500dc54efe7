//! The bytes of a file of the learner's own.

use crate::{Error, Result};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{self, Path, PathBuf};

/// The most bytes that are read of a file.
const MOST_BYTES: u64 = 250_000_000;

/// The full path of a file and its bytes. A relative path begins where the notebook lies.
pub(super) fn read(path: &Path) -> Result<(PathBuf, Vec<u8>)> {
    // Without the working folder a relative path is the best name there is.
    let full = path::absolute(path).unwrap_or_else(|_| path.into());
    let bytes = bytes_of(&full).map_err(|error| Error::io("read", &full, error))?;
    Ok((full, bytes))
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    if path.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder: name a file in it"));
    }
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => io::Error::new(ErrorKind::NotFound, missing(path)),
        _ => error,
    })?;
    let mut bytes = Vec::new();
    if file.take(MOST_BYTES + 1).read_to_end(&mut bytes)? as u64 > MOST_BYTES {
        let problem =
            format!("it has more than {} MB: make it smaller first", MOST_BYTES / 1_000_000);
        return Err(io::Error::new(ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

/// What to say where there is no file at `path`.
fn missing(path: &Path) -> String {
    match path.parent() {
        Some(folder) if !folder.is_dir() => format!("there is no folder {}", folder.display()),
        Some(folder) => format!("there is no such file in the folder {}", folder.display()),
        None => "there is no such file".into(),
    }
}
