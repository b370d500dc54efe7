//! How much a point counts, by its distance.

use super::Float;
use crate::{Error, Result};
use std::f64::consts::TAU;

/// The weight of a point at a distance `d`, with its width in the units of the data.
///
/// Mean shift divides by the sum of the weights, so only their proportions matter there; a
/// compact weight is 1 at distance 0 and exactly 0 from its radius on.
///
/// | weight | at distance `d` | its mean shift climbs the density estimated with |
/// |---|---|---|
/// | `Gaussian(bw)` | exp(−½ (d / bw)²) / (bw √(2π)) | a Gaussian |
/// | `Triangular(r)` | max(r − d, 0) / r | a cone's integral: (1 − d/r)² (1 + 2 d/r) |
/// | `Flat(r)` | 1 up to d = r, 0 beyond | Epanechnikov's kernel |
/// | `Epanechnikov(r)` | max(1 − (d / r)², 0) | the biweight |
/// | `Biweight(r)` | (1 − (d / r)²)² up to d = r, 0 beyond | the triweight |
///
/// ```
/// use lesson_lib::cluster::mean_shift::Weight;
/// assert_eq!(Weight::Triangular(8.0).at(2.0), 0.75);
/// assert!((Weight::Gaussian(2.5).at(4.0_f32) - 0.0444).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weight {
    /// The normal density whose standard deviation is the bandwidth: the lesson's `gaussian`.
    Gaussian(f64),
    /// Falls in a straight line to 0 at the radius: the lesson's `tri`.
    Triangular(f64),
    /// Counts every point within the radius alike, as Fukunaga and Hostetler (1975) did.
    Flat(f64),
    /// Falls along a parabola to 0 at the radius.
    Epanechnikov(f64),
    /// Its square, without a corner at the radius.
    Biweight(f64),
}

impl Weight {
    /// The weight at `distance ≥ 0`; `NaN` at `NaN`. Computed in double precision, then rounded.
    pub fn at<T: Float>(self, distance: T) -> T {
        T::from_f64(self.at_f64(distance.into()))
    }

    fn at_f64(self, d: f64) -> f64 {
        match self {
            Weight::Gaussian(bandwidth) => {
                (-0.5 * (d / bandwidth).powi(2)).exp() / (bandwidth * TAU.sqrt())
            }
            Weight::Triangular(radius) => positive((radius - d) / radius),
            Weight::Flat(radius) if d > radius => 0.0,
            Weight::Flat(_) => 1.0 + 0.0 * d,
            Weight::Epanechnikov(radius) => positive(1.0 - (d / radius).powi(2)),
            Weight::Biweight(radius) => positive(1.0 - (d / radius).powi(2)).powi(2),
        }
    }

    /// The bandwidth or radius, in the units of the data.
    pub fn width(self) -> f64 {
        match self {
            Weight::Gaussian(width)
            | Weight::Triangular(width)
            | Weight::Flat(width)
            | Weight::Epanechnikov(width)
            | Weight::Biweight(width) => width,
        }
    }

    /// The same weight in another unit of length, of which there are `scale` in each old one.
    pub(crate) fn scaled(self, scale: f64) -> Self {
        match self {
            Weight::Gaussian(width) => Weight::Gaussian(width * scale),
            Weight::Triangular(width) => Weight::Triangular(width * scale),
            Weight::Flat(width) => Weight::Flat(width * scale),
            Weight::Epanechnikov(width) => Weight::Epanechnikov(width * scale),
            Weight::Biweight(width) => Weight::Biweight(width * scale),
        }
    }

    /// The number of this weight in `kernels/weights.cuh`.
    ///
    /// ```
    /// use lesson_lib::cluster::mean_shift::Weight;
    /// assert_eq!(Weight::Gaussian(2.5).kernel_number(), 0);
    /// ```
    pub fn kernel_number(self) -> i32 {
        match self {
            Weight::Gaussian(_) => 0,
            Weight::Triangular(_) => 1,
            Weight::Flat(_) => 2,
            Weight::Epanechnikov(_) => 3,
            Weight::Biweight(_) => 4,
        }
    }

    /// Refuses a width that is not a length.
    ///
    /// # Errors
    /// [`Error::Argument`], in the name of `operation`, unless the width is a number above 0.
    pub fn check(self, operation: &str) -> Result<()> {
        if self.width().is_finite() && self.width() > 0.0 {
            return Ok(());
        }
        let problem = format!("the width of {self:?} must be a number above 0, in data units");
        Err(Error::argument(operation, problem))
    }
}

/// `value`, or 0 where it is below: unlike `f64::max`, which would hide a `NaN`.
fn positive(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Weight; 5] = [
        Weight::Gaussian(2.0),
        Weight::Triangular(2.0),
        Weight::Flat(2.0),
        Weight::Epanechnikov(2.0),
        Weight::Biweight(2.0),
    ];

    #[test]
    fn weights_fall_with_the_distance_and_reach_zero() {
        for weight in ALL {
            let values: Vec<f64> = (0..=400).map(|i| weight.at(f64::from(i) / 10.0)).collect();
            assert!(values.is_sorted_by(|a, b| a >= b), "{weight:?}");
            assert!(values[0] > 0.0 && values[19] > 0.0, "{weight:?}");
            assert!(values[400] < 1e-80, "{weight:?}");
        }
    }

    #[test]
    fn a_compact_weight_ends_at_its_radius() {
        assert_eq!([1.999, 2.0, 2.001].map(|d| Weight::Flat(2.0).at(d)), [1.0, 1.0, 0.0]);
        for weight in [Weight::Triangular, Weight::Epanechnikov, Weight::Biweight].map(|of| of(2.0))
        {
            assert_eq!([0.0, 2.0, 2.001].map(|d| weight.at(d)), [1.0, 0.0, 0.0], "{weight:?}");
        }
    }

    #[test]
    fn the_kernels_number_the_weights_alike() {
        let kernels = include_str!("../../../kernels/weights.cuh");
        let (_, list) = kernels.split_once("enum {").expect("the kernels list the weights");
        let (list, _) = list.split_once('}').expect("the list ends");
        let numbered: Vec<&str> = list.split(',').map(str::trim).collect();
        assert_eq!(numbered.len(), ALL.len());
        for weight in ALL {
            let name = format!("{weight:?}").replace("(2.0)", "").to_uppercase();
            assert_eq!(numbered[weight.kernel_number() as usize], name);
        }
    }

    #[test]
    fn the_weight_at_nan_is_nan() {
        for weight in ALL {
            assert!(weight.at(f64::NAN).is_nan() && weight.at(f32::NAN).is_nan(), "{weight:?}");
        }
    }

    #[test]
    fn a_width_must_be_a_number_above_zero() {
        for width in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            for weight in [Weight::Gaussian(width), Weight::Flat(width)] {
                let error = weight.check("mean shift").expect_err("must be refused").to_string();
                assert!(error.contains("above 0") && error.contains(&width.to_string()), "{error}");
            }
        }
    }
}
