//! What fences order: which accesses of a block another one may count on.
//!
//! A thread that executes `__threadfence()` **releases** what it knows: its own accesses so far, those
//! of its block before the last barrier, and those that a warp operation told it of. Afterwards, by an
//! atomic operation or by writing something `volatile`, it tells so in a **variable**, and a thread
//! that uses the same variable in one of these ways later **acquires** it. Releases are numbered, and
//! one number stands for all before it. So a thread may count as knowing more than it does, which can
//! hide a race, but never less: no correct kernel is blamed.

use super::abi::{LANES, Lanes};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// All releases of one launch, numbered from 1.
#[derive(Debug, Default)]
pub(super) struct Releases {
    count: AtomicU64,
    blocks: Mutex<HashMap<u64, BlockReleases>>,
    /// How many releases had been made when one was last told there.
    told: Mutex<HashMap<Variable, u64>>,
}

/// What threads meet in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Variable {
    pub address: usize,
    /// The block in whose shared memory it lies.
    pub block: Option<u64>,
}

/// The releases of one block, in order.
#[derive(Debug, Default)]
struct BlockReleases {
    all: Vec<Release>,
    /// Those of each warp, with what its lanes knew of each other.
    warps: HashMap<u32, Vec<(Release, Lanes)>>,
}

#[derive(Clone, Copy, Debug)]
struct Release {
    number: u64,
    /// Accesses of the block from earlier intervals are released.
    interval: u32,
}

/// An access that somebody may have to wait for.
#[derive(Clone, Copy, Debug)]
pub(super) struct PastAccess {
    pub block: u64,
    pub interval: u32,
    /// Its thread and that one's clock; `None` for several threads.
    pub thread: Option<(u32, u32)>,
}

impl Releases {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Where kernels find that number; valid as long as the releases.
    pub fn counter(&self) -> *const u64 {
        self.count.as_ptr()
    }

    /// Some thread that has executed a fence, or whose block has before a barrier, tells of it.
    pub fn tell(&self, variable: Variable) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(variable, self.count());
    }

    /// How many releases a thread knows that looks into `variable`.
    pub fn told(&self, variable: Variable) -> u64 {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(&variable).copied().unwrap_or(0)
    }

    /// A fence of `thread`, whose warp's clocks it knows as `clocks`.
    pub fn add(&self, block: u64, interval: u32, thread: u32, clocks: Lanes) {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.count.load(Ordering::Relaxed) + 1;
        let release = Release { number, interval };
        let of_block = blocks.entry(block).or_default();
        of_block.all.push(release);
        of_block.warps.entry(thread / LANES).or_default().push((release, clocks));
        self.count.store(number, Ordering::Release);
    }

    /// Whether one of the first `known` releases covers `access`.
    pub fn cover(&self, access: PastAccess, known: u64) -> bool {
        if known == 0 {
            return false;
        }
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.get(&access.block).is_some_and(|block| block.cover(access, known))
    }
}

impl BlockReleases {
    fn cover(&self, access: PastAccess, known: u64) -> bool {
        let last = self.all.partition_point(|release| release.number <= known);
        let Some(last) = self.all[..last].last() else { return false };
        if last.interval > access.interval {
            return true;
        }
        let Some((thread, time)) = access.thread else { return false };
        let Some(of_warp) = self.warps.get(&(thread / LANES)) else { return false };
        // What a lane knows only grows: of each lane its last release would do, which is near.
        const NEAR: usize = 4 * LANES as usize;
        let known = of_warp.partition_point(|(release, _)| release.number <= known);
        of_warp[..known].iter().rev().take(NEAR).any(|(release, clocks)| {
            release.interval == access.interval && clocks[(thread % LANES) as usize] > time
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(interval: u32, thread: u32, time: u32) -> PastAccess {
        PastAccess { block: 7, interval, thread: Some((thread, time)) }
    }

    #[test]
    fn a_fence_covers_what_its_thread_knows_and_counts_once_it_is_known() {
        let releases = Releases::default();
        let mut clocks = [0; LANES as usize];
        (clocks[1], clocks[2]) = (3, 1);
        releases.add(7, 5, 33, clocks);
        assert_eq!(releases.count(), 1);
        assert!(!releases.cover(access(5, 33, 2), 0));
        // Its own accesses so far, and those of a lane that told it of them.
        assert!(releases.cover(access(5, 33, 2), 1) && !releases.cover(access(5, 33, 3), 1));
        assert!(releases.cover(access(5, 34, 0), 1) && !releases.cover(access(5, 34, 1), 1));
        // Another warp's only from before the barrier.
        assert!(!releases.cover(access(5, 1, 0), 1) && releases.cover(access(4, 1, 9), 1));
        let several = |interval| PastAccess { block: 7, interval, thread: None };
        assert!(!releases.cover(several(5), 1) && releases.cover(several(4), 1));
        assert!(!releases.cover(PastAccess { block: 8, ..access(4, 1, 0) }, 1));
    }
}
