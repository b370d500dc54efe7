//! What goes wrong in a block, as plain data, before it is diagnosed.

use super::abi::CodeMark;
use crate::Error;
use crate::error::{Access, FaultKind, Place, Scope};

/// What went wrong, before it is diagnosed in terms of the source.
#[derive(Clone, Debug)]
pub(super) struct FaultReport {
    pub cause: Cause,
    pub location: CodeLocation,
    /// The thread, where it is not the one that ran last.
    pub place: Option<Place>,
}

impl FaultReport {
    /// A fault of the thread that ran last.
    pub fn known(kind: FaultKind, location: CodeLocation) -> Self {
        Self { cause: Cause::Known(kind), location, place: None }
    }
}

/// The cause of a fault.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// Fully known already.
    Known(FaultKind),
    /// An address that may not be used.
    Address { access: Access, address: usize },
    /// Two uses of one place that nothing orders.
    Race(Meeting),
    /// An address that is misaligned or that no memory can have; the processor does not say which.
    NoAddress,
    /// The smallest integer divided by −1.
    Overflow,
    /// The launch was stopped from outside.
    Stopped,
}

/// Two uses of one place in memory by different threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub address: usize,
    pub access: Access,
    pub other_access: Access,
    pub scope: Scope,
    /// Whether the later one is `volatile`.
    pub is_volatile: bool,
    /// The other thread; `None` for one of several.
    pub other: Option<Place>,
    /// The address behind its access.
    pub other_return: Option<usize>,
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
