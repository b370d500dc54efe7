//! The Chebyshev series of a Gaussian between two cells of a line, and how far it is off.

use std::f64::consts::PI;

/// Places along a cell at which the Gaussian is sampled.
const SAMPLES: usize = 32;

/// Places along a cell at which a series is compared with what it stands for, edges among them.
const PROBES: usize = 13;

/// The series of `exp(−½ z²)`, `z = side · (offset + (x − y) / 2)`, for the places `x` and `y` of
/// two points in their cells, from −1 to 1. The cell of `x` is `offset` cells beyond that of `y`;
/// lengths are in widths of the Gaussian.
///
/// Returns `M`: `(terms, terms)`, row-major, with the term of `x` first.
pub(in super::super) fn coefficients(offset: f64, side: f64, terms: usize) -> Vec<f64> {
    let nodes: Vec<f64> =
        (0..SAMPLES).map(|a| (PI * (a as f64 + 0.5) / SAMPLES as f64).cos()).collect();
    let at: Vec<Vec<f64>> = nodes.iter().map(|&x| polynomials(x, terms)).collect();
    // One place after the other: first Σ over y for every x, then Σ over x.
    let mut by_x = vec![0.0; SAMPLES * terms];
    for (a, &x) in nodes.iter().enumerate() {
        for (b, &y) in nodes.iter().enumerate() {
            let value = gaussian(side * (offset + (x - y) / 2.0));
            (0..terms).for_each(|k| by_x[a * terms + k] += value * at[b][k]);
        }
    }
    let share = |k: usize| if k == 0 { 1.0 } else { 2.0 } / SAMPLES as f64;
    let entry = |j: usize, k: usize| {
        let sum: f64 = (0..SAMPLES).map(|a| at[a][j] * by_x[a * terms + k]).sum();
        sum * share(j) * share(k)
    };
    (0..terms * terms).map(|at| entry(at / terms, at % terms)).collect()
}

/// T₀(x), T₁(x), …
pub(super) fn polynomials(x: f64, terms: usize) -> Vec<f64> {
    let mut values = vec![1.0, x];
    for k in 2..terms {
        values.push(2.0 * x * values[k - 1] - values[k - 2]);
    }
    values.truncate(terms);
    values
}

/// T₀′(x), T₁′(x), …
fn derivatives(x: f64, terms: usize) -> Vec<f64> {
    let value = polynomials(x, terms);
    let mut slopes = vec![0.0, 1.0];
    for k in 2..terms {
        slopes.push(2.0 * value[k - 1] + 2.0 * x * slopes[k - 1] - slopes[k - 2]);
    }
    slopes.truncate(terms);
    slopes
}

fn gaussian(z: f64) -> f64 {
    (-0.5 * z * z).exp()
}

/// How far a series is off between the points of two cells of a line, at worst.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineError {
    /// The largest weight, and the steepest slope for each width.
    pub(super) weight: f64,
    pub(super) slope: f64,
    /// The error of the weight, and of its slope.
    pub(super) error: [f64; 2],
    /// The same as multiples of the weight between the same points, and the slope as such a multiple.
    pub(super) relative_error: [f64; 2],
    pub(super) relative_slope: f64,
}

impl LineError {
    /// The error of a series of so many terms, as probed at places all over both cells.
    pub(super) fn probed(offset: usize, side: f64, terms: usize) -> Self {
        Self::probed_at(PROBES, offset, side, terms)
    }

    /// The same, as probed at `count` places along each cell.
    pub(super) fn probed_at(count: usize, offset: usize, side: f64, terms: usize) -> Self {
        let series = coefficients(offset as f64, side, terms);
        let places: Vec<f64> =
            (0..count).map(|i| -1.0 + 2.0 * i as f64 / (count - 1) as f64).collect();
        let mut line = Self::default();
        for &y in &places {
            let source = polynomials(y, terms);
            let rows = series.chunks_exact(terms);
            let by_x: Vec<f64> =
                rows.map(|row| row.iter().zip(&source).map(|(m, t)| m * t).sum()).collect();
            for &x in &places {
                line.probe(side * (offset as f64 + (x - y) / 2.0), x, &by_x, side);
            }
        }
        line
    }

    fn probe(&mut self, z: f64, x: f64, series: &[f64], side: f64) {
        let sum = |values: Vec<f64>| -> f64 { values.iter().zip(series).map(|(t, b)| t * b).sum() };
        let weight = gaussian(z);
        let found = sum(polynomials(x, series.len()));
        let found_slope = sum(derivatives(x, series.len())) * 2.0 / side;
        let error = [(found - weight).abs(), (found_slope + z * weight).abs()];
        self.weight = self.weight.max(weight);
        self.slope = self.slope.max((z * weight).abs());
        self.relative_slope = self.relative_slope.max(z.abs());
        for (k, error) in error.into_iter().enumerate() {
            self.error[k] = self.error[k].max(error);
            self.relative_error[k] = self.relative_error[k].max(error / weight);
        }
    }
}
