//! What is done before the first iteration, on the host and for a device alike.

use super::settings::{KMeans, NAME};
use crate::cluster::Float;
use crate::cluster::pairs::Unit;
use crate::random::Generator;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Axis};

/// Points that have been checked, in a unit in which squares neither overflow nor vanish.
pub(super) struct Prepared<T> {
    pub(super) unit: Unit,
    /// `(n, d)`
    pub(super) x: Array2<T>,
}

impl<T: Float> Prepared<T> {
    /// # Errors
    /// Those of [`KMeans::run`].
    pub(super) fn new(settings: &KMeans, x: &ArrayRef2<T>) -> Result<Self> {
        settings.check(x.nrows())?;
        let unit = Unit::new(NAME, x, f64::INFINITY)?;
        Ok(Self { unit, x: unit.apply(x) })
    }

    /// Centroids have converged once none moves farther than this, in the unit.
    pub(super) fn tolerance(&self, settings: &KMeans) -> f64 {
        settings.convergence_distance(1.0 / self.unit.scale) * self.unit.scale
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
