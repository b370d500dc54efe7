//! How far rows have moved.

use super::Float;
use ndarray::ArrayRef2;

/// The largest distance between two rows of the same number.
pub(super) fn largest_move<T: Float>(before: &ArrayRef2<T>, after: &ArrayRef2<T>) -> f64 {
    let pairs = before.rows().into_iter().zip(after.rows());
    let length = pairs
        .map(|(a, b)| a.iter().zip(b).fold(0.0_f64, |sum, (&a, &b)| sum.hypot((a - b).into())));
    length.fold(0.0, f64::max)
}
