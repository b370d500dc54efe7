//! One iteration: batch after batch, the rows of a batch at the same time.

use super::arrangement::Arrangement;
use super::settings::{MeanShift, Order, Sight};
use crate::cluster::Float;
use crate::cluster::pairs::{Points, Profile};
use ndarray::{Array2, ArrayRef2};
use rayon::prelude::*;
use std::ops::Range;

/// Pieces of a batch for each thread, so that a thread that was held up leaves its rest to others.
const PIECES_PER_THREAD: usize = 4;

/// Up to so many coordinates looked at in a batch, one thread is done before others have woken up.
const ONE_THREAD: usize = 1 << 18;

/// The points between iterations, and how they move.
pub(super) struct Iteration<'a, T: Float> {
    settings: &'a MeanShift,
    scale: f64,
    profile: Profile<T>,
    /// The points as they stand in the data, up to date only when `points` was called.
    x: Array2<T>,
    arrangement: Arrangement,
    points: Points<T>,
    done: usize,
}

impl<'a, T: Float> Iteration<'a, T> {
    /// Before the first iteration; the coordinates of `x: (n, d)` are data units times `scale`.
    pub(super) fn new(settings: &'a MeanShift, x: Array2<T>, scale: f64) -> Self {
        let profile = Profile::new(settings.weight, scale);
        let arrangement = Arrangement::plain(x.nrows());
        let points = Points::new(&x);
        Self { settings, scale, profile, x, arrangement, points, done: 0 }
    }

    /// The points in the order of the data: `(n, d)`.
    pub(super) fn points(&mut self) -> &ArrayRef2<T> {
        self.points.write(&mut self.x, |position| self.arrangement.rows[position]);
        &self.x
    }

    /// The points in the order of the data, when all is done.
    pub(super) fn into_points(mut self) -> Array2<T> {
        self.points();
        self.x
    }

    /// Moves every point once; returns how far the one did that moved farthest.
    pub(super) fn advance(&mut self) -> f64 {
        self.arrange();
        self.done += 1;
        let n = self.points.len();
        let size = match self.settings.order {
            Order::Simultaneous => n.max(1),
            Order::InPlace => 1,
            Order::Batches(size) => size,
        };
        let d = self.points.dimension();
        let (mut moved, mut sums) = (vec![T::zero(); size.min(n) * d], vec![0.0; 2 * d]);
        let mut largest = 0.0;
        for first in (0..n).step_by(size) {
            let moved = &mut moved[..size.min(n - first) * d];
            largest = larger(largest, self.move_batch(first, moved, &mut sums));
        }
        largest
    }

    fn arrange(&mut self) {
        if self.settings.sight == Sight::All {
            return;
        }
        self.points();
        self.arrangement = Arrangement::new(self.settings, &self.x, self.scale, self.done);
        self.points.fill(&self.x, |position| self.arrangement.rows[position]);
    }

    /// Moves the rows that take turns `first..first + count`; `moved: (count · d)` and
    /// `sums: (2 d)` are room to work in.
    fn move_batch(&mut self, first: usize, moved: &mut [T], sums: &mut [f64]) -> f64 {
        let d = self.points.dimension();
        let count = moved.len() / d;
        let largest = if count == 1 {
            self.move_row(first, moved, sums, Points::add_in_parallel)
        } else if moved.len() * self.points.len() <= ONE_THREAD {
            self.move_rows(first, moved, sums)
        } else {
            let rows = count.div_ceil(rayon::current_num_threads() * PIECES_PER_THREAD);
            let pieces = moved.par_chunks_mut(rows * d).enumerate();
            let moves = pieces.map(|(piece, moved)| {
                self.move_rows(first + piece * rows, moved, &mut vec![0.0; 2 * d])
            });
            moves.reduce(|| 0.0, larger)
        };
        for (turn, point) in (first..).zip(moved.chunks_exact(d)) {
            self.points.replace(self.arrangement.turns[turn], point);
        }
        largest
    }

    fn move_rows(&self, first: usize, moved: &mut [T], sums: &mut [f64]) -> f64 {
        let rows = moved.chunks_exact_mut(self.points.dimension()).enumerate();
        rows.map(|(i, moved)| self.move_row(first + i, moved, sums, Points::add)).fold(0.0, larger)
    }

    /// Writes where the row with this turn moves to; returns how far that is.
    fn move_row(&self, turn: usize, moved: &mut [T], sums: &mut [f64], add: Add<T>) -> f64 {
        let position = self.arrangement.turns[turn];
        self.points.read(position, moved.iter_mut());
        sums.fill(0.0);
        let (offset, to_all) = sums.split_at_mut(moved.len());
        let extra = self.arrangement.extra_weight(self.settings);
        let mut weight = 0.0;
        for seen in self.arrangement.seen(self.settings.order, turn, position) {
            weight += add(&self.points, self.profile, moved, seen.clone(), offset);
            if extra > 0.0 {
                weight += extra * add(&self.points, Profile::uniform(), moved, seen, to_all);
            }
        }
        let mut squared = 0.0;
        for ((coordinate, sum), to_all) in moved.iter_mut().zip(offset).zip(to_all) {
            let by = self.settings.step * (*sum + extra * *to_all) / weight;
            *coordinate += T::rounded(by);
            squared += if coordinate.is_finite() { by * by } else { f64::NAN };
        }
        squared.sqrt()
    }
}

/// [`Points::add`] or its form for a row that is alone in its batch.
type Add<T> = fn(&Points<T>, Profile<T>, &[T], Range<usize>, &mut [f64]) -> f64;

/// The larger of two moves; `NaN` if one of them is.
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}
