//! Points whose groups are known.

use ndarray::{Array1, Array2};

/// Points and the group of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The points: `(n, d)`.
    pub x: Array2<f32>,
    /// The group of each point, from 0: `(n,)`.
    pub labels: Array1<usize>,
}
