//! How long the sides of cells should be, and the series.

use super::series::LineError;

/// The lengths of series for which there are loops: multiples of a vector.
pub(super) const TERMS: [usize; 4] = [4, 8, 12, 16];

/// Sides that are tried, in widths of the Gaussian.
pub(super) const SIDES: [f64; 8] = [3.0, 2.5, 2.0, 1.5, 1.25, 1.0, 0.75, 0.5];

/// Nanoseconds on one thread for a multiplication and addition, in a loop over points and in one
/// over pairs of cells. Measured; only their proportion matters much.
const BY_POINT: f64 = 0.15;
const BY_CELL: f64 = 0.12;

/// Nanoseconds on one thread for each point besides, to sort it and to move it.
const EACH_POINT: f64 = 60.0;

/// Cells and series for points of `d` coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Choice {
    /// The side of a cell, in widths of the Gaussian.
    pub(in super::super) side: f64,
    pub(in super::super) terms: usize,
    /// How many cells away another one may be and still matter.
    pub(in super::super) reach: usize,
    /// What a step may be off, in widths: a bound.
    pub(in super::super) bound: f64,
    /// Nanoseconds on one thread for an iteration, by a rough estimate.
    pub(in super::super) cost: f64,
}

/// The cheapest choice for `n` points of `d` coordinates that keeps the accuracy, if there is one.
///
/// All together count `crowd` times as much as any of them alone, at most. `occupied` tells how many
/// cells of a side, in widths, have points.
pub(in super::super) fn choose(
    [n, d]: [usize; 2],
    crowd: f64,
    accuracy: f64,
    occupied: impl Fn(f64) -> f64,
) -> Option<Choice> {
    let with_terms = |terms: usize| {
        SIDES.iter().find_map(|&side| {
            let reach = (radius(crowd, accuracy / 2.0) / side).ceil() as usize;
            let bound = accuracy / 2.0 + bound(crowd, d, side, terms, reach);
            let cost = cost(n, d, terms, reach, occupied(side));
            (bound <= accuracy).then_some(Choice { side, terms, reach, bound, cost })
        })
    };
    let choices = TERMS.into_iter().filter_map(with_terms);
    choices.min_by(|a, b| a.cost.total_cmp(&b.cost))
}

fn cost(n: usize, d: usize, terms: usize, reach: usize, occupied: f64) -> f64 {
    let terms = terms as f64;
    let tensor = terms.powi(d as i32);
    let by_point = n as f64 * (EACH_POINT + BY_POINT * tensor * (1 + d) as f64);
    // Half of the cells that pass something on have no points themselves.
    let by_cell = 1.5 * occupied * (d * (2 * reach + 1)) as f64 * tensor * terms * BY_CELL;
    by_point + by_cell
}

/// A distance, in widths, beyond which n points make a difference below `accuracy` to a step.
///
/// A point's own weight is 1. So points at a distance r change its sums by at most n · r · w(r), and
/// the step by that and by its length, which is below √(2 ln n) + 1. Where points count more than
/// once, n is how often all count for each time that the point does.
pub(in super::super) fn radius(n: f64, accuracy: f64) -> f64 {
    let off = |r: f64| n * (r + longest_step(n)) * (-0.5 * r * r).exp();
    let (mut low, mut high) = (1.0, 40.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if off(middle) > accuracy { low = middle } else { high = middle }
    }
    high
}

/// More than a step can be, in widths: `n` points at a distance r move a point by less than
/// n r w(r) / (1 + n w(r)).
pub(in super::super) fn longest_step(n: f64) -> f64 {
    (2.0 * n.max(1.0).ln()).sqrt() + 1.0
}

/// What the series add to a step at most, in widths.
///
/// N points in a place from where they weigh w, with an error e, change the sums by N e. But they
/// also weigh N w, and the point itself weighs 1. So the step is off by N e / (1 + N w), which is
/// below both e / w and n e. Of many places, those where the one is less and those where the other
/// is less are off together by no more than the worst of each.
pub(in super::super) fn bound(n: f64, d: usize, side: f64, terms: usize, reach: usize) -> f64 {
    let lines: Vec<LineError> =
        (0..=reach).map(|offset| LineError::probed(offset, side, terms)).collect();
    let offsets = (reach + 1).pow(d as u32);
    let worst = (0..offsets).map(|offset| {
        let axes: Vec<LineError> =
            (0..d).map(|k| lines[offset / (reach + 1).pow(k as u32) % (reach + 1)]).collect();
        let step = longest_step(n);
        relative_error(&axes, step).min(n * absolute_error(&axes, step))
    });
    2.0 * worst.fold(0.0, f64::max)
}

/// The error that a point makes through a pair of cells: that of the gradient, and that of the sum
/// times the length of the step.
fn absolute_error(axes: &[LineError], step: f64) -> f64 {
    let weight = |but: &[usize]| -> f64 {
        let others = (0..axes.len()).filter(|k| !but.contains(k));
        others.map(|k| axes[k].weight + axes[k].error[0]).product()
    };
    let of_sum: f64 = (0..axes.len()).map(|k| axes[k].error[0] * weight(&[k])).sum();
    let of_slope = |a: usize| {
        let others = (0..axes.len()).filter(|&k| k != a);
        let rest: f64 = others.map(|k| axes[k].error[0] * weight(&[a, k])).sum();
        axes[a].error[1] * weight(&[a]) + axes[a].slope * rest
    };
    length((0..axes.len()).map(of_slope)) + step * of_sum
}

/// The same as a multiple of the point's weight.
fn relative_error(axes: &[LineError], step: f64) -> f64 {
    let of_sum: f64 = axes.iter().map(|axis| axis.relative_error[0]).sum();
    let of_slope = |axis: &LineError| {
        axis.relative_error[1] + axis.relative_slope * (of_sum - axis.relative_error[0])
    };
    length(axes.iter().map(of_slope)) + step * of_sum
}

fn length(coordinates: impl Iterator<Item = f64>) -> f64 {
    coordinates.map(|x| x * x).sum::<f64>().sqrt()
}
