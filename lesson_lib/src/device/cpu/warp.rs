//! Warps: the 32 threads of a block that shuffle, vote and wait among themselves.
#![allow(unsafe_code)]

use super::block::{Block, State, Thread};
use super::desk::WarpCall;
use std::ops::Range;

/// Lanes of a warp.
pub(super) const LANES: u32 = 32;

/// The threads of each warp, which stand next to one another in `threads`.
pub(super) fn ranges(threads: &[Thread]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for warp in threads.chunk_by(|a, b| a.number / LANES == b.number / LANES) {
        ranges.push(start..start + warp.len());
        start += warp.len();
    }
    ranges
}

/// The lanes of `warp` that wait in `call`, one bit each.
pub(super) fn present(threads: &[Thread], warp: u32, call: WarpCall) -> u32 {
    let here = threads.iter().filter(|thread| {
        thread.number / LANES == warp && matches!(thread.state, State::InWarp(c) if c == call)
    });
    here.fold(0, |lanes, thread| lanes | 1 << (thread.number % LANES))
}

impl Block<'_, '_> {
    /// Lets lanes go on whose whole mask waits in one call, and hands each what the others gave.
    /// Returns whether there were any.
    pub(super) fn release_lanes(&mut self, threads: Range<usize>) -> bool {
        let (mut seen, mut any) = (0_u32, false);
        for at in threads.clone() {
            let Thread { number, state: State::InWarp(call), .. } = self.threads[at] else {
                continue;
            };
            if seen >> (number % LANES) & 1 == 1 {
                continue;
            }
            let warp = number / LANES;
            let here = present(&self.threads[threads.clone()], warp, call);
            seen |= here;
            if here & call.mask == call.mask & self.existing(warp) {
                self.release_call(threads.clone(), warp, here, call);
                any = true;
            }
        }
        any
    }

    /// The lanes that `warp` has: the last warp of a block may have fewer than 32.
    fn existing(&self, warp: u32) -> u32 {
        let lanes = self.desk.run.threads_per_block() - warp * LANES;
        if lanes >= LANES { u32::MAX } else { (1 << lanes) - 1 }
    }

    fn release_call(&mut self, threads: Range<usize>, warp: u32, lanes: u32, call: WarpCall) {
        let context = self.desk.context();
        for thread in &mut self.threads[threads] {
            if matches!(thread.state, State::InWarp(c) if c == call) {
                let number = thread.number as usize;
                // SAFETY: both arrays have an element for each thread of the block, and no kernel
                // runs now.
                unsafe { *(*context).taken.add(number) = *(*context).given.add(number) };
                thread.state = State::Ready;
            }
        }
        self.desk.with_checker(|checker| checker.warp(warp, lanes));
    }
}
