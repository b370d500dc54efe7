//! How many threads a kernel is launched with, and in what blocks.

use super::Properties;
use crate::show::Show;
use crate::{Error, Result};
use std::fmt;

/// An extent along x, y and z; axes left out are 1.
///
/// x comes first, as CUDA counts: neighbouring threads of a warp differ in x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent([usize; 3]);

impl From<usize> for Extent {
    fn from(x: usize) -> Self {
        Extent([x, 1, 1])
    }
}

impl From<(usize, usize)> for Extent {
    fn from((x, y): (usize, usize)) -> Self {
        Extent([x, y, 1])
    }
}

impl From<(usize, usize, usize)> for Extent {
    fn from((x, y, z): (usize, usize, usize)) -> Self {
        Extent([x, y, z])
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Extent([x, y, z]) = self;
        match (y, z) {
            (1, 1) => write!(f, "{x}"),
            (_, 1) => write!(f, "{x} × {y}"),
            _ => write!(f, "{x} × {y} × {z}"),
        }
    }
}

/// The shape of a launch: how many threads or blocks, how many threads in a block, and how much
/// shared memory each block gets besides what the kernel declares.
///
/// [`over`](Launch::over) says how many threads are wanted and rounds up to whole blocks, so the
/// kernel must check its bounds; [`blocks`](Launch::blocks) says how many blocks.
///
/// ```
/// use lesson_lib::{device::Launch, show::Show};
/// let launch = Launch::over((50_000, 10)).block((16, 16));
/// assert_eq!(launch.text(), "3125 blocks of 16 × 16 threads: 800000 threads for 50000 × 10 = 500000 cells");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launch {
    amount: Amount,
    block: Extent,
    shared: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    Threads(Extent),
    Blocks(Extent),
}

/// A launch in whole blocks, as a device takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub blocks: [u32; 3],
    pub threads: [u32; 3],
    pub shared: usize,
}

impl Launch {
    /// At least one thread for each cell of `cells`, in blocks of 256, 16 × 16 or 8 × 8 × 4.
    pub fn over(cells: impl Into<Extent>) -> Self {
        let cells = cells.into();
        let block = match cells.0 {
            [_, 1, 1] => Extent([256, 1, 1]),
            [_, _, 1] => Extent([16, 16, 1]),
            _ => Extent([8, 8, 4]),
        };
        Launch { amount: Amount::Threads(cells), block, shared: 0 }
    }

    /// Exactly `blocks` blocks, of 256 threads unless [`block`](Launch::block) says otherwise.
    pub fn blocks(blocks: impl Into<Extent>) -> Self {
        Launch { amount: Amount::Blocks(blocks.into()), block: Extent([256, 1, 1]), shared: 0 }
    }

    /// Sets the threads of one block.
    #[must_use]
    pub fn block(self, threads: impl Into<Extent>) -> Self {
        Launch { block: threads.into(), ..self }
    }

    /// Gives each block `bytes` of `extern __shared__` memory.
    #[must_use]
    pub fn shared(self, bytes: usize) -> Self {
        Launch { shared: bytes, ..self }
    }

    /// The blocks along x, y and z, rounded up.
    pub fn grid(&self) -> [usize; 3] {
        match self.amount {
            Amount::Blocks(Extent(blocks)) => blocks,
            Amount::Threads(Extent(cells)) => {
                std::array::from_fn(|axis| cells[axis].div_ceil(self.block.0[axis].max(1)))
            }
        }
    }

