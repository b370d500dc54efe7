//! Warps: the 32 threads of a block that shuffle, vote and wait among themselves.

use super::abi::LANES;
use super::thread::{State, Thread, WarpCall};
use std::ops::Range;

/// The threads of each warp, which stand next to one another in `threads`.
pub(super) fn ranges(threads: &[Thread]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for warp in threads.chunk_by(|a, b| a.number() / LANES == b.number() / LANES) {
        ranges.push(start..start + warp.len());
        start += warp.len();
    }
    ranges
}

/// The lanes of `warp` that wait in `call`, one bit each.
pub(super) fn present(threads: &[Thread], warp: u32, call: WarpCall) -> u32 {
    let here = threads.iter().filter(|thread| {
        thread.number() / LANES == warp && matches!(thread.state, State::InWarp(c) if c == call)
    });
    here.fold(0, |lanes, thread| lanes | 1 << (thread.number() % LANES))
}

/// A call in which the whole mask waits, as far as the warp has these lanes.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompleteCall {
    pub call: WarpCall,
    pub warp: u32,
    /// The lanes that wait in it, one bit each.
    pub lanes: u32,
}

/// The first complete call among `threads`, which are of one warp of a block of `block_size`.
pub(super) fn complete_call(threads: &[Thread], block_size: u32) -> Option<CompleteCall> {
    let mut seen = 0_u32;
    for thread in threads {
        let State::InWarp(call) = thread.state else { continue };
        if seen >> (thread.number() % LANES) & 1 == 1 {
            continue;
        }
        let warp = thread.number() / LANES;
        let lanes = present(threads, warp, call);
        seen |= lanes;
        if lanes & call.mask == call.mask & existing(warp, block_size) {
            return Some(CompleteCall { call, warp, lanes });
        }
    }
    None
}

/// The first call of `__activemask()` among `threads`, which are of one warp and can none of them go
/// on: no other lanes will come to it.
pub(super) fn active_call(threads: &[Thread]) -> Option<CompleteCall> {
    threads.iter().find_map(|thread| match thread.state {
        State::InWarp(call) if call.asks_who_is_here() => {
            let warp = thread.number() / LANES;
            Some(CompleteCall { call, warp, lanes: present(threads, warp, call) })
        }
        _ => None,
    })
}

/// The lanes that `warp` has: the last warp of a block may have fewer than 32.
fn existing(warp: u32, block_size: u32) -> u32 {
    let lanes = block_size - warp * LANES;
    if lanes >= LANES { u32::MAX } else { (1 << lanes) - 1 }
}
