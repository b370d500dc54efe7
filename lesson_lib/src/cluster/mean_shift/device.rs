//! The one list of the kernels in `kernels/mean_shift.cu`.

use super::Weight;
use crate::device::{Buffer, Device, Kernel, Kind, Launch, Properties};
use crate::{Error, Result};
use ndarray::Ix2;
use std::fmt;
use std::mem::swap;

/// The file in `kernels/`.
const FILE: &str = "mean_shift.cu";

/// Rows of a batch in [`KERNEL_VERSIONS`].
const BATCH: usize = 256;

/// Points that a thread of v3 or a warp of v4 and v5 moves.
const POINTS: usize = 4;

/// One iteration over fewer points takes a GPU less time than a launch does.
const FEW: usize = 4096;

/// A kernel that moves every point of `x: (n, d)` to the weighted mean of all points.
///
/// ```no_run
/// use lesson_lib::cluster::mean_shift::{KERNEL_VERSIONS, Weight};
/// use lesson_lib::{device::Device, ndarray::array};
/// let device = Device::best()?;
/// let x = device.upload(&array![[0_f32, 0.], [1., 0.], [9., 9.]])?;
/// for version in KERNEL_VERSIONS {
///     println!("{version}: {}", version.idea());
///     let moved = version.run(&device, &x, Weight::Flat(2.0), 5)?;
///     assert_eq!(moved.download()?, array![[0.5, 0.], [0.5, 0.], [9., 9.]]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelVersion {
    /// `mean_shift_v1_naive`
    V1Naive,
    /// `mean_shift_v2_tiled`
    V2Tiled,
    /// `mean_shift_v3_registers`
    V3Registers,
    /// `mean_shift_v4_warps`
    V4Warps,
    /// `mean_shift_v5_one_launch`
    V5OneLaunch,
    /// `mean_shift_in_place`, the order of the lesson's loop: each row sees the rows before it as
    /// they have moved.
    InPlace,
    /// `mean_shift_batch`, the order of the lesson's batches: each sees the batches before it as
    /// they have moved.
    Batch {
        /// The rows of a batch.
        size: usize,
    },
}

/// Every kernel, in the order of the file.
pub const KERNEL_VERSIONS: [KernelVersion; 7] = [
    KernelVersion::V1Naive,
    KernelVersion::V2Tiled,
    KernelVersion::V3Registers,
    KernelVersion::V4Warps,
    KernelVersion::V5OneLaunch,
    KernelVersion::InPlace,
    KernelVersion::Batch { size: BATCH },
];

/// How far and by which weights points move, as kernels take it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    kind: i32,
    width: f32,
    step: f32,
}

impl Motion {
    /// # Errors
    /// [`Error::Argument`] when the width or the step is nothing that single precision can hold.
    pub(super) fn new(weight: Weight, step: f64) -> Result<Self> {
        weight.check("mean shift")?;
        let kind = match weight {
            Weight::Gaussian(_) => 0,
            Weight::Triangular(_) => 1,
            Weight::Flat(_) => 2,
            Weight::Epanechnikov(_) => 3,
        };
        let (width, step) = (weight.width() as f32, step as f32);
        if !width.is_normal() {
            let problem = format!("the width of {weight:?} is out of the range of f32");
            return Err(Error::argument("mean shift", problem));
        }
        if !step.is_finite() {
            return Err(Error::argument("mean shift", format!("the step is {step}")));
        }
        Ok(Motion { kind, width, step })
    }
}

