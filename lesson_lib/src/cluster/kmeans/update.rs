//! The new centroids, and what an empty cluster gets.

use super::pass::Pass;
use crate::cluster::Float;
use crate::random::Generator;
use ndarray::{Array2, ArrayRef2};

/// The mean of each cluster, `(k, d)`; the centroid of a cluster without points starts again at a
/// random row of `x`.
pub(super) fn means<T: Float>(
    pass: &Pass,
    x: &ArrayRef2<T>,
    generator: &mut Generator,
) -> Array2<T> {
    let (k, d) = (pass.counts.len(), x.ncols());
    let mut centroids = Array2::zeros((k, d));
    for (c, mut centroid) in centroids.rows_mut().into_iter().enumerate() {
        match pass.counts[c] {
            0 => centroid.assign(&x.row(generator.randperm(x.nrows())[0])),
            count => {
                for (j, value) in centroid.iter_mut().enumerate() {
                    *value = T::from_f64(pass.sums[c * d + j] / count as f64);
                }
            }
        }
    }
    centroids
}

/// The largest distance between two rows of the same number.
pub(super) fn largest_move<T: Float>(before: &ArrayRef2<T>, after: &ArrayRef2<T>) -> f64 {
    let pairs = before.rows().into_iter().zip(after.rows());
    let length = pairs
        .map(|(a, b)| a.iter().zip(b).fold(0.0_f64, |sum, (&a, &b)| sum.hypot((a - b).into())));
    length.fold(0.0, f64::max)
}
