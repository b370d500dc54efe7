//! How well separated clusters are, without knowing the truth.

use super::Float;
use super::pairs::{PackedPoints, Profile, Query, Threads, Unit};
use super::subset::subset;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef1, ArrayRef2, Axis};
use rayon::prelude::*;
use std::ops::Range;

const NAME: &str = "cluster::silhouette";

/// The mean silhouette of `x: (n, d)` under `labels: (n)`, from −1 to 1: near 1 clusters are dense
/// and far apart, near 0 they overlap, below 0 rows lie in the wrong ones.
///
/// A row with the mean distance `a` to the others of its cluster and `b` to those of the nearest
/// other cluster has the silhouette `(b − a) / max(a, b)`; alone in its cluster it has 0. Up to
/// 20 000 rows this is exact; of more, 20 000 are drawn at random (always the same ones), and the
/// result is that of the sample. Rousseeuw, *Silhouettes*, 1987.
///
/// # Errors
/// [`Error::Shape`] unless there is a label for each row; [`Error::Argument`] if there are fewer
/// than two clusters, or a coordinate is not finite.
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
    let mut rows = subset(x.nrows());
    // Clusters stand side by side, so that one pass over the rows sums by cluster.
    rows.sort_by_key(|&row| labels[row]);
    let clusters = clusters(&rows, labels);
    if clusters.len() < 2 {
        let problem = "a silhouette compares clusters: it needs at least two".to_owned();
        return Err(Error::argument(NAME, problem));
    }
    let x = unit.apply(&x.select(Axis(0), &rows));
    let points = PackedPoints::new(&x);
    let of_row = |row| row_silhouette(&points, &x, row, &clusters);
    let silhouettes: Vec<f64> = (0..rows.len()).into_par_iter().map(of_row).collect();
    Ok(silhouettes.iter().sum::<f64>() / rows.len() as f64)
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
    fn one_cluster_has_no_silhouette() {
        let x = array![[0.0], [1.0]];
        assert!(silhouette(&x, &array![3, 3]).unwrap_err().to_string().contains("two"));
        assert!(silhouette(&x, &array![3]).unwrap_err().to_string().contains("(2, 1) and (1,)"));
        let nothing = Array2::<f32>::zeros((0, 2));
        assert!(silhouette(&nothing, &Array1::zeros(0)).is_err());
    }
}
