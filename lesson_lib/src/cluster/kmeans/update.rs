//! The new centroids, and what an empty cluster gets.

use super::sums::Sums;
use crate::cluster::Float;
use crate::random::Generator;
use ndarray::{Array2, ArrayRef2};

/// The mean of each cluster, `(k, d)`; the centroid of a cluster without points starts again at a
/// random row of `x`.
pub(super) fn means<T: Float>(
    sums: &Sums,
    x: &ArrayRef2<T>,
    generator: &mut Generator,
) -> Array2<T> {
    let (k, d) = (sums.counts.len(), x.ncols());
    let mut centroids = Array2::zeros((k, d));
    for (c, mut centroid) in centroids.rows_mut().into_iter().enumerate() {
        match sums.counts[c] {
            0 => centroid.assign(&x.row(generator.randperm(x.nrows())[0])),
            count => {
                for (j, value) in centroid.iter_mut().enumerate() {
                    *value = T::from_f64(sums.sums[c * d + j] / count as f64);
                }
            }
        }
    }
    centroids
}
