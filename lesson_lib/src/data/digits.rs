//! Handwritten digits that come with the library.

use crate::{Error, Result};
use flate2::read::GzDecoder;
use ndarray::{Array1, Array2};
use std::io::Read;

/// Cells along each side of an embedded digit.
pub(super) const CELLS: usize = 8;

const NAME: &str = "lesson_lib/data/digits.csv.gz";
const COMPRESSED: &[u8] = include_bytes!("../../data/digits.csv.gz");

/// Small pictures of digits that people wrote, and what they wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Digits {
    /// How much of each cell is ink, 0 to 16: `(1797, 64)`, each row 8 rows of 8 cells.
    pub images: Array2<f32>,
    /// The digit that each picture shows: `(1797,)`.
    pub labels: Array1<u8>,
}

/// The 1797 digits of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak
/// (1998), UCI Machine Learning Repository, doi 10.24432/C50P49, licence CC BY 4.0. They are part
/// of the library: no file or network is needed.
///
/// # Errors
/// [`Error::Data`] if the library was built from a damaged file.
///
/// ```
/// let digits = lesson_lib::data::handwritten_digits()?;
/// assert_eq!((digits.images.dim(), digits.labels[0]), ((1797, 64), 0));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn handwritten_digits() -> Result<Digits> {
    let mut text = String::new();
    GzDecoder::new(COMPRESSED)
        .read_to_string(&mut text)
        .map_err(|error| Error::data(NAME, format!("cannot be decompressed: {error}")))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Digits> {
    let (mut cells, mut labels) = (Vec::new(), Vec::new());
    for (i, line) in text.lines().enumerate() {
        let (image, label) = parse_line(line)
            .ok_or_else(|| Error::data(NAME, format!("line {} is not a digit: {line:?}", i + 1)))?;
        cells.extend(image);
        labels.push(label);
    }
    let images = Array2::from_shape_vec((labels.len(), CELLS * CELLS), cells)
        .map_err(|error| Error::data(NAME, error.to_string()))?;
    Ok(Digits { images, labels: labels.into() })
}

/// 64 cells of 0 to 16 and a label of 0 to 9.
fn parse_line(line: &str) -> Option<([f32; CELLS * CELLS], u8)> {
    let numbers: Option<Vec<u8>> = line.split(',').map(|number| number.parse().ok()).collect();
    let numbers = numbers?;
    let (&label, cells) = numbers.split_last()?;
    let cells: [u8; CELLS * CELLS] = cells.try_into().ok()?;
    (label < 10 && cells.iter().all(|&cell| cell <= 16)).then(|| (cells.map(f32::from), label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_there_about_as_often() -> Result<()> {
        let digits = handwritten_digits()?;
        assert_eq!(digits.images.dim(), (1797, 64));
        for digit in 0..10 {
            let count = digits.labels.iter().filter(|&&label| label == digit).count();
            assert!((170..190).contains(&count), "{digit} comes {count} times");
        }
        Ok(())
    }

    #[test]
    fn a_damaged_line_is_named() {
        let good = ["0"; 65].join(",");
        for bad in ["", "1,2", &["0"; 66].join(","), &["17"; 65].join(","), &["x"; 65].join(",")] {
            let error = parse(&format!("{good}\n{bad}\n")).expect_err("must be refused");
            assert!(error.to_string().contains("line 2"), "{error}");
        }
    }
}
