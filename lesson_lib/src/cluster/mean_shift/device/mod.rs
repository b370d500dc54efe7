//! The one list of the kernels in `kernels/mean_shift.cu`.

mod moving;

use crate::Result;
use crate::device::{Device, Kernel, Kind, Launch, Properties};
use std::fmt;

/// The file in `kernels/`.
const FILE: &str = "mean_shift.cu";

/// Rows of a batch in [`KERNEL_VERSIONS`].
const BATCH: usize = 256;

/// The threads of a block, and the points that it moves.
const V3_BLOCK: (usize, usize) = (64, 64 * 4);
const V4_BLOCK: (usize, usize) = (128, 128 / 32 * 8);

/// Up to this many points, one launch for all iterations is faster than one for each.
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
            KernelVersion::V4Warps => "Each warp moves 8 points; its lanes share the others.",
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
        match device.kind {
            _ if d != 2 => KernelVersion::V1Naive,
            // Threads that wait for each other cost the processor most.
            Kind::Cpu => KernelVersion::V3Registers,
            Kind::Cuda if n <= FEW => KernelVersion::V5OneLaunch,
            Kind::Cuda => KernelVersion::V4Warps,
        }
    }

    /// The shape of the launch that moves `x: (n, d)` on `device`, neither of them 0.
    pub fn launch(self, device: &Properties, (n, d): (usize, usize)) -> Launch {
        let blocks = |(threads, points)| Launch::blocks(n.div_ceil(points)).block(threads);
        match self {
            KernelVersion::V1Naive => Launch::over(n * d),
            KernelVersion::V2Tiled => Launch::over(n).block(256),
            KernelVersion::V3Registers => blocks(V3_BLOCK),
            KernelVersion::V4Warps => blocks(V4_BLOCK),
            KernelVersion::V5OneLaunch => {
                // No more blocks than are sure to run at the same time.
                let together = if device.kind == Kind::Cuda { device.multiprocessors } else { 1 };
                Launch::blocks(n.min(together)).block(512)
            }
            KernelVersion::InPlace => Launch::blocks(1).block(256),
            KernelVersion::Batch { size } => {
                // On the processor threads that wait for each other cost most.
                let threads = if device.kind == Kind::Cuda { 256 } else { 32 };
                Launch::blocks(size.min(n) * d).block(threads)
            }
        }
    }

    /// The kernel, compiled for `device` when first asked for.
    ///
    /// # Errors
    /// Those of [`Device::kernels`].
    pub fn kernel(self, device: &Device) -> Result<Kernel> {
        device.kernels(FILE)?.kernel(self.kernel_name())
    }
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
