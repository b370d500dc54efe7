//! The one list of the kernels in `kernels/matmul.cu` and `kernels/matmul_tensor.cu`.

use super::operands::sizes;
use crate::device::{Buffer, Device, Element, Kernel, Launch, Properties};
use crate::{Error, Result};
use ndarray::{Array2, Ix2};
use std::fmt;

/// A kernel of the ladder on a device, the continuation of [`Version`](super::Version).
///
/// Every algorithm with kernels lists them under the same two names, `KernelVersion` and
/// `KERNEL_VERSIONS`, in its own module.
///
/// ```no_run
/// use lesson_lib::{device::Device, matmul::KERNEL_VERSIONS, ndarray::array};
/// let device = Device::best()?;
/// let a = device.upload(&array![[1_f32, 2.], [3., 4.]])?;
/// let b = device.upload(&array![[5_f32], [6.]])?;
/// for version in KERNEL_VERSIONS.into_iter().filter(|version| !version.needs_tensor_cores()) {
///     println!("{version}: {}", version.idea());
///     assert_eq!(version.run(&device, &a, &b)?.download()?, array![[17.], [39.]]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelVersion {
    /// `matmul_v1_naive`
    V1Naive,
    /// `matmul_v2_coalesced`
    V2Coalesced,
    /// `matmul_v3_tiled`
    V3Tiled,
    /// `matmul_v4_tiles_1d`
    V4Tiles1d,
    /// `matmul_v5_tiles_2d`
    V5Tiles2d,
    /// `matmul_v6_vectorized`
    V6Vectorized,
    /// `matmul_v7_warp_tiles`
    V7WarpTiles,
    /// `matmul_v8_skinny`
    V8Skinny,
    /// `matmul_tensor_v1_wmma`
    TensorV1Wmma,
    /// `matmul_tensor_v2_wgmma`
    TensorV2Wgmma,
}

/// Every kernel, in the order of the files.
pub const KERNEL_VERSIONS: [KernelVersion; 10] = [
    KernelVersion::V1Naive,
    KernelVersion::V2Coalesced,
    KernelVersion::V3Tiled,
    KernelVersion::V4Tiles1d,
    KernelVersion::V5Tiles2d,
    KernelVersion::V6Vectorized,
    KernelVersion::V7WarpTiles,
    KernelVersion::V8Skinny,
    KernelVersion::TensorV1Wmma,
    KernelVersion::TensorV2Wgmma,
];

/// The block of v8, one for each multiprocessor: at most 12 warps, each with 2 × 4 rows at a time.
const SKINNY_WARPS: usize = 12;
const SKINNY_ROWS: usize = 2 * 4;
const SKINNY_COLUMNS: usize = 16;

/// v8's shared memory in bytes: for b, and for the ring of each warp, which has three stages of what
/// its 32 lanes read, four floats of four rows each.
const SKINNY_B: usize = 36 << 10;
const SKINNY_RING: usize = 3 * 32 * 4 * 16;

/// Four stages of a 128 × 64 and a 64 × 256 tile of 2-byte values, and 1024 bytes to align them.
const WGMMA_SHARED: usize = 4 * 2 * (128 * 64 + 64 * 256) + 1024;

