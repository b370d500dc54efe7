//! Pictures: from the learner's own files, and a photograph that comes with the library.

mod decode;

#[cfg(test)]
mod tests;

use super::own_file;
use crate::{Error, Result};
use decode::decode;
use ndarray::Array3;
use std::path::Path;

const COFFEE: &[u8] = include_bytes!("../../../data/coffee.png");

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
    let (path, bytes) = own_file::read(path)?;
    decode(&bytes).map_err(|problem| Error::data(path, problem))
}
