//! The fast version: one look at the points gives labels, inertia and sums.

use super::engine::Engine;
use super::nearest::{Lookups, Nearest};
use super::packed::{LANES, Packed};
use super::pass::Pass;
use super::update::means;
use crate::Result;
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayRef2};

/// The points, the cluster of each, and what the last look at them found.
pub(super) struct Fused<'a, T: 'static> {
    x: &'a ArrayRef2<T>,
    points: Packed<'a, T>,
    labels: Vec<u32>,
    nearest: Nearest<T>,
    pass: Pass,
}

impl<'a, T: Lookups> Fused<'a, T> {
    pub(super) fn new(x: &'a ArrayRef2<T>) -> Self {
        Self {
            x,
            points: Packed::new(x),
            labels: vec![0; x.nrows().div_ceil(LANES) * LANES],
            nearest: T::available().swap_remove(0),
            pass: Pass::empty((0, x.ncols())),
        }
    }
}

impl<T: Lookups> Engine<T> for Fused<'_, T> {
    fn assign(&mut self, centroids: &Array2<T>) -> Result<f64> {
        self.pass = Pass::over(&self.points, centroids, self.nearest, &mut self.labels);
        Ok(self.pass.inertia)
    }

    fn means(&self, _: &Array2<T>, generator: &mut Generator) -> Array2<T> {
        means(&self.pass.sums, self.x, generator)
    }

    fn labels(&self) -> Array1<usize> {
        self.labels[..self.points.n].iter().map(|&label| label as usize).collect()
    }
}
