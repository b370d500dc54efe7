//! Stacks for the threads of a block.
#![allow(unsafe_code)]

use super::abi::Range;
use super::memory::Guarded;
use corosensei::stack::{Stack, StackPointer};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Address space of one stack. Memory is only taken where a stack has been used.
const SIZE: usize = 256 << 10;

/// Below it, addresses that may not be used: more than compilers leave between the stack pointer
/// and the page that they try before they make room for a large frame.
const GUARD: usize = 64 << 10;

/// Stacks that are kept between launches: as many as a few blocks of the largest size need.
const KEPT: usize = 8 * 1024;

/// A stack that starts some cache lines below its page's end.
///
/// Equally aligned stacks would compete for the same few lines of the cache: with 1024 threads
/// that doubles the price of a barrier.
pub(super) struct ColouredStack {
    memory: Guarded,
    base: StackPointer,
    limit: StackPointer,
}

// SAFETY: `base` is a multiple of 64 inside of `memory`, at least `SIZE` less 4 KiB above its
// start; `limit` is `GUARD` below that, where nothing can be written. Both stay until the drop.
unsafe impl Stack for ColouredStack {
    fn base(&self) -> StackPointer {
        self.base
    }

    fn limit(&self) -> StackPointer {
        self.limit
    }
}

impl ColouredStack {
    fn new() -> io::Result<Self> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let memory = Guarded::between(SIZE, GUARD)?;
        let Range { start, bytes } = memory.range();
        // 5 is odd, so that 64 stacks in a row take all 64 colours, and neighbours are far apart.
        let colour = MADE.fetch_add(1, Ordering::Relaxed) * 5 % 64;
        let pointer = |address| StackPointer::new(address).ok_or(io::ErrorKind::OutOfMemory);
        let (base, limit) = (pointer(start + bytes - colour * 64)?, pointer(start - GUARD)?);
        Ok(Self { memory, base, limit })
    }

    /// The addresses of its variables.
    pub fn range(&self) -> Range {
        self.memory.range()
    }
}

static POOL: Mutex<Vec<ColouredStack>> = Mutex::new(Vec::new());

fn pool() -> MutexGuard<'static, Vec<ColouredStack>> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stacks of one worker, taken from the common pool and given back on drop.
#[derive(Default)]
pub(super) struct Stacks(Vec<ColouredStack>);

impl Stacks {
    /// A stack that nobody uses. `block` says how many a block may need.
    pub fn take(&mut self, block: usize) -> io::Result<ColouredStack> {
        if self.0.is_empty() {
            let mut pool = pool();
            let kept = pool.len().saturating_sub(block);
            self.0.extend(pool.drain(kept..));
        }
        self.0.pop().map_or_else(ColouredStack::new, Ok)
    }

    /// Gives back what no coroutine runs on any more.
    pub fn give(&mut self, stack: ColouredStack) {
        self.0.push(stack);
    }
}

impl Drop for Stacks {
    fn drop(&mut self) {
        let mut pool = pool();
        let room = KEPT.saturating_sub(pool.len());
        self.0.truncate(room);
        pool.append(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_have_different_colours() {
        let stacks: Vec<_> = (0..64).map(|_| ColouredStack::new().unwrap()).collect();
        let mut offsets: Vec<usize> = stacks.iter().map(|s| s.base.get() % 4096).collect();
        offsets.sort_unstable();
        offsets.dedup();
        // Another test may make stacks at the same time, so that a colour can occur twice.
        assert!(offsets.len() > 32, "{offsets:?}");
        assert!(stacks.iter().all(|s| s.base.get() - s.limit.get() > SIZE + GUARD - 4096));
    }
}
