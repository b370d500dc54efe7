//! The tree of balls.

use super::checks::checked_points;
use super::collector::Collector;
use super::columns::Columns;
use super::search::Neighbors;
use super::tree::{Bound, Tree};
use crate::Result;
use crate::points::Float;
use ndarray::ArrayRef2;
use std::ops::Range;

/// A ball tree: the points are halved as in a [`KdTree`](super::KdTree), and every half knows a
/// ball around it, by centre and radius.
///
/// A ball takes d + 1 numbers where a box takes 2d, and needs no axes, only distances. But a ball
/// around points in a box reaches out of it on every side, so balls overlap, and more of them are
/// near enough. Exact. Omohundro, *Five balltree construction algorithms*, 1989.
///
/// ```
/// use lesson_lib::{ndarray::array, neighbors::{BallTree, Neighbors}};
/// let tree = BallTree::new(&array![[0.0, 0.0], [3.0, 4.0], [9.0, 9.0]])?;
/// assert_eq!(tree.count_within(&array![[0.0, 0.0]], 5.0)?, array![2]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BallTree {
    tree: Tree<Ball>,
}

impl BallTree {
    /// The tree of the rows of `x: (n, d)`, built in about the time of sorting them.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a coordinate is not finite or beyond 1e150;
    /// [`Error::Shape`](crate::Error::Shape) if the points have no coordinates.
    pub fn new<T: Float>(x: &ArrayRef2<T>) -> Result<Self> {
        Ok(Self { tree: Tree::new(&checked_points("BallTree", x)?) })
    }
}

impl Neighbors for BallTree {
    fn dim(&self) -> (usize, usize) {
        self.tree.dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        self.tree.search(from, collector);
    }
}

/// The mean of some points, and the largest distance of one of them from it.
#[derive(Clone, Debug)]
enum Ball {}

impl Bound for Ball {
    fn size(d: usize) -> usize {
        d + 1
    }

    fn write(points: &Columns, positions: Range<usize>, bound: &mut [f64]) {
        let (radius, center) = bound.split_last_mut().expect("a radius");
        let count = positions.len().max(1) as f64;
        for (k, center) in center.iter_mut().enumerate() {
            *center = points.column(k)[positions.clone()].iter().sum::<f64>() / count;
        }
        points.scan(positions, center, |_, squared| {
            *radius = squared.iter().fold(*radius, |radius: f64, square| radius.max(square.sqrt()));
            true
        });
    }

    #[inline(always)]
    fn nearest_and_farthest(bound: &[f64], from: &[f64]) -> (f64, f64) {
        let squares = bound.iter().zip(from).map(|(center, x)| (center - x) * (center - x));
        let (distance, radius) = (squares.sum::<f64>().sqrt(), bound[from.len()]);
        // How far both may be off by rounding, as a share of them.
        let rounding = 2.0 * (from.len() + 8) as f64 * f64::EPSILON;
        let near = distance * (1.0 - rounding) - radius * (1.0 + rounding) - VANISHING;
        let far = (distance + radius) * (1.0 + rounding) + VANISHING;
        (near.max(0.0) * near.max(0.0), far * far)
    }
}

/// Distances below this have squares that are rounded to 0 or nearly so.
const VANISHING: f64 = 1e-150;
