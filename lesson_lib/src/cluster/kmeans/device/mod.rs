//! The one list of the kernels in `kernels/kmeans.cu`.

mod moving;
mod run_on;

use crate::device::{Device, Kernel, Kind, Launch, Properties};
use crate::{Error, Result};
use std::fmt;

/// The file in `kernels/`.
const FILE: &str = "kmeans.cu";

/// A point of the plane has so many columns; up to so many centroids, each thread has its own sums.
const PLANE: usize = 2;
const FEW: usize = 32;

/// The cells of v5, and the bytes of the kernel's own copy of them and of the centroids.
const CELLS: usize = 48 * 48;
const V5_SHARED: usize = 4 * (CELLS + 1) + 8 * FEW + 16;

/// Threads of a block where nothing asks for fewer.
const THREADS: usize = 256;

/// Blocks for each multiprocessor, where their memory lets so many run at the same time; their
/// registers do.
const BLOCKS: usize = 5;

/// A kernel that makes each centroid of `(k, d)` the mean of the points of `x: (n, d)` that are
/// nearest to it.
///
/// ```no_run
/// use lesson_lib::cluster::kmeans::KERNEL_VERSIONS;
/// use lesson_lib::{device::Device, ndarray::array};
/// let device = Device::best()?;
/// let x = device.upload(&array![[0_f32, 0.], [1., 0.], [9., 9.]])?;
/// let start = device.upload(&array![[0_f32, 0.], [5., 5.]])?;
/// for version in KERNEL_VERSIONS {
///     println!("{version}: {}", version.idea());
///     let centroids = version.run(&device, &x, &start, 5)?;
///     assert_eq!(centroids.download()?, array![[0.5, 0.], [9., 9.]]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelVersion {
    /// `kmeans_v1_atomics`, after `kmeans_assign`
    V1Atomics,
    /// `kmeans_v2_privatized`, after `kmeans_assign`
    V2Privatized,
    /// `kmeans_v3_fused`
    V3Fused,
    /// `kmeans_v4_deterministic`
    V4Deterministic,
    /// `kmeans_v5_cells`, after `kmeans_cells`
    V5Cells,
}

/// Every kernel, in the order of the file.
pub const KERNEL_VERSIONS: [KernelVersion; 5] = [
    KernelVersion::V1Atomics,
    KernelVersion::V2Privatized,
    KernelVersion::V3Fused,
    KernelVersion::V4Deterministic,
    KernelVersion::V5Cells,
];

