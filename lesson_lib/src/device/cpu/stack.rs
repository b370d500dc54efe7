//! Stacks for the threads of a block.
#![allow(unsafe_code)]

use super::abi::Range;
use super::host;
use super::memory::Guarded;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Address space of one stack. Memory is only taken where a stack has been used.
const SIZE: usize = 256 << 10;

/// Bytes below it that may not be used: more than compilers leave between the stack pointer and the
/// page that they try before they make room for a large frame. On Linux the kernels are compiled so
/// that this is a page.
fn guard() -> usize {
    if cfg!(target_os = "linux") { host::page_size().max(8 << 10) } else { 64 << 10 }
}

/// Stacks that are kept between launches: as many as a few blocks of the largest size need.
const KEPT: usize = 8 * 1024;

/// The stack of one thread. It starts some cache lines below its page's end.
///
/// Equally aligned stacks would compete for the same few lines of the cache: with 1024 threads
/// that doubles the price of a barrier.
pub(super) struct ThreadStack {
    memory: Guarded,
    colour: usize,
}

impl ThreadStack {
    fn new() -> io::Result<Self> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let memory = Guarded::between(SIZE, guard())?;
        // 5 is odd, so that 64 stacks in a row take all 64 colours, and neighbours are far apart.
        let colour = MADE.fetch_add(1, Ordering::Relaxed) * 5 % 64;
        Ok(Self { memory, colour })
    }

    /// The addresses of its variables.
    pub fn range(&self) -> Range {
        self.memory.range()
    }

    /// The address from which it grows downwards: a multiple of 64.
    pub fn base(&self) -> usize {
        let Range { start, bytes } = self.memory.range();
        start + bytes - self.colour * 64
    }
}

/// Whether `address` lies in the stack with this range or in the guard below it.
pub(super) fn reaches(stack: Range, address: usize) -> bool {
    let whole = stack.start.wrapping_sub(guard())..=stack.start + stack.bytes;
    stack.bytes > 0 && whole.contains(&address)
}

static POOL: Mutex<Vec<ThreadStack>> = Mutex::new(Vec::new());

fn pool() -> MutexGuard<'static, Vec<ThreadStack>> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stacks of one worker, taken from the common pool and given back on drop.
#[derive(Default)]
pub(super) struct Stacks(Vec<ThreadStack>);

impl Stacks {
    /// The stack of the thread that begins as the `at`-th of a block, which may have `block` of them.
    pub fn of(&mut self, at: usize, block: usize) -> io::Result<&ThreadStack> {
        if self.0.len() <= at {
            let mut pool = pool();
            let kept = pool.len().saturating_sub(block - self.0.len());
            self.0.extend(pool.drain(kept..));
        }
        while self.0.len() <= at {
            self.0.push(ThreadStack::new()?);
        }
        Ok(&self.0[at])
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
        let stacks: Vec<_> = (0..64).map(|_| ThreadStack::new().unwrap()).collect();
        let mut offsets: Vec<usize> = stacks.iter().map(|s| s.base() % 4096).collect();
        offsets.sort_unstable();
        offsets.dedup();
        // Another test may make stacks at the same time, so that a colour can occur twice.
        assert!(offsets.len() > 32, "{offsets:?}");
        assert!(stacks.iter().all(|s| s.base() - s.range().start > SIZE - 4096));
    }

    #[test]
    fn a_stack_reaches_as_far_as_its_guard() {
        let stack = ThreadStack::new().unwrap();
        let Range { start, bytes } = stack.range();
        assert!(reaches(stack.range(), stack.base()));
        assert!(
            reaches(stack.range(), start - guard()) && !reaches(stack.range(), start - guard() - 1)
        );
        assert!(!reaches(stack.range(), start + bytes + 1));
        assert!(!reaches(Range::default(), 0), "no thread runs");
    }
}
