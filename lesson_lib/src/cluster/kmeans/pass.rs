//! One look at all points: the nearest centroid of each, and the sums for the means.

use super::nearest::{Lookup, Lookups, Nearest};
use super::packed::{LANES, Packed};
use ndarray::Array2;
use rayon::prelude::*;

/// Groups that are summed by themselves. The parts are added in their order, whatever the number of
/// threads, so that the result does not depend on it.
const GROUPS: usize = 256;

/// What one look finds.
pub(super) struct Pass {
    /// The sum of the points of each cluster: `(k · d)`.
    pub(super) sums: Vec<f64>,
    /// The points of each cluster: `(k)`.
    pub(super) counts: Vec<usize>,
    /// The sum of all squared distances.
    pub(super) inertia: f64,
}

impl Pass {
    pub(super) fn empty(k: usize, d: usize) -> Self {
        Self { sums: vec![0.0; k * d], counts: vec![0; k], inertia: 0.0 }
    }

    fn add(&mut self, part: &Self) {
        self.sums.iter_mut().zip(&part.sums).for_each(|(sum, part)| *sum += part);
        self.counts.iter_mut().zip(&part.counts).for_each(|(count, part)| *count += part);
        self.inertia += part.inertia;
    }

    /// Looks at all points; writes the number of each one's cluster to `labels`, which has room for
    /// whole groups.
    pub(super) fn over<T: Lookups>(
        points: &Packed<T>,
        centroids: &Array2<T>,
        nearest: Nearest<T>,
        labels: &mut [u32],
    ) -> Self {
        let (k, d) = centroids.dim();
        let centroids = centroids.as_standard_layout();
        let centroids = centroids.as_slice().unwrap_or_default();
        let chunks = labels.par_chunks_mut(GROUPS * LANES).enumerate();
        let parts: Vec<Self> = chunks
            .map(|(chunk, labels)| {
                let groups = points.groups(chunk * GROUPS, GROUPS);
                let mut squared = [T::zero(); GROUPS * LANES];
                let squared = &mut squared[..labels.len()];
                nearest.find(&Lookup { groups, centroids, d }, labels, squared);
                let rows = labels.len().min(points.n - chunk * GROUPS * LANES);
                Self::of_chunk(groups, &labels[..rows], &squared[..rows], (k, d))
            })
            .collect();
        let mut all = Self::empty(k, d);
        parts.iter().for_each(|part| all.add(part));
        all
    }

    fn of_chunk<T: Lookups>(
        groups: &[T],
        labels: &[u32],
        squared: &[T],
        (k, d): (usize, usize),
    ) -> Self {
        let mut part = Self::empty(k, d);
        for (group, labels) in groups.chunks_exact(d * LANES).zip(labels.chunks(LANES)) {
            for (lane, &label) in labels.iter().enumerate() {
                let label = label as usize;
                part.counts[label] += 1;
                let sums = &mut part.sums[label * d..][..d];
                for (j, sum) in sums.iter_mut().enumerate() {
                    *sum += group[j * LANES + lane].into();
                }
            }
        }
        part.inertia = squared.iter().map(|&distance| distance.into()).sum();
        part
    }
}
