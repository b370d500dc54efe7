//! The unit of length in which squares neither overflow nor vanish.

use crate::cluster::Float;
use crate::points::{BoundingBox, mapped, not_finite};
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2};

/// A power of two by which coordinates are multiplied, so that no bit is lost.
///
/// Squares leave the range of the numbers early: in `f32` those of distances above 1.8e19 and below
/// 1.1e-19. In a unit near the width of the weight, that happens only to distances whose weights
/// are 0 or 1 anyway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Unit {
    /// What coordinates are multiplied by.
    pub(in super::super) scale: f64,
}

impl Unit {
    /// The unit for `x: (n, d)` and lengths about `width`.
    ///
    /// # Errors
    /// [`Error::Argument`] if a coordinate is not finite, or too large for differences of them;
    /// [`Error::Shape`] if the points have no coordinates.
    pub(in super::super) fn new<T: Float>(
        operation: &str,
        x: &ArrayRef2<T>,
        width: f64,
    ) -> Result<Self> {
        if x.ncols() == 0 {
            return Err(Error::shape(
                operation,
                [x.shape()],
                "points need at least one coordinate",
            ));
        }
        let bounds = BoundingBox::around(x);
        if !bounds.finite {
            return Err(not_finite(operation, x));
        }
        let extent = bounds.sides().fold(0.0, f64::max);
        let length = if extent > 0.0 { width.min(extent) } else { 1.0 };
        let largest: f64 = T::max_value().into();
        // Powers whose inverse is a normal number of the type too.
        let limit = largest.log2().floor() - 8.0;
        let unit = Unit { scale: (-length.log2().round()).clamp(-limit, limit).exp2() };
        let farthest = bounds.farthest();
        if farthest * unit.scale > largest / 4.0 {
            let problem = format!(
                "a coordinate of {farthest:e} is too far out for lengths of {length:e}: move the \
                 points to the origin, or choose larger lengths"
            );
            return Err(Error::argument(operation, problem));
        }
        if extent.is_infinite() {
            let problem = "the points lie farther apart than numbers reach: scale them down";
            return Err(Error::argument(operation, problem));
        }
        Ok(unit)
    }

    /// The points in this unit.
    pub(in super::super) fn apply<T: Float>(self, x: &ArrayRef2<T>) -> Array2<T> {
        let scale = T::from_f64(self.scale);
        mapped(x, |value| value * scale)
    }

    /// The points in the units of the data again.
    pub(in super::super) fn undo<T: Float>(self, x: &mut ArrayRef2<T>) {
        let scale = T::from_f64(1.0 / self.scale);
        x.mapv_inplace(|value| value * scale);
    }
}
