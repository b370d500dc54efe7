//! Clouds of any size and spread, and shapes that are not round.

use super::Labelled;
use crate::random::{Generator, MultivariateNormal};
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef2, Axis, array, s};
use std::f32::consts::{PI, TAU};

/// How far a cloud spreads about its centre.
///
/// ```
/// use lesson_lib::{data::Spread, ndarray::array};
/// assert_eq!(Spread::from(2.0), Spread::Std(2.0));
/// assert!(matches!(array![[4.0, 0.0], [0.0, 1.0]].into(), Spread::Covariance(_)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// The standard deviation along every axis.
    Std(f32),
    /// The covariance: `(d, d)`.
    Covariance(Array2<f32>),
}

impl From<f32> for Spread {
    fn from(deviation: f32) -> Self {
        Spread::Std(deviation)
    }
}

impl From<Array2<f32>> for Spread {
    fn from(covariance: Array2<f32>) -> Self {
        Spread::Covariance(covariance)
    }
}

/// Normal clouds about `centres: (k, d)`, `sizes: (k)` points in each, one cloud after another.
///
/// # Errors
/// [`Error::Shape`] unless there is a size for every centre and the covariance is `(d, d)`;
/// [`Error::Argument`] if a centre is not finite, the standard deviation is negative or not
/// finite, the matrix is not a covariance, or the sizes add up to more than a `usize` holds.
///
/// ```
/// use lesson_lib::{data, ndarray::array, random::Generator};
/// let centres = array![[0.0, 0.0, 0.0], [9.0, 9.0, 9.0]]; // (2, 3)
/// let clouds = data::blobs_about(&centres, 1.5, &[100, 20], &mut Generator::new(1))?;
/// assert_eq!((clouds.x.dim(), clouds.labels[100]), ((120, 3), 1));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn blobs_about(
    centres: &ArrayRef2<f32>,
    spread: impl Into<Spread>,
    sizes: &[usize],
    generator: &mut Generator,
) -> Result<Labelled> {
    clouds(centres, spread.into(), sizes, generator)
}

fn clouds(
    centres: &ArrayRef2<f32>,
    spread: Spread,
    sizes: &[usize],
    generator: &mut Generator,
) -> Result<Labelled> {
    const NAME: &str = "data::blobs_about";
    if centres.nrows() != sizes.len() {
        let help = "every centre needs the size of its cloud";
        return Err(Error::shape(NAME, [centres.shape(), &[sizes.len()]], help));
    }
    if let Some(value) = centres.iter().find(|value| !value.is_finite()) {
        return Err(Error::argument(NAME, format!("centres must be finite, but hold {value}")));
    }
    if let Spread::Std(deviation) = spread {
        from_zero_on(NAME, "a standard deviation", deviation)?;
    }
    let Some(n) = sizes.iter().try_fold(0_usize, |n, &size| n.checked_add(size)) else {
        return Err(Error::argument(NAME, format!("clouds of {sizes:?} points are too many")));
    };
    let mut x = Array2::zeros((n, centres.ncols()));
    let mut first = 0;
    for (centre, &size) in centres.rows().into_iter().zip(sizes) {
        let cloud = match &spread {
            Spread::Std(deviation) => generator.randn((size, centre.len())) * *deviation + centre,
            Spread::Covariance(covariance) => {
                MultivariateNormal::new(&centre, covariance)?.sample_with(size, generator)
            }
        };
        x.slice_mut(s![first..first + size, ..]).assign(&cloud);
        first += size;
    }
    Ok(Labelled { x, labels: numbered(sizes) })
}

fn from_zero_on(operation: &str, what: &str, value: f32) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::argument(operation, format!("{what} is a number from 0 on, not {value}")))
}

/// `n` points in three long clouds, side by side and aslant: `(n, 2)`. An algorithm that looks for
/// round clusters cuts across them.
///
/// ```
/// use lesson_lib::{data, random::Generator};
/// assert_eq!(data::anisotropic(500, &mut Generator::new(0)).x.dim(), (500, 2));
/// ```
pub fn anisotropic(n: usize, generator: &mut Generator) -> Labelled {
    /// The standard deviations along a cloud and across it, and from one cloud to the next.
    const ALONG: f32 = 2.0;
    const ACROSS: f32 = 0.4;
    const APART: f32 = 2.2;
    let sizes = shares::<3>(n);
    let labels = numbered(&sizes);
    let mut x = generator.randn((n, 2));
    for (mut point, &label) in x.rows_mut().into_iter().zip(&labels) {
        let along = ALONG * point[0];
        let across = ACROSS * point[1] + APART * (label as f32 - 1.0);
        point.assign(&(array![across + along, across - along] / 2.0_f32.sqrt()));
    }
    Labelled { x, labels }
}

