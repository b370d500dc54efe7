//! Translates a faulting address and register into terms of the kernel's source.

use super::fault::{Cause, CodeLocation, FaultReport, Meeting};
use super::memory::REACH;
use super::shared::SharedMemory;
use super::spec::LaunchSpec;
use super::stop::{Stop, StopFlag};
use super::worker::WorkerContext;
use crate::Error;
use crate::error::{Access, Fault, FaultKind, Place, RaceMemory};

/// The fault of the thread that `worker` ran last.
pub(super) fn diagnose(
    worker: &WorkerContext<'_>,
    shared: &SharedMemory,
    report: FaultReport,
) -> Error {
    let line = match report.location {
        CodeLocation::Mark(mark) => Some(worker.spec.line_of_mark(mark)),
        CodeLocation::Instruction(address) => line_of(worker, address),
        CodeLocation::Return(after) => worker.spec.library.line(after.wrapping_sub(1)),
    };
    // Of an endless loop with nothing around it a compiler leaves no line.
    let is_stop = matches!(report.cause, Cause::Stopped);
    let line = line.or_else(|| is_stop.then(|| worker.spec.place.to_string()));
    let [block, thread] = worker.indices();
    let place = report.place.unwrap_or(Place { block, thread });
    let kind = kind(worker, shared, report.cause);
    fault(worker.spec, Some(place), line, kind)
}

/// The fault that a launch turned out to have when it had ended.
pub(super) fn diagnose_end(spec: &LaunchSpec<'_>, report: &FaultReport) -> Error {
    let line = report.location.instruction().and_then(|address| spec.library.line(address));
    let kind = match &report.cause {
        Cause::Race(meeting) => race(spec, meeting),
        Cause::Known(kind) => kind.clone(),
        _ => FaultKind::Other { message: "has a fault that shows only at its end".into() },
    };
    fault(spec, report.place, line, kind)
}

/// The error of a launch that was stopped between two of its threads.
pub(super) fn diagnose_stop(spec: &LaunchSpec<'_>, stop: &StopFlag) -> Error {
    fault(spec, None, None, stopped(spec, stop))
}

/// The error of a launch that left the heap damaged.
pub(super) fn diagnose_heap(spec: &LaunchSpec<'_>, message: String) -> Error {
    let message = format!("{message}; a launch on Device::checked() names the line");
    fault(spec, None, None, FaultKind::Other { message })
}

fn fault(
    spec: &LaunchSpec<'_>,
    place: Option<Place>,
    line: Option<String>,
    kind: FaultKind,
) -> Error {
    Error::Fault(Box::new(Fault { kernel: spec.kernel.name.clone(), place, line, kind }))
}

/// The line of an instruction. A check has no line of its own: a thread that is stopped inside one
/// is told about at the line of the access.
fn line_of(worker: &WorkerContext<'_>, address: usize) -> Option<String> {
    let library = worker.spec.library;
    let exact = library.line(address);
    exact.or_else(|| match worker.last_access() {
        0 => library.line_near(address),
        after => library.line(after - 1),
    })
}

fn kind(worker: &WorkerContext<'_>, shared: &SharedMemory, cause: Cause) -> FaultKind {
    let spec = worker.spec;
    match cause {
        Cause::Known(kind) => kind,
        Cause::Address { access, address } => outside(spec, shared, access, address),
        Cause::Race(meeting) => race(spec, &meeting),
        Cause::NoAddress => FaultKind::Other {
            message: "uses an address that is misaligned, or that no memory can have".into(),
        },
        Cause::Overflow => FaultKind::Other {
            message: "divides the smallest integer by -1, which no integer can hold".into(),
        },
        Cause::Stopped => stopped(spec, worker.stop),
    }
}

fn race(spec: &LaunchSpec<'_>, meeting: &Meeting) -> FaultKind {
    let Meeting { access, other_access, scope, is_volatile, other, .. } = *meeting;
    let other_line = meeting.other_return.and_then(|after| spec.library.line(after - 1));
    let memory = memory_at(spec, meeting.address);
    FaultKind::Race { access, other_access, memory, scope, is_volatile, other, other_line }
}

/// What lies at an address that a kernel may use.
fn memory_at(spec: &LaunchSpec<'_>, address: usize) -> RaceMemory {
    let of_buffer = spec.element_at(address, 1);
    if let Some((parameter, index, _)) = of_buffer {
        let parameter = spec.kernel.parameters[parameter].name.clone();
        return RaceMemory::Buffer { parameter, index };
    }
    if spec.library.owns(address) { RaceMemory::Variable } else { RaceMemory::Shared }
}

/// Why a launch was stopped from outside.
fn stopped(spec: &LaunchSpec<'_>, stop: &StopFlag) -> FaultKind {
    match (stop.reason(), spec.limit) {
        (Some(Stop::TimedOut), Some(limit)) => FaultKind::Timeout { limit },
        _ => FaultKind::Interrupted,
    }
}

/// Below this address no system maps anything.
const NULL_PAGES: usize = 4096;

/// What an address that may not be used was meant to be: an element of the nearest buffer, a byte
/// of shared memory, or nothing.
fn outside(
    spec: &LaunchSpec<'_>,
    shared: &SharedMemory,
    access: Access,
    address: usize,
) -> FaultKind {
    if let Some((byte, length, slot)) = shared.place_of(address, spec.library.slots()) {
        let array = slot.map(|slot| spec.names(slot));
        return FaultKind::SharedOutOfBounds { access, array, byte, length };
    }
    let bad_pointer = FaultKind::BadPointer { access, address: address as u64 };
    // A null pointer with an index stays one, however near a buffer lies.
    if address < NULL_PAGES {
        return bad_pointer;
    }
    let near = spec.buffers().min_by_key(|(_, span)| address.abs_diff(span.start as usize));
    let Some((parameter, span)) =
        near.filter(|(_, span)| address.abs_diff(span.start as usize) < REACH + span.bytes())
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
