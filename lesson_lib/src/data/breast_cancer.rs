//! A small set of measurements with a known answer, which comes with the library.

use super::Labelled;
use crate::{Error, Result};
use ndarray::{Array1, Array2};

/// What was measured of each sample.
const FEATURES: usize = 9;

const NAME: &str = "lesson_lib/data/breast_cancer.csv";
const TEXT: &str = include_str!("../../data/breast_cancer.csv");

/// The 683 complete rows of "Breast Cancer Wisconsin (Original)" by W. Wolberg (1990), UCI Machine
/// Learning Repository, doi 10.24432/C5HP4Z, licence CC BY 4.0: nine properties of cells, each
/// graded 1 to 10, and whether the tumour was benign (0) or malignant (1).
///
/// The file has 699 rows; the 16 that lack a grade are left out.
///
/// # Errors
/// [`Error::Data`] if the library was built from a damaged file.
///
/// ```
/// let samples = lesson_lib::data::breast_cancer()?;
/// assert_eq!(samples.x.dim(), (683, 9));
/// assert_eq!(samples.labels.sum(), 239); // malignant
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn breast_cancer() -> Result<Labelled> {
    parse(TEXT)
}

fn parse(text: &str) -> Result<Labelled> {
    let (mut grades, mut labels) = (Vec::new(), Vec::new());
    let rows = text.lines().enumerate().skip(1);
    for (i, line) in rows.filter(|(_, line)| !line.contains('?')) {
        let (row, label) = parse_line(line).ok_or_else(|| {
            Error::data(NAME, format!("line {} is not a sample: {line:?}", i + 1))
        })?;
        grades.extend(row);
        labels.push(label);
    }
    let x = Array2::from_shape_vec((labels.len(), FEATURES), grades)
        .map_err(|error| Error::data(NAME, error.to_string()))?;
    Ok(Labelled { x, labels: Array1::from(labels) })
}

/// An identifier, nine grades of 1 to 10, and the class: 2 or 4.
fn parse_line(line: &str) -> Option<([f32; FEATURES], usize)> {
    let numbers: Option<Vec<u32>> = line.split(',').map(|number| number.parse().ok()).collect();
    let numbers: [u32; FEATURES + 2] = numbers?.try_into().ok()?;
    let [_, grades @ .., class] = numbers;
    let label = match class {
        2 => 0,
        4 => 1,
        _ => return None,
    };
    grades.iter().all(|grade| (1..=10).contains(grade)).then(|| (grades.map(|g| g as f32), label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_samples_are_those_of_the_file() -> Result<()> {
        let samples = breast_cancer()?;
        assert_eq!(samples.x.row(1).to_vec(), [5., 4., 4., 5., 7., 10., 3., 2., 1.]);
        assert_eq!((samples.labels[1], samples.labels[682]), (0, 1));
        Ok(())
    }

    #[test]
    fn a_damaged_line_is_named() {
        let good = "1,5,1,1,1,2,1,3,1,1,2";
        for bad in ["", "1,2", "1,5,1,1,1,2,1,3,1,1,3", "1,11,1,1,1,2,1,3,1,1,2", "x"] {
            let error = parse(&format!("head\n{good}\n{bad}\n")).expect_err("must be refused");
            assert!(error.to_string().contains("line 3"), "{error}");
        }
        assert_eq!(
            parse(&format!("head\n{good}\n1,5,1,1,1,2,?,3,1,1,2\n")).unwrap().labels.len(),
            1
        );
    }
}
