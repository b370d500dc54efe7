//! How wide a weight should be.
//!
//! Every function compares all pairs of up to 20 000 rows; of more rows, 20 000 are drawn at random
//! (always the same ones) to stand for all.

use super::Float;
use super::pairs::{PackedPoints, Profile, Query, Threads, Unit};
use super::subset::subset;
use super::weight::Weight;
use crate::points::sides;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Axis};
use rayon::prelude::*;

/// How far apart the bit patterns of two numbers that agree to a billionth may be.
const CLOSE_ENOUGH: u64 = 1 << 22;

/// The share of pairs of rows of `x: (n, d)` that are at most `radius` apart.
///
/// On the lesson's points a radius of 25 covers a third of the pairs, but the lesson's bandwidth
/// of 2.5 one in 23. Each pair of different rows counts once.
///
/// # Errors
/// [`Error::Argument`] if there are fewer than two rows, the radius is not a number above 0, or a
/// coordinate is not finite.
///
/// ```
/// use lesson_lib::{cluster::bandwidth, ndarray::array};
/// let x = array![[0.0], [1.0], [5.0]];
/// assert_eq!(bandwidth::share_within(&x, 4.5)?, 2.0 / 3.0);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn share_within<T: Float>(x: &ArrayRef2<T>, radius: f64) -> Result<f64> {
    const NAME: &str = "bandwidth::share_within";
    if !(radius.is_finite() && radius > 0.0) {
        let problem = format!("the radius must be a number above 0, not {radius}");
        return Err(Error::argument(NAME, problem));
    }
    Ok(Pairs::new(NAME, T::to_f64_array(x), radius)?.share_within(radius))
}

/// The distance within which a third of the pairs of rows of `x: (n, d)` lie: the lesson's rule of
/// thumb for a bandwidth, which the lesson itself does not follow.
///
/// It is found by bisection, to a billionth of itself; pairs closer than 1e-150 of the largest
/// distance count as equal.
///
/// # Errors
/// As [`share_within`].
///
/// ```
/// use lesson_lib::{cluster::bandwidth, data};
/// let third = bandwidth::third_of_data(&data::lesson_blobs().data)?;
/// assert!((24.0..25.0).contains(&third));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn third_of_data<T: Float>(x: &ArrayRef2<T>) -> Result<f64> {
    let pairs = Pairs::new("bandwidth::third_of_data", T::to_f64_array(x), f64::INFINITY)?;
    // The bits of numbers from 0 on are in the order of the numbers: bisecting the bits finds a
    // small distance beside huge ones as fast as a large one.
    let (mut low, mut high) = (0, pairs.largest_distance().to_bits());
    while high - low > CLOSE_ENOUGH {
        let middle = low + (high - low) / 2;
        let covers = pairs.share_within(f64::from_bits(middle)) >= 1.0 / 3.0;
        if covers { high = middle } else { low = middle }
    }
    // Distances this close to 0 are 0.
    Ok(if low == 0 { 0.0 } else { f64::from_bits(high) })
}

/// The mean distance of a row of `x: (n, d)` to the `k`-th nearest of the other rows.
///
/// This is what scikit-learn's `estimate_bandwidth` computes, which counts a row among its own
/// neighbours: its `quantile` is (`k` + 1) / n.
///
/// # Errors
/// As [`share_within`], and if `k` is 0 or there are fewer than `k` other rows.
///
/// ```
/// use lesson_lib::{cluster::bandwidth, ndarray::array};
/// assert_eq!(bandwidth::nearest_neighbors(&array![[0.0], [1.0], [3.0]], 1)?, 4.0 / 3.0);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn nearest_neighbors<T: Float>(x: &ArrayRef2<T>, k: usize) -> Result<f64> {
    const NAME: &str = "bandwidth::nearest_neighbors";
    let x = T::to_f64_array(x);
    if !(1..x.nrows()).contains(&k) {
        let problem = format!("neighbour number {k} of {} rows does not exist", x.nrows());
        return Err(Error::argument(NAME, problem));
    }
    let unit = Unit::new(NAME, &x, f64::INFINITY)?;
    let x = unit.apply(&x);
    let distances: Vec<f64> =
        subset(x.nrows()).into_par_iter().map(|row| distance_to_neighbor(&x, row, k)).collect();
    Ok(distances.iter().sum::<f64>() / distances.len() as f64 / unit.scale)
}

/// The distance of a row to its `k`-th neighbour; number 0 is the row itself.
fn distance_to_neighbor(x: &Array2<f64>, row: usize, k: usize) -> f64 {
    let from = x.row(row);
    let mut squares: Vec<f64> = x
        .rows()
        .into_iter()
        .map(|to| to.iter().zip(from).map(|(a, b)| (a - b) * (a - b)).sum())
        .collect();
    squares.select_nth_unstable_by(k, f64::total_cmp).1.sqrt()
}

/// All pairs of the rows.
struct Pairs {
    x: Array2<f64>,
    points: PackedPoints<f64>,
    unit: Unit,
}

