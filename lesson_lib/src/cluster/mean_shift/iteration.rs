//! One iteration: batch after batch, the rows of a batch at the same time.

use super::sample::EXTRA_WEIGHT;
use super::schedule::Schedule;
use super::settings::{MeanShift, Neighborhood};
use crate::cluster::pairs::{InnerLoops, ONE_THREAD, PackedPoints, Profile, Query, Threads};
use crate::tasks::task_size;
use ndarray::{Array2, ArrayRef2};
use rayon::prelude::*;

/// The points between iterations, and how they move.
pub(super) struct Iteration<'a, T: InnerLoops> {
    settings: &'a MeanShift,
    scale: f64,
    profile: Profile<T>,
    /// Added to every weight, as a multiple of the weight at distance 0.
    extra_weight: f64,
    /// The points in the order of the data, up to date only after a call of `points`.
    x: Array2<T>,
    schedule: Schedule,
    points: PackedPoints<T>,
    done: usize,
}

impl<'a, T: InnerLoops> Iteration<'a, T> {
    /// Before the first iteration; the coordinates of `x: (n, d)` are data units times `scale`.
    pub(super) fn new(settings: &'a MeanShift, x: Array2<T>, scale: f64) -> Self {
        Self {
            settings,
            scale,
            profile: Profile::new(settings.weight, scale),
            extra_weight: extra_weight(settings),
            schedule: Schedule::all(x.nrows()),
            points: PackedPoints::new(&x),
            x,
            done: 0,
        }
    }

    /// The points in the order of the data: `(n, d)`.
    pub(super) fn points(&mut self) -> &ArrayRef2<T> {
        self.points.write(&mut self.x, |position| self.schedule.rows[position]);
        &self.x
    }

    /// The points in the order of the data, after the last iteration.
    pub(super) fn into_points(mut self) -> Array2<T> {
        self.points();
        self.x
    }

    /// Moves every point once; returns the largest move, or `None` if a point left the range of
    /// the numbers.
    pub(super) fn advance(&mut self) -> Option<f64> {
        if self.settings.neighborhood != Neighborhood::All {
            self.reschedule();
        }
        self.done += 1;
        let (n, d) = (self.points.len(), self.points.dimension());
        let size = self.settings.update.batch(n);
        let (mut moved, mut sums) = (vec![T::zero(); size.min(n) * d], vec![0.0; 2 * d]);
        let mut largest = 0.0_f64;
        for first in (0..n).step_by(size) {
            let moved = &mut moved[..size.min(n - first) * d];
            largest = largest.max(self.move_batch(first, moved, &mut sums)?);
        }
        Some(largest)
    }

    fn reschedule(&mut self) {
        self.points();
        self.schedule = Schedule::new(self.settings, &self.x, self.scale, self.done);
        self.points.fill(&self.x, |position| self.schedule.rows[position]);
    }

    /// Moves the rows of the ranks from `first` on; `moved: (count · d)` and `sums: (2 d)` are
    /// room to work in.
    fn move_batch(&mut self, first: usize, moved: &mut [T], sums: &mut [f64]) -> Option<f64> {
        let d = self.points.dimension();
        let count = moved.len() / d;
        let largest = if count == 1 {
            self.move_row(first, moved, sums, Threads::All)?
        } else if moved.len() * self.points.len() <= ONE_THREAD {
            let mut rows = (first..).zip(moved.chunks_exact_mut(d));
            rows.try_fold(0.0_f64, |largest, (rank, moved)| {
                Some(largest.max(self.move_row(rank, moved, sums, Threads::One)?))
            })?
        } else {
            let size = task_size(count, rayon::current_num_threads());
            let rows = moved.par_chunks_exact_mut(d).enumerate().with_max_len(size);
            let moves = rows.map_init(
                || vec![0.0; 2 * d],
                |sums, (i, moved)| self.move_row(first + i, moved, sums, Threads::One),
            );
            moves.try_reduce(|| 0.0, |a, b| Some(a.max(b)))?
        };
        for (rank, point) in (first..).zip(moved.chunks_exact(d)) {
            self.points.replace(self.schedule.positions[rank], point);
        }
        Some(largest)
    }

    /// Writes where the row of this rank moves to; returns the distance, or `None` if the row
    /// leaves the range of the numbers.
    fn move_row(
        &self,
        rank: usize,
        moved: &mut [T],
        sums: &mut [f64],
        threads: Threads,
    ) -> Option<f64> {
        self.points.read(self.schedule.positions[rank], moved.iter_mut());
        sums.fill(0.0);
        let (weighted, unweighted) = sums.split_at_mut(moved.len());
        let mut weight = 0.0;
        let ranges = self.schedule.neighbors(self.settings.update, rank).into_iter();
        for range in ranges.filter(|range| !range.is_empty()) {
            let mut query = Query { profile: self.profile, from: moved, range };
            weight += self.points.weighted_sums(&query, threads, weighted);
            if self.extra_weight > 0.0 {
                query.profile = Profile::uniform();
                let count = self.points.weighted_sums(&query, threads, unweighted);
                weight += self.extra_weight * count;
            }
        }
        let mut squared = 0.0;
        for ((coordinate, weighted), unweighted) in moved.iter_mut().zip(weighted).zip(unweighted) {
            let sum = *weighted + self.extra_weight * *unweighted;
            // A row that sees nothing stays.
            let by = if weight == 0.0 { 0.0 } else { self.settings.step * sum / weight };
            let before = *coordinate;
            *coordinate += T::from_f64(by);
            // Far from the origin, rounding swallows small steps: nothing has moved then.
            if *coordinate != before {
                squared += by * by;
            }
        }
        let in_range = squared.is_finite() && moved.iter().all(|value| value.is_finite());
        in_range.then(|| squared.sqrt())
    }
}

/// Without it a sample of points that are all out of reach would have weights of 0 and no mean.
fn extra_weight(settings: &MeanShift) -> f64 {
    match settings.neighborhood {
        Neighborhood::Sample { .. } => {
            let largest: f64 = settings.weight.at(0.0);
            (EXTRA_WEIGHT / largest).max(f64::MIN_POSITIVE)
        }
        Neighborhood::All | Neighborhood::Sorted { .. } => 0.0,
    }
}
