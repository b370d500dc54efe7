//! A thread of a block that has begun: what it is doing, and where it goes on.

use super::abi::{ACTIVE, CodeMark, KIND_BITS, RunningThread};
use std::ffi::c_int;

/// A call of a warp operation; lanes meet when theirs are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WarpCall {
    pub mask: u32,
    pub kind: c_int,
    pub mark: CodeMark,
}

impl WarpCall {
    /// Whether it asks which lanes are there.
    pub fn asks_who_is_here(self) -> bool {
        self.kind & ((1 << KIND_BITS) - 1) == ACTIVE
    }
}

/// A thread that has waited, or the threads of a block that one flow runs until one of them waits.
#[repr(align(64))]
pub(super) struct Thread {
    /// What the kernel reads of it.
    pub thread: RunningThread,
    /// Where it goes on.
    pub place: *mut u8,
    pub state: State,
}

impl Thread {
    /// Its number in the block.
    pub fn number(&self) -> u32 {
        self.thread.number
    }
}

/// What a thread is doing.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Ready,
    /// At `__syncthreads()`, in this round of it.
    AtBarrier {
        mark: CodeMark,
        round: u32,
    },
    /// In a shuffle, a vote or `__syncwarp()`.
    InWarp(WarpCall),
    Ended,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_fits_into_a_line_of_the_cache() {
        assert_eq!(size_of::<Thread>(), 64);
    }
}
