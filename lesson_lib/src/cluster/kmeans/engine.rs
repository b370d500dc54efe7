//! The two steps that a version takes in turns.

use crate::Result;
use crate::random::Generator;
use ndarray::{Array1, Array2};

/// Points that know how to join centroids and how to move them.
pub(super) trait Engine<T> {
    /// Every point joins the nearest of the centroids `(k, d)`; returns the inertia.
    ///
    /// # Errors
    /// Those of a search that the caller gave; the other versions have none.
    fn assign(&mut self, centroids: &Array2<T>) -> Result<f64>;

    /// Where the centroids that the points have joined go: `(k, d)`. There is at least one point.
    fn means(&self, centroids: &Array2<T>, generator: &mut Generator) -> Array2<T>;

    /// The cluster of each point: `(n)`.
    fn labels(&self) -> Array1<usize>;
}
