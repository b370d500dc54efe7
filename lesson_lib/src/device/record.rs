//! What the threads of a launch did, one thing after the other.

use super::signature::Signature;
use crate::error::Access;

/// One thing that a thread did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `blockIdx`.
    pub block: [u32; 3],
    /// `threadIdx`.
    pub thread: [u32; 3],
    /// The line of the source, where it is known.
    pub line: Option<u32>,
    /// What it did.
    pub action: Action,
}

/// What a thread can do that others notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Used an element of a buffer.
    Global {
        /// Read, write or atomic.
        access: Access,
        /// The parameter's number, from 0.
        parameter: usize,
        /// The first byte, counted from the buffer's start.
        byte: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// Used shared memory.
    Shared {
        /// Read, write or atomic.
        access: Access,
        /// The first byte, counted from the start of the block's shared memory.
        byte: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// Waited at `__syncthreads()`.
    Wait,
}

/// A launch with everything that its threads did, in the order in which each thread did it.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The kernel.
    pub signature: Signature,
    /// Blocks along x, y and z.
    pub blocks: [u32; 3],
    /// Threads of a block along x, y and z.
    pub threads: [u32; 3],
    /// For each parameter the shape of its buffer; empty lists for numbers.
    pub shapes: Vec<Option<Vec<usize>>>,
    /// Bytes of shared memory of each block.
    pub shared: usize,
    /// The events; those of one thread in its own order.
    pub events: Vec<Event>,
}
