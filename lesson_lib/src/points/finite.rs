//! The refusal of points that are nowhere.

use super::Float;
use crate::Error;
use ndarray::ArrayRef2;

/// Says where the first NaN or infinity of `x: (n, d)` stands.
pub(crate) fn not_finite<T: Float>(operation: &str, x: &ArrayRef2<T>) -> Error {
    let first = x.indexed_iter().find(|(_, value)| !value.is_finite());
    let problem = first.map_or_else(String::new, |((row, column), value)| {
        format!("coordinates must be finite, but row {row}, column {column} is {value}")
    });
    Error::argument(operation, problem)
}
