//! Points in a device's memory, moved by the kernels.

use super::KernelVersion;
use crate::cluster::mean_shift::settings::{MeanShift, NAME, Neighborhood, UpdateOrder};
use crate::cluster::pairs::Unit;
use crate::cluster::weight::Weight;
use crate::device::{Buffer, Device};
use crate::points::BoundingBox;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Ix2};
use std::mem::swap;

impl MeanShift {
    /// Moves the rows of `x: (n, d)` on `device`, in the order that is asked for: copies them
    /// there, launches what should be the fastest kernel, and copies the result back.
    ///
    /// The points agree with those of [`run`](Self::run) up to the rounding of `f32`. How far each
    /// iteration moves them stays unknown, so the number of iterations must be given.
    ///
    /// # Errors
    /// Those of [`run`](Self::run); [`Error::Argument`] for settings that the kernels do not know
    /// (no number of iterations, a tolerance, `sample`, `sorted`), and those of
    /// [`KernelVersion::run`].
    ///
    /// ```no_run
    /// use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
    /// use lesson_lib::{device::Device, ndarray::array};
    /// let x = array![[0_f32, 0.], [1., 0.], [9., 9.]];
    /// let moved = MeanShift::new(Weight::Flat(2.0)).iterations(5).run_on(&Device::best()?, &x)?;
    /// assert_eq!(moved, array![[0.5, 0.], [0.5, 0.], [9., 9.]]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_on(&self, device: &Device, x: &ArrayRef2<f32>) -> Result<Array2<f32>> {
        self.check(x.nrows())?;
        Unit::new(NAME, x, self.weight.width())?;
        if self.stops_early() {
            let problem = "a device does not see when points stand still: \
                           give the iterations alone, as in .iterations(5)";
            return Err(Error::argument(NAME, problem));
        }
        if self.neighborhood != Neighborhood::All {
            let problem = "on a device every row sees all points: leave out sample and sorted";
            return Err(Error::argument(NAME, problem));
        }
        let version = self.version_on(device, x.dim());
        let motion = Motion::new(self.weight, self.step)?;
        let moved = version.repeat(device, &device.upload(x)?, motion, self.limit())?.download()?;
        match BoundingBox::around(&moved).finite {
            true => Ok(moved),
            false => {
                let problem = format!(
                    "points left the range of the numbers: take a smaller step than {}",
                    self.step
                );
                Err(Error::argument(NAME, problem))
            }
        }
    }

    /// The kernel for the order of these settings.
    fn version_on(&self, device: &Device, (n, d): (usize, usize)) -> KernelVersion {
        match self.update {
            UpdateOrder::InPlace if d == 2 => KernelVersion::InPlace,
            UpdateOrder::InPlace => KernelVersion::Batch { size: 1 },
            UpdateOrder::Batches(size) if size < n => KernelVersion::Batch { size },
            _ => KernelVersion::best(device.properties(), (n, d)),
        }
    }
}

/// How far and by which weights points move, as kernels take it.
#[derive(Clone, Copy, Debug)]
struct Motion {
    kind: i32,
    width: f32,
    step: f32,
}

impl Motion {
    /// # Errors
    /// [`Error::Argument`] when single precision cannot hold the width or the step.
    fn new(weight: Weight, step: f64) -> Result<Self> {
        weight.check(NAME)?;
        let (width, step) = (weight.width() as f32, step as f32);
        if !width.is_normal() {
            let problem = format!("the width of {weight:?} is out of the range of f32");
            return Err(Error::argument(NAME, problem));
        }
        if !step.is_finite() {
            return Err(Error::argument(NAME, format!("the step is {step}")));
        }
        Ok(Motion { kind: weight.kernel_number(), width, step })
    }
}

impl KernelVersion {
    /// Moves the points of `x: (n, d)` by `iterations` steps of mean shift into a new buffer. Does
    /// not wait for its end.
    ///
    /// A row that is not finite becomes NaN, and makes the others NaN.
    ///
    /// # Errors
    /// [`Error::Shape`] when the kernel is for another number of columns, [`Error::Argument`] when
    /// the weight's width is not a normal number above 0 in `f32`, [`Error::Launch`] when `x` is on
    /// another device, and those of [`kernel`](KernelVersion::kernel).
    pub fn run(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        weight: Weight,
        iterations: usize,
    ) -> Result<Buffer<f32, Ix2>> {
        self.repeat(device, x, Motion::new(weight, 1.0)?, iterations)
    }

