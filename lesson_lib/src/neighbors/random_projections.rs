//! Hash functions under which near points often have equal values.

use super::checks::checked_points;
use crate::points::Float;
use crate::random::Generator;
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef2};
use rayon::prelude::*;

const NAME: &str = "RandomProjections";

/// Up to here every whole number is one of double precision.
const LARGEST_BUCKET: f64 = (1_u64 << 53) as f64;

/// Random directions `a` along which points are projected and put into buckets.
///
/// | hash of `x` | made by | source |
/// |---|---|---|
/// | ⌊(x·a + b) / width⌋, `a` normal, `b` uniform in [0, width) | [`normal`](Self::normal) | Datar, Immorlica, Indyk and Mirrokni, *Locality-sensitive hashing scheme based on p-stable distributions*, 2004 |
/// | whether x·a ≥ 0, `a` normal | [`signs`](Self::signs) | Charikar, *Similarity estimation techniques from rounding algorithms*, 2002 |
/// | ⌊x·a / width⌋, `a` uniform in [0, 1) | [`uniform`](Self::uniform) | the course's forum |
///
/// Normal numbers make every direction as likely as every other. Uniform ones from [0, 1) are the
/// wrong dice: all directions then lie in one quadrant of the plane, and points that differ along
/// the other diagonal, (1, −1), are hardly told apart.
///
/// ```
/// use lesson_lib::{neighbors::RandomProjections, random::Generator};
/// let mut generator = Generator::new(42);
/// let points = generator.rand((800, 2));
/// // The forum's numbers: 40 hashes, buckets a fifth wide; near is who shares more than 30.
/// let hashes = RandomProjections::uniform(2, 40, 0.2, &mut generator)?;
/// let collisions = hashes.collisions(&generator.rand((1, 2)), &points)?; // (1, 800)
/// let near = collisions.iter().filter(|&&count| count > 30).count();
/// assert!(near > 0 && near < 800);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RandomProjections {
    /// `(d, hashes)`.
    directions: Array2<f64>,
    /// `(hashes)`.
    offsets: Array1<f64>,
    /// `None` for signs.
    width: Option<f64>,
}

impl RandomProjections {
    /// `hashes` directions in `d` dimensions, all equally likely, with buckets of `width`, each row
    /// of buckets shifted at random.
    ///
    /// Points at a distance far below `width` nearly always share a bucket.
    ///
    /// # Errors
    /// [`Error::Argument`] if `d` or `hashes` is 0, or the width is not a length above 0.
    pub fn normal(d: usize, hashes: usize, width: f64, generator: &mut Generator) -> Result<Self> {
        let directions = generator.randn((d, hashes)).mapv(f64::from);
        let offsets = generator.rand(hashes).mapv(f64::from) * width;
        Self { directions, offsets, width: Some(width) }.checked()
    }

    /// Whether a point lies before or behind a plane through the origin, for `hashes` such planes:
    /// two points at the angle θ differ in a share θ/π of them.
    ///
    /// # Errors
    /// As [`normal`](Self::normal).
    pub fn signs(d: usize, hashes: usize, generator: &mut Generator) -> Result<Self> {
        let directions = generator.randn((d, hashes)).mapv(f64::from);
        Self { directions, offsets: Array1::zeros(hashes), width: None }.checked()
    }

    /// `hashes` directions with coordinates from [0, 1), as the forum drew them, without shifts.
    ///
    /// # Errors
    /// As [`normal`](Self::normal).
    pub fn uniform(d: usize, hashes: usize, width: f64, generator: &mut Generator) -> Result<Self> {
        let directions = generator.rand((d, hashes)).mapv(f64::from);
        Self { directions, offsets: Array1::zeros(hashes), width: Some(width) }.checked()
    }

    fn checked(self) -> Result<Self> {
        let (d, hashes) = self.directions.dim();
        if d == 0 || hashes == 0 {
            let problem = format!("{hashes} hashes in {d} dimensions: both must be at least 1");
            return Err(Error::argument(NAME, problem));
        }
        match self.width {
            Some(width) if !(width.is_finite() && width > 0.0) => {
                let problem = format!("the width of a bucket must be above 0, not {width}");
                Err(Error::argument(NAME, problem))
            }
            _ => Ok(self),
        }
    }

    /// The directions, one in each column: `(d, hashes)`.
    pub fn directions(&self) -> &Array2<f64> {
        &self.directions
    }

