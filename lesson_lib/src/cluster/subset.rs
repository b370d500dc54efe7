//! A random sample of the rows, where the pairs of all rows would be too many.

use crate::random::Generator;
use ndarray::ArrayRef1;
use std::collections::BTreeMap;

/// Up to this many rows, all pairs are compared.
pub(super) const EXACT: usize = 20_000;

/// All of `n` rows, or [`EXACT`] of them drawn at random where there are more; the same at every
/// call.
pub(super) fn subset(n: usize) -> Vec<usize> {
    if n <= EXACT {
        return (0..n).collect();
    }
    Generator::new(0).randperm(n).to_vec()[..EXACT].to_vec()
}

/// All rows of `labels: (n)`, or [`EXACT`] of them drawn at random where there are more, and then
/// as many more as it takes for two rows of each label, or its only one.
pub(super) fn subset_of_each(labels: &ArrayRef1<usize>) -> Vec<usize> {
    let n = labels.len();
    if n <= EXACT {
        return (0..n).collect();
    }
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut rows, mut sample) = (Generator::new(0).randperm(n).into_iter(), Vec::new());
    sample.extend(rows.by_ref().take(EXACT));
    sample.iter().for_each(|&row| *taken.entry(labels[row]).or_default() += 1);
    for row in rows {
        let taken = taken.entry(labels[row]).or_default();
        if *taken < 2 {
            *taken += 1;
            sample.push(row);
        }
    }
    sample
}