impl KernelVersion {
    /// The kernel's name in its file.
    pub fn kernel_name(self) -> &'static str {
        match self {
            KernelVersion::V1Atomics => "kmeans_v1_atomics",
            KernelVersion::V2Privatized => "kmeans_v2_privatized",
            KernelVersion::V3Fused => "kmeans_v3_fused",
            KernelVersion::V4Deterministic => "kmeans_v4_deterministic",
            KernelVersion::V5Cells => "kmeans_v5_cells",
        }
    }

    /// A short name for tables: the kernel's without `kmeans_`.
    pub fn name(self) -> &'static str {
        self.kernel_name().trim_start_matches("kmeans_")
    }

    /// What is new in this kernel, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            KernelVersion::V1Atomics => "One atomic addition per coordinate of each point.",
            KernelVersion::V2Privatized => "Blocks add up by themselves, then to the sums.",
            KernelVersion::V3Fused => "Labels and sums in one pass, which reads points once.",
            KernelVersion::V4Deterministic => "Sums of blocks are added in a fixed order.",
            KernelVersion::V5Cells => "A grid says which centroids a point need be compared with.",
        }
    }

    /// The file in `kernels/`.
    pub fn file(self) -> &'static str {
        FILE
    }

    /// Whether two runs give the same bits: not where the order of additions is left to chance.
    pub fn is_deterministic(self) -> bool {
        matches!(self, KernelVersion::V4Deterministic | KernelVersion::V5Cells)
    }

    /// Whether it takes `k` centroids of `d` coordinates on `device`: v1 takes any, v5 up to 32 in
    /// the plane, the others as many as a block's shared memory has room for.
    pub fn takes(self, device: &Properties, (k, d): (usize, usize)) -> bool {
        match self {
            KernelVersion::V1Atomics => true,
            KernelVersion::V5Cells => has_thread_sums((k, d)),
            _ => self.shared((k, d), least_threads((k, d))) <= device.max_shared_memory_per_block,
        }
    }

    /// The version that should be the fastest on `device` for `k` centroids of `d` coordinates,
    /// among those that give the same bits in every run where there is one.
    pub fn best(device: &Properties, (k, d): (usize, usize)) -> Self {
        let v4 = KernelVersion::V4Deterministic;
        match device.kind {
            _ if !v4.takes(device, (k, d)) => KernelVersion::V1Atomics,
            Kind::Cuda if has_thread_sums((k, d)) => KernelVersion::V5Cells,
            _ => v4,
        }
    }

    /// The shape of the launch on `device` for `x: (n, d)` and `k` centroids that it
    /// [takes](Self::takes), none of them 0.
    pub fn launch(self, device: &Properties, (n, d): (usize, usize), k: usize) -> Launch {
        if self == KernelVersion::V1Atomics {
            return Launch::over(n * d);
        }
        let threads = self.threads(device, (k, d));
        let shared = self.shared((k, d), threads);
        let together = (device.max_shared_memory_per_block / (shared + 1024)).clamp(1, BLOCKS);
        let blocks = n.div_ceil(threads).min(together * device.multiprocessors);
        let declared = if self == KernelVersion::V5Cells { V5_SHARED } else { 0 };
        Launch::blocks(blocks).block(threads).shared(shared - declared)
    }

    /// Threads of a block: as many as shared memory has sums for, in two blocks at least where
    /// that is possible.
    fn threads(self, device: &Properties, (k, d): (usize, usize)) -> usize {
        let fits =
            |threads: &usize| self.shared((k, d), *threads) <= device.max_shared_memory_per_block;
        let choices = [THREADS, THREADS / 2, least_threads((k, d))];
        choices.into_iter().find(fits).unwrap_or(least_threads((k, d)))
    }

    /// The shared memory of a block, in bytes.
    fn shared(self, (k, d): (usize, usize), threads: usize) -> usize {
        let of_block = 4 * k * (d + 1);
        match self {
            KernelVersion::V1Atomics => 0,
            KernelVersion::V2Privatized => of_block,
            KernelVersion::V5Cells => 4 * 3 * k * threads + V5_SHARED,
            _ if has_thread_sums((k, d)) => 4 * 3 * k * threads,
            _ => of_block + 4 * 2 * threads,
        }
    }

    /// The kernel, compiled for `device` when first asked for.
    ///
    /// # Errors
    /// Those of [`Device::kernels`].
    pub fn kernel(self, device: &Device) -> Result<Kernel> {
        kernel(device, self.kernel_name())
    }
}

/// Whether each thread has sums of its own.
fn has_thread_sums((k, d): (usize, usize)) -> bool {
    d == PLANE && k <= FEW
}

/// Three sums for each of `k` centroids are added up by a thread each.
fn least_threads((k, d): (usize, usize)) -> usize {
    if has_thread_sums((k, d)) { (3 * k).next_multiple_of(32) } else { 32 }
}

/// Another kernel of the file, by its whole name.
fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels(FILE)?.kernel(name)
}

/// What to do where a version does not take so many centroids.
fn too_many(version: KernelVersion, device: &Device, shapes: [&[usize]; 2]) -> Error {
    let help = match version {
        KernelVersion::V5Cells => format!("{version} takes up to {FEW} centroids of the plane"),
        _ => format!("the sums of {version} must fit in a block's shared memory on {device}"),
    };
    Error::shape(super::settings::NAME, shapes, format!("{help}; v1_atomics takes any number"))
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
