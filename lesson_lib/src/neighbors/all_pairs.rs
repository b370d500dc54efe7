//! The search that looks at every point.

use super::checks::checked_points;
use super::collector::Collector;
use super::columns::Columns;
use super::search::Neighbors;
use crate::Result;
use crate::points::Float;
use ndarray::ArrayRef2;

/// Looks at all points for every query: n² distances for n points, whatever `d` is.
///
/// Nothing is prepared, so nothing can be faster for a few queries, and it is the measure of all
/// other searches. Exact.
///
/// ```
/// use lesson_lib::{ndarray::array, neighbors::{AllPairs, Neighbors}};
/// let found = AllPairs::new(&array![[0.0], [1.0], [9.0]])?.nearest(&array![[2.0]], 2)?;
/// assert_eq!((found.rows, found.distances), (array![[1, 0]], array![[1.0, 2.0]]));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AllPairs {
    points: Columns,
}

impl AllPairs {
    /// Copies the rows of `x: (n, d)`.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a coordinate is not finite or beyond 1e150;
    /// [`Error::Shape`](crate::Error::Shape) if the points have no coordinates.
    pub fn new<T: Float>(x: &ArrayRef2<T>) -> Result<Self> {
        let x = checked_points("AllPairs", x)?;
        let rows = (0..x.nrows() as u32).collect();
        Ok(Self { points: Columns::new(&x, rows) })
    }
}

impl Neighbors for AllPairs {
    fn dim(&self) -> (usize, usize) {
        self.points.dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        collector.look(&self.points, 0..self.points.dim().0, from);
    }
}
