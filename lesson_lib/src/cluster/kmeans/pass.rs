//! One look at all points: the nearest centroid of each, and the sums for the means.

use super::nearest::{Lookup, Lookups, Nearest};
use super::packed::{LANES, Packed};
use super::sums::Sums;
use ndarray::Array2;
use rayon::prelude::*;

/// The most groups that are summed by themselves.
const MOST_GROUPS: usize = 256;

/// What one look finds.
pub(super) struct Pass {
    pub(super) sums: Sums,
    /// The sum of all squared distances.
    pub(super) inertia: f64,
}

impl Pass {
    pub(super) fn empty(shape: (usize, usize)) -> Self {
        Self { sums: Sums::empty(shape), inertia: 0.0 }
    }

    /// Looks at all points; writes the number of each one's cluster to `labels`, which has room for
    /// whole groups.
    ///
    /// Chunks of groups are summed by themselves and added in their order, whatever the number of
    /// threads, so that the result does not depend on it.
    pub(super) fn over<T: Lookups>(
        points: &Packed<T>,
        centroids: &Array2<T>,
        nearest: Nearest<T>,
        labels: &mut [u32],
    ) -> Self {
        let (k, d) = centroids.dim();
        let centroids = centroids.as_standard_layout();
        let centroids = centroids.as_slice().unwrap_or_default();
        let size = groups_of_chunk((k, d));
        let parts: Vec<Self> = labels
            .par_chunks_mut(size * LANES)
            .enumerate()
            .map(|(chunk, labels)| {
                let groups = chunk * size..chunk * size + labels.len() / LANES;
                let mut squared = [T::zero(); MOST_GROUPS * LANES];
                let squared = &mut squared[..labels.len()];
                let lookup = Lookup { groups: points.groups(groups.clone()), centroids, d };
                nearest.find(&lookup, labels, squared);
                let rows = labels.len().min(points.n - groups.start * LANES);
                Self {
                    sums: Sums::of(points, groups, &labels[..rows], (k, d)),
                    inertia: sum_of(&squared[..rows]),
                }
            })
            .collect();
        let mut all = Self::empty((k, d));
        for part in &parts {
            all.sums.add(&part.sums);
            all.inertia += part.inertia;
        }
        all
    }
}

/// Few points of many coordinates make enough work for all threads; but there should be more points
/// than sums, which one thread adds up.
fn groups_of_chunk((k, d): (usize, usize)) -> usize {
    if d <= 4 { MOST_GROUPS } else { k.clamp(MOST_GROUPS / 4, MOST_GROUPS) }
}

/// Lane by lane: one addition need not wait for the other.
fn sum_of<T: Lookups>(squared: &[T]) -> f64 {
    let (groups, rest) = squared.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for group in groups {
        sums.iter_mut().zip(group).for_each(|(sum, &squared)| *sum += squared.into());
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&squared| squared.into()).sum::<f64>()
}
