//! In which order the rows stand and take turns, and which of them a row sees.

use super::sample::{self, Sample};
use super::settings::{MeanShift, Order, Sight};
use super::sorted;
use crate::cluster::Float;
use ndarray::ArrayRef2;
use std::ops::Range;

/// The arrangement of the rows in one iteration.
pub(super) struct Arrangement {
    /// The row at each position.
    pub(super) rows: Vec<usize>,
    /// The position that takes its turn first, second, and so on.
    pub(super) turns: Vec<usize>,
    sight: Seen,
}

enum Seen {
    All,
    Sample(Sample),
    /// So many positions before and after.
    Within(usize),
}

impl Arrangement {
    /// Rows as they come, all of which are seen: the same in every iteration.
    pub(super) fn plain(n: usize) -> Self {
        let rows: Vec<usize> = (0..n).collect();
        Self { turns: rows.clone(), rows, sight: Seen::All }
    }

    /// The arrangement for one iteration over `points: (n, d)`, whose coordinates are data units
    /// times `scale`.
    pub(super) fn new<T: Float>(
        settings: &MeanShift,
        points: &ArrayRef2<T>,
        scale: f64,
        iteration: usize,
    ) -> Self {
        match settings.sight {
            Sight::All => Self::plain(points.nrows()),
            Sight::Sample { k, seed } => {
                let sample = Sample::new(k, seed, iteration, points.nrows());
                let rows = sample.shuffled();
                Self { turns: inverse(&rows), rows, sight: Seen::Sample(sample) }
            }
            Sight::Sorted { deviations } => {
                let width = settings.weight.width() * scale;
                let (rows, reach) = sorted::window(points, width, deviations);
                let turns = (0..rows.len()).collect();
                Self { rows, turns, sight: Seen::Within(reach) }
            }
        }
    }

    /// The positions that the point at `position` sees, whose turn is number `turn`: one range, or
    /// two where a sample goes on from the last position to the first.
    pub(super) fn seen(&self, order: Order, turn: usize, position: usize) -> [Range<usize>; 2] {
        let n = self.rows.len();
        match &self.sight {
            Seen::All => [0..n, 0..0],
            Seen::Within(reach) => {
                let last = position.saturating_add(*reach).saturating_add(1).min(n);
                [position.saturating_sub(*reach)..last, 0..0]
            }
            Seen::Sample(sample) => sample.seen(match order {
                Order::Batches(size) => turn / size,
                Order::InPlace | Order::Simultaneous => turn,
            }),
        }
    }

    /// What is added to every weight, as a multiple of the weight at distance 0.
    pub(super) fn extra_weight(&self, settings: &MeanShift) -> f64 {
        match self.sight {
            Seen::Sample(_) => {
                let largest: f64 = settings.weight.at(0.0);
                (sample::EXTRA_WEIGHT / largest).max(f64::MIN_POSITIVE)
            }
            Seen::All | Seen::Within(_) => 0.0,
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
