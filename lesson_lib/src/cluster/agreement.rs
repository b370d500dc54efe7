//! How well labels agree with the truth when only the grouping counts.

use super::matching::most_matched;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef1};
use std::collections::BTreeMap;

/// The largest table of clusters and classes that is matched within seconds.
const MOST_PAIRS: usize = 10_000_000;

/// The share of rows whose cluster is the class it was matched with, under the best matching of
/// clusters with classes, each with at most one.
///
/// Cluster numbers mean nothing by themselves, so clusters are first matched with classes, by the
/// Hungarian method (Kuhn 1955, in the form of Jonker and Volgenant 1987). If there are more
/// clusters than classes, or fewer, some stay unmatched, and their rows count as wrong.
///
/// # Errors
/// [`Error::Shape`] unless there is one label and one class for each row; [`Error::Argument`]
/// without rows, or if there are more than ten million pairs of a cluster and a class.
///
/// ```
/// use lesson_lib::{cluster, ndarray::array};
/// assert_eq!(cluster::accuracy(&array![1, 1, 0, 0], &array![7, 7, 9, 7])?, 0.75);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn accuracy<L: Copy + Ord, C: Copy + Ord>(
    labels: &ArrayRef1<L>,
    truth: &ArrayRef1<C>,
) -> Result<f64> {
    share_matched(labels.len(), &ContingencyTable::new("cluster::accuracy", labels, truth)?)
}

fn share_matched(rows: usize, counts: &ContingencyTable) -> Result<f64> {
    let refused = |problem: String| Err(Error::argument("cluster::accuracy", problem));
    if rows == 0 {
        return refused("there are no rows to take a share of".into());
    }
    let (clusters, classes) = (counts.of_cluster.len(), counts.of_class.len());
    if clusters.saturating_mul(classes) > MOST_PAIRS {
        return refused(format!(
            "{clusters} clusters and {classes} classes are too many to match: label points that \
             have come together, or take adjusted_rand_index"
        ));
    }
    let mut table = Array2::zeros((clusters, classes));
    counts.of_both.iter().for_each(|(&pair, &count)| table[pair] = count);
    Ok(most_matched(&table) / rows as f64)
}

/// The adjusted Rand index: the share of pairs of rows that labels and truth agree to keep together
/// or apart, rescaled so that 1 is full agreement and 0 is chance; below 0 is worse than chance.
///
/// Hubert and Arabie, *Comparing partitions*, 1985. Where every grouping would agree (fewer than
/// two rows; one cluster, or only clusters of one row, on both sides), it is 1.
///
/// # Errors
/// [`Error::Shape`] unless there is one label and one class for each row.
///
/// ```
/// use lesson_lib::{cluster, ndarray::array};
/// assert_eq!(cluster::adjusted_rand_index(&array![1, 1, 0], &array![0, 0, 5])?, 1.0);
/// assert_eq!(cluster::adjusted_rand_index(&array![0, 0, 1, 1], &array![0, 1, 0, 1])?, -0.5);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn adjusted_rand_index<L: Copy + Ord, C: Copy + Ord>(
    labels: &ArrayRef1<L>,
    truth: &ArrayRef1<C>,
) -> Result<f64> {
    Ok(rand_index(&ContingencyTable::new("cluster::adjusted_rand_index", labels, truth)?))
}

/// The number of rows in each cluster, in each class, and in each pair of both that occurs.
struct ContingencyTable {
    of_cluster: Vec<f64>,
    of_class: Vec<f64>,
    of_both: BTreeMap<(usize, usize), f64>,
}

impl ContingencyTable {
    fn new<L: Copy + Ord, C: Copy + Ord>(
        operation: &str,
        labels: &ArrayRef1<L>,
        truth: &ArrayRef1<C>,
    ) -> Result<Self> {
        if labels.len() != truth.len() {
            let help = "labels and truth have one entry for each row";
            return Err(Error::shape(operation, [labels.shape(), truth.shape()], help));
        }
        let (clusters, classes) = (numbers(labels), numbers(truth));
        let mut counts = ContingencyTable {
            of_cluster: vec![0.0; clusters.len()],
            of_class: vec![0.0; classes.len()],
            of_both: BTreeMap::new(),
        };
        for (label, class) in labels.iter().zip(truth) {
            let (cluster, class) = (clusters[label], classes[class]);
            counts.of_cluster[cluster] += 1.0;
            counts.of_class[class] += 1.0;
            *counts.of_both.entry((cluster, class)).or_default() += 1.0;
        }
        Ok(counts)
    }
}