    /// One iteration from `x: (n, d)` into `moved: (n, d)`: each point goes `step` of the way to
    /// its mean; 1 is all of it.
    ///
    /// # Errors
    /// Those of [`run`](KernelVersion::run), [`Error::Shape`] when the shapes differ, and
    /// [`Error::Argument`] when the step is not finite.
    pub fn iterate(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        moved: &mut Buffer<f32, Ix2>,
        weight: Weight,
        step: f64,
    ) -> Result<()> {
        self.move_once(device, x, moved, Motion::new(weight, step)?)
    }

    /// As [`run`](KernelVersion::run), with a step.
    fn repeat(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        motion: Motion,
        iterations: usize,
    ) -> Result<Buffer<f32, Ix2>> {
        self.sizes(x)?;
        if iterations == 0 || x.is_empty() {
            return x.to(device);
        }
        if self == KernelVersion::InPlace {
            let mut moved = x.to(device)?;
            (0..iterations).try_for_each(|_| self.move_in_place(device, &mut moved, motion))?;
            return Ok(moved);
        }
        let mut moved = device.zeros(x.raw_dim())?;
        if self == KernelVersion::V5OneLaunch {
            self.launch_once(device, x, &mut moved, motion, iterations)?;
            return Ok(moved);
        }
        self.move_once(device, x, &mut moved, motion)?;
        if iterations > 1 {
            let mut next = device.zeros(x.raw_dim())?;
            for _ in 1..iterations {
                self.move_once(device, &moved, &mut next, motion)?;
                swap(&mut moved, &mut next);
            }
        }
        Ok(moved)
    }

    fn move_once(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        moved: &mut Buffer<f32, Ix2>,
        motion: Motion,
    ) -> Result<()> {
        let (n, d) = self.sizes(x)?;
        if moved.shape() != x.shape() {
            let shapes = [x.shape(), moved.shape()];
            return Err(Error::shape(
                NAME,
                shapes,
                "moved points take a buffer of the points' shape",
            ));
        }
        if x.is_empty() {
            return Ok(());
        }
        let Motion { kind, width, step } = motion;
        let (kernel, launch) = (self.kernel(device)?, self.launch(device.properties(), (n, d)));
        match self {
            KernelVersion::V1Naive => kernel.launch(launch, (x, moved, n, d, kind, width, step)),
            KernelVersion::V2Tiled | KernelVersion::V3Registers | KernelVersion::V4Warps => {
                kernel.launch(launch, (x, moved, n, kind, width, step))
            }
            KernelVersion::V5OneLaunch => self.launch_once(device, x, moved, motion, 1),
            KernelVersion::InPlace => {
                moved.copy_from(&x.download()?)?;
                self.move_in_place(device, moved, motion)
            }
            KernelVersion::Batch { size } => (0..n).step_by(size).try_for_each(|start| {
                let rows = size.min(n - start);
                kernel.launch(launch, (x, &mut *moved, n, d, start, rows, kind, width, step))
            }),
        }
    }

    fn move_in_place(
        self,
        device: &Device,
        x: &mut Buffer<f32, Ix2>,
        Motion { kind, width, step }: Motion,
    ) -> Result<()> {
        let (n, d) = self.sizes(x)?;
        let launch = self.launch(device.properties(), (n, d));
        self.kernel(device)?.launch(launch, (x, n, kind, width, step))
    }

    fn launch_once(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        moved: &mut Buffer<f32, Ix2>,
        Motion { kind, width, step }: Motion,
        iterations: usize,
    ) -> Result<()> {
        let (n, d) = self.sizes(x)?;
        let launch = self.launch(device.properties(), (n, d));
        let (mut spare, mut arrived) = (device.zeros((n, d))?, device.zeros_of::<u64, _>(1)?);
        let (spare, arrived) = (&mut spare, &mut arrived);
        let arguments = (x, moved, spare, arrived, n, iterations, kind, width, step);
        self.kernel(device)?.launch(launch, arguments)
    }

    fn sizes(self, x: &Buffer<f32, Ix2>) -> Result<(usize, usize)> {
        let (n, d) = (x.shape()[0], x.shape()[1]);
        if self == (KernelVersion::Batch { size: 0 }) {
            return Err(Error::argument(NAME, "a batch has at least one row"));
        }
        if self.columns().is_some_and(|columns| columns != d) {
            let help = format!("{self} moves points of the plane, (n, 2); v1_naive takes any");
            return Err(Error::shape(NAME, [x.shape()], help));
        }
        Ok((n, d))
    }
}
