//! The tree of boxes.

use super::checks::checked_points;
use super::collector::Collector;
use super::columns::Columns;
use super::search::Neighbors;
use super::tree::{Bound, Tree};
use crate::Result;
use crate::points::Float;
use ndarray::ArrayRef2;
use std::ops::Range;

/// A k-d tree: the points are halved again and again, and every half knows the box around it.
///
/// A search goes down to the leaf around the query and then only into boxes that are near enough.
/// So a query among n points looks at about log n boxes and the points of a few leaves, while `d` is
/// small. The more coordinates, the more boxes are near enough, unless the points lie in clumps; in
/// the end that is all of them, as with [`AllPairs`]. Exact. Bentley, *Multidimensional binary
/// search trees used for associative searching*, 1975; with boxes as tight as the points allow, as
/// in Friedman, Bentley and Finkel, *An algorithm for finding best matches in logarithmic expected
/// time*, 1977.
///
/// [`AllPairs`]: super::AllPairs
///
/// ```
/// use lesson_lib::{ndarray::array, neighbors::{KdTree, Neighbors}};
/// let tree = KdTree::new(&array![[0.0, 0.0], [3.0, 4.0], [9.0, 9.0]])?;
/// assert_eq!(tree.count_within(&array![[0.0, 0.0]], 5.0)?, array![2]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KdTree {
    tree: Tree<AxisBox>,
}

impl KdTree {
    /// The tree of the rows of `x: (n, d)`, built in about the time of sorting them.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a coordinate is not finite or beyond 1e150;
    /// [`Error::Shape`](crate::Error::Shape) if the points have no coordinates.
    pub fn new<T: Float>(x: &ArrayRef2<T>) -> Result<Self> {
        Ok(Self { tree: Tree::new(&checked_points("KdTree", x)?) })
    }
}

impl Neighbors for KdTree {
    fn dim(&self) -> (usize, usize) {
        self.tree.dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        self.tree.search(from, collector);
    }
}

/// A box along the axes: the lowest and highest value of each coordinate.
///
/// Rounding never makes a sum of squares larger when one of them becomes smaller. So the distance
/// to the box, added up as distances of points are, is never above that of a point in it.
#[derive(Clone, Debug)]
enum AxisBox {}

impl Bound for AxisBox {
    fn size(d: usize) -> usize {
        2 * d
    }

    fn write(points: &Columns, positions: Range<usize>, bound: &mut [f64]) {
        for (k, ends) in bound.chunks_exact_mut(2).enumerate() {
            let values = &points.column(k)[positions.clone()];
            ends[0] = values.iter().copied().fold(f64::INFINITY, f64::min);
            ends[1] = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        }
    }

    #[inline(always)]
    fn nearest_and_farthest(bound: &[f64], from: &[f64]) -> (f64, f64) {
        let (ends, _) = bound.as_chunks::<2>();
        ends.iter().zip(from).fold((0.0, 0.0), |(nearest, farthest), (&[low, high], &x)| {
            let near = (low - x).max(x - high).max(0.0);
            let far = (x - low).max(high - x);
            (nearest + near * near, farthest + far * far)
        })
    }
}