    /// The launch in whole blocks, if it keeps a device's limits; `declared` is the shared memory
    /// of a block that the kernel itself asks for.
    pub(super) fn to_grid(
        self,
        kernel: &str,
        declared: usize,
        limits: &Properties,
    ) -> Result<Grid> {
        let refuse = |problem: String| Err(Error::launch(kernel, problem));
        let [x, y, z] = self.block.0;
        let threads = x.saturating_mul(y).saturating_mul(z);
        let most = limits.max_threads_per_block as usize;
        if threads == 0 || threads > most {
            return refuse(format!(
                "a block of {} has {threads} threads; {} takes 1 to {most}",
                self.block, limits.name
            ));
        }
        let grid = self.grid();
        if grid.contains(&0) {
            return refuse(format!(
                "the grid is empty ({}): skip the launch when there is nothing to do",
                Extent(grid)
            ));
        }
        for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
            let (block, most) = (self.block.0[axis], limits.max_block[axis] as usize);
            if block > most {
                return refuse(format!(
                    "a block has {block} threads along {name}; {} takes at most {most}",
                    limits.name
                ));
            }
            let (blocks, most) = (grid[axis], limits.max_grid[axis] as usize);
            if blocks > most {
                let hint = if axis == 0 {
                    "use larger blocks"
                } else {
                    "put the longest axis first, along x"
                };
                return refuse(format!(
                    "the grid has {blocks} blocks along {name}; {} takes at most {most}: {hint}",
                    limits.name
                ));
            }
        }
        let most = limits.max_shared_memory_per_block;
        if declared.saturating_add(self.shared) > most {
            return refuse(format!(
                "takes {declared} bytes of shared memory for itself and {} by the launch; {} has \
                 {most} for a block",
                self.shared, limits.name
            ));
        }
        Ok(Grid {
            blocks: grid.map(|n| n as u32),
            threads: [x, y, z].map(|n| n as u32),
            shared: self.shared,
        })
    }
}