/// `n` points on two half circles of radius 1 that reach into each other, each moved by a normal
/// `noise` of this standard deviation: `(n, 2)`.
///
/// # Errors
/// [`Error::Argument`] if the noise is negative or not finite.
///
/// ```
/// use lesson_lib::{data, random::Generator};
/// let moons = data::moons(500, 0.05, &mut Generator::new(0))?;
/// assert_eq!((moons.x.dim(), moons.labels[499]), ((500, 2), 1));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn moons(n: usize, noise: f32, generator: &mut Generator) -> Result<Labelled> {
    from_zero_on("data::moons", "the noise", noise)?;
    let [upper, lower] = shares(n);
    let upper = Array1::linspace(0.0, PI, upper).mapv(|angle| [angle.cos(), angle.sin()]);
    let lower =
        Array1::linspace(0.0, PI, lower).mapv(|angle| [1.0 - angle.cos(), 0.5 - angle.sin()]);
    Ok(curves(&[upper, lower], noise, generator))
}

/// `n` points on a circle of radius 1 and one of radius `inner` within it, each moved by a normal
/// `noise` of this standard deviation: `(n, 2)`.
///
/// # Errors
/// [`Error::Argument`] if the noise or the radius is negative or not finite.
///
/// ```
/// use lesson_lib::{data, random::Generator};
/// let rings = data::rings(500, 0.05, 0.5, &mut Generator::new(0))?;
/// assert_eq!((rings.x.dim(), rings.labels[0]), ((500, 2), 0));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn rings(n: usize, noise: f32, inner: f32, generator: &mut Generator) -> Result<Labelled> {
    from_zero_on("data::rings", "the noise", noise)?;
    from_zero_on("data::rings", "the inner radius", inner)?;
    let circle = |count: usize, radius: f32| {
        Array1::from_shape_fn(count, |i| {
            let (sin, cos) = (TAU * i as f32 / count as f32).sin_cos();
            [radius * cos, radius * sin]
        })
    };
    let [outer_count, inner_count] = shares(n);
    Ok(curves(&[circle(outer_count, 1.0), circle(inner_count, inner)], noise, generator))
}

/// The points of curves, each moved by noise.
fn curves(curves: &[Array1<[f32; 2]>], noise: f32, generator: &mut Generator) -> Labelled {
    let sizes: Vec<usize> = curves.iter().map(Array1::len).collect();
    let labels = numbered(&sizes);
    let mut x = generator.randn((labels.len(), 2)) * noise;
    for (mut point, on_curve) in x.axis_iter_mut(Axis(0)).zip(curves.iter().flatten()) {
        point[0] += on_curve[0];
        point[1] += on_curve[1];
    }
    Labelled { x, labels }
}

/// `n` in `K` parts as even as can be, the larger ones first.
fn shares<const K: usize>(n: usize) -> [usize; K] {
    std::array::from_fn(|k| n / K + usize::from(k < n % K))
}

