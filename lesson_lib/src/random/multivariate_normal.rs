//! Normal points in several dimensions.

use super::{Generator, shared::global};
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayBase, ArrayRef2, Data, Ix1, Ix2};

/// Normal points around a mean, spread and tilted by a covariance matrix.
///
/// A sample is `mean + l · z` with standard normal `z` and the Cholesky factor `l` of the
/// covariance, which is how PyTorch's `MultivariateNormal` draws.
///
/// ```
/// use lesson_lib::{ndarray::array, random::MultivariateNormal};
/// let covariance = array![[5.0, 0.0], [0.0, 5.0]];
/// let points = MultivariateNormal::new(&array![26.0, 29.0], &covariance)?.sample(250);
/// assert_eq!(points.shape(), [250, 2]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MultivariateNormal {
    mean: Array1<f32>,
    factor: Array2<f32>,
}

impl MultivariateNormal {
    /// The distribution with this mean `(d,)` and covariance `(d, d)`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the covariance is not `(d, d)`; [`Error::Argument`] if an entry is not
    /// finite, or if the covariance is not symmetric or not positive definite.
    pub fn new(
        mean: &ArrayBase<impl Data<Elem = f32>, Ix1>,
        covariance: &ArrayBase<impl Data<Elem = f32>, Ix2>,
    ) -> Result<Self> {
        let d = mean.len();
        if covariance.dim() != (d, d) {
            let help = "the covariance has a row and a column for each entry of the mean";
            return Err(Error::shape(NAME, [mean.shape(), covariance.shape()], help));
        }
        if let Some(value) = mean.iter().chain(covariance).find(|value| !value.is_finite()) {
            let problem = format!("mean and covariance must be finite, but hold {value}");
            return Err(Error::argument(NAME, problem));
        }
        Ok(Self { mean: mean.to_owned(), factor: cholesky(covariance)? })
    }

    /// `n` points, drawn from the shared generator: shape `(n, d)`.
    pub fn sample(&self, n: usize) -> Array2<f32> {
        self.sample_with(n, &mut global())
    }

    /// `n` points, drawn from `generator`: shape `(n, d)`.
    pub fn sample_with(&self, n: usize, generator: &mut Generator) -> Array2<f32> {
        let mut points = generator.randn((n, self.mean.len())); // (n, d)
        for mut point in points.rows_mut() {
            // From the last coordinate down: each needs the normals before it untouched.
            for i in (0..self.mean.len()).rev() {
                let terms = (0..=i).map(|j| self.factor[[i, j]] * point[j]);
                let spread = terms.reduce(|sum, term| sum + term).unwrap_or(0.0);
                point[i] = spread + self.mean[i];
            }
        }
        points
    }
}

const NAME: &str = "MultivariateNormal";

/// The lower triangle `l` with `l · lᵀ = a`, by rows (Cholesky and Banachiewicz).
fn cholesky(a: &ArrayRef2<f32>) -> Result<Array2<f32>> {
    let mut l = Array2::<f32>::zeros(a.raw_dim());
    for i in 0..a.nrows() {
        for j in 0..=i {
            check_symmetric(a, i, j)?;
            let known: f32 = (0..j).map(|k| l[[i, k]] * l[[j, k]]).sum();
            let rest = a[[i, j]] - known;
            l[[i, j]] = if i == j { pivot(rest, i)? } else { rest / l[[j, j]] };
        }
    }
    Ok(l)
}

fn check_symmetric(a: &ArrayRef2<f32>, i: usize, j: usize) -> Result<()> {
    let (lower, upper) = (a[[i, j]], a[[j, i]]);
    if (lower - upper).abs() <= 1e-6 + 1e-5 * upper.abs() {
        return Ok(());
    }
    let problem =
        format!("the covariance is not symmetric: [{i}, {j}] is {lower}, [{j}, {i}] is {upper}");
    Err(Error::argument(NAME, problem))
}

fn pivot(rest: f32, i: usize) -> Result<f32> {
    if rest > 0.0 {
        return Ok(rest.sqrt());
    }
    let problem = format!(
        "the covariance is not positive definite: coordinate {i} has the variance {rest} left \
         after those before it"
    );
    Err(Error::argument(NAME, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Axis, array};

    #[test]
    fn samples_have_the_mean_and_the_covariance() -> Result<()> {
        let mean = array![1.0, -2.0, 3.0];
        let covariance = array![[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]];
        let distribution = MultivariateNormal::new(&mean, &covariance)?;
        let points = distribution.sample_with(200_000, &mut Generator::new(5));
        let centred = &points - &mean;
        let found_mean = points.mapv(f64::from).mean_axis(Axis(0)).expect("not empty");
        let found = centred.t().dot(&centred) / 200_000.0;
        assert!(found_mean.iter().zip(&mean).all(|(a, &b)| (a - f64::from(b)).abs() < 0.02));
        assert!((found - covariance).iter().all(|error| error.abs() < 0.05));
        Ok(())
    }

    #[test]
    fn views_and_empty_samples_are_fine() -> Result<()> {
        let means = array![[1.0, 2.0], [3.0, 4.0]];
        let distribution = MultivariateNormal::new(&means.column(1), &Array2::eye(2))?;
        assert_eq!(distribution.sample_with(0, &mut Generator::new(0)).dim(), (0, 2));
        Ok(())
    }

    fn problem(mean: Array1<f32>, covariance: Array2<f32>) -> String {
        MultivariateNormal::new(&mean, &covariance).expect_err("must be refused").to_string()
    }

    #[test]
    fn bad_parameters_are_named() {
        let zero = array![0.0, 0.0];
        assert!(problem(zero.clone(), Array2::eye(3)).contains("shapes (2,) and (3, 3)"));
        assert!(problem(zero.clone(), Array2::ones((2, 3))).contains("(2, 3)"));
        let tilted = array![[1.0, 0.5], [0.2, 1.0]];
        assert!(problem(zero.clone(), tilted).contains("not symmetric: [1, 0] is 0.2"));
        let flat = array![[1.0, 2.0], [2.0, 1.0]];
        assert!(problem(zero.clone(), flat).contains("coordinate 1 has the variance -3"));
        assert!(problem(zero, array![[0.0, 0.0], [0.0, 1.0]]).contains("coordinate 0"));
        assert!(problem(array![f32::NAN], Array2::eye(1)).contains("hold NaN"));
    }
}
