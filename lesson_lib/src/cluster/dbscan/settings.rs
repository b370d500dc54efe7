//! What a caller of DBSCAN chooses.

use crate::neighbors::check_radius;
use crate::{Error, Result};

pub(super) const NAME: &str = "DBSCAN";

/// DBSCAN with its two settings; [`run`](Self::run) starts it.
///
/// ```
/// use lesson_lib::{cluster::dbscan::Dbscan, data};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let run = Dbscan::new(1.5, 10).run(&x)?;
/// assert_eq!((run.clusters, run.labels.len()), (6, 1500));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "settings do nothing until `run`"]
pub struct Dbscan {
    pub(super) eps: f64,
    pub(super) min_points: usize,
}

impl Dbscan {
    /// Calls points with at least `min_points` points within `eps`, themselves among them, core
    /// points. `eps` is a distance, in data units.
    pub fn new(eps: f64, min_points: usize) -> Self {
        Self { eps, min_points }
    }

    /// Refuses settings that are out of range.
    pub(super) fn check(&self) -> Result<()> {
        if self.min_points == 0 {
            let problem = "min_points must be at least 1: a point counts itself";
            return Err(Error::argument(NAME, problem));
        }
        if self.eps == 0.0 {
            return Err(Error::argument(NAME, "eps must be a distance above 0, not 0"));
        }
        check_radius(NAME, self.eps)
    }
}
