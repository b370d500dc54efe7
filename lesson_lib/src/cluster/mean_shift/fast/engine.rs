//! The engines, by name.

use crate::cluster::mean_shift::settings::NAME;
use crate::cluster::weight::Weight;
use crate::{Error, Result};

/// A way to the sums over all points near each point.
///
/// | engine | weights | work of an iteration over `n` points |
/// |---|---|---|
/// | `NearPairs` | all | `n` times the points within reach |
/// | `Moments` | `Flat`, `Epanechnikov` | about `n` times the square root of that, while points are spread out |
/// | `Multipole` | all but `Gaussian` | the same, with a larger factor |
/// | `Interpolation` | `Gaussian` | `n` |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FastEngine {
    /// Sorts the points into boxes and looks at the points of the boxes within reach. A Gaussian is
    /// cut off where all that lies beyond makes a difference below the accuracy.
    NearPairs,
    /// Knows a few sums of every box, and needs nothing else of boxes that are within reach as a
    /// whole; looks at points only where the edge goes through. For weights that are polynomials in
    /// the squared distance up to an edge.
    Moments,
    /// Lets a few points stand in for the many of a box that is within reach as a whole and, with a
    /// triangular weight, as far away as the accuracy demands; looks at points where the edge goes
    /// through, and near by. For weights with an edge.
    Multipole,
    /// Replaces the weight by Chebyshev series, cell by cell, to the accuracy. For a weight that is
    /// smooth everywhere.
    Interpolation,
}

impl FastEngine {
    /// Refuses a weight for which there is no such engine.
    pub(super) fn check(self, weight: Weight) -> Result<()> {
        let reason = match (self, weight) {
            (FastEngine::Moments, Weight::Gaussian(_) | Weight::Triangular(_)) => {
                "is no polynomial in the squared distance"
            }
            (FastEngine::Moments, Weight::Biweight(_)) => "needs more moments than are kept",
            (FastEngine::Multipole, Weight::Gaussian(_)) => "has no edge",
            (FastEngine::Interpolation, Weight::Gaussian(_)) => return Ok(()),
            (FastEngine::Interpolation, _) => "has an edge that no short series follows",
            _ => return Ok(()),
        };
        let problem = format!(
            "{weight:?} {reason}, so that `{self:?}` does not go with it: take `NearPairs`, or leave the choice to `plan`"
        );
        Err(Error::argument(NAME, problem))
    }
}