/// Each group's number as often as the group has points.
fn numbered(sizes: &[usize]) -> Array1<usize> {
    sizes.iter().enumerate().flat_map(|(k, &size)| std::iter::repeat_n(k, size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    /// The lesson's own points come out where its centroids and covariance go in.
    #[test]
    fn the_lessons_clouds_are_clouds_about_its_centroids() -> Result<()> {
        let lesson = data::lesson_blobs();
        let spreads = [Spread::Std(5.0_f32.sqrt()), Spread::Covariance(Array2::eye(2) * 5.0)];
        for spread in spreads {
            let mut generator = Generator::new(42);
            generator.rand((6, 2));
            let clouds = blobs_about(&lesson.centroids, spread, &[250; 6], &mut generator)?;
            assert_eq!(clouds.x, lesson.data);
        }
        Ok(())
    }

    #[test]
    fn clouds_have_their_sizes_and_spreads() -> Result<()> {
        let centres = array![[0.0, 0.0, 0.0], [100.0, 0.0, 0.0], [0.0, 50.0, 0.0]];
        let sizes = [2000, 0, 3000];
        let clouds = blobs_about(&centres, 3.0, &sizes, &mut Generator::new(1))?;
        let of = |label| {
            let rows = clouds.labels.iter().enumerate().filter(|(_, l)| **l == label);
            clouds.x.select(Axis(0), &rows.map(|(i, _)| i).collect::<Vec<_>>())
        };
        assert_eq!([0, 1, 2].map(|label| of(label).nrows()), sizes);
        let spread = of(2).std_axis(Axis(0), 0.0);
        assert!(spread.iter().all(|deviation| (deviation - 3.0).abs() < 0.2), "{spread}");
        assert!((of(2).mean_axis(Axis(0)).unwrap()[1] - 50.0).abs() < 0.3);
        Ok(())
    }

    #[test]
    fn spreads_and_sizes_that_do_not_fit_are_refused() {
        let centres = Array2::zeros((2, 2));
        let error = |spread: Spread, sizes: &[usize]| {
            blobs_about(&centres, spread, sizes, &mut Generator::new(0)).unwrap_err().to_string()
        };
        assert!(error(1.0.into(), &[5]).contains("(2, 2) and (1,)"));
        assert!(error(f32::NAN.into(), &[5, 5]).contains("from 0 on"));
        assert!(error((-1.0).into(), &[5, 5]).contains("not -1"));
        assert!(error(1.0.into(), &[usize::MAX, 2]).contains("too many"));
        assert!(error(Array2::eye(3).into(), &[5, 5]).contains("(3, 3)"));
    }

    #[test]
    fn without_noise_points_lie_on_the_curves() {
        let generator = &mut Generator::new(0);
        let length = |x: f32, y: f32| (x * x + y * y).sqrt();
        let rings = rings(101, 0.0, 0.3, generator).unwrap();
        for (point, &label) in rings.x.rows().into_iter().zip(&rings.labels) {
            assert!((length(point[0], point[1]) - [1.0, 0.3][label]).abs() < 1e-6);
        }
        let moons = moons(101, 0.0, generator).unwrap();
        assert_eq!(moons.labels.sum(), 50);
        for (point, &label) in moons.x.rows().into_iter().zip(&moons.labels) {
            let (x, y) = [(point[0], point[1]), (point[0] - 1.0, 0.5 - point[1])][label];
            assert!((length(x, y) - 1.0).abs() < 1e-6 && y > -1e-6);
        }
    }

    #[test]
    fn long_clouds_are_long() {
        let clouds = anisotropic(3000, &mut Generator::new(3));
        let across = clouds.x.sum_axis(Axis(1)) / 2.0_f32.sqrt();
        for (k, cloud) in across.axis_chunks_iter(Axis(0), 1000).enumerate() {
            assert!((cloud.mean().unwrap() - 2.2 * (k as f32 - 1.0)).abs() < 0.1);
            assert!((cloud.std(0.0) - 0.4).abs() < 0.05);
        }
    }

    #[test]
    fn few_points_are_fine() {
        for n in 0..4 {
            let generator = &mut Generator::new(0);
            let moons = moons(n, 0.1, generator).unwrap();
            let rings = rings(n, 0.1, 0.5, generator).unwrap();
            for points in [anisotropic(n, generator), moons, rings] {
                assert_eq!((points.x.dim(), points.labels.len()), ((n, 2), n));
                assert!(points.x.iter().all(|value| value.is_finite()));
            }
        }
    }

    #[test]
    fn noise_and_radius_are_numbers_from_zero_on() {
        for value in [-0.1, f32::NAN, f32::INFINITY] {
            let generator = &mut Generator::new(0);
            for (found, name) in [
                (moons(5, value, generator), "data::moons: the noise"),
                (rings(5, value, 0.5, generator), "data::rings: the noise"),
                (rings(5, 0.1, value, generator), "data::rings: the inner radius"),
            ] {
                let error = found.unwrap_err().to_string();
                assert!(error.starts_with(name), "{error}");
            }
        }
    }
}
