//! Where the centroids start.

use crate::random::Generator;
use ndarray::{Array2, ArrayRef2, Axis};

/// How the first centroids are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// `k` different points, all equally likely (Forgy): those that PyTorch's `randperm` puts first.
    Random,
    /// The first is a random point; each further one is a point drawn with a chance in proportion to
    /// its squared distance from the nearest one chosen before (k-means++).
    #[default]
    PlusPlus,
}

impl Start {
    /// The rows of `x: (n, d)` at which `k` centroids start; `k` is at most n.
    pub(super) fn rows(self, x: &Array2<f64>, k: usize, generator: &mut Generator) -> Vec<usize> {
        match self {
            Start::Random => generator.randperm(x.nrows()).iter().take(k).copied().collect(),
            Start::PlusPlus => far_apart(x, k, generator),
        }
    }
}

fn far_apart(x: &Array2<f64>, k: usize, generator: &mut Generator) -> Vec<usize> {
    let mut rows = Vec::with_capacity(k);
    let mut squared = vec![f64::INFINITY; x.nrows()];
    while rows.len() < k {
        let chosen = match rows.last() {
            None => uniform(generator, x.nrows()),
            Some(&last) => {
                shorten(&mut squared, x, last);
                drawn(&squared, generator, &rows)
            }
        };
        rows.push(chosen);
    }
    rows
}

fn uniform(generator: &mut Generator, n: usize) -> usize {
    ((generator.rand_f64(1)[0] * n as f64) as usize).min(n - 1)
}

/// Takes the distance from row `to` where it is less.
fn shorten(squared: &mut [f64], x: &ArrayRef2<f64>, to: usize) {
    let to = x.row(to);
    for (least, row) in squared.iter_mut().zip(x.axis_iter(Axis(0))) {
        let distance = row.iter().zip(&to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        *least = least.min(distance);
    }
}

/// A row with a chance in proportion to its squared distance. Where all distances are 0, the rest of
/// the points repeats those that were chosen: then the first one that was not.
fn drawn(squared: &[f64], generator: &mut Generator, chosen: &[usize]) -> usize {
    let mut left = generator.rand_f64(1)[0] * squared.iter().sum::<f64>();
    let last = squared.iter().rposition(|&distance| distance > 0.0);
    let Some(last) = last else {
        return (0..squared.len()).find(|row| !chosen.contains(row)).unwrap_or(0);
    };
    let found = squared.iter().position(|&distance| {
        left -= distance;
        left < 0.0
    });
    // Rounding may leave a rest behind the last point.
    found.unwrap_or(last)
}
