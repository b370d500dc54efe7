//! A set of handwritten digits, and where it comes from.

use crate::show::Show;
use ndarray::{Array1, Array2};
use std::{fmt, path::PathBuf};

/// Handwritten digits, in the lesson's letters.
#[derive(Clone, PartialEq)]
pub struct Mnist {
    /// Pictures to train on, a row of 28 · 28 pixels each, 0 to 255/256: `(50 000, 784)`.
    pub x_train: Array2<f32>,
    /// The digits they show: `(50 000,)`.
    pub y_train: Array1<u8>,
    /// Pictures to validate with: `(10 000, 784)`.
    pub x_valid: Array2<f32>,
    /// The digits they show: `(10 000,)`.
    pub y_valid: Array1<u8>,
    /// Where they come from.
    pub source: DigitSource,
}

/// Where digits come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigitSource {
    /// MNIST's files in a folder of the user's choice, `LESSON_MNIST_DIR`.
    Folder(PathBuf),
    /// MNIST's files in the course's cache folder, checked against their published checksums.
    Cache(PathBuf),
    /// Drawn by [`drawn_digits`](super::drawn_digits).
    Drawn {
        /// Why it is not MNIST.
        because: String,
    },
}

impl fmt::Display for DigitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DigitSource::Folder(_) => write!(f, "MNIST, from the folder in LESSON_MNIST_DIR"),
            DigitSource::Cache(_) => write!(f, "MNIST, from the course's cache"),
            DigitSource::Drawn { because } => write!(
                f,
                "not MNIST: digits drawn from real handwriting (Optical Recognition of \
                 Handwritten Digits, E. Alpaydin and C. Kaynak, UCI, CC BY 4.0), because {because}"
            ),
        }
    }
}

impl fmt::Display for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "x_train {:?}, y_train ({},)", self.x_train.dim(), self.y_train.len())?;
        writeln!(f, "x_valid {:?}, y_valid ({},)", self.x_valid.dim(), self.y_valid.len())?;
        write!(f, "source: {}", self.source)
    }
}

/// The same as `Display`: the numbers would fill pages.
impl fmt::Debug for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Show for Mnist {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Show for DigitSource {
    fn text(&self) -> String {
        self.to_string()
    }
}
