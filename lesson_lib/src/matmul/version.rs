//! The one list of the steps.

use super::ladder::{broadcast_all, broadcast_rows, library, loops, row_dot_column};
use super::parallel::{Real, parallel};
use crate::Result;
use ndarray::{Array2, ArrayRef2};
use std::fmt;

/// A step of the ladder.
///
/// ```
/// use lesson_lib::{matmul::VERSIONS, ndarray::array};
/// let (a, b) = (array![[1., 2.], [3., 4.]], array![[5.], [6.]]);
/// for version in VERSIONS {
///     println!("{version}: {}", version.idea());
///     assert_eq!(version.run(&a, &b)?, array![[17.], [39.]]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// [`loops`].
    Loops,
    /// [`row_dot_column`].
    RowDotColumn,
    /// [`broadcast_rows`].
    BroadcastRows,
    /// [`broadcast_all`].
    BroadcastAll,
    /// [`library`].
    Library,
    /// [`parallel`](fn@parallel).
    Parallel,
}

/// Every step, in the order of the lesson.
pub const VERSIONS: [Version; 6] = [
    Version::Loops,
    Version::RowDotColumn,
    Version::BroadcastRows,
    Version::BroadcastAll,
    Version::Library,
    Version::Parallel,
];

impl Version {
    /// A short name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Version::Loops => "loops",
            Version::RowDotColumn => "row dot column",
            Version::BroadcastRows => "broadcast rows",
            Version::BroadcastAll => "broadcast all",
            Version::Library => "library",
            Version::Parallel => "parallel",
        }
    }

    /// What is new in this step, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            Version::Loops => "Three nested loops, one multiply-add at a time.",
            Version::RowDotColumn => "Two loops around the dot product of a row and a column.",
            Version::BroadcastRows => "One loop: a row broadcast over the whole second matrix.",
            Version::BroadcastAll => "No loop: all products at once, then a sum over the middle.",
            Version::Library => "The array library's product, blocked for the caches.",
            Version::Parallel => "Vector instructions, sums kept in registers, every core.",
        }
    }

    /// Multiplies `a: (m, k)` by `b: (k, n)` with this step's function.
    ///
    /// # Errors
    /// Those of the function.
    pub fn run<T: Real>(self, a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
        match self {
            Version::Loops => loops(a, b),
            Version::RowDotColumn => row_dot_column(a, b),
            Version::BroadcastRows => broadcast_rows(a, b),
            Version::BroadcastAll => broadcast_all(a, b),
            Version::Library => library(a, b),
            Version::Parallel => parallel(a, b),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
