//! What a caller of k-means chooses.

use super::start::Start;
use crate::{Error, Result};

/// The limit where no number of iterations is given.
const MOST_ITERATIONS: usize = 300;

/// The tolerance where none is given, as a share of the extent of the points.
const TOLERANCE: f64 = 1e-6;

/// k-means with all its settings; [`run`](Self::run) starts it.
///
/// By default it starts as k-means++ does, and ends when no centroid moves farther than a millionth
/// of the extent of the points, after 300 iterations at most.
///
/// ```
/// use lesson_lib::{cluster::kmeans::KMeans, data};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let run = KMeans::new(6).seed(1).run(&x)?;
/// assert!(run.converged);
/// assert_eq!((run.centroids.dim(), run.labels.len()), ((6, 2), 1500));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "settings do nothing until `run`"]
pub struct KMeans {
    pub(super) k: usize,
    pub(super) start: Start,
    pub(super) seed: u64,
    iterations: Option<usize>,
    tolerance: Option<f64>,
}

impl KMeans {
    /// k-means with `k` clusters, and the defaults for all else.
    pub fn new(k: usize) -> Self {
        Self { k, start: Start::PlusPlus, seed: 0, iterations: None, tolerance: None }
    }

    /// The settings of the forum's versions: a random start, and an end when no centroid moves
    /// farther than 1e-8, after 20 iterations at most.
    pub fn as_posted(k: usize) -> Self {
        Self::new(k).start(Start::Random).iterations(20).tolerance(1e-8)
    }

    /// Where the centroids start.
    pub fn start(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// The seed of the start, and of the points at which empty clusters start again.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Exactly this many iterations; with a [`tolerance`](Self::tolerance) too, at most this many.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations: Some(iterations), ..self }
    }

    /// Stops after an iteration in which no centroid moved farther than this, in data units.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance: Some(tolerance), ..self }
    }

    /// Refuses settings that are out of range for `n` points.
    pub(super) fn check(&self, n: usize) -> Result<()> {
        let refuse = |problem: String| Err(Error::argument(NAME, problem));
        if self.k == 0 {
            return refuse("there must be at least one cluster, not 0".into());
        }
        if n > 0 && self.k > n {
            return refuse(format!("{n} points cannot make {} clusters", self.k));
        }
        if u32::try_from(self.k).is_err() {
            return refuse(format!("{} clusters are more than can be numbered", self.k));
        }
        match self.tolerance.filter(|t| !t.is_finite() || *t < 0.0) {
            Some(tolerance) => refuse(format!("the tolerance must be a distance, not {tolerance}")),
            None => Ok(()),
        }
    }

    /// Centroids have converged once none moves farther than this, in data units.
    pub(super) fn convergence_distance(&self, extent: f64) -> f64 {
        self.tolerance.unwrap_or(TOLERANCE * extent)
    }

    /// The most iterations.
    pub(super) fn limit(&self) -> usize {
        self.iterations.unwrap_or(MOST_ITERATIONS)
    }

    /// Whether a run ends as soon as nothing moves.
    pub(super) fn stops_early(&self) -> bool {
        self.tolerance.is_some() || self.iterations.is_none()
    }
}

/// The operation in messages.
pub(super) const NAME: &str = "k-means";
