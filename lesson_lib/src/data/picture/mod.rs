//! Pictures: from the learner's own files, and a photograph that comes with the library.

mod decode;

#[cfg(test)]
mod tests;

use crate::{Error, Result};
use decode::decode;
use ndarray::Array3;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{self, Path};

const COFFEE: &[u8] = include_bytes!("../../../data/coffee.png");

/// The most bytes that are read of a file.
const MOST_BYTES: u64 = 250_000_000;

/// A picture from a PNG or JPEG file: `(height, width, 3)`, red, green and blue from 0 to 1.
///
/// Grey becomes three equal channels, what is transparent lies on white, and a photo that the camera
/// has marked as turned is turned back. A relative path begins where the notebook lies.
///
/// # Errors
/// [`Error::Io`] where there is no such file, with the full path; [`Error::Data`] for a file that is
/// no picture, is cut off, is of another format or has more than 32 million pixels.
///
/// ```no_run
/// let picture = lesson_lib::data::image("holiday.jpg")?;
/// println!("{:?}", picture.dim());
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn image(path: impl AsRef<Path>) -> Result<Array3<f32>> {
    read(path.as_ref())
}

/// A photograph of a cup of coffee on a wooden table: `(160, 240, 3)`, red, green and blue from 0 to
/// 1. It is part of the library: no file or network is needed.
///
/// By Rachel Michetti, for Pikolo Espresso Bar; CC0, as published with scikit-image.
///
/// # Errors
/// [`Error::Data`] if the library was built from a damaged file.
///
/// ```
/// let picture = lesson_lib::data::coffee()?;
/// assert_eq!(picture.dim(), (160, 240, 3));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn coffee() -> Result<Array3<f32>> {
    decode(COFFEE).map_err(|problem| Error::data("lesson_lib/data/coffee.png", problem))
}

fn read(path: &Path) -> Result<Array3<f32>> {
    // Without the working folder a relative path is the best name there is.
    let full = path::absolute(path).unwrap_or_else(|_| path.into());
    let bytes = bytes_of(&full).map_err(|error| Error::io("read", &full, error))?;
    decode(&bytes).map_err(|problem| Error::data(full, problem))
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
