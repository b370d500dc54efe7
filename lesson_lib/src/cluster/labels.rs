//! From points that have come together to the numbers of their clusters.

use super::Float;
use super::sets::Sets;
use crate::points::side;
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef2};
use std::ops::Range;

const NAME: &str = "cluster::labels";

/// The cluster of each of `points: (n, d)`: two points within `distance` of each other are in the
/// same one, and so are their neighbours, and the neighbours of those (connected components).
///
/// Clusters are numbered from 0 in the order in which their first points come. Points that mean
/// shift has brought together are labelled in about the time of sorting them; points spread all
/// over the place take up to n² comparisons.
///
/// # Errors
/// [`Error::Argument`] if the distance is negative or not finite, or if a coordinate is not finite.
///
/// ```
/// use lesson_lib::{cluster, ndarray::array};
/// let points = array![[5.0, 5.0], [0.0, 0.0], [5.0, 5.5], [0.1, 0.0]];
/// assert_eq!(cluster::labels(&points, 1.0)?, array![0, 1, 0, 1]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn labels<T: Float>(points: &ArrayRef2<T>, distance: f64) -> Result<Array1<usize>> {
    components(&T::to_f64_array(points), distance)
}

fn components(points: &Array2<f64>, distance: f64) -> Result<Array1<usize>> {
    if !(distance.is_finite() && distance >= 0.0) {
        let problem = format!("the distance must be a number from 0 on, not {distance}");
        return Err(Error::argument(NAME, problem));
    }
    if let Some(((row, _), value)) = points.indexed_iter().find(|(_, value)| !value.is_finite()) {
        let problem = format!("coordinates must be finite, but row {row} holds {value}");
        return Err(Error::argument(NAME, problem));
    }
    let mut search = Search { points, distance, sets: Sets::new(points.nrows()) };
    search.connect();
    Ok(numbered(search.sets, points.nrows()))
}

struct Search<'a> {
    points: &'a Array2<f64>,
    distance: f64,
    sets: Sets,
}

/// Rows that are connected with no rows outside.
struct Part {
    rows: Range<usize>,
    /// The coordinate to sort by next.
    column: usize,
    /// The number of coordinates before that one that are known to have no gap.
    unsplit: usize,
}

impl Search<'_> {
    /// Connects all neighbours.
    ///
    /// Where sorted coordinates have a gap wider than the distance, nothing connects across it, and
    /// both sides are searched separately. Rows without a gap in any coordinate are either all
    /// neighbours, because they lie so close together, or compared pair by pair.
    fn connect(&mut self) {
        let (n, d) = self.points.dim();
        let mut rows: Vec<usize> = (0..n).collect();
        // Not by recursion: the call stack would overflow after some ten thousand splits.
        let mut parts = vec![Part { rows: 0..n, column: 0, unsplit: 0 }];
        while let Some(Part { rows: range, column, unsplit }) = parts.pop() {
            if range.len() < 2 {
                continue;
            }
            if unsplit == d {
                self.connect_group(&mut rows[range]);
                continue;
            }
            let groups = self.split(&mut rows[range.clone()], column);
            let unsplit = if groups.len() == 1 { unsplit + 1 } else { 1 };
            parts.extend(groups.into_iter().map(|group| Part {
                rows: range.start + group.start..range.start + group.end,
                column: (column + 1) % d,
                unsplit,
            }));
        }
    }

    /// Sorts the rows by a coordinate; returns the groups between its gaps.
    fn split(&self, rows: &mut [usize], column: usize) -> Vec<Range<usize>> {
        self.sort(rows, column);
        let at = |row: usize| self.points[[row, column]];
        let mut groups = Vec::new();
        let mut start = 0;
        for end in 1..=rows.len() {
            if end == rows.len() || at(rows[end]) - at(rows[end - 1]) > self.distance {
                groups.push(start..end);
                start = end;
            }
        }
        groups
    }

    fn sort(&self, rows: &mut [usize], column: usize) {
        let at = |row: usize| self.points[[row, column]];
        rows.sort_unstable_by(|&a, &b| at(a).total_cmp(&at(b)));
    }

    /// Connects the neighbours among rows that no gap separates.
    fn connect_group(&mut self, rows: &mut [usize]) {
        let sides = self.sides(rows);
        // Rounded up: no two of the rows are farther apart.
        if length(sides.iter().copied()) * (1.0 + 1e-12) <= self.distance {
            return rows.iter().for_each(|&row| self.sets.join(rows[0], row));
        }
        // Along the longest side the fewest rows are within the distance.
        let longest = (0..sides.len()).max_by(|&a, &b| sides[a].total_cmp(&sides[b])).unwrap_or(0);
        self.sort(rows, longest);
        let at = |row: usize| self.points[[row, longest]];
        for (i, &a) in rows.iter().enumerate() {
            for &b in rows[i + 1..].iter().take_while(|&&b| at(b) - at(a) <= self.distance) {
                if self.sets.root(a) != self.sets.root(b) && self.between(a, b) <= self.distance {
                    self.sets.join(a, b);
                }
            }
        }
    }

    /// The sides of the box around the rows.
    fn sides(&self, rows: &[usize]) -> Vec<f64> {
        let columns = self.points.columns().into_iter();
        columns.map(|column| side(rows.iter().map(|&row| column[row]))).collect()
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        length(self.points.row(a).iter().zip(self.points.row(b)).map(|(a, b)| a - b))
    }
}

