//! The search through equal cells.

use super::answers::NeighborLists;
use super::cell_list::CellList;
use super::checks::{check_radius, checked_points};
use super::collector::Collector;
use super::search::Neighbors;
use super::shared_candidates::lists;
use crate::points::Float;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2};

const NAME: &str = "UniformGrid";

/// A grid of equal cells: a query looks at the cells that its radius reaches, and at no others.
///
/// A cell's points are found by arithmetic alone. This suits points that are spread over most of the
/// grid, in one to three dimensions. Of more coordinates only the three along which the points reach
/// farthest are cut into cells, which is right but not fast. Where the points crowd in few cells, as
/// beside one point far away, take a [`KdTree`](super::KdTree). Exact.
/// Bentley, Stanat and Williams, *The complexity of finding fixed-radius near neighbors*, 1977.
///
/// ```
/// use lesson_lib::{ndarray::array, neighbors::{Neighbors, UniformGrid}};
/// let grid = UniformGrid::with_side(&array![[0.0, 0.0], [3.0, 4.0], [9.0, 9.0]], 5.0)?;
/// assert_eq!(grid.count_within(&array![[0.0, 0.0]], 5.0)?, array![2]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UniformGrid {
    cells: CellList,
}

impl UniformGrid {
    /// A grid around the rows of `x: (n, d)` with half as many cells as points, empty ones among
    /// them.
    ///
    /// # Errors
    /// [`Error::Argument`] if a coordinate is not finite or beyond 1e150; [`Error::Shape`] if the
    /// points have no coordinates.
    pub fn new<T: Float>(x: &ArrayRef2<T>) -> Result<Self> {
        let x = checked_points(NAME, x)?;
        let side = CellList::side_for(&x);
        Self::of_checked(&x, side)
    }

    /// A grid with cells of this side. With cells wider than the radius of a query, most points of the
    /// cells that it reaches are looked at in vain.
    ///
    /// Only cells with points take memory where there would be many more cells than points.
    ///
    /// # Errors
    /// As [`new`](Self::new), and if the side is not a length above 0 or so short that cells would
    /// be more than 2³⁰ along an axis.
    pub fn with_side<T: Float>(x: &ArrayRef2<T>, side: f64) -> Result<Self> {
        check_radius(NAME, side)?;
        Self::of_checked(&checked_points(NAME, x)?, side)
    }

    fn of_checked(x: &Array2<f64>, side: f64) -> Result<Self> {
        let cells = if side > 0.0 { CellList::new(x, side) } else { None };
        let cells = cells.ok_or_else(|| {
            let problem = format!("cells of side {side:e} are too many: make them wider");
            Error::argument(NAME, problem)
        })?;
        Ok(Self { cells })
    }
}

impl Neighbors for UniformGrid {
    fn dim(&self) -> (usize, usize) {
        self.cells.points().dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        let points = self.cells.points();
        let reach = collector.reach();
        if reach.is_finite() {
            let radius = reach.sqrt();
            return self.cells.near(from, from, radius, |at| collector.look(points, at, from));
        }
        // The reach shrinks as points come: wider and wider blocks until the rest is beyond it.
        let lattice = self.cells.lattice();
        let (home, mut width, mut seen) = (lattice.cell(from), 0, None);
        loop {
            let block = lattice.around(home, width);
            let look = |at| collector.look(points, at, from);
            let is_all = self.cells.between(&block, seen.as_ref(), look);
            if is_all || lattice.squared_distance_out_of(&block, from) > collector.reach() {
                return;
            }
            (width, seen) = ((2 * width).max(1), Some(block));
        }
    }

    fn lists(&self, queries: &Array2<f64>, radius: f64) -> NeighborLists {
        lists(&self.cells, queries, radius)
    }
}
