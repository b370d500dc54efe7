//! Points in the order in which vector instructions read them.

use super::kernel::{Kernel, View};
use super::profile::Profile;
use crate::cluster::Float;
use ndarray::ArrayRef2;
use rayon::prelude::*;
use std::ops::Range;

/// Chunks that are summed in the points' own precision before the sum goes on in double
/// precision: rounding then does not grow with the number of points.
const BLOCK: usize = 256;

/// From so many coordinates on, several threads look from one point sooner than one alone.
const ONE_THREAD: usize = 1 << 18;

/// Points `(n, d)`, in chunks of as many as a vector has lanes.
///
/// A chunk holds the first coordinate of its points, then the second, and so on; the last chunk is
/// filled up with zeros.
pub(in super::super) struct Points<T: Float> {
    chunks: Vec<T>,
    n: usize,
    d: usize,
    kernel: Kernel<T>,
}

impl<T: Float> Points<T> {
    /// Copies the rows of `x: (n, d)`.
    pub(in super::super) fn new(x: &ArrayRef2<T>) -> Self {
        Self::with_kernel(x, T::fastest())
    }

    pub(super) fn with_kernel(x: &ArrayRef2<T>, kernel: Kernel<T>) -> Self {
        let (n, d) = x.dim();
        let chunks = vec![T::zero(); n.div_ceil(T::LANES) * T::LANES * d];
        let mut points = Self { chunks, n, d, kernel };
        points.fill(x, |row| row);
        points
    }

    /// Puts row `row_at(position)` of `x` at each position.
    pub(in super::super) fn fill(&mut self, x: &ArrayRef2<T>, row_at: impl Fn(usize) -> usize) {
        for position in 0..self.n {
            let start = self.start(position);
            for (k, &coordinate) in x.row(row_at(position)).iter().enumerate() {
                self.chunks[start + k * T::LANES] = coordinate;
            }
        }
    }

    /// Writes the point at each position to row `row_at(position)` of `x`.
    pub(in super::super) fn write(&self, x: &mut ArrayRef2<T>, row_at: impl Fn(usize) -> usize) {
        for position in 0..self.n {
            let start = self.start(position);
            for (k, to) in x.row_mut(row_at(position)).iter_mut().enumerate() {
                *to = self.chunks[start + k * T::LANES];
            }
        }
    }

    /// The number of points.
    pub(in super::super) fn len(&self) -> usize {
        self.n
    }

    /// The number of coordinates of a point.
    pub(in super::super) fn dimension(&self) -> usize {
        self.d
    }

    /// Copies the point at a position to `to: (d)`.
    pub(in super::super) fn read(&self, position: usize, to: &mut [T]) {
        let start = self.start(position);
        for (k, to) in to.iter_mut().enumerate() {
            *to = self.chunks[start + k * T::LANES];
        }
    }

    /// Replaces the point at a position.
    pub(in super::super) fn replace(&mut self, position: usize, point: &[T]) {
        let start = self.start(position);
        for (k, &coordinate) in point.iter().enumerate() {
            self.chunks[start + k * T::LANES] = coordinate;
        }
    }

    /// Returns `Σ w` over the points at `range`, seen from `from: (d)`, and adds `Σ w·(p − from)`
    /// to `offset: (d)`. The result does not depend on the number of threads.
    pub(in super::super) fn add(
        &self,
        profile: Profile<T>,
        from: &[T],
        range: Range<usize>,
        offset: &mut [f64],
    ) -> f64 {
        let block = BLOCK * T::LANES;
        let blocks = range.start / block..range.end.div_ceil(block);
        let part = |k: usize| range.start.max(k * block)..range.end.min((k + 1) * block);
        blocks.map(|k| self.add_block(profile, from, part(k), offset)).sum()
    }

    /// [`add`](Self::add) for one point alone, on several threads where that pays.
    pub(in super::super) fn add_in_parallel(
        &self,
        profile: Profile<T>,
        from: &[T],
        range: Range<usize>,
        offset: &mut [f64],
    ) -> f64 {
        if range.len() * self.d < ONE_THREAD {
            return self.add(profile, from, range, offset);
        }
        let block = BLOCK * T::LANES;
        let part = |k: usize| range.start.max(k * block)..range.end.min((k + 1) * block);
        let parts: Vec<(f64, Vec<f64>)> = (range.start / block..range.end.div_ceil(block))
            .into_par_iter()
            .map(|k| {
                let mut offset = vec![0.0; self.d];
                (self.add_block(profile, from, part(k), &mut offset), offset)
            })
            .collect();
        parts.into_iter().fold(0.0, |weight, (part, part_offset)| {
            offset.iter_mut().zip(part_offset).for_each(|(sum, part)| *sum += part);
            weight + part
        })
    }

    fn add_block(
        &self,
        profile: Profile<T>,
        from: &[T],
        range: Range<usize>,
        offset: &mut [f64],
    ) -> f64 {
        self.kernel.add(&View { profile, chunks: &self.chunks, range, from }, offset)
    }

    /// Where the first coordinate of a point stands.
    fn start(&self, position: usize) -> usize {
        position / T::LANES * T::LANES * self.d + position % T::LANES
    }
}
