//! The questions that every way of searching answers.

use super::answers::{NearestNeighbors, NeighborLists};
use super::bulk;
use super::checks::{check_count, check_pairs, check_radius, checked_queries};
use super::collector::Collector;
use crate::Result;
use crate::points::Float;
use ndarray::{Array1, Array2, ArrayRef2};

/// A search for neighbours among points, the rows of `x: (n, d)`.
///
/// Distances are Euclidean. They are computed in double precision, for `f32` too, and compared as
/// squares: a neighbour within `radius` has Σ (aₖ − bₖ)² ≤ radius². A query that is one of the
/// points is its own neighbour, at distance 0. All queries are answered in parallel, with the same
/// result for any number of threads.
///
/// An exact search finds all neighbours, so all exact ones find the same.
///
/// ```
/// use lesson_lib::{data, neighbors::{AllPairs, KdTree, Neighbors}};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let (pairs, tree) = (AllPairs::new(&x)?, KdTree::new(&x)?);
/// assert_eq!(tree.count_within(&x, 1.0)?, pairs.count_within(&x, 1.0)?); // (1500)
/// assert_eq!(tree.within(&x, 1.0)?, pairs.within(&x, 1.0)?);
/// assert_eq!(tree.nearest(&x, 5)?, pairs.nearest(&x, 5)?); // (1500, 5)
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub trait Neighbors: Sync {
    /// The number of points and of their coordinates: `(n, d)`.
    fn dim(&self) -> (usize, usize);

    /// Shows points to `collector`, with their distances from `from: (d)`.
    #[doc(hidden)]
    fn search(&self, from: &[f64], collector: &mut dyn Collector);

    /// [`count_within`](Self::count_within) for what has been checked.
    #[doc(hidden)]
    fn counts(&self, queries: &Array2<f64>, radius: f64) -> Array1<usize> {
        bulk::counts(&|from, collector| self.search(from, collector), queries, radius)
    }

    /// [`within`](Self::within) for what has been checked.
    #[doc(hidden)]
    fn lists(&self, queries: &Array2<f64>, radius: f64) -> NeighborLists {
        bulk::lists(&|from, collector| self.search(from, collector), queries, radius)
    }

    /// How many points lie within `radius` of each of `queries: (m, d)`: `(m)`.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the radius is negative, not finite, above
    /// 1e150 or, unless it is 0, below 1e-150, or if a coordinate is not finite or beyond 1e150;
    /// [`Error::Shape`](crate::Error::Shape) if the queries have other coordinates than the points.
    fn count_within<T: Float>(&self, queries: &ArrayRef2<T>, radius: f64) -> Result<Array1<usize>>
    where
        Self: Sized,
    {
        const NAME: &str = "count_within";
        check_radius(NAME, radius)?;
        Ok(self.counts(&checked_queries(NAME, queries, self.dim())?, radius))
    }

    /// Which points lie within `radius` of each of `queries: (m, d)`.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within).
    fn within<T: Float>(&self, queries: &ArrayRef2<T>, radius: f64) -> Result<NeighborLists>
    where
        Self: Sized,
    {
        const NAME: &str = "within";
        check_radius(NAME, radius)?;
        Ok(self.lists(&checked_queries(NAME, queries, self.dim())?, radius))
    }

    /// The share of all pairs of a query and a point whose distance is computed to list the points
    /// within `radius`: the candidates. 1 for a search that looks at every point.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within), and if there are no pairs.
    fn candidate_fraction<T: Float>(&self, queries: &ArrayRef2<T>, radius: f64) -> Result<f64>
    where
        Self: Sized,
    {
        const NAME: &str = "candidate_fraction";
        check_radius(NAME, radius)?;
        let queries = checked_queries(NAME, queries, self.dim())?;
        let pairs = check_pairs(NAME, queries.nrows() as f64 * self.dim().0 as f64)?;
        let looks = bulk::looks(&|from, found| self.search(from, found), &queries, radius);
        Ok(looks as f64 / pairs)
    }

    /// The `k` points nearest to each of `queries: (m, d)`, the nearest first; of points at the
    /// same distance the lower row comes first.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within), and if `k` is 0 or more than there are points.
    fn nearest<T: Float>(&self, queries: &ArrayRef2<T>, k: usize) -> Result<NearestNeighbors>
    where
        Self: Sized,
    {
        const NAME: &str = "nearest";
        let (n, d) = self.dim();
        check_count(NAME, k, n)?;
        let queries = checked_queries(NAME, queries, (n, d))?;
        Ok(bulk::nearest(&|from, collector| self.search(from, collector), &queries, k, n))
    }
}

/// So that different searches can stand in one list, as `Box<dyn Neighbors>`.
impl<N: Neighbors + ?Sized> Neighbors for Box<N> {
    fn dim(&self) -> (usize, usize) {
        (**self).dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        (**self).search(from, collector);
    }

    fn counts(&self, queries: &Array2<f64>, radius: f64) -> Array1<usize> {
        (**self).counts(queries, radius)
    }

    fn lists(&self, queries: &Array2<f64>, radius: f64) -> NeighborLists {
        (**self).lists(queries, radius)
    }
}