/// The values that occur, numbered.
fn numbers<L: Copy + Ord>(labels: &ArrayRef1<L>) -> BTreeMap<L, usize> {
    let mut numbers: BTreeMap<L, usize> = labels.iter().map(|&label| (label, 0)).collect();
    numbers.values_mut().enumerate().for_each(|(i, number)| *number = i);
    numbers
}

fn rand_index(counts: &ContingencyTable) -> f64 {
    let pairs = |count: &f64| count * (count - 1.0) / 2.0;
    let all = pairs(&counts.of_class.iter().sum());
    let together: f64 = counts.of_both.values().map(pairs).sum();
    let in_labels: f64 = counts.of_cluster.iter().map(pairs).sum();
    let in_truth: f64 = counts.of_class.iter().map(pairs).sum();
    if all <= 0.0 || in_labels + in_truth == 0.0 || in_labels + in_truth == 2.0 * all {
        return 1.0;
    }
    // Numerator and denominator times `all`: whole numbers, exact for all but huge tables.
    let by_chance = in_labels * in_truth;
    (together * all - by_chance) / ((in_labels + in_truth) / 2.0 * all - by_chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;
    use ndarray::{Array1, array};

    #[test]
    fn the_index_counts_pairs() {
        let mut generator = Generator::from_entropy();
        let seed = generator.initial_seed();
        for _ in 0..20 {
            let [a, b] = [0, 1].map(|_| generator.randint(0, 4, 30).unwrap());
            let pairs = || (0..30).flat_map(|i| (0..i).map(move |j| (i, j)));
            let count = |same: &dyn Fn(usize, usize) -> bool| {
                pairs().filter(|&(i, j)| same(i, j)).count() as f64
            };
            let (in_a, in_b) = (count(&|i, j| a[i] == a[j]), count(&|i, j| b[i] == b[j]));
            let both = count(&|i, j| a[i] == a[j] && b[i] == b[j]);
            let chance = in_a * in_b / 435.0;
            let expected = (both - chance) / ((in_a + in_b) / 2.0 - chance);
            let found = adjusted_rand_index(&a, &b).unwrap();
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}, seed {seed}");
        }
    }

    #[test]
    fn trivial_groupings_agree() {
        let none = Array1::<usize>::zeros(0);
        assert_eq!(adjusted_rand_index(&none, &none).unwrap(), 1.0);
        assert_eq!(adjusted_rand_index(&array![3], &array![4]).unwrap(), 1.0);
        assert_eq!(adjusted_rand_index(&array![3, 3], &array![4, 4]).unwrap(), 1.0);
        assert_eq!(adjusted_rand_index(&array![0, 1], &array![4, 5]).unwrap(), 1.0);
        assert_eq!(adjusted_rand_index(&array![0, 1], &array![4, 4]).unwrap(), 0.0);
    }

    #[test]
    fn too_many_clusters_are_counted_but_not_matched() {
        let each = Array1::from_iter(0..40_000_usize);
        let halves = each.mapv(|row| row / 20_000);
        assert_eq!(adjusted_rand_index(&each, &each).unwrap(), 1.0);
        assert_eq!(adjusted_rand_index(&each, &halves).unwrap(), 0.0);
        assert_eq!(accuracy(&each, &halves).unwrap(), 2.0 / 40_000.0);
        let error = accuracy(&each, &each).unwrap_err().to_string();
        assert!(error.contains("40000 clusters and 40000 classes"), "{error}");
    }

    #[test]
    fn labels_without_truth_are_refused() {
        let error = accuracy(&array![1, 2], &array![1]).unwrap_err().to_string();
        assert!(error.contains("(2,) and (1,)"), "{error}");
        let none = Array1::<usize>::zeros(0);
        assert!(accuracy(&none, &none).unwrap_err().to_string().contains("no rows"));
    }
}