impl Show for Launch {
    fn text(&self) -> String {
        let grid = self.grid();
        let plural = |count: [usize; 3]| if count == [1, 1, 1] { "" } else { "s" };
        let (of_blocks, of_threads) = (plural(grid), plural(self.block.0));
        let blocks =
            format!("{} block{of_blocks} of {} thread{of_threads}", Extent(grid), self.block);
        let Amount::Threads(cells) = self.amount else { return blocks };
        // A launch can be shown before a device refuses it, however large it is.
        let product =
            |sizes: &[usize]| sizes.iter().fold(1_u128, |n, &size| n.saturating_mul(size as u128));
        let started = product(&grid).saturating_mul(product(&self.block.0));
        let wanted = product(&cells.0);
        let cells = match cells.0 {
            [_, 1, 1] => format!("{wanted}"),
            _ => format!("{cells} = {wanted}"),
        };
        format!("{blocks}: {started} threads for {cells} cells")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Device;
    use crate::random::property;
    use proptest::prelude::*;

    fn limits() -> Properties {
        Properties {
            name: "the device".into(),
            max_shared_memory_per_block: 64 << 10,
            ..Properties::example()
        }
    }

    #[test]
    fn threads_are_rounded_up_to_whole_blocks() {
        assert_eq!(Launch::over((50_000, 10)).block((16, 16)).grid(), [3125, 1, 1]);
        assert_eq!(Launch::over((50_000, 10)).block((1, 256)).grid(), [50_000, 1, 1]);
        assert_eq!(Launch::over(257).grid(), [2, 1, 1]);
        assert_eq!(Launch::over((5, 6, 7)).grid(), [1, 1, 2]);
        assert_eq!(Launch::blocks((2, 3)).block(64).grid(), [2, 3, 1]);
        let grid = Launch::over(1000).block(128).shared(512).to_grid("k", 0, &limits()).unwrap();
        assert_eq!(grid, Grid { blocks: [8, 1, 1], threads: [128, 1, 1], shared: 512 });
    }

    #[test]
    fn a_launch_that_the_device_cannot_take_is_refused() {
        let refused = |launch: Launch, expected: &str| {
            let error = launch.to_grid("k", 0, &limits()).unwrap_err().to_string();
            assert!(error.starts_with("k: ") && error.contains(expected), "{error}");
        };
        refused(Launch::over(0), "the grid is empty (0)");
        refused(Launch::over((5, 0)), "the grid is empty");
        refused(Launch::over(5).block(0), "a block of 0 has 0 threads");
        refused(
            Launch::over(5).block(1025),
            "a block of 1025 has 1025 threads; the device takes 1 to 1024",
        );
        refused(Launch::over((64, 64)).block((64, 64)), "a block of 64 × 64 has 4096 threads");
        refused(Launch::over(5).block((1, 1, 65)), "65 threads along z");
        refused(
            Launch::blocks((1, 65_536)),
            "65536 blocks along y; the device takes at most 65535: put the longest axis first",
        );
        refused(Launch::blocks(1 << 40), "along x");
        refused(
            Launch::over(5).shared(65_537),
            "takes 0 bytes of shared memory for itself and 65537 by the launch; the device has 65536",
        );
        refused(Launch::over(5).block((usize::MAX, 2)), "threads; the device takes");
    }

    type Sizes = (usize, usize, usize);

    /// Whether `grid` has a thread for each of `cells` and no block without a cell.
    fn covers(grid: &Grid, cells: Sizes) -> bool {
        [cells.0, cells.1, cells.2].into_iter().enumerate().all(|(axis, cells)| {
            let (blocks, threads) = (grid.blocks[axis] as usize, grid.threads[axis] as usize);
            blocks * threads >= cells && (blocks - 1) * threads < cells
        })
    }

    #[test]
    fn a_launch_covers_its_cells_with_no_block_too_many() {
        let sizes =
            ((1..3000_usize, 1..40_usize, 1..10_usize), (1..=16_usize, 1..=8_usize, 1..=8_usize));
        property::holds(500, sizes, |(cells, block)| {
            let grid = Launch::over(cells).block(block).to_grid("k", 0, &limits()).unwrap();
            prop_assert!(covers(&grid, cells), "{:?}", grid);
            Ok(())
        });
    }

    #[test]
    fn a_launch_of_any_size_is_shown_and_covers_its_cells_or_is_refused() {
        let size = || prop_oneof![0..70_usize, Just(65_535), Just(65_536), any::<usize>()];
        let sizes = || (size(), size(), size());
        property::holds(2000, (sizes(), sizes(), size()), |(cells, block, shared)| {
            let launch = Launch::over(cells).block(block).shared(shared);
            prop_assert!(!launch.text().is_empty());
            let grid = launch.to_grid("k", 0, &limits());
            prop_assert!(grid.is_err() || grid.is_ok_and(|grid| covers(&grid, cells)));
            Ok(())
        });
    }

    #[test]
    fn every_cell_meets_one_thread_on_the_cpu() {
        let source = "extern \"C\" __global__ void visit(int* visits, int x, int y, int z) {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            int j = blockIdx.y * blockDim.y + threadIdx.y;
            int k = blockIdx.z * blockDim.z + threadIdx.z;
            if (i < x && j < y && k < z) atomicAdd(&visits[(k * y + j) * x + i], 1);
        }";
        let device = Device::cpu();
        let visit = device.compile(source).unwrap().kernel("visit").unwrap();
        let shape = |most: usize| (1..=most, 1..=most, 1..=most);
        property::holds(60, (shape(24), shape(10)), |((x, y, z), block)| {
            let mut visits = device.zeros_of::<i32, _>(x * y * z).unwrap();
            visit.launch(Launch::over((x, y, z)).block(block), (&mut visits, x, y, z)).unwrap();
            prop_assert!(visits.download().unwrap().iter().all(|&visits| visits == 1));
            Ok(())
        });
    }

    #[test]
    fn a_launch_tells_its_arithmetic() {
        assert_eq!(Launch::over(100).text(), "1 block of 256 threads: 256 threads for 100 cells");
        assert_eq!(Launch::blocks(2).block(1).text(), "2 blocks of 1 thread");
        assert_eq!(Launch::blocks((4, 2)).block((8, 8)).text(), "4 × 2 blocks of 8 × 8 threads");
    }
}
