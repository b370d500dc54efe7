//! The searches in a device's memory, and the one list of the kernels in `kernels/neighbors.cu`.

mod answer;
mod cells;
mod keys;
mod launches;
mod lsh;
mod results;
mod sorting;
mod wrapped_grid;

pub use answer::DeviceNeighbors;
pub(crate) use cells::{DeviceCells, bounds, check_columns, check_for_device};
pub(crate) use keys::{DistinctKeys, KeySort, keys_around};
pub use lsh::DeviceLsh;
pub(crate) use sorting::scan;

use crate::Result;
use crate::device::{Device, Kernel};
use std::fmt;

/// The file in `kernels/`.
const FILE: &str = "neighbors.cu";

/// The most neighbours that a thread keeps in order, and the most for which few registers will do.
const MOST_NEAREST: usize = 32;
const FEW_NEAREST: usize = 8;

/// A way in which the kernels look for neighbours; all find the same.
///
/// ```no_run
/// use lesson_lib::neighbors::{DeviceNeighbors, KERNEL_VERSIONS};
/// use lesson_lib::{data, device::Device};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let mut search = DeviceNeighbors::new(&Device::best()?, &x)?;
/// let expected = search.nearest(&x, 5)?;
/// for version in KERNEL_VERSIONS {
///     println!("{version}: {}", version.idea());
///     search = search.by(version);
///     assert_eq!(search.nearest(&x, 5)?, expected);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelVersion {
    /// `neighbors_v1_count`, `neighbors_v1_list` and `neighbors_v1_nearest`
    V1AllPairs,
    /// `neighbors_v2_count` and so on
    V2Cells,
    /// `neighbors_v3_count` and so on, and `neighbors_v3_nearest_many` for more than eight nearest
    V3Sorted,
}

/// Every version, in the order of the file.
pub const KERNEL_VERSIONS: [KernelVersion; 3] =
    [KernelVersion::V1AllPairs, KernelVersion::V2Cells, KernelVersion::V3Sorted];

/// What a kernel is asked for.
#[derive(Clone, Copy, Debug)]
enum Question {
    Count,
    List,
    Nearest,
    NearestMany,
}

impl KernelVersion {
    /// A short name for tables.
    pub fn name(self) -> &'static str {
        match self {
            KernelVersion::V1AllPairs => "v1_all_pairs",
            KernelVersion::V2Cells => "v2_cells",
            KernelVersion::V3Sorted => "v3_sorted",
        }
    }

    /// What is new in this version, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            KernelVersion::V1AllPairs => "Each thread has a query and looks at every point.",
            KernelVersion::V2Cells => "A thread looks at the cells within reach alone.",
            KernelVersion::V3Sorted => "The threads of a warp look at the same points.",
        }
    }

    /// The file in `kernels/`.
    pub fn file(self) -> &'static str {
        FILE
    }

    /// The version that should be the fastest.
    pub fn best() -> Self {
        KernelVersion::V3Sorted
    }

    fn kernel(self, device: &Device, question: Question) -> Result<Kernel> {
        let version = &self.name()[..2];
        let question = match question {
            Question::Count => "count",
            Question::List => "list",
            Question::Nearest => "nearest",
            Question::NearestMany => "nearest_many",
        };
        kernel(device, &format!("neighbors_{version}_{question}"))
    }
}

/// A kernel of the file, by its whole name.
fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels(FILE)?.kernel(name)
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
