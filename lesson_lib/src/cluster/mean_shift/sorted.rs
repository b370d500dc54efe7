//! The order by distance to the origin, and the window of it that a row sees.

use crate::cluster::Float;
use ndarray::ArrayRef2;

/// The rows of `points: (n, d)` by their distance to the origin, and the number of rows that each
/// sees before and after itself.
pub(super) fn window<T: Float>(
    points: &ArrayRef2<T>,
    width: f64,
    deviations: f64,
) -> (Vec<usize>, usize) {
    let lengths: Vec<f64> = points
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|&value| -> f64 { value.into() * value.into() }).sum::<f64>())
        .map(f64::sqrt)
        .collect();
    let mut rows: Vec<usize> = (0..lengths.len()).collect();
    rows.sort_by(|&a, &b| lengths[a].total_cmp(&lengths[b]));
    let sorted: Vec<f64> = rows.iter().map(|&row| lengths[row]).collect();
    let reach = (deviation_of_counts(&sorted, 2.0 * width * deviations) * deviations).ceil();
    (rows, reach.min(sorted.len() as f64) as usize)
}

/// The standard deviation of a histogram's counts: bins about `bin` wide from the first to the
/// last of the sorted `values`. With a single bin it counts as infinite.
fn deviation_of_counts(values: &[f64], bin: f64) -> f64 {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return 0.0 };
    let bins = ((last - first) / bin).ceil();
    if bins < 2.0 {
        return f64::INFINITY;
    }
    // The last bin includes its end.
    let bin_of = |value: &f64| ((value - first) / (last - first) * bins).floor().min(bins - 1.0);
    let counts = values.chunk_by(|a, b| bin_of(a) == bin_of(b)).map(|bin| bin.len() as f64);
    let mean = values.len() as f64 / bins;
    // Narrow bins are mostly empty: only those with values are visited.
    let (mut squares, mut filled) = (0.0, 0.0);
    for count in counts {
        squares += (count - mean) * (count - mean);
        filled += 1.0;
    }
    ((squares + (bins - filled) * mean * mean) / (bins - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn counts_deviate_as_those_of_a_histogram() {
        // Bins [0, 2), [2, 4), [4, 6]: 3, 0 and 2 of the values; their mean is 5/3.
        let values = [0.0, 1.0, 1.5, 4.5, 6.0];
        let expected = (((3.0 - 5.0 / 3.0_f64).powi(2)
            + (5.0 / 3.0_f64).powi(2)
            + (2.0 - 5.0 / 3.0_f64).powi(2))
            / 2.0)
            .sqrt();
        assert!((deviation_of_counts(&values, 2.0) - expected).abs() < 1e-12);
    }

    #[test]
    fn rows_are_sorted_by_their_length() {
        let points = array![[3.0, 4.0], [0.0, 1.0], [-2.0, 0.0]];
        assert_eq!(window(&points, 0.1, 1.0).0, [1, 2, 0]);
        assert_eq!(window(&points, 100.0, 1.0).1, 3, "one bin: everything is seen");
    }
}
