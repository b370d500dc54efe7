//! Empty space, closed up.

use ndarray::{Array2, Axis};

/// The points at other places: along each axis, gaps wider than `gap` become that wide.
///
/// Points that are nearer to each other than `gap` keep their differences, so that what is far away
/// comes close enough to be numbered, and still not near.
pub(super) fn closed_up(points: &Array2<f64>, gap: f64) -> Array2<f64> {
    let mut closed = Array2::zeros(points.raw_dim());
    for (column, mut to) in points.columns().into_iter().zip(closed.lanes_mut(Axis(0))) {
        let mut order: Vec<usize> = (0..column.len()).collect();
        order.sort_unstable_by(|&a, &b| column[a].total_cmp(&column[b]));
        // Places are measured from the first point behind the last wide gap.
        let (mut first, mut base) = (0.0, 0.0);
        for (i, &row) in order.iter().enumerate() {
            let before = i.checked_sub(1).map(|i| order[i]);
            if before.is_none_or(|before| column[row] - column[before] > gap) {
                base = before.map_or(0.0, |before| to[before] + gap);
                first = column[row];
            }
            to[row] = base + (column[row] - first);
        }
    }
    closed
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn only_wide_gaps_become_narrower() {
        let points = array![[7e300, 0.0], [0.0, 1.0], [1.5, 0.5], [7e300, -9.0]];
        let closed = closed_up(&points, 2.0);
        assert_eq!(closed, array![[3.5, 2.0], [0.0, 3.0], [1.5, 2.5], [3.5, 0.0]]);
    }
}
