//! The box around points.

use super::Float;
use ndarray::ArrayRef2;

/// The lowest and highest value of each column of `x: (n, d)`.
pub(crate) struct BoundingBox {
    /// The smallest value of each column: `(d)`. Without rows it is above `highest`.
    lowest: Vec<f64>,
    highest: Vec<f64>,
    /// Whether no value is NaN or infinite.
    pub finite: bool,
}

/// Rows that are looked at together, so that the compiler uses vectors whatever `d` is.
const ROWS: usize = 64;

impl BoundingBox {
    /// The box around the rows of `x: (n, d)`; NaN does not widen it.
    pub fn around<T: Float>(x: &ArrayRef2<T>) -> Self {
        let columns = x.ncols();
        let standard = x.as_standard_layout();
        let mut reach = Reach::of(columns * ROWS);
        for rows in standard.as_slice().unwrap_or_default().chunks((columns * ROWS).max(1)) {
            reach.widen(rows);
        }
        let column = |values: &[T], k: usize| -> Vec<f64> {
            values.iter().skip(k).step_by(columns).map(|&value| value.into()).collect()
        };
        let fold = |values: &[T], start, better: fn(f64, f64) -> f64| {
            let best = |k| column(values, k).into_iter().fold(start, better);
            (0..columns).map(best).collect()
        };
        Self {
            lowest: fold(&reach.lowest, f64::MAX, f64::min),
            highest: fold(&reach.highest, f64::MIN, f64::max),
            finite: reach.poison.iter().all(|value| value.is_zero()),
        }
    }

    /// The length of each side: `(d)`.
    pub fn sides(&self) -> impl Iterator<Item = f64> {
        self.lowest.iter().zip(&self.highest).map(|(low, high)| high - low)
    }

    /// The largest distance of a value from 0; 0 without rows.
    pub fn farthest(&self) -> f64 {
        let sides = self.lowest.iter().zip(&self.highest).filter(|(low, high)| low <= high);
        sides.fold(0.0, |far, (low, high)| far.max(low.abs()).max(high.abs()))
    }
}

/// The extremes at each place of a group of rows.
struct Reach<T> {
    lowest: Vec<T>,
    highest: Vec<T>,
    /// 0 while all values are finite, then NaN: a sum needs no branch, so that vectors can be used.
    poison: Vec<T>,
}

impl<T: Float> Reach<T> {
    fn of(width: usize) -> Self {
        Self {
            lowest: vec![T::max_value(); width],
            highest: vec![T::min_value(); width],
            poison: vec![T::zero(); width],
        }
    }

    fn widen(&mut self, values: &[T]) {
        let sides = self.lowest.iter_mut().zip(&mut self.highest);
        for ((&value, (low, high)), poison) in values.iter().zip(sides).zip(&mut self.poison) {
            *low = if value < *low { value } else { *low };
            *high = if value > *high { value } else { *high };
            *poison += value * T::zero();
        }
    }
}

/// The sides of the box around the rows of `x: (n, d)`: `(d)`.
pub(crate) fn sides<T: Float>(x: &ArrayRef2<T>) -> Vec<f64> {
    BoundingBox::around(x).sides().collect()
}

/// From the smallest of the values to the largest.
pub(crate) fn side(values: impl Iterator<Item = f64>) -> f64 {
    let widen = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (low, high) = values.fold((f64::MAX, f64::MIN), widen);
    high - low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;
    use ndarray::{Array2, Axis};

    #[test]
    fn the_box_is_that_of_the_columns() {
        let mut random = Generator::from_entropy();
        for (n, d) in [(1, 1), (1, 3), (63, 2), (64, 2), (65, 5), (1000, 7), (5, 0)] {
            let x: Array2<f32> = random.randn((n, d));
            let found = BoundingBox::around(&x);
            let plain = |x: &Array2<f32>| -> Vec<f64> {
                let columns = x.axis_iter(Axis(1));
                columns.map(|column| side(column.iter().map(|&value| value.into()))).collect()
            };
            assert_eq!(found.sides().collect::<Vec<_>>(), plain(&x), "({n}, {d})");
            let transposed = random.randn((d, n)).reversed_axes();
            assert_eq!(sides(&transposed), plain(&transposed), "({n}, {d}), transposed");
            let farthest = x.iter().fold(0.0_f64, |far, &value| far.max(f64::from(value.abs())));
            assert!(found.finite && found.farthest() == farthest, "({n}, {d})");
        }
        let nothing = BoundingBox::around(&Array2::<f32>::zeros((0, 2)));
        assert!(
            nothing.finite && nothing.farthest() == 0.0 && nothing.sides().all(|side| side < 0.0)
        );
    }

    #[test]
    fn one_value_that_is_not_finite_is_enough_and_nan_widens_nothing() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for row in [0, 63, 64, 199] {
                let mut x: Array2<f32> = Generator::new(1).rand((200, 3));
                let before = sides(&x);
                x[(row, 1)] = value;
                let found = BoundingBox::around(&x);
                assert!(!found.finite, "{value} in row {row}");
                assert!(found.sides().nth(1).unwrap() <= before[1] || value.is_infinite());
            }
        }
    }
}
