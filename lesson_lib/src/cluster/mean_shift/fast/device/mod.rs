//! Fast mean shift on a device, by the kernels in `kernels/fast_mean_shift.cu`.
//!
//! | file | what it holds |
//! |---|---|
//! | `swarm` | the points between iterations, in the order of their cells |
//! | `cell_numbers` | the numbers of cells, by which points are sorted |
//! | `point_by_point` | the engine `NearPairs` |
//! | `cell_by_cell` | the engine `Interpolation` |
//! | `convolution` | how cells reach each other in it |
//! | `mover` | which of them moves the points |
//!
//! The host's trees of boxes are not here: boxes that ask each other have lists of unequal lengths, with
//! which neighbouring threads would wait for each other. What they are good for, a wide weight with an
//! edge, is for the host.

mod cell_by_cell;
mod cell_numbers;
mod convolution;
mod mover;
mod point_by_point;
mod swarm;

use super::settings::FastMeanShift;
use crate::Result;
use crate::cluster::mean_shift::run::{Shifted, left_the_range};
use crate::cluster::mean_shift::settings::NAME;
use crate::cluster::pairs::Unit;
use crate::device::{Device, Kernel};
use crate::neighbors::check_for_device;
use crate::points::BoundingBox;
use mover::Mover;
use ndarray::ArrayRef2;
use swarm::Swarm;

/// The file in `kernels/`.
const FILE: &str = "fast_mean_shift.cu";

impl FastMeanShift {
    /// Moves the rows of `x: (n, d)`, d up to 3, on `device`, and stops where [`run`](Self::run) would.
    ///
    /// Points are within 4 · 10⁻⁶ widths in each iteration, but for the rounding of their coordinates in
    /// `f32`, of where [`run`](Self::run) moves them; a finer [`accuracy`](Self::accuracy) changes
    /// nothing. Two runs give the same bits. Without a choice of the [`engine`](Self::engine) a Gaussian
    /// is moved by `Interpolation`, but in iterations in which few points are near to each other by `NearPairs`;
    /// other weights are by `NearPairs`.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Argument`](crate::Error::Argument) for `Moments` and `Multipole`, which a device does not have;
    /// [`Error::Shape`](crate::Error::Shape) if the points have more than three coordinates; those of [`Device::kernels`].
    ///
    /// ```no_run
    /// use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
    /// use lesson_lib::{data, device::Device};
    /// let x = data::lesson_blobs().data; // (1500, 2)
    /// let run = MeanShift::new(Weight::Gaussian(2.5)).fast().run_on(&Device::best()?, &x)?;
    /// assert!(run.converged);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_on(&self, device: &Device, x: &ArrayRef2<f32>) -> Result<Shifted<f32>> {
        self.check()?;
        check_for_device(NAME, x, "`MeanShift::run_on`")?;
        let unit = Unit::new(NAME, x, self.shift.weight.width())?;
        let mut mover = Mover::new(self, device, x.dim(), unit.scale)?;
        if x.is_empty() {
            return self.shift.run(x);
        }
        let mut swarm = Swarm::new(device, &unit.apply(x))?;
        let largest_moves = self.repeat(&mut mover, &mut swarm, unit.scale)?;
        let mut points = swarm.in_rows()?;
        unit.undo(&mut points);
        if !BoundingBox::around(&points).finite {
            return Err(left_the_range(&self.shift, largest_moves.len()));
        }
        let (iterations, last) = (largest_moves.len(), largest_moves.last());
        let converged = last.is_some_and(|&last| last <= self.shift.convergence_distance());
        Ok(Shifted { points, iterations, largest_moves, converged })
    }

    /// Iterates as long as the settings say; returns the largest moves. Lengths are data units times
    /// `scale` on the device.
    fn repeat(&self, mover: &mut Mover, swarm: &mut Swarm, scale: f64) -> Result<Vec<f64>> {
        let mut largest_moves = Vec::new();
        let mut converged = false;
        while largest_moves.len() < self.shift.limit() && !(converged && self.shift.stops_early()) {
            mover.iterate(swarm)?;
            let largest = swarm.take_farthest()? / scale;
            if !largest.is_finite() {
                return Err(left_the_range(&self.shift, largest_moves.len() + 1));
            }
            converged = largest <= self.shift.convergence_distance();
            largest_moves.push(largest);
        }
        Ok(largest_moves)
    }
}

/// A kernel of the file, by its name without `fast_mean_shift_`.
fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels(FILE)?.kernel(&format!("fast_mean_shift_{name}"))
}
