//! How well separated clusters are, without knowing the truth.

use super::Float;
use super::pairs::{PackedPoints, Profile, Query, Threads, Unit};
use super::subset::subset_of_each;
use crate::{Error, Result, text};
use ndarray::{Array2, ArrayRef1, ArrayRef2, Axis};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

const NAME: &str = "cluster::silhouette";

/// Two rows of each of this many clusters are compared within a minute.
const MOST_CLUSTERS: usize = 20_000;

/// The mean silhouette of `x: (n, d)` under `labels: (n)`, from −1 to 1: near 1 clusters are dense
/// and far apart, near 0 they overlap, below 0 rows lie in the wrong ones.
///
/// A row with the mean distance `a` to the others of its cluster and `b` to those of the nearest
/// other cluster has the silhouette `(b − a) / max(a, b)`; alone in its cluster it has 0. Up to
/// 20 000 rows this is exact; of more, 20 000 are drawn at random (always the same ones), and more
/// where a cluster would have fewer than two of them. The clusters of the sample then count by the
/// number of rows that they have in all. Rousseeuw, *Silhouettes*, 1987.
///
/// # Errors
/// [`Error::Shape`] unless there is a label for each row; [`Error::Argument`] if there are fewer
/// than two clusters or more than 20 000, or a coordinate is not finite.
///
/// ```
/// use lesson_lib::{cluster, ndarray::array};
/// let x = array![[0.0], [1.0], [10.0], [11.0]];
/// let silhouette = cluster::silhouette(&x, &array![0, 0, 1, 1])?;
/// assert!((silhouette - 0.899_749).abs() < 1e-6);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn silhouette<T: Float>(x: &ArrayRef2<T>, labels: &ArrayRef1<usize>) -> Result<f64> {
    mean_silhouette(T::to_f64_array(x), labels)
}

fn mean_silhouette(x: Array2<f64>, labels: &ArrayRef1<usize>) -> Result<f64> {
    if x.nrows() != labels.len() {
        let help = "every row needs a label";
        return Err(Error::shape(NAME, [x.shape(), labels.shape()], help));
    }
    let unit = Unit::new(NAME, &x, f64::INFINITY)?;
    let sizes = sizes(labels);
    if sizes.len() < 2 {
        let problem = "a silhouette compares clusters: it needs at least two".to_owned();
        return Err(Error::argument(NAME, problem));
    }
    if sizes.len() > MOST_CLUSTERS {
        let (found, most) = (text::count(sizes.len()), text::count(MOST_CLUSTERS));
        let problem = format!(
            "{found} clusters are more than the {most} that can be compared: label points that have \
             come together"
        );
        return Err(Error::argument(NAME, problem));
    }
    let mut rows = subset_of_each(labels);
    // Clusters stand side by side, so that one pass over the rows sums by cluster.
    rows.sort_by_key(|&row| labels[row]);
    let clusters = clusters(&rows, labels);
    let x = unit.apply(&x.select(Axis(0), &rows));
    let points = PackedPoints::new(&x);
    let of_row = |row| row_silhouette(&points, &x, row, &clusters);
    let silhouettes: Vec<f64> = (0..rows.len()).into_par_iter().map(of_row).collect();
    let of_cluster = |(cluster, size): (Range<usize>, usize)| {
        let mean = silhouettes[cluster.clone()].iter().sum::<f64>() / cluster.len() as f64;
        mean * size as f64
    };
    let sum: f64 = clusters.into_iter().zip(sizes.into_values()).map(of_cluster).sum();
    Ok(sum / labels.len() as f64)
}

/// The number of rows of each label.
fn sizes(labels: &ArrayRef1<usize>) -> BTreeMap<usize, usize> {
    let mut sizes = BTreeMap::new();
    labels.iter().for_each(|&label| *sizes.entry(label).or_default() += 1);
    sizes
}

/// The positions of each cluster's rows.
fn clusters(rows: &[usize], labels: &ArrayRef1<usize>) -> Vec<Range<usize>> {
    let mut clusters = Vec::new();
    let mut start = 0;
    for group in rows.chunk_by(|&a, &b| labels[a] == labels[b]) {
        clusters.push(start..start + group.len());
        start += group.len();
    }
    clusters
}