impl KernelVersion {
    /// The kernel's name in its file.
    pub fn kernel_name(self) -> &'static str {
        match self {
            KernelVersion::V1Naive => "mean_shift_v1_naive",
            KernelVersion::V2Tiled => "mean_shift_v2_tiled",
            KernelVersion::V3Registers => "mean_shift_v3_registers",
            KernelVersion::V4Warps => "mean_shift_v4_warps",
            KernelVersion::V5OneLaunch => "mean_shift_v5_one_launch",
            KernelVersion::InPlace => "mean_shift_in_place",
            KernelVersion::Batch { .. } => "mean_shift_batch",
        }
    }

    /// A short name for tables: the kernel's without `mean_shift_`.
    pub fn name(self) -> &'static str {
        self.kernel_name().trim_start_matches("mean_shift_")
    }

    /// What is new in this kernel, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            KernelVersion::V1Naive => "One thread per coordinate reads all points.",
            KernelVersion::V2Tiled => "Blocks of threads share tiles of points.",
            KernelVersion::V3Registers => "Each thread moves 4 points; one instruction for 2^x.",
            KernelVersion::V4Warps => "Each warp moves 4 points; its lanes share the others.",
            KernelVersion::V5OneLaunch => "All iterations in one launch.",
            KernelVersion::InPlace => "Row after row, each sees the rows already moved.",
            KernelVersion::Batch { .. } => {
                "Batch after batch, each sees the batches already moved."
            }
        }
    }

    /// The file in `kernels/`.
    pub fn file(self) -> &'static str {
        FILE
    }

    /// The only number of columns that it takes, if there is one.
    pub fn columns(self) -> Option<usize> {
        match self {
            KernelVersion::V1Naive | KernelVersion::Batch { .. } => None,
            _ => Some(2),
        }
    }

    /// The version that should be the fastest on `device` for `x: (n, d)`, among those in which
    /// all points move at once.
    pub fn best(device: &Properties, (n, d): (usize, usize)) -> Self {
        // Enough blocks of v3 to keep every multiprocessor busy with two.
        let many = 2 * device.multiprocessors * V3_POINTS_OF_A_BLOCK;
        match device.kind {
            _ if d != 2 => KernelVersion::V1Naive,
            // Threads that wait for each other cost the processor most.
            Kind::Cpu => KernelVersion::V3Registers,
            Kind::Cuda if n <= FEW => KernelVersion::V5OneLaunch,
            Kind::Cuda if n < many => KernelVersion::V4Warps,
            Kind::Cuda => KernelVersion::V3Registers,
        }
    }

    /// The shape of the launch that moves `x: (n, d)` on `device`, neither of them 0.
    pub fn launch(self, device: &Properties, (n, d): (usize, usize)) -> Launch {
        match self {
            KernelVersion::V1Naive => Launch::over(n * d),
            KernelVersion::V2Tiled => Launch::over(n).block(256),
            KernelVersion::V3Registers => {
                Launch::blocks(n.div_ceil(V3_POINTS_OF_A_BLOCK)).block(V3_THREADS)
            }
            KernelVersion::V4Warps => Launch::blocks(n.div_ceil(2 * POINTS)).block(64),
            KernelVersion::V5OneLaunch => {
                // No more blocks than are sure to run at the same time.
                let together = if device.kind == Kind::Cuda { device.multiprocessors } else { 1 };
                Launch::blocks(n.div_ceil(POINTS).min(together)).block(512)
            }
            KernelVersion::InPlace => Launch::blocks(1).block(256),
            KernelVersion::Batch { size } => Launch::over(size.min(n) * d * 32),
        }
    }

    /// The kernel, compiled for `device` when first asked for.
    ///
    /// # Errors
    /// Those of [`Device::kernels`].
    pub fn kernel(self, device: &Device) -> Result<Kernel> {
        device.kernels(FILE)?.kernel(self.kernel_name())
    }

    /// Moves the points of `x: (n, d)` by `iterations` steps of mean shift into a new buffer. Does
    /// not wait for its end.
    ///
    /// A row that is not finite becomes NaN, and makes the others NaN.
    ///
    /// # Errors
    /// [`Error::Shape`] when the kernel is for another number of columns, [`Error::Argument`] when
    /// the weight's width is no normal number above 0 in `f32`, [`Error::Launch`] when `x` is on
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

    /// One iteration from `x: (n, d)` into `moved: (n, d)`, of which each point goes `step` of the
    /// way to its mean; 1 is all of it.
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
    pub(super) fn repeat(
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
            return Err(Error::shape("mean shift", shapes, "points and moved points are as many"));
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
        let buffers = (x, moved, &mut spare, &mut arrived);
        let (x, moved, spare, arrived) = buffers;
        let arguments = (x, moved, spare, arrived, n, iterations, kind, width, step);
        self.kernel(device)?.launch(launch, arguments)
    }

    fn sizes(self, x: &Buffer<f32, Ix2>) -> Result<(usize, usize)> {
        let (n, d) = (x.shape()[0], x.shape()[1]);
        if self == (KernelVersion::Batch { size: 0 }) {
            return Err(Error::argument("mean shift", "a batch has at least one row"));
        }
        if self.columns().is_some_and(|columns| columns != d) {
            let help = format!("{self} moves points of the plane, (n, 2); v1_naive takes any");
            return Err(Error::shape("mean shift", [x.shape()], help));
        }
        Ok((n, d))
    }
}

/// A block of v3.
const V3_THREADS: usize = 64;
const V3_POINTS_OF_A_BLOCK: usize = V3_THREADS * POINTS;

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
