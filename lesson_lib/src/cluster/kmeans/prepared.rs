//! What is done before the first iteration, on the host and for a device alike.

use super::settings::{KMeans, NAME};
use crate::cluster::Float;
use crate::cluster::pairs::Unit;
use crate::random::Generator;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Axis, CowArray, Ix2};

/// Points that reach no farther than this, and no less than its inverse, are taken as they are:
/// their squares stay in the range of `f32`, and they need not be copied.
const MODERATE: f64 = (1 << 20) as f64;

/// Points that have been checked, in a unit in which squares neither overflow nor vanish.
pub(super) struct Prepared<'a, T> {
    pub(super) unit: Unit,
    /// `(n, d)`
    pub(super) x: CowArray<'a, T, Ix2>,
    /// About how far the points reach, in the units of the data.
    extent: f64,
}

impl<'a, T: Float> Prepared<'a, T> {
    /// # Errors
    /// Those of [`KMeans::run`].
    pub(super) fn new(settings: &KMeans, x: &'a ArrayRef2<T>) -> Result<Self> {
        settings.check(x.nrows())?;
        let unit = Unit::new(NAME, x, f64::INFINITY)?;
        let extent = 1.0 / unit.scale;
        Ok(match (1.0 / MODERATE..MODERATE).contains(&extent) {
            true => Self { unit: Unit { scale: 1.0 }, x: x.view().into(), extent },
            false => Self { unit, x: unit.apply(x).into(), extent },
        })
    }

    /// Centroids have converged once none moves farther than this, in the unit.
    pub(super) fn tolerance(&self, settings: &KMeans) -> f64 {
        settings.convergence_distance(self.extent) * self.unit.scale
    }

    /// Centroids at some of the points; without points they are at the origin.
    pub(super) fn drawn(&self, settings: &KMeans, generator: &mut Generator) -> Array2<T> {
        if self.x.is_empty() {
            return Array2::zeros((settings.k, self.x.ncols()));
        }
        let rows = settings.start.rows(&T::to_f64_array(&self.x), settings.k, generator);
        self.x.select(Axis(0), &rows)
    }

    /// The centroids that the caller gave.
    ///
    /// # Errors
    /// Those of [`KMeans::run_from`].
    pub(super) fn given(&self, settings: &KMeans, start: &ArrayRef2<T>) -> Result<Array2<T>> {
        let d = self.x.ncols();
        if start.dim() != (settings.k, d) {
            let problem =
                format!("{} centroids with as many columns as the points are needed", settings.k);
            return Err(Error::shape(NAME, [self.x.shape(), start.shape()], problem));
        }
        let not_finite = start.indexed_iter().find(|(_, value)| !value.is_finite());
        if let Some(((row, column), value)) = not_finite {
            let problem = format!("centroid {row}, column {column} is {value}: it must be finite");
            return Err(Error::argument(NAME, problem));
        }
        let start = self.unit.apply(start);
        let farthest = start.iter().fold(0.0_f64, |far, &value| far.max(value.into().abs()));
        let largest: f64 = T::max_value().into();
        if farthest > largest.sqrt() / d as f64 / 4.0 {
            let problem = "a centroid starts too far from the points: start nearer to them";
            return Err(Error::argument(NAME, problem));
        }
        Ok(start)
    }
}