fn row_silhouette(
    points: &PackedPoints<f64>,
    x: &Array2<f64>,
    row: usize,
    clusters: &[Range<usize>],
) -> f64 {
    let from = x.row(row).to_vec();
    let mut offset = vec![0.0; from.len()];
    let (mut within, mut nearest) = (0.0, f64::INFINITY);
    for cluster in clusters {
        let query = Query { profile: Profile::distance(), from: &from, range: cluster.clone() };
        let sum = points.weighted_sums(&query, Threads::One, &mut offset);
        if !cluster.contains(&row) {
            nearest = nearest.min(sum / cluster.len() as f64);
        } else if cluster.len() == 1 {
            return 0.0;
        } else {
            within = sum / (cluster.len() - 1) as f64;
        }
    }
    let larger = within.max(nearest);
    if larger > 0.0 { (nearest - within) / larger } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::subset::EXACT;
    use super::*;
    use crate::random::Generator;
    use ndarray::{Array1, array};

    fn plain_silhouette(x: &Array2<f64>, labels: &Array1<usize>) -> f64 {
        let n = x.nrows();
        let distance = |i: usize, j: usize| {
            let difference = &x.row(i) - &x.row(j);
            (&difference * &difference).sum().sqrt()
        };
        let mean_to = |i: usize, label: usize| {
            let others: Vec<f64> =
                (0..n).filter(|&j| j != i && labels[j] == label).map(|j| distance(i, j)).collect();
            others.iter().sum::<f64>() / others.len() as f64
        };
        let values = (0..n).map(|i| {
            let a = mean_to(i, labels[i]);
            let others = (0..=9).filter(|&label| label != labels[i]);
            let b = others.map(|label| mean_to(i, label)).fold(f64::INFINITY, f64::min);
            if a.is_nan() { 0.0 } else { (b - a) / a.max(b) }
        });
        values.sum::<f64>() / n as f64
    }

    #[test]
    fn silhouettes_agree_with_a_plain_loop() {
        let mut generator = Generator::from_entropy();
        let seed = generator.initial_seed();
        for (n, d, k) in [(2, 1, 2), (3, 2, 2), (50, 2, 4), (77, 3, 9), (40, 7, 3)] {
            let x = generator.randn_f64((n, d));
            let labels = Array1::from_shape_fn(n, |i| i * 7 % k);
            let (found, expected) =
                (silhouette(&x, &labels).unwrap(), plain_silhouette(&x, &labels));
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}, seed {seed}");
        }
    }

    #[test]
    fn single_points_far_apart_are_perfect_clusters() {
        let x = array![[0.0_f32], [0.0], [1e30], [1e30]];
        assert_eq!(silhouette(&x, &array![5, 5, 2, 2]).unwrap(), 1.0);
        assert_eq!(silhouette(&Array2::<f32>::zeros((4, 2)), &array![0, 0, 1, 1]).unwrap(), 0.0);
    }

    #[test]
    fn a_large_sample_stands_for_all_rows() {
        let x = Generator::new(1).randn((EXACT + 5000, 2));
        let labels = Array1::from_shape_fn(x.nrows(), |i| usize::from(x[[i, 0]] > 0.0));
        let found = silhouette(&x, &labels).unwrap();
        assert!((found - 0.31).abs() < 0.03, "{found}");
    }

    #[test]
    fn no_cluster_is_lost_by_sampling() {
        let n = 5 * EXACT;
        let x = Array2::from_shape_fn((n, 1), |(i, _)| (i % 1000) as f64);
        for place in (0..n).step_by(n / 20 + 7) {
            let mut labels = Array1::zeros(n);
            labels[place] = 1;
            assert!(silhouette(&x, &labels).unwrap().abs() <= 1.0, "alone at {place}");
        }
        // Two rows far off are a perfect cluster, and hardly count.
        let mut x = Array2::from_shape_fn((n, 1), |(i, _)| if i < n / 2 { 0.0 } else { 1.0 });
        let mut labels = Array1::from_shape_fn(n, |i| usize::from(i >= n / 2));
        for row in [7, n - 3] {
            (x[[row, 0]], labels[row]) = (1e6, 2);
        }
        assert!((silhouette(&x, &labels).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_sampled_cluster_counts_by_all_its_rows() {
        // 96 000 rows in one place, and 2000 pairs in a line, each 500 long and 500 from the next.
        let (n, pairs) = (5 * EXACT, 2000);
        let single = n - 2 * pairs;
        let place = |i: usize| if i < single { 0 } else { 500 * (i - single) + 1000 };
        let x = Array2::from_shape_fn((n, 1), |(i, _)| place(i) as f64);
        let labels =
            Array1::from_shape_fn(n, |i| if i < single { 0 } else { 1 + (i - single) / 2 });
        // A row in the line has 1/3, but for the first and the last.
        let sum = single as f64 + (2 * pairs - 2) as f64 / 3.0 + 0.5 + 0.6;
        assert!((silhouette(&x, &labels).unwrap() - sum / n as f64).abs() < 1e-12);
    }

    #[test]
    fn too_many_clusters_are_refused() {
        let n = MOST_CLUSTERS + 1;
        let error = silhouette(&Array2::<f32>::zeros((n, 1)), &Array1::from_iter(0..n));
        assert!(error.unwrap_err().to_string().contains("20 001 clusters are more than"));
    }

    #[test]
    fn one_cluster_has_no_silhouette() {
        let x = array![[0.0], [1.0]];
        assert!(silhouette(&x, &array![3, 3]).unwrap_err().to_string().contains("two"));
        assert!(silhouette(&x, &array![3]).unwrap_err().to_string().contains("(2, 1) and (1,)"));
        let nothing = Array2::<f32>::zeros((0, 2));
        assert!(silhouette(&nothing, &Array1::zeros(0)).is_err());
    }
}
