//! A run of DBSCAN, and what becomes of the points.

use super::by_cells;
use super::by_search;
use super::joined::Joined;
use super::settings::{Dbscan, NAME};
use crate::cluster::Float;
use crate::neighbors::{KdTree, Neighbors, checked_points};
use crate::show::Show;
use crate::{Error, Result, text};
use ndarray::{Array1, Array2, ArrayRef2};

/// The most coordinates for which cells are fewer than points in a ball.
const MOST_AXES_OF_CELLS: usize = 3;

/// What became of the points.
///
/// ```
/// use lesson_lib::{cluster::dbscan::Dbscan, ndarray::array};
/// let x = array![[0.0], [1.0], [2.0], [50.0], [9.0], [9.5]];
/// let run = Dbscan::new(1.0, 2).run(&x)?;
/// assert_eq!(run.labels, array![0, 0, 0, -1, 1, 1]);
/// assert_eq!(run.is_core, array![true, true, true, false, true, true]);
/// assert_eq!((run.clusters, run.noise()), (2, 1));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Crowds {
    /// The cluster of each point, from 0; −1 for noise: `(n)`.
    pub labels: Array1<i64>,
    /// Whether a point is a core point: `(n)`.
    pub is_core: Array1<bool>,
    /// How many clusters there are.
    pub clusters: usize,
}

impl Crowds {
    /// How many points are noise.
    pub fn noise(&self) -> usize {
        self.labels.iter().filter(|&&label| label < 0).count()
    }

    fn new(joined: Joined) -> Self {
        let clusters = joined.clusters();
        Self { labels: joined.labels.into(), is_core: joined.is_core.into(), clusters }
    }
}

impl Show for Crowds {
    fn text(&self) -> String {
        let (points, clusters) =
            (text::counted(self.labels.len(), "point"), text::counted(self.clusters, "cluster"));
        let core = self.is_core.iter().filter(|&&is_core| is_core).count();
        let [core, noise] = [core, self.noise()].map(text::count);
        format!("{points} in {clusters}: {core} core points, {noise} of noise")
    }
}

impl Dbscan {
    /// Clusters the rows of `x: (n, d)`, `f32` or `f64`.
    ///
    /// Distances are computed in double precision, for `f32` too: two points are neighbours if
    /// Σ (aₖ − bₖ)² ≤ eps². The result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`Error::Argument`] if `eps` is not a distance above 0, `min_points` is 0, or a coordinate is
    /// not finite or beyond 1e150; [`Error::Shape`] if the points have no coordinates.
    pub fn run<T: Float>(&self, x: &ArrayRef2<T>) -> Result<Crowds> {
        self.check()?;
        self.run_checked(&checked_points(NAME, x)?)
    }

    fn run_checked(&self, x: &Array2<f64>) -> Result<Crowds> {
        if x.ncols() <= MOST_AXES_OF_CELLS
            && let Some(joined) = by_cells::join(self, x)
        {
            return Ok(Crowds::new(joined));
        }
        Ok(Crowds::new(by_search::join(self, x, &KdTree::new(x)?)))
    }

    /// [`run`](Self::run) with neighbours that `search`, built from the same `x`, finds. If it misses
    /// some, clusters fall apart and more points are noise.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`Error::Shape`] if the search has not as many points.
    ///
    /// ```
    /// use lesson_lib::{cluster::dbscan::Dbscan, data, neighbors::KdTree};
    /// let x = data::lesson_blobs().data; // (1500, 2)
    /// let run = Dbscan::new(1.0, 5).run_with(&x, &KdTree::new(&x)?)?;
    /// assert_eq!(run, Dbscan::new(1.0, 5).run(&x)?);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_with<T: Float>(&self, x: &ArrayRef2<T>, search: &dyn Neighbors) -> Result<Crowds> {
        self.check()?;
        let (n, d) = search.dim();
        if x.dim() != (n, d) {
            let help = "the search must be built from the same points";
            return Err(Error::shape(NAME, [x.shape(), &[n, d]], help));
        }
        Ok(Crowds::new(by_search::join(self, &checked_points(NAME, x)?, search)))
    }
}