    /// The buckets of each of `x: (n, d)`: `(n, hashes)`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the points have other coordinates than the directions;
    /// [`Error::Argument`] if a coordinate is not finite, or so large that buckets cannot be
    /// numbered.
    pub fn hash<T: Float>(&self, x: &ArrayRef2<T>) -> Result<Array2<i64>> {
        self.hash_checked(&self.checked_like(x)?)
    }

    /// In how many hashes each of `queries: (m, d)` and each of `x: (n, d)` share a bucket:
    /// `(m, n)`.
    ///
    /// # Errors
    /// As [`hash`](Self::hash).
    pub fn collisions<T: Float>(
        &self,
        queries: &ArrayRef2<T>,
        x: &ArrayRef2<T>,
    ) -> Result<Array2<usize>> {
        let [queries, x] = [self.checked_like(queries)?, self.checked_like(x)?];
        Ok(count_equal(&self.hash_checked(&queries)?, &self.hash_checked(&x)?))
    }

    fn checked_like<T: Float>(&self, x: &ArrayRef2<T>) -> Result<Array2<f64>> {
        if x.ncols() != self.directions.nrows() {
            let help = "points need as many coordinates as the directions have";
            return Err(Error::shape(NAME, [x.shape(), self.directions.shape()], help));
        }
        checked_points(NAME, x)
    }

    pub(super) fn hash_checked(&self, x: &Array2<f64>) -> Result<Array2<i64>> {
        let projected = self.project(x);
        let Some(width) = self.width else {
            return Ok(projected.mapv(|value| i64::from(value >= 0.0)));
        };
        let buckets = projected.mapv(|value| (value / width).floor());
        match buckets.iter().find(|bucket| bucket.is_nan() || bucket.abs() > LARGEST_BUCKET) {
            None => Ok(buckets.mapv(|bucket| bucket as i64)),
            Some(bucket) => {
                let problem = format!(
                    "bucket {bucket:e} is too far out to be told from the next: take wider \
                     buckets, or move the points to the origin"
                );
                Err(Error::argument(NAME, problem))
            }
        }
    }

    /// `x · directions + offsets`: `(n, hashes)`. Products are added up in the order of the coordinates,
    /// so that every machine, and every device, finds the same numbers to the last bit.
    fn project(&self, x: &Array2<f64>) -> Array2<f64> {
        let hashes = self.offsets.len();
        let mut projected = Array2::zeros((x.nrows(), hashes));
        let rows = projected.as_slice_mut().unwrap_or_default().par_chunks_mut(hashes);
        rows.enumerate().for_each(|(row, sums)| {
            for (&value, direction) in x.row(row).iter().zip(self.directions.rows()) {
                for (sum, along) in sums.iter_mut().zip(direction) {
                    *sum += value * along;
                }
            }
            sums.iter_mut().zip(&self.offsets).for_each(|(sum, offset)| *sum += offset);
        });
        projected
    }

    /// How many hashes each of `tables` tables gets of them for `x: (n, d)`.
    pub(super) fn deal(&self, operation: &str, shape: &[usize], tables: usize) -> Result<usize> {
        let (d, count) = self.directions.dim();
        if tables == 0 || !count.is_multiple_of(tables) {
            let problem = format!("{count} hashes cannot be dealt evenly to {tables} tables");
            return Err(Error::argument(operation, problem));
        }
        if shape[1] != d {
            let help = "points need as many coordinates as the directions have";
            return Err(Error::shape(operation, [shape, self.directions.shape()], help));
        }
        Ok(count / tables)
    }

    /// How far the buckets of each direction are shifted: `(hashes)`.
    pub(super) fn offsets(&self) -> &Array1<f64> {
        &self.offsets
    }

    /// The width of a bucket; `None` for signs.
    pub(super) fn width(&self) -> Option<f64> {
        self.width
    }
}

/// How many entries each row of `a: (m, h)` shares with each row of `b: (n, h)`: `(m, n)`.
fn count_equal(a: &Array2<i64>, b: &Array2<i64>) -> Array2<usize> {
    let (m, n) = (a.nrows(), b.nrows());
    let mut counts = vec![0; m * n];
    counts.par_chunks_mut(n.max(1)).enumerate().for_each(|(query, counts)| {
        for (count, point) in counts.iter_mut().zip(b.rows()) {
            *count = a.row(query).iter().zip(point).filter(|(a, b)| a == b).count();
        }
    });
    Array2::from_shape_vec((m, n), counts).expect("a count for each pair")
}
