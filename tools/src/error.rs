//! The one error type of the tool: a place and what is wrong there.

use std::{fmt, path::Path};

/// A result with the tool's own [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something wrong in a notebook, a file or on the command line.
///
/// ```
/// let error = tools::Error::at("notebooks/02_matmul.ipynb, cell 7 (id a1)", "no metadata");
/// assert_eq!(error.to_string(), "notebooks/02_matmul.ipynb, cell 7 (id a1): no metadata");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    place: String,
    problem: String,
}

impl Error {
    /// A `problem` at `place`: a notebook and cell, a file, or a command.
    pub fn at(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Error { place: place.into(), problem: problem.into() }
    }

    /// The system refused to `operation` (read, write, start) the file `path`.
    pub fn io(operation: &str, path: &Path, source: std::io::Error) -> Self {
        Error::at(path.display().to_string(), format!("cannot {operation}: {source}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
