//! Points in the order in which vector instructions read them.

use super::inner_loop::{InnerLoop, InnerLoops};
use super::query::Query;
use ndarray::ArrayRef2;
use rayon::prelude::*;
use std::ops::Range;

/// Chunks that are summed in the points' own precision before the sum goes on in double
/// precision: rounding then does not grow with the number of points.
const BLOCK: usize = 256;

/// Up to this many coordinates to look at, one thread is done before others have woken up.
pub(in super::super) const ONE_THREAD: usize = 1 << 18;

/// How many threads may answer one query.
#[derive(Clone, Copy, PartialEq)]
pub(in super::super) enum Threads {
    One,
    All,
}

/// Points `(n, d)`, in chunks: one point for each lane of a vector.
///
/// A chunk holds the first coordinate of its points, then the second, and so on; the last chunk is
/// filled up with zeros.
pub(in super::super) struct PackedPoints<T: InnerLoops> {
    chunks: Vec<T>,
    n: usize,
    d: usize,
    inner_loop: InnerLoop<T>,
}

impl<T: InnerLoops> PackedPoints<T> {
    /// Copies the rows of `x: (n, d)`.
    pub(in super::super) fn new(x: &ArrayRef2<T>) -> Self {
        Self::with_inner_loop(x, T::fastest())
    }

    pub(super) fn with_inner_loop(x: &ArrayRef2<T>, inner_loop: InnerLoop<T>) -> Self {
        let (n, d) = x.dim();
        let chunks = vec![T::zero(); n.div_ceil(T::LANES) * T::LANES * d];
        let mut points = Self { chunks, n, d, inner_loop };
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

    /// Returns `Σ w` over the points that the query asks for, and adds `Σ w·(p − q)` to
    /// `offset: (d)`. The result does not depend on the number of threads.
    pub(in super::super) fn weighted_sums(
        &self,
        query: &Query<T>,
        threads: Threads,
        offset: &mut [f64],
    ) -> f64 {
        let sum_block = |range, offset: &mut [f64]| {
            let query = Query { range, ..query.clone() };
            self.inner_loop.sum_block(&self.chunks, &query, offset)
        };
        let blocks = blocks::<T>(&query.range);
        if threads == Threads::One || query.range.len() * self.d <= ONE_THREAD {
            return blocks.map(|block| sum_block(block, offset)).sum();
        }
        let in_parallel = blocks.collect::<Vec<_>>().into_par_iter().map(|block| {
            let mut offset = vec![0.0; self.d];
            (sum_block(block, &mut offset), offset)
        });
        let parts: Vec<(f64, Vec<f64>)> = in_parallel.collect();
        parts.into_iter().fold(0.0, |weight, (part, part_offset)| {
            offset.iter_mut().zip(part_offset).for_each(|(sum, part)| *sum += part);
            weight + part
        })
    }

    /// Where the first coordinate of a point stands.
    fn start(&self, position: usize) -> usize {
        position / T::LANES * T::LANES * self.d + position % T::LANES
    }
}

/// The pieces of a range of positions that are summed at a time.
fn blocks<T: InnerLoops>(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let (first, last, block) = (range.start, range.end, BLOCK * T::LANES);
    let numbers = first / block..last.div_ceil(block);
    numbers.map(move |k| first.max(k * block)..last.min((k + 1) * block))
}
