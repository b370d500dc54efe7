//! The length of a vector, measured in different ways.

use super::Float;
use crate::{Error, Result};
use ndarray::ArrayRef1;

/// The α-norm of `v: (n)`: (Σ |vᵢ|^α)^(1/α).
///
/// | α | name | |
/// |---|---|---|
/// | 1 | Manhattan | the sum of the absolute values |
/// | 2 | Euclidean | the distance as the crow flies |
/// | ∞ | maximum | the largest absolute value |
///
/// The mean absolute error is the 1-norm of the errors divided by n, the root mean squared error
/// the 2-norm divided by √n. Between 0 and 1 the formula still gives a number, but not a norm:
/// going around a corner would be shorter than going straight. Computed in double precision, scaled
/// so that no power overflows. No values have the norm 0; `NaN` among them gives `NaN`.
///
/// # Errors
/// [`Error::Argument`] if α is not above 0.
///
/// ```
/// use lesson_lib::{cluster::norm, ndarray::array};
/// let v = array![3.0, -4.0];
/// assert_eq!([norm(&v, 1.0)?, norm(&v, 2.0)?, norm(&v, f64::INFINITY)?], [7.0, 5.0, 4.0]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn norm<T: Float>(v: &ArrayRef1<T>, alpha: f64) -> Result<T> {
    let values: Vec<f64> = v.iter().map(|&value| value.into()).collect();
    Ok(T::from_f64(norm_f64(&values, alpha)?))
}

fn norm_f64(values: &[f64], alpha: f64) -> Result<f64> {
    if alpha.is_nan() || alpha <= 0.0 {
        return Err(Error::argument("norm", format!("α must be above 0, not {alpha}")));
    }
    if values.iter().any(|value| value.is_nan()) {
        return Ok(f64::NAN);
    }
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if alpha == f64::INFINITY || largest == 0.0 || largest == f64::INFINITY {
        return Ok(largest);
    }
    let powers = values.iter().map(|value| (value.abs() / largest).powf(alpha));
    Ok(largest * powers.sum::<f64>().powf(1.0 / alpha))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, array};

    #[test]
    fn norms_follow_their_formula() {
        let v = array![1.0_f32, -2.0, 3.0, 0.0];
        for alpha in [0.5_f64, 1.0, 1.5, 2.0, 3.0, 7.0] {
            let sum: f64 = v.iter().map(|&x| f64::from(x.abs()).powf(alpha)).sum();
            let found = f64::from(norm(&v, alpha).unwrap());
            assert!((found / sum.powf(1.0 / alpha) - 1.0).abs() < 1e-6, "α = {alpha}: {found}");
        }
    }

    #[test]
    fn awkward_vectors_have_norms() {
        assert_eq!(norm(&array![3e30_f32, 4e30], 2.0).unwrap(), 5e30);
        assert_eq!(norm(&array![3e-200, 4e-200], 2.0).unwrap(), 5e-200);
        assert_eq!(norm(&Array1::<f64>::zeros(0), 2.0).unwrap(), 0.0);
        assert!(norm(&array![1.0, f64::NAN], f64::INFINITY).unwrap().is_nan());
        assert_eq!(norm(&array![1.0, f64::NEG_INFINITY], 2.0).unwrap(), f64::INFINITY);
    }

    #[test]
    fn alpha_must_be_above_zero() {
        for alpha in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert!(norm(&array![1.0], alpha).is_err(), "{alpha}");
        }
    }
}