impl Pairs {
    fn new(operation: &str, x: Array2<f64>, length: f64) -> Result<Self> {
        if x.nrows() < 2 {
            let problem = format!("{} rows make no pair", x.nrows());
            return Err(Error::argument(operation, problem));
        }
        let unit = Unit::new(operation, &x, length)?;
        let x = unit.apply(&x.select(Axis(0), &subset(x.nrows())));
        Ok(Self { points: PackedPoints::new(&x), x, unit })
    }

    /// The share of pairs that are at most `radius` apart, in data units.
    fn share_within(&self, radius: f64) -> f64 {
        let profile = Profile::new(Weight::Flat(radius), self.unit.scale);
        let n = self.points.len();
        let neighbors = |row: usize| {
            let from = self.x.row(row).to_vec();
            let query = Query { profile, from: &from, range: 0..n };
            self.points.weighted_sums(&query, Threads::One, &mut vec![0.0; from.len()]) - 1.0
        };
        // Counts are whole numbers: their sum is exact in any order.
        let ordered: f64 = (0..n).into_par_iter().map(neighbors).sum();
        ordered / (n as f64 * (n - 1) as f64)
    }

    /// No pair is farther apart than this, in data units.
    fn largest_distance(&self) -> f64 {
        let sides = sides(&self.x).into_iter();
        sides.fold(0.0, f64::hypot) * 1.000_001 / self.unit.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::random::Generator;
    use ndarray::array;

    /// The distances of all pairs, sorted.
    fn plain_distances(x: &Array2<f64>) -> Vec<f64> {
        let pairs = (0..x.nrows()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let mut distances: Vec<f64> = pairs
            .map(|(i, j)| {
                let difference = &x.row(i) - &x.row(j);
                (&difference * &difference).sum().sqrt()
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        distances
    }

    #[test]
    fn shares_and_thirds_agree_with_a_plain_loop() {
        let mut generator = Generator::from_entropy();
        let seed = generator.initial_seed();
        for (n, d) in [(2, 1), (3, 2), (61, 2), (64, 3), (45, 7)] {
            let x = generator.randn_f64((n, d)) * 3.0;
            let distances = plain_distances(&x);
            for radius in [0.1, 1.0, 3.7, 100.0] {
                let within = distances.iter().filter(|&&distance| distance <= radius).count();
                let expected = within as f64 / distances.len() as f64;
                let found = share_within(&x, radius).unwrap();
                assert!((found - expected).abs() < 1e-12, "{found}, {expected}, seed {seed}");
            }
            let expected = distances[distances.len().div_ceil(3) - 1];
            let found = third_of_data(&x).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-6, "{found}, {expected}, seed {seed}");
        }
    }

    #[test]
    fn one_row_far_away_changes_little() {
        let near = Array2::from_shape_fn((30, 1), |(i, _)| i as f64 * 1e-5);
        let third = third_of_data(&near).unwrap();
        for far in [1.0, 1e9, 1e100] {
            let mut x = near.clone();
            x[[29, 0]] = far;
            let found = third_of_data(&x).unwrap();
            assert!((found / third - 1.0).abs() < 1e-6, "{found} for {third}, {far}");
        }
        assert_eq!(third_of_data(&array![[3.0], [3.0], [9.0], [9.0]]).unwrap(), 0.0);
    }

    #[test]
    fn the_lessons_bandwidth_covers_little() {
        let x = data::lesson_blobs().data;
        let percent = |radius| (share_within(&x, radius).unwrap() * 1000.0).round() / 10.0;
        assert_eq!([percent(25.0), percent(2.5)], [34.4, 4.4]);
    }

    #[test]
    fn neighbors_are_counted_without_the_row_itself() {
        let x = array![[0.0], [1.0], [3.0], [7.0]];
        assert_eq!(nearest_neighbors(&x, 1).unwrap(), (1.0 + 1.0 + 2.0 + 4.0) / 4.0);
        assert_eq!(nearest_neighbors(&x, 3).unwrap(), (7.0 + 6.0 + 4.0 + 7.0) / 4.0);
        assert_eq!(nearest_neighbors(&array![[2.0_f32], [2.0]], 1).unwrap(), 0.0);
    }

    #[test]
    fn too_little_data_is_refused() {
        for x in [Array2::<f32>::zeros((0, 2)), Array2::zeros((1, 2))] {
            assert!(third_of_data(&x).unwrap_err().to_string().contains("no pair"));
            assert!(nearest_neighbors(&x, 1).unwrap_err().to_string().contains("does not exist"));
        }
        let x = array![[0.0], [f64::INFINITY]];
        assert!(third_of_data(&x).unwrap_err().to_string().contains("row 1"));
        for k in [0, 2] {
            assert!(nearest_neighbors(&array![[0.0], [1.0]], k).is_err());
        }
        for radius in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = share_within(&array![[0.0], [1.0]], radius).unwrap_err().to_string();
            assert!(error.contains("the radius must be"), "{error}");
        }
        let error = third_of_data(&array![[1e308], [-1e308]]).unwrap_err().to_string();
        assert!(error.contains("scale them down"), "{error}");
        assert_eq!(third_of_data(&Array2::<f64>::zeros((5, 2))).unwrap(), 0.0);
    }
}
