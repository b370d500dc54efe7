//! The grid that host and kernels share.

use super::super::lattice::side_for;

/// Coordinates of a point, with zeros for those that are missing.
pub(super) const AXES: usize = 3;

/// Buckets for each point, at most, and for no points.
const BUCKETS_PER_POINT: usize = 2;
const FEWEST_BUCKETS: usize = 64;

crate::device_struct! {
    /// Equal cells, and the buckets that they belong to. Where cells along an axis would be too many,
    /// it is wrapped around: cells that are `counts` apart share a bucket.
    pub(crate) struct WrappedGrid {
        /// Where the first cell begins along each axis.
        low: [f64; 3],
        side: f64,
        /// Buckets along each axis.
        counts: [i32; 3],
        /// A bit for each axis that is wrapped around.
        wrapped: i32,
    }
}

impl WrappedGrid {
    /// A grid around `n` points between the corners `low` and `high`. The side of its cells may be
    /// any length above 0; without one they are half as many as the points, empty ones among them.
    pub(super) fn around(n: usize, low: [f64; AXES], high: [f64; AXES], side: Option<f64>) -> Self {
        let extents: [f64; AXES] = std::array::from_fn(|axis| high[axis] - low[axis]);
        let side = side.unwrap_or_else(|| side_for(&extents, n));
        let cells = extents.map(|extent| (extent / side).floor() + 1.0);
        let counts = wrap(cells, (BUCKETS_PER_POINT * n + FEWEST_BUCKETS) as f64);
        let wraps = (0..AXES).filter(|&axis| counts[axis] < cells[axis]);
        let wrapped = wraps.fold(0, |bits, axis| bits | 1 << axis);
        Self { low, side, counts: counts.map(|count| count as i32), wrapped }
    }

    /// Whether some buckets have several cells.
    pub(crate) fn wraps(&self) -> bool {
        self.wrapped != 0
    }

    /// How many buckets there are.
    pub(super) fn buckets(&self) -> usize {
        self.counts.iter().map(|&count| count as usize).product()
    }
}

/// Cells along each axis, of which there are at most `most` in all: the longest axis is halved until
/// that is so.
fn wrap(mut cells: [f64; AXES], most: f64) -> [f64; AXES] {
    // No axis needs more, and a product of numbers up to 10¹⁸⁸ is no number.
    cells = cells.map(|count| count.min(most));
    while cells.iter().product::<f64>() > most {
        let longest = (0..AXES).max_by(|&a, &b| cells[a].total_cmp(&cells[b])).unwrap_or(0);
        cells[longest] = (cells[longest] / 2.0).ceil();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_the_cells_that_it_needs_and_wraps_around_where_they_are_too_many() {
        let grid = |n, high, side| WrappedGrid::around(n, [0.0; 3], high, Some(side));
        let plain = grid(100, [9.5, 3.0, 0.0], 1.0);
        assert_eq!((plain.counts, plain.wrapped, plain.buckets()), ([10, 4, 1], 0, 40));
        let line = grid(100, [1e9, 3.0, 0.0], 1.0);
        assert_eq!((line.counts, line.wrapped), ([66, 4, 1], 1));
        for high in [[1e38, 1e38, 1e38], [1e38, 0.0, 5.0], [1e-45, 1e38, 1e20]] {
            for (n, side) in [(0, 1.0), (1, 1e-150), (1000, 1e-9), (1_000_000, 1e150)] {
                let grid = grid(n, high, side);
                assert!((1..=2 * n + 64).contains(&grid.buckets()), "{grid:?}");
            }
        }
        assert_eq!(WrappedGrid::around(7, [5.0; 3], [5.0; 3], None).buckets(), 1);
        let spread = WrappedGrid::around(10_000, [0.0; 3], [1.0, 1.0, 0.0], None);
        assert!(spread.wrapped == 0 && (4000..=5000).contains(&spread.buckets()), "{spread:?}");
    }
}
