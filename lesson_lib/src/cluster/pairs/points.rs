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
            self.replace(position, x.row(row_at(position)));
        }
    }

    /// Writes the point at each position to row `row_at(position)` of `x`.
    pub(in super::super) fn write(&self, x: &mut ArrayRef2<T>, row_at: impl Fn(usize) -> usize) {
        for position in 0..self.n {
            self.read(position, x.row_mut(row_at(position)));
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
    pub(in super::super) fn read<'a>(
        &self,
        position: usize,
        to: impl IntoIterator<Item = &'a mut T>,
    ) {
        let coordinates = self.chunks[self.start(position)..].iter().step_by(T::LANES);
        to.into_iter().zip(coordinates).for_each(|(to, &coordinate)| *to = coordinate);
    }

    /// Replaces the point at a position.
    pub(in super::super) fn replace<'a>(
        &mut self,
        position: usize,
        point: impl IntoIterator<Item = &'a T>,
    ) {
        let start = self.start(position);
        let coordinates = self.chunks[start..].iter_mut().step_by(T::LANES);
        coordinates.zip(point).for_each(|(coordinate, &value)| *coordinate = value);
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
        blocks::<T>(&range).map(|part| self.add_block(profile, from, part, offset)).sum()
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
        let blocks: Vec<Range<usize>> = blocks::<T>(&range).collect();
        let parts: Vec<(f64, Vec<f64>)> = blocks
            .into_par_iter()
            .map(|part| {
                let mut offset = vec![0.0; self.d];
                (self.add_block(profile, from, part, &mut offset), offset)
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

/// The pieces of a range of positions that are summed at a time.
fn blocks<T: Float>(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let (first, last, block) = (range.start, range.end, BLOCK * T::LANES);
    let numbers = first / block..last.div_ceil(block);
    numbers.map(move |k| first.max(k * block)..last.min((k + 1) * block))
}
