//! The order by distance to the origin, and the window of it that a row sees.

use super::settings::Bins;
use crate::cluster::Float;
use ndarray::ArrayRef2;

/// The rows of `points: (n, d)` by their distance to the origin, and the number of rows that each
/// sees before and after itself. The coordinates are data units times `scale`.
pub(super) fn window<T: Float>(
    points: &ArrayRef2<T>,
    scale: f64,
    width: f64,
    deviations: f64,
    bins: Bins,
) -> (Vec<usize>, usize) {
    let lengths: Vec<f64> = points
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|&value| -> f64 { value.into() * value.into() }).sum::<f64>())
        .map(|squared| squared.sqrt() / scale)
        .collect();
    let mut rows: Vec<usize> = (0..lengths.len()).collect();
    rows.sort_by(|&a, &b| lengths[a].total_cmp(&lengths[b]));
    let sorted: Vec<f64> = rows.iter().map(|&row| lengths[row]).collect();
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return (rows, 0) };
    let bin = 2.0 * width * deviations;
    let bins = match bins {
        Bins::Meant => (last - first) / bin,
        Bins::Posted => last - first / bin,
    };
    let reach = (deviation_of_counts(&sorted, bins.ceil()) * deviations).ceil();
    (rows, reach.min(sorted.len() as f64) as usize)
}

/// The standard deviation of a histogram's counts: this many bins from the first to the last of the
/// sorted `values`. With a single bin it counts as infinite.
fn deviation_of_counts(values: &[f64], bins: f64) -> f64 {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return 0.0 };
    if bins < 2.0 || first == last {
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
    use crate::data::lesson_blobs;
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
        assert!((deviation_of_counts(&values, 3.0) - expected).abs() < 1e-12);
    }

    #[test]
    fn rows_are_sorted_by_their_length() {
        let points = array![[3.0, 4.0], [0.0, 1.0], [-2.0, 0.0]];
        assert_eq!(window(&points, 1.0, 0.1, 1.0, Bins::Meant).0, [1, 2, 0]);
        let reach = window(&points, 1.0, 100.0, 1.0, Bins::Meant).1;
        assert_eq!(reach, 3, "one bin: everything is seen");
    }

    /// On the lesson's points: what the forum's program computes, and what it was meant to.
    #[test]
    fn missing_parentheses_make_small_windows() {
        let x = lesson_blobs().data.mapv(f64::from);
        let reach = |deviations, bins| {
            [1.0, 8.0].map(|scale| window(&(&x * scale), scale, 2.5, deviations, bins).1)
        };
        for (deviations, posted, meant) in [(1.0, 28, 142), (3.0, 82, 671), (7.0, 190, 1500)] {
            assert_eq!(reach(deviations, Bins::Posted), [posted; 2], "{deviations} deviations");
            assert_eq!(reach(deviations, Bins::Meant), [meant; 2], "{deviations} deviations");
        }
    }
}
