//! A coroutine of a block, and the thread that it belongs to once that has waited.

use super::abi::{self, ACTIVE, CodeMark, KIND_BITS};
use super::stack::ColouredStack;
use corosensei::{Coroutine, Yielder};
use std::ffi::c_int;

/// A coroutine that runs threads of a block: whole ones, until one waits and becomes its only one.
pub(super) type Fiber = Coroutine<(), Wait, Exit, ColouredStack>;
/// What a coroutine uses to hand over to its worker.
pub(super) type Pause = Yielder<(), Wait>;

/// Why a coroutine hands over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    /// At `__syncthreads()`.
    Barrier(CodeMark),
    /// In a shuffle, a vote or `__syncwarp()`.
    Warp(WarpCall),
    /// For good: the worker has the report of its fault.
    Failed,
}

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

/// How a coroutine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All its threads have returned.
    Ended,
    /// A signal ended it: the worker has the report of its fault.
    Trapped,
}

/// A thread that has waited, and its coroutine.
pub(super) struct Thread {
    /// Gone when the thread has ended.
    pub fiber: Option<Fiber>,
    pub pause: *const Pause,
    /// Its number in the block.
    pub number: u32,
    pub index: [u32; 3],
    /// Where its local variables lie.
    pub stack: abi::Range,
    pub state: State,
}

/// What a thread is doing.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Ready,
    AtBarrier(CodeMark),
    InWarp(WarpCall),
    Ended,
}
