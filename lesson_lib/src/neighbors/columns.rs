//! Points, coordinate by coordinate, so that the compiler looks at several of them at a time.

use ndarray::Array2;
use std::ops::Range;

/// How many points are looked at together.
pub(crate) const LANES: usize = 16;

/// The lanes, as numbers that are compared in vectors like the distances.
const LANE_NUMBERS: [f64; LANES] = {
    let mut numbers = [0.0; LANES];
    let mut lane = 1;
    while lane < LANES {
        numbers[lane] = numbers[lane - 1] + 1.0;
        lane += 1;
    }
    numbers
};

/// The rows of `x: (n, d)` in an order of their own: first all first coordinates, then all second
/// ones, and so on. A place in that order is a position.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Behind each column there is room for the lanes of a look that begins at the last point.
    values: Vec<f64>,
    rows: Vec<u32>,
    d: usize,
}

impl Columns {
    /// Copies the rows of `x` that `rows` names, in that order.
    pub(crate) fn new(x: &Array2<f64>, rows: Vec<u32>) -> Self {
        let mut values = Vec::with_capacity((rows.len() + LANES) * x.ncols());
        for column in x.columns() {
            values.extend(rows.iter().map(|&row| column[row as usize]));
            values.extend([0.0; LANES]);
        }
        Self { values, rows, d: x.ncols() }
    }

    /// Replaces the points by those of `other` at these positions.
    pub(crate) fn select(
        &mut self,
        other: &Self,
        positions: impl ExactSizeIterator<Item = usize> + Clone,
    ) {
        self.d = other.d;
        self.rows.clear();
        self.rows.extend(positions.clone().map(|position| other.rows[position]));
        self.values.clear();
        for k in 0..self.d {
            let column = other.column(k);
            self.values.extend(positions.clone().map(|position| column[position]));
            self.values.extend([0.0; LANES]);
        }
    }

    /// The number of points and of their coordinates.
    pub(crate) fn dim(&self) -> (usize, usize) {
        (self.rows.len(), self.d)
    }

    /// The rows of the points, in the order of their positions.
    pub(crate) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// One coordinate of all points.
    pub(crate) fn column(&self, k: usize) -> &[f64] {
        &self.padded(k)[..self.rows.len()]
    }

    /// The point at a position: `(d)`.
    pub(crate) fn point(&self, position: usize) -> impl Iterator<Item = f64> {
        (0..self.d).map(move |k| self.column(k)[position])
    }

    fn padded(&self, k: usize) -> &[f64] {
        let length = self.rows.len() + LANES;
        &self.values[k * length..][..length]
    }

    /// Shows to `look`, some at a time, the squared distances from `from: (d)` to the points at
    /// these positions, with the position of the first; for as long as it returns true. Behind the
    /// last point they are NaN, which no comparison accepts.
    ///
    /// The squares are added in the order of the columns, here as everywhere in this module: so
    /// every way of searching finds the same distances to the last bit.
    #[inline(always)]
    pub(crate) fn scan(
        &self,
        positions: Range<usize>,
        from: &[f64],
        look: impl FnMut(usize, &[f64; LANES]) -> bool,
    ) {
        // A number of coordinates that the compiler knows keeps the sums in registers.
        match *from {
            [x] => self.scan_columns(positions, [(self.padded(0), x)], look),
            [x, y] => {
                self.scan_columns(positions, [(self.padded(0), x), (self.padded(1), y)], look)
            }
            [x, y, z] => {
                let [a, b, c] = [0, 1, 2].map(|k| self.padded(k));
                self.scan_columns(positions, [(a, x), (b, y), (c, z)], look);
            }
            _ => {
                let columns = from.iter().enumerate().map(|(k, &x)| (self.padded(k), x));
                self.scan_columns(positions, columns, look);
            }
        }
    }

    #[inline(always)]
    fn scan_columns<'a>(
        &self,
        positions: Range<usize>,
        columns: impl IntoIterator<Item = (&'a [f64], f64)> + Clone,
        mut look: impl FnMut(usize, &[f64; LANES]) -> bool,
    ) {
        for first in positions.clone().step_by(LANES) {
            let mut squared = [0.0; LANES];
            for (column, x) in columns.clone() {
                let values = column[first..].first_chunk::<LANES>().expect("room behind the last");
                for (squared, value) in squared.iter_mut().zip(values) {
                    *squared += (value - x) * (value - x);
                }
            }
            let count = positions.end - first;
            if count < LANES {
                for (squared, lane) in squared.iter_mut().zip(LANE_NUMBERS) {
                    *squared = if lane < count as f64 { *squared } else { f64::NAN };
                }
            }
            if !look(first, &squared) {
                return;
            }
        }
    }
}
