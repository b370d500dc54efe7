//! The order in which rows move, and which points each of them sees.

use super::sample::Sample;
use super::settings::{Bins, MeanShift, Neighborhood, UpdateOrder};
use super::sorted;
use crate::cluster::Float;
use ndarray::ArrayRef2;
use std::ops::Range;

/// The schedule of one iteration. A row has an index in the data, a *position* among the packed
/// points, and a *rank*: it moves first, second, and so on.
pub(super) struct Schedule {
    /// The row at each position.
    pub(super) rows: Vec<usize>,
    /// The position of each rank.
    pub(super) positions: Vec<usize>,
    /// How many positions before and after its own a row sees, unless it sees a sample.
    reach: usize,
    /// Whether windows end one row early, and before the last row.
    ends_early: bool,
    sample: Option<Sample>,
}

impl Schedule {
    /// Rows as they come, each seeing all: the same in every iteration.
    pub(super) fn all(n: usize) -> Self {
        let rows: Vec<usize> = (0..n).collect();
        Self { positions: rows.clone(), rows, reach: n, ends_early: false, sample: None }
    }

    /// The schedule of one iteration over `points: (n, d)`, whose coordinates are data units times
    /// `scale`.
    pub(super) fn new<T: Float>(
        settings: &MeanShift,
        points: &ArrayRef2<T>,
        scale: f64,
        iteration: usize,
    ) -> Self {
        let n = points.nrows();
        match settings.neighborhood {
            Neighborhood::All => Self::all(n),
            Neighborhood::Sample { k, seed } => {
                let sample = Sample::new(k, seed, iteration, n);
                let rows = sample.shuffled();
                let positions = inverse(&rows);
                Self { positions, rows, reach: 0, ends_early: false, sample: Some(sample) }
            }
            Neighborhood::Sorted { deviations, bins } => {
                let width = settings.weight.width();
                let (rows, reach) = sorted::window(points, scale, width, deviations, bins);
                let ends_early = bins == Bins::Posted;
                Self { positions: (0..n).collect(), rows, reach, ends_early, sample: None }
            }
        }
    }

    /// The positions that the row of this rank sees: one range, or two where a sample goes on from
    /// the last position to the first.
    pub(super) fn neighbors(&self, update: UpdateOrder, rank: usize) -> [Range<usize>; 2] {
        match &self.sample {
            None => {
                let position = self.positions[rank];
                let early = usize::from(self.ends_early);
                let end = position.saturating_add(self.reach).saturating_add(1 - early);
                let end = end.min(self.rows.len() - early);
                [position.saturating_sub(self.reach)..end, 0..0]
            }
            // The rows of a batch share a sample.
            Some(sample) => sample.positions(match update {
                UpdateOrder::Batches(size) => rank / size,
                UpdateOrder::InPlace | UpdateOrder::Simultaneous => rank,
            }),
        }
    }
}

/// The position of each row.
fn inverse(rows: &[usize]) -> Vec<usize> {
    let mut positions = vec![0; rows.len()];
    for (position, &row) in rows.iter().enumerate() {
        positions[row] = position;
    }
    positions
}
