//! What a search asks for: how many, which ones, or the nearest.

use super::columns::{Columns, LANES};
use std::ops::Range;

/// What becomes of the points that a search comes upon.
///
/// A search shows each point once, in any order; it may leave out those that are farther away than
/// [`reach`](Self::reach), which may shrink while points come.
pub trait Collector {
    /// The squared distance beyond which no point counts.
    fn reach(&self) -> f64;

    /// Looks at the points at these positions from `from: (d)`.
    fn look(&mut self, points: &Columns, positions: Range<usize>, from: &[f64]);

    /// Whether all points at these positions were taken without a look, because their squared
    /// distances are at most `farthest`.
    fn take_all(&mut self, points: &Columns, positions: Range<usize>, farthest: f64) -> bool {
        let _ = (points, positions, farthest);
        false
    }
}

/// How many points lie within a radius.
pub(super) struct NeighborCount {
    pub(super) squared_radius: f64,
    pub(super) count: usize,
}

impl Collector for NeighborCount {
    fn reach(&self) -> f64 {
        self.squared_radius
    }

    fn look(&mut self, points: &Columns, positions: Range<usize>, from: &[f64]) {
        let radius = self.squared_radius;
        // A count for each lane, as wide as a distance: so the loop stays in vectors.
        let mut counts = [0_u64; LANES];
        points.scan(positions, from, |_, squared| {
            for (count, &distance) in counts.iter_mut().zip(squared) {
                *count += u64::from(distance <= radius);
            }
            true
        });
        self.count += counts.iter().sum::<u64>() as usize;
    }

    fn take_all(&mut self, _: &Columns, positions: Range<usize>, farthest: f64) -> bool {
        let all = farthest <= self.squared_radius;
        self.count += if all { positions.len() } else { 0 };
        all
    }
}

/// Which points lie within a radius.
pub(super) struct NeighborRows {
    pub(super) squared_radius: f64,
    pub(super) rows: Vec<u32>,
}

impl Collector for NeighborRows {
    fn reach(&self) -> f64 {
        self.squared_radius
    }

    fn look(&mut self, points: &Columns, positions: Range<usize>, from: &[f64]) {
        let (radius, rows) = (self.squared_radius, points.rows());
        points.scan(positions, from, |first, squared| {
            for (lane, &distance) in squared.iter().enumerate() {
                if distance <= radius {
                    self.rows.push(rows[first + lane]);
                }
            }
            true
        });
    }

    fn take_all(&mut self, points: &Columns, positions: Range<usize>, farthest: f64) -> bool {
        let all = farthest <= self.squared_radius;
        if all {
            self.rows.extend_from_slice(&points.rows()[positions]);
        }
        all
    }
}

/// How many points are looked at for those within a radius.
pub(super) struct LookCount {
    pub(super) squared_radius: f64,
    pub(super) count: usize,
}

impl Collector for LookCount {
    fn reach(&self) -> f64 {
        self.squared_radius
    }

    fn look(&mut self, _: &Columns, positions: Range<usize>, _: &[f64]) {
        self.count += positions.len();
    }

    fn take_all(&mut self, _: &Columns, _: Range<usize>, farthest: f64) -> bool {
        farthest <= self.squared_radius
    }
}

/// The `k` nearest points, the nearest first; of equally near ones the lower row comes first.
pub(super) struct ClosestRows {
    k: usize,
    /// The squared distance and the row of each.
    pub(super) best: Vec<(f64, u32)>,
}

impl ClosestRows {
    pub(super) fn new(k: usize) -> Self {
        Self { k, best: Vec::with_capacity(k + 1) }
    }

    fn offer(&mut self, candidate: (f64, u32)) {
        let place = self.best.partition_point(|other| *other < candidate);
        self.best.insert(place, candidate);
        self.best.truncate(self.k);
    }
}

impl Collector for ClosestRows {
    fn reach(&self) -> f64 {
        if self.best.len() < self.k { f64::INFINITY } else { self.best[self.k - 1].0 }
    }

    fn look(&mut self, points: &Columns, positions: Range<usize>, from: &[f64]) {
        points.scan(positions, from, |first, squared| {
            for (lane, &distance) in squared.iter().enumerate() {
                if distance <= self.reach() {
                    self.offer((distance, points.rows()[first + lane]));
                }
            }
            true
        });
    }
}
