//! MNIST as the lesson has it: 50 000 digits to train on, 10 000 to validate with.

mod download;
mod idx;
mod locations;

pub use download::{Fetched, RemoteFile};
pub use locations::Locations;

use crate::{Result, show::Show};
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
    pub source: Source,
}

/// Where digits come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
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

/// The lesson's MNIST: the training set of 60 000 digits, the last 10 000 of which validate.
///
/// The first of these that there is:
/// 1. the folder that the environment variable `LESSON_MNIST_DIR` names, with the training
///    images and labels as published, compressed or not;
/// 2. the course's cache folder (`LESSON_CACHE`, else `lesson12-rs` in the user's cache folder);
/// 3. a download into that folder, 10 MB, checked by SHA-256; not tried where `LESSON_OFFLINE` is
///    set, and not tried again in a process in which no mirror answered;
/// 4. [`drawn_digits`](super::drawn_digits) of the same shapes: real handwriting, but not the
///    lesson's numbers. Print `source` to see which it was.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) names a file that is not what it should be. A bad file in
/// the cache is renamed, so that the next call downloads it again; nothing is overwritten.
///
/// ```no_run
/// let mnist = lesson_lib::data::mnist()?;
/// println!("{}", mnist.source);
/// assert_eq!(mnist.x_train.dim(), (50_000, 784));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn mnist() -> Result<Mnist> {
    Locations::from_env().load()
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Folder(_) => write!(f, "MNIST, from the folder in LESSON_MNIST_DIR"),
            Source::Cache(_) => write!(f, "MNIST, from the course's cache"),
            Source::Drawn { because } => write!(
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

impl Show for Source {
    fn text(&self) -> String {
        self.to_string()
    }
}
