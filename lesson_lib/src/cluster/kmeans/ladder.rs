//! The readable versions, as they were posted on the forum.

use super::distances::{check_memory, squared_distances};
use super::engine::Engine;
use super::settings::NAME;
use super::version::Version;
use crate::Result;
use crate::cluster::Float;
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, ArrayView1};

/// Points that a readable version clusters, and the cluster of each.
pub(super) struct Readable<'a, T> {
    version: Version,
    x: &'a ArrayRef2<T>,
    labels: Array1<usize>,
}

impl<'a, T: Float> Readable<'a, T> {
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the version takes too much memory for
    /// `x: (n, d)` and `k` centroids.
    pub(super) fn new(version: Version, x: &'a ArrayRef2<T>, k: usize) -> Result<Self> {
        if version != Version::Loops {
            check_memory::<T>(NAME, x.dim(), k)?;
        }
        Ok(Self { version, x, labels: Array1::zeros(x.nrows()) })
    }
}

impl<T: Float> Engine<T> for Readable<'_, T> {
    fn assign(&mut self, centroids: &Array2<T>) -> Result<f64> {
        self.labels = match self.version {
            Version::Loops => one_by_one(self.x, centroids),
            _ => all_at_once(self.x, centroids),
        };
        let pairs = self.x.rows().into_iter().zip(&self.labels);
        Ok(pairs.map(|(row, &label)| squared_distance(&row, &centroids.row(label)).into()).sum())
    }

    fn means(&self, centroids: &Array2<T>, generator: &mut Generator) -> Array2<T> {
        match self.version {
            Version::Loops => means_of_lists(self.x, &self.labels, centroids.nrows(), generator),
            Version::AllDistances => means_of_selections(self.x, &self.labels, centroids),
            Version::ScatterMeanWithZero => {
                means_with_zero(self.x, &self.labels, centroids.nrows())
            }
            _ => means_of_sums(self.x, &self.labels, centroids),
        }
    }

    fn labels(&self) -> Array1<usize> {
        self.labels.clone()
    }
}

/// The nearest centroid of one row after another.
fn one_by_one<T: Float>(x: &ArrayRef2<T>, centroids: &ArrayRef2<T>) -> Array1<usize> {
    let nearest = |row: ArrayView1<T>| {
        let distances = centroids.rows().into_iter().map(|center| squared_distance(&row, &center));
        first_smallest(distances)
    };
    x.rows().into_iter().map(nearest).collect()
}

/// The smallest of each row of all distances.
fn all_at_once<T: Float>(x: &ArrayRef2<T>, centroids: &ArrayRef2<T>) -> Array1<usize> {
    let squared = squared_distances(x, centroids);
    squared.rows().into_iter().map(|row| first_smallest(row.iter().copied())).collect()
}

fn squared_distance<T: Float>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> T {
    a.iter().zip(b).fold(T::zero(), |sum, (&a, &b)| sum + (a - b) * (a - b))
}

/// The place of the smallest value, the first of several.
fn first_smallest<T: Float>(values: impl Iterator<Item = T>) -> usize {
    let mut best = (0, T::infinity());
    for (place, value) in values.enumerate() {
        if value < best.1 {
            best = (place, value);
        }
    }
    best.0
}

/// The mean of each list of members; the centroid of an empty list is a random row.
pub(super) fn means_of_lists<T: Float>(
    x: &ArrayRef2<T>,
    labels: &ArrayRef1<usize>,
    k: usize,
    generator: &mut Generator,
) -> Array2<T> {
    let mut members = vec![vec![]; k];
    for (row, &label) in labels.iter().enumerate() {
        members[label].push(row);
    }
    let mut means = Array2::zeros((k, x.ncols()));
    for (rows, mut mean) in members.iter().zip(means.rows_mut()) {
        match rows.len() {
            0 => mean.assign(&x.row(generator.randperm(x.nrows())[0])),
            _ => mean.assign(&mean_of(x, rows)),
        }
    }
    means
}

/// The mean of the rows that each cluster selects; an empty one keeps its centroid.
fn means_of_selections<T: Float>(
    x: &ArrayRef2<T>,
    labels: &ArrayRef1<usize>,
    centroids: &Array2<T>,
) -> Array2<T> {
    let mut means = centroids.clone();
    for (cluster, mut mean) in means.rows_mut().into_iter().enumerate() {
        let selected: Vec<usize> = (0..x.nrows()).filter(|&row| labels[row] == cluster).collect();
        if !selected.is_empty() {
            mean.assign(&mean_of(x, &selected));
        }
    }
    means
}

/// The mean of some rows, at least one. Sums are in double precision, here and below: those of
/// many points in `f32` would lose what one point adds.
fn mean_of<T: Float>(x: &ArrayRef2<T>, rows: &[usize]) -> Array1<T> {
    let mut sum = Array1::<f64>::zeros(x.ncols());
    for &row in rows {
        add(&mut sum, &x.row(row));
    }
    sum.mapv(|sum| T::from_f64(sum / rows.len() as f64))
}

/// Sums divided by counts; an empty cluster keeps its centroid.
fn means_of_sums<T: Float>(
    x: &ArrayRef2<T>,
    labels: &ArrayRef1<usize>,
    centroids: &Array2<T>,
) -> Array2<T> {
    let (sums, counts) = scatter_add(x, labels, centroids.nrows());
    let mut means = centroids.clone();
    for ((mut mean, sum), &count) in means.rows_mut().into_iter().zip(sums.rows()).zip(&counts) {
        if count > 0.0 {
            mean.assign(&sum.mapv(|sum| T::from_f64(sum / count)));
        }
    }
    means
}

/// Sums divided by one more than the counts: the mistake of [`Version::ScatterMeanWithZero`].
fn means_with_zero<T: Float>(x: &ArrayRef2<T>, labels: &ArrayRef1<usize>, k: usize) -> Array2<T> {
    let (mut sums, counts) = scatter_add(x, labels, k);
    for (mut sum, count) in sums.rows_mut().into_iter().zip(counts) {
        sum /= count + 1.0;
    }
    sums.mapv(T::from_f64)
}

/// The sum of the points of each cluster, `(k, d)`, and how many they are, `(k)`.
fn scatter_add<T: Float>(
    x: &ArrayRef2<T>,
    labels: &ArrayRef1<usize>,
    k: usize,
) -> (Array2<f64>, Array1<f64>) {
    let (mut sums, mut counts) = (Array2::zeros((k, x.ncols())), Array1::zeros(k));
    for (row, &label) in x.rows().into_iter().zip(labels) {
        add(&mut sums.row_mut(label), &row);
        counts[label] += 1.0;
    }
    (sums, counts)
}

fn add<T: Float>(sum: &mut ArrayRef1<f64>, row: &ArrayRef1<T>) {
    sum.zip_mut_with(row, |sum, &value| *sum += value.into());
}
