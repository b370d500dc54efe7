//! All distances between points and centroids at once.

use crate::cluster::Float;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Axis};

const NAME: &str = "kmeans::distances";

/// The most memory that the differences may take.
const DIFFERENCES_LIMIT: usize = 1 << 30;

/// The distance of every point to every centroid, `(n, k)`, for `x: (n, d)` and `centroids: (k, d)`.
///
/// Without a loop: the points as `(n, 1, d)` minus the centroids broadcast to all differences
/// `(n, k, d)`, whose squares are summed over the last axis. Computed in double precision, in a unit
/// in which no square overflows.
///
/// # Errors
/// [`Error::Shape`] if points and centroids have different numbers of columns;
/// [`Error::Argument`] if the differences take more than 1 GiB.
///
/// ```
/// use lesson_lib::{cluster::kmeans, ndarray::array};
/// let (x, centroids) = (array![[1., 2.], [4., 6.]], array![[1., 2.], [1., 3.]]);
/// assert_eq!(kmeans::distances(&x, &centroids)?, array![[0.0, 1.0], [5.0, 18_f64.sqrt()]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn distances<T: Float>(x: &ArrayRef2<T>, centroids: &ArrayRef2<T>) -> Result<Array2<T>> {
    let found = in_double(&T::to_f64_array(x), &T::to_f64_array(centroids))?;
    Ok(found.mapv(T::from_f64))
}

fn in_double(x: &Array2<f64>, centroids: &Array2<f64>) -> Result<Array2<f64>> {
    if x.ncols() != centroids.ncols() {
        let help = "points and centroids have one column for each coordinate";
        return Err(Error::shape(NAME, [x.shape(), centroids.shape()], help));
    }
    check_memory::<f64>(NAME, x.dim(), centroids.nrows())?;
    let values = x.iter().chain(centroids).filter(|value| value.is_finite());
    let largest = values.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let unit = largest.log2().floor().clamp(-1000.0, 1000.0).exp2();
    let squared = squared_distances(&(x / unit), &(centroids / unit));
    Ok(squared.mapv(|squared| squared.sqrt() * unit))
}

/// The squares of all distances: `(n, k)`.
pub(super) fn squared_distances<T: Float>(x: &ArrayRef2<T>, centroids: &ArrayRef2<T>) -> Array2<T> {
    let differences = &x.view().insert_axis(Axis(1)) - &centroids.view();
    (&differences * &differences).sum_axis(Axis(2))
}

/// Refuses `(n, k, d)` differences that take too much memory.
pub(super) fn check_memory<T>(name: &str, (n, d): (usize, usize), k: usize) -> Result<()> {
    let bytes = n.saturating_mul(k).saturating_mul(d).saturating_mul(size_of::<T>());
    if bytes <= DIFFERENCES_LIMIT {
        return Ok(());
    }
    let problem = format!("the ({n}, {k}, {d}) differences take over 1 GiB: take fewer points");
    Err(Error::argument(name, problem))
}
