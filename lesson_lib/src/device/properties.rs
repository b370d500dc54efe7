//! What a device is and what it allows.

use crate::show::Show;
use crate::text;
use std::fmt;

/// The kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// This machine's processor.
    Cpu,
    /// An NVIDIA GPU.
    Cuda,
}

/// What a device is and what it allows. Sizes in bytes, extents as `[x, y, z]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Properties {
    /// The kind of device.
    pub kind: Kind,
    /// Its name, e.g. `NVIDIA H200`.
    pub name: String,
    /// CUDA's compute capability, major and minor.
    pub compute_capability: Option<(u32, u32)>,
    /// Multiprocessors of a GPU; threads that run kernels on the CPU.
    pub multiprocessors: usize,
    /// Threads that one block may have.
    pub max_threads_per_block: u32,
    /// Threads of a block along each axis.
    pub max_block: [u32; 3],
    /// Blocks of a grid along each axis.
    pub max_grid: [u32; 3],
    /// Shared memory that one block may have without asking for more.
    pub shared_memory_per_block: usize,
    /// Shared memory that one block may have at most.
    pub max_shared_memory_per_block: usize,
    /// Threads that run in step.
    pub warp_size: u32,
    /// All of the device's memory.
    pub total_memory: u64,
    /// The driver's CUDA version, major and minor.
    pub driver: Option<(u32, u32)>,
}

impl Properties {
    /// A device with the limits that all CUDA devices share, for tests.
    #[cfg(test)]
    pub(super) fn example() -> Self {
        Self {
            kind: Kind::Cpu,
            name: "example".into(),
            compute_capability: None,
            multiprocessors: 1,
            max_threads_per_block: 1024,
            max_block: [1024, 1024, 64],
            max_grid: [i32::MAX as u32, 65_535, 65_535],
            shared_memory_per_block: 48 << 10,
            max_shared_memory_per_block: 48 << 10,
            warp_size: 32,
            total_memory: 1 << 30,
            driver: None,
        }
    }

    /// Whether the device multiplies small matrices in one instruction (WMMA: 8.0 and newer).
    pub fn has_tensor_cores(&self) -> bool {
        self.compute_capability.is_some_and(|capability| capability >= (8, 0))
    }
}

impl Show for Properties {
    fn text(&self) -> String {
        let [x, y, z] = self.max_block;
        let mut rows = vec![("device", self.name.clone())];
        if let Some((major, minor)) = self.compute_capability {
            rows.push(("compute capability", format!("{major}.{minor}")));
        }
        rows.extend([
            (self.workers(), self.multiprocessors.to_string()),
            ("threads in a warp", self.warp_size.to_string()),
            (
                "threads in a block",
                format!("at most {} ({x} × {y} × {z})", self.max_threads_per_block),
            ),
            ("shared memory of a block", text::bytes(self.shared_memory_per_block as f64)),
            ("memory", text::bytes(self.total_memory as f64)),
        ]);
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines: Vec<String> =
            rows.iter().map(|(name, value)| format!("{name:width$}  {value}")).collect();
        lines.join("\n")
    }
}

impl Properties {
    fn workers(&self) -> &'static str {
        match self.kind {
            Kind::Cpu => "CPU threads that run blocks",
            Kind::Cuda => "multiprocessors",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Cpu => "cpu",
            Kind::Cuda => "cuda",
        })
    }
}
