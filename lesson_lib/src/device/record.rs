//! What the threads of a launch did, one thing after the other.

use super::signature::Signature;
use crate::error::{Access, Place};

/// One step of a thread. A thread's steps are in program order; a block's, in the order in which its
/// threads ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who.
    pub place: Place,
    /// What.
    pub step: Step,
    /// `file:line` of the source.
    pub line: Option<String>,
}

/// What a thread does that others can notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Uses elements of a buffer.
    Buffer {
        /// Read, write or atomic.
        access: Access,
        /// The kernel's parameter, from 0.
        parameter: usize,
        /// The first element.
        index: usize,
        /// How many elements in one access: 4 for a `float4`.
        count: usize,
    },
    /// Uses shared memory.
    Shared {
        /// Read, write or atomic.
        access: Access,
        /// The first byte, counted from the start of the block's shared memory.
        byte: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// Waits at a barrier for its block.
    Barrier,
    /// Waits for lanes of its warp.
    Warp,
}

/// A launch with everything that its threads did; from [`Kernel::record`](super::Kernel::record).
#[derive(Clone, Debug)]
pub struct Recording {
    /// The kernel.
    pub signature: Signature,
    /// Blocks along x, y and z.
    pub blocks: [u32; 3],
    /// Threads of a block along x, y and z.
    pub threads: [u32; 3],
    /// For each parameter the shape of its buffer; `None` for numbers.
    pub shapes: Vec<Option<Vec<usize>>>,
    /// Bytes of shared memory of each block.
    pub shared: usize,
    /// The events.
    pub events: Vec<Event>,
}
