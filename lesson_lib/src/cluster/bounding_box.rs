//! The box around points.

use super::Float;
use ndarray::ArrayRef2;

/// The sides of the box around the rows of `x: (n, d)`: `(d)`.
pub(super) fn sides<T: Float>(x: &ArrayRef2<T>) -> Vec<f64> {
    let columns = x.columns().into_iter();
    columns.map(|column| side(column.iter().map(|&value| value.into()))).collect()
}

/// From the smallest of the values to the largest.
pub(super) fn side(values: impl Iterator<Item = f64>) -> f64 {
    let widen = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (low, high) = values.fold((f64::MAX, f64::MIN), widen);
    high - low
}
