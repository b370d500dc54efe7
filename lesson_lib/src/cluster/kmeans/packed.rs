//! The points, laid out for vectors.

use crate::cluster::Float;
use ndarray::{ArrayRef2, CowArray, Ix2};
use rayon::prelude::*;
use std::ops::Range;

/// Points in groups of [`LANES`]; of each group first all first coordinates, then all second ones.
pub(super) const LANES: usize = 16;

/// Groups that a thread packs at a time.
const TASK: usize = 512;

/// The points of `x: (n, d)`, row by row and in groups. Room behind the last point of a group repeats
/// it.
pub(super) struct Packed<'a, T> {
    rows: CowArray<'a, T, Ix2>,
    groups: Vec<T>,
    pub(super) n: usize,
    d: usize,
}

impl<'a, T: Float> Packed<'a, T> {
    /// `d` is at least 1.
    pub(super) fn new(x: &'a ArrayRef2<T>) -> Self {
        let (n, d) = x.dim();
        let rows = x.as_standard_layout();
        let mut groups = vec![T::zero(); n.div_ceil(LANES) * LANES * d];
        let values = rows.as_slice().unwrap_or_default();
        groups.par_chunks_mut(TASK * LANES * d).enumerate().for_each(|(task, groups)| {
            let rows = values[task * TASK * LANES * d..].chunks(LANES * d);
            groups
                .chunks_exact_mut(LANES * d)
                .zip(rows)
                .for_each(|(group, rows)| pack(group, rows, d));
        });
        Self { rows, groups, n, d }
    }

    /// Some groups, each `(d, LANES)`.
    pub(super) fn groups(&self, range: Range<usize>) -> &[T] {
        &self.groups[range.start * LANES * self.d..range.end * LANES * self.d]
    }

    /// The points of some groups: `(rows, d)`.
    pub(super) fn rows(&self, groups: Range<usize>) -> &[T] {
        let rows = self.n.min(groups.start * LANES)..self.n.min(groups.end * LANES);
        &self.rows.as_slice().unwrap_or_default()[rows.start * self.d..rows.end * self.d]
    }
}

/// Transposes up to [`LANES`] rows to `group: (d, LANES)`.
fn pack<T: Float>(group: &mut [T], rows: &[T], d: usize) {
    let last = rows.len() / d - 1;
    for lane in 0..LANES {
        let row = &rows[lane.min(last) * d..][..d];
        for (values, &value) in group.as_chunks_mut::<LANES>().0.iter_mut().zip(row) {
            values[lane] = value;
        }
    }
}