fn length(coordinates: impl Iterator<Item = f64>) -> f64 {
    coordinates.fold(0.0, f64::hypot)
}

/// The number of each row's set, by the first row of the set.
fn numbered(mut sets: Sets, n: usize) -> Array1<usize> {
    let mut labels = Array1::zeros(n);
    let mut count = 0;
    for row in 0..n {
        let root = sets.root(row);
        labels[row] = if root == row { count } else { labels[root] };
        count += usize::from(root == row);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;
    use ndarray::{Axis, array};

    /// Spreads labels from point to point until none changes.
    fn plain_labels(points: &Array2<f64>, distance: f64) -> Vec<usize> {
        let n = points.nrows();
        let near = |i: usize, j: usize| {
            let difference = &points.row(i) - &points.row(j);
            (&difference * &difference).sum().sqrt() <= distance
        };
        let mut first: Vec<usize> = (0..n).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                if first[j] < first[i] && near(i, j) {
                    first[i] = first[j];
                    changed = true;
                }
            }
        }
        let mut roots: Vec<usize> = (0..n).filter(|&i| first[i] == i).collect();
        roots.sort_unstable();
        first.iter().map(|root| roots.iter().position(|r| r == root).unwrap()).collect()
    }

    #[test]
    fn components_agree_with_a_plain_search() {
        let mut generator = Generator::from_entropy();
        let seed = generator.initial_seed();
        for (n, d) in [(0, 2), (1, 1), (2, 1), (60, 1), (150, 2), (150, 3), (80, 7)] {
            for distance in [0.0, 0.02, 0.1, 0.3, 0.6, 3.0] {
                let mut points = generator.rand_f64((n, d));
                // Duplicates, and a cluster of its own.
                if n > 20 {
                    let copies = points.select(Axis(0), &[3, 3, 3]);
                    points.slice_mut(ndarray::s![10..13, ..]).assign(&copies);
                    points.slice_mut(ndarray::s![15..20, ..]).mapv_inplace(|x| x * 1e-3 + 5.0);
                }
                let found = labels(&points, distance).unwrap().to_vec();
                let context = format!("({n}, {d}), distance {distance}, seed {seed}");
                assert_eq!(found, plain_labels(&points, distance), "{context}");
            }
        }
    }

    #[test]
    fn thousands_of_splits_do_not_overflow_the_stack() {
        // The last point stands off along one axis, the last but one along the other, and so on.
        let stairs = Array2::from_shape_fn((2000, 2), |(i, k)| {
            0.75 * if i % 2 == k { i as f64 } else { i as f64 - 2.0 }
        });
        let search = move || labels(&stairs, 1.0).unwrap();
        let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(search).unwrap();
        assert_eq!(thread.join().unwrap(), Array1::from_iter(0..2000));
    }

    #[test]
    fn a_line_along_any_axis_is_one_cluster() {
        for axis in [0, 1] {
            let along = |(i, k)| if k == axis { i as f64 } else { 0.0 };
            let line = Array2::from_shape_fn((60_000, 2), along);
            assert_eq!(labels(&line, 1.0).unwrap().sum(), 0);
        }
    }

    #[test]
    fn distances_compare_exactly_at_any_size() {
        let points = array![[0.0_f32], [1.0], [2.5], [1e30], [2e30]];
        assert_eq!(labels(&points, 1.0).unwrap(), array![0, 0, 1, 2, 3]);
        assert_eq!(labels(&points, 1.5).unwrap(), array![0, 0, 0, 1, 2]);
        assert_eq!(labels(&points, 0.0).unwrap(), array![0, 1, 2, 3, 4]);
        assert_eq!(labels(&Array2::<f64>::zeros((3, 0)), 0.0).unwrap(), array![0, 0, 0]);
    }

    #[test]
    fn the_distance_must_be_a_number_from_zero_on() {
        let points = array![[0.0, f64::NAN]];
        for distance in [-1.0, f64::NAN, f64::INFINITY] {
            let error = labels(&points, distance).unwrap_err().to_string();
            assert!(error.contains("from 0 on"), "{error}");
        }
        assert!(labels(&points, 1.0).unwrap_err().to_string().contains("row 0 holds NaN"));
    }
}
