//! The sums for the means: each point is added to those of its cluster, in double precision.

use super::packed::{LANES, Packed};
use crate::cluster::Float;
use std::array;
use std::ops::Range;

/// What the points of each cluster add up to.
#[derive(Clone)]
pub(super) struct Sums {
    /// `(k · d)`
    pub(super) sums: Vec<f64>,
    /// The points of each cluster: `(k)`.
    pub(super) counts: Vec<usize>,
}

/// Neighbouring points are added to so many sums in turn. Points of one cluster, one after another,
/// would wait for each other's addition.
const TURNS: usize = 4;

impl Sums {
    pub(super) fn empty((k, d): (usize, usize)) -> Self {
        Self { sums: vec![0.0; k * d], counts: vec![0; k] }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| *sum += other);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, other)| *count += other);
    }

    /// The sums of some of the points, in whole groups but for the last ones, whose clusters are
    /// `labels`.
    pub(super) fn of<T: Float>(
        points: &Packed<T>,
        groups: Range<usize>,
        labels: &[u32],
        (k, d): (usize, usize),
    ) -> Self {
        let mut sums = Self::empty((k, d));
        match d {
            1 => sums.add_packed::<T, 1>(points.groups(groups), labels),
            2 => sums.add_packed::<T, 2>(points.groups(groups), labels),
            3 => sums.add_packed::<T, 3>(points.groups(groups), labels),
            4 => sums.add_packed::<T, 4>(points.groups(groups), labels),
            _ => sums.add_rows(points.rows(groups), labels, d),
        }
        sums
    }

    fn add_packed<T: Float, const D: usize>(&mut self, groups: &[T], labels: &[u32]) {
        let mut turns = vec![[[0.0_f64; D]; TURNS]; self.counts.len()];
        let (groups, _) = groups.as_chunks::<LANES>().0.as_chunks::<D>();
        for (group, labels) in groups.iter().zip(labels.chunks(LANES)) {
            for (lane, &label) in labels.iter().enumerate() {
                self.counts[label as usize] += 1;
                let sum = &mut turns[label as usize][lane % TURNS];
                *sum = array::from_fn(|j| sum[j] + group[j][lane].into());
            }
        }
        for (sum, turns) in self.sums.as_chunks_mut::<D>().0.iter_mut().zip(&turns) {
            *sum = array::from_fn(|j| turns.iter().map(|turn| turn[j]).sum());
        }
    }

    fn add_rows<T: Float>(&mut self, rows: &[T], labels: &[u32], d: usize) {
        for (row, &label) in rows.chunks_exact(d).zip(labels) {
            self.counts[label as usize] += 1;
            let sums = &mut self.sums[label as usize * d..][..d];
            sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value.into());
        }
    }
}