impl KernelVersion {
    /// The kernel's name in its file.
    pub fn kernel_name(self) -> &'static str {
        match self {
            KernelVersion::V1Naive => "matmul_v1_naive",
            KernelVersion::V2Coalesced => "matmul_v2_coalesced",
            KernelVersion::V3Tiled => "matmul_v3_tiled",
            KernelVersion::V4Tiles1d => "matmul_v4_tiles_1d",
            KernelVersion::V5Tiles2d => "matmul_v5_tiles_2d",
            KernelVersion::V6Vectorized => "matmul_v6_vectorized",
            KernelVersion::V7WarpTiles => "matmul_v7_warp_tiles",
            KernelVersion::V8Skinny => "matmul_v8_skinny",
            KernelVersion::TensorV1Wmma => "matmul_tensor_v1_wmma",
            KernelVersion::TensorV2Wgmma => "matmul_tensor_v2_wgmma",
        }
    }

    /// A short name for tables: the kernel's without `matmul_`.
    pub fn name(self) -> &'static str {
        self.kernel_name().trim_start_matches("matmul_")
    }

    /// What is new in this kernel, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            KernelVersion::V1Naive => "One thread per cell, neighbours below each other.",
            KernelVersion::V2Coalesced => "Neighbouring threads read neighbouring columns.",
            KernelVersion::V3Tiled => "Blocks of threads share tiles in shared memory.",
            KernelVersion::V4Tiles1d => "Each thread keeps 8 cells of a column in registers.",
            KernelVersion::V5Tiles2d => "Each thread keeps 8 × 8 cells in registers.",
            KernelVersion::V6Vectorized => "Four floats are read and written at a time.",
            KernelVersion::V7WarpTiles => {
                "A warp's cells side by side; the next tiles arrive meanwhile."
            }
            KernelVersion::V8Skinny => {
                "For few columns: a is read once, as fast as memory gives it."
            }
            KernelVersion::TensorV1Wmma => "Tensor cores multiply 16 × 16 matrices of a warp.",
            KernelVersion::TensorV2Wgmma => {
                "Tensor cores multiply 64 × 256 at a time, straight from shared memory."
            }
        }
    }

    /// The file in `kernels/`.
    pub fn file(self) -> &'static str {
        if self.needs_tensor_cores() { "matmul_tensor.cu" } else { "matmul.cu" }
    }

    /// Whether it multiplies [`bf16`](half::bf16) on tensor cores; the others multiply `f32`, on
    /// any device.
    pub fn needs_tensor_cores(self) -> bool {
        matches!(self, KernelVersion::TensorV1Wmma | KernelVersion::TensorV2Wgmma)
    }

    /// Whether `device` has what the kernel needs.
    pub fn runs_on(self, device: &Properties) -> bool {
        match self {
            KernelVersion::TensorV1Wmma => device.has_tensor_cores(),
            KernelVersion::TensorV2Wgmma => device.compute_capability == Some((9, 0)),
            _ => true,
        }
    }

    /// The shape of the launch that multiplies `(m, k)` by `(k, n)` on `device`; none of them 0.
    ///
    /// v1 takes at most 1 048 560 columns and v2 as many rows, because a grid has at most 65 535
    /// blocks along y.
    pub fn launch(self, device: &Properties, (m, _, n): (usize, usize, usize)) -> Launch {
        let tiles = |rows, columns| Launch::blocks(m.div_ceil(rows) * n.div_ceil(columns));
        match self {
            KernelVersion::V1Naive => Launch::over((m, n)).block((16, 16)),
            KernelVersion::V2Coalesced => Launch::over((n, m)).block((16, 16)),
            KernelVersion::V3Tiled => tiles(32, 32).block((32, 32)),
            KernelVersion::V4Tiles1d => tiles(64, 64).block(512),
            KernelVersion::V5Tiles2d | KernelVersion::V6Vectorized => tiles(128, 128).block(256),
            KernelVersion::V7WarpTiles => tiles(64, 128).block(128),
            KernelVersion::V8Skinny => {
                let ring = device.max_shared_memory_per_block.saturating_sub(SKINNY_B);
                let warps = (ring / SKINNY_RING).clamp(1, SKINNY_WARPS);
                let down = m.div_ceil(warps * SKINNY_ROWS).min(device.multiprocessors);
                let launch = Launch::blocks((down, n.div_ceil(SKINNY_COLUMNS))).block(warps * 32);
                launch.shared(SKINNY_B + warps * SKINNY_RING)
            }
            KernelVersion::TensorV1Wmma => tiles(128, 128).block(256),
            KernelVersion::TensorV2Wgmma => tiles(128, 256).block(256).shared(WGMMA_SHARED),
        }
    }

    /// The kernel, compiled for `device` when first asked for.
    ///
    /// # Errors
    /// [`Error::Device`] when the device lacks what the kernel needs, and those of
    /// [`Device::kernels`].
    pub fn kernel(self, device: &Device) -> Result<Kernel> {
        if !self.runs_on(device.properties()) {
            let needs = match self {
                KernelVersion::TensorV2Wgmma => "exactly 9.0 (Hopper)",
                _ => "8.0 or newer",
            };
            let problem = format!("it needs an NVIDIA GPU of compute capability {needs}");
            return Err(Error::device(format!("run {} on {device}", self.kernel_name()), problem));
        }
        device.kernels(self.file())?.kernel(self.kernel_name())
    }

    /// Multiplies `a: (m, k)` by `b: (k, n)`, both `f32`, or both `bf16` where tensor cores are
    /// needed; the result is `(m, n)` in `f32`. Does not wait for its end.
    ///
    /// # Errors
    /// [`Error::Shape`] when the inner sizes differ, [`Error::Launch`] when the operands are of
    /// another type or on another device, and those of [`kernel`](KernelVersion::kernel).
    pub fn run<T: Element>(
        self,
        device: &Device,
        a: &Buffer<T, Ix2>,
        b: &Buffer<T, Ix2>,
    ) -> Result<Buffer<f32, Ix2>> {
        let (m, _, n) = sizes("matmul", a.shape(), b.shape())?;
        let mut c = device.zeros((m, n))?;
        self.run_into(device, a, b, &mut c)?;
        Ok(c)
    }

    /// As [`run`](KernelVersion::run), into an existing buffer `c: (m, n)`.
    ///
    /// # Errors
    /// Those of [`run`](KernelVersion::run).
    pub fn run_into<T: Element>(
        self,
        device: &Device,
        a: &Buffer<T, Ix2>,
        b: &Buffer<T, Ix2>,
        c: &mut Buffer<f32, Ix2>,
    ) -> Result<()> {
        let (m, k, n) = sizes("matmul", a.shape(), b.shape())?;
        let kernel = self.kernel(device)?;
        if m == 0 || k == 0 || n == 0 {
            return c.copy_from(&Array2::zeros((m, n)));
        }
        let launch = self.launch(device.properties(), (m, k, n));
        kernel.launch(launch, (a, b, c, m, k, n))
    }
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
