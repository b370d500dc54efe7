//! From an address and a register to the terms of the kernel's source.

use super::desk::{At, Cause, Desk, Mishap};
use super::memory::REACH;
use super::run::Run;
use super::shared::SharedMemory;
use super::watch::Stop;
use crate::Error;
use crate::device::backend::Span;
use crate::error::{Access, Fault, FaultKind, Place};

/// The fault of the thread that ran last at `desk`.
pub(super) fn explained(desk: &Desk<'_>, shared: &SharedMemory, mishap: Mishap) -> Error {
    let run = desk.run;
    let line = match mishap.place {
        At::Mark(mark) => Some(run.line_of_mark(mark)),
        At::Instruction(address) => line_of(desk, address),
        // The address behind a call may belong to the next line already.
        At::Return(after) => run.library().line(after.wrapping_sub(1)),
    };
    let kind = kind(run, shared, mishap.cause);
    run.fault(Some(desk.place()), line, kind)
}

/// The line of an instruction. A thread may be stopped inside of a check, which has no line of
/// its own: then that of the access.
fn line_of(desk: &Desk<'_>, address: usize) -> Option<String> {
    let library = desk.run.library();
    let exact = library.line(address);
    exact.or_else(|| match desk.last_access() {
        0 => library.line_near(address),
        after => library.line(after - 1),
    })
}

fn kind(run: &Run<'_>, shared: &SharedMemory, cause: Cause) -> FaultKind {
    match cause {
        Cause::Told(kind) => kind,
        Cause::Address { access, address } => outside(run, shared, access, address),
        Cause::Race { access, other_access, other, other_return } => FaultKind::Race {
            access,
            other_access,
            other: Some(run.thread_index(other)),
            other_line: other_return.and_then(|after| run.library().line(after - 1)),
        },
        Cause::NoAddress => FaultKind::Other {
            message: "uses an address that is misaligned, or that no memory can have".into(),
        },
        Cause::Overflow => FaultKind::Other {
            message: "divides the smallest integer by -1, which no integer can hold".into(),
        },
        Cause::Stopped => stopped(run),
    }
}

/// Why a launch was stopped from outside.
pub(super) fn stopped(run: &Run<'_>) -> FaultKind {
    match (run.stop(), run.limit()) {
        (Some(Stop::TimedOut), Some(limit)) => FaultKind::Timeout { limit },
        _ => FaultKind::Interrupted,
    }
}

/// Addresses from 0 on where no system maps anything.
const NULL_PAGES: usize = 4096;

/// What an address that may not be used was meant to be: an element of the nearest buffer, a byte
/// of shared memory, or nothing.
fn outside(run: &Run<'_>, shared: &SharedMemory, access: Access, address: usize) -> FaultKind {
    if let Some((byte, length)) = shared.place_of(address, run.library().slots()) {
        return FaultKind::SharedOutOfBounds { access, byte, length };
    }
    let bad_pointer = FaultKind::BadPointer { access, address: address as u64 };
    // A null pointer with an index stays one, however near a buffer lies.
    if address < NULL_PAGES {
        return bad_pointer;
    }
    let near = run.buffers().min_by_key(|(_, span)| address.abs_diff(span.start as usize));
    let Some((parameter, span)) =
        near.filter(|(_, span)| address.abs_diff(span.start as usize) < REACH + size(span))
    else {
        return bad_pointer;
    };
    let offset = address.wrapping_sub(span.start as usize) as i64;
    FaultKind::OutOfBounds {
        access,
        parameter: parameter.into(),
        index: offset.div_euclid(span.element_size as i64),
        length: span.elements,
    }
}

fn size(span: &Span) -> usize {
    span.elements * span.element_size
}

impl Desk<'_> {
    /// Which thread ran last.
    fn place(&self) -> Place {
        let [block, thread] = self.indices();
        Place { block, thread }
    }
}

impl Run<'_> {
    /// The error for a fault of this launch.
    pub fn fault(&self, place: Option<Place>, line: Option<String>, kind: FaultKind) -> Error {
        let kernel = self.kernel().name.clone();
        Error::Fault(Box::new(Fault { kernel, place, line, kind }))
    }
}
