//! What goes wrong in a block, as plain data, before it is diagnosed.

use super::abi::CodeMark;
use crate::Error;
use crate::error::{Access, FaultKind};

/// What went wrong, before it is diagnosed in terms of the source.
#[derive(Clone, Debug)]
pub(super) struct FaultReport {
    pub cause: Cause,
    pub location: CodeLocation,
}

/// The cause of a fault.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// Fully known already.
    Known(FaultKind),
    /// An address that may not be used.
    Address { access: Access, address: usize },
    /// Shared memory that another thread uses without a barrier in between.
    Race { access: Access, other_access: Access, other: u32, other_return: Option<usize> },
    /// An address that is misaligned or that no memory can have; the processor does not say which.
    NoAddress,
    /// The smallest integer divided by −1.
    Overflow,
    /// The launch was stopped from outside.
    Stopped,
}

/// A place in the code, as far as it is known without debug information.
#[derive(Clone, Copy, Debug)]
pub(super) enum CodeLocation {
    Mark(CodeMark),
    /// The address of an instruction.
    Instruction(usize),
    /// The address behind a call.
    Return(usize),
}

impl CodeLocation {
    /// The address of the instruction. That behind a call may belong to the next line already.
    pub fn instruction(self) -> Option<usize> {
        match self {
            CodeLocation::Mark(_) => None,
            CodeLocation::Instruction(address) => Some(address),
            CodeLocation::Return(after) => Some(after.wrapping_sub(1)),
        }
    }
}

/// Why a block did not run to its end.
#[derive(Debug)]
pub(super) enum BlockError {
    /// The worker has a [`FaultReport`], or, where it has none, the launch was stopped.
    Fault,
    /// The device itself could not go on.
    Device(Error),
}

/// The result of running a block, or a part of it.
pub(super) type BlockResult = Result<(), BlockError>;
