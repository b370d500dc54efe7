//! The hooks that compiled kernels call: waits, checks, failures, output.
#![allow(unsafe_code)]

use super::abi::{CodeMark, Hooks, LANES, MemoryCell, Stamp, failure};
use super::fault::{Cause, CodeLocation, FaultReport};
use super::library::text;
use super::shadow::NotedPlace;
use super::thread::{State, WarpCall};
use super::worker::{Request, worker_of};
use crate::error::{Access, FaultKind};
use std::ffi::{c_char, c_int, c_longlong, c_void};

/// What kernels call.
pub(super) static HOOKS: Hooks = Hooks {
    barrier,
    warp,
    access,
    fail,
    print,
    allocate,
    release,
    judge,
    guard,
    replace,
    refine,
    fence,
    meet,
    misaligned,
};

unsafe extern "C" fn barrier(worker: *const c_void, file: *const c_char, line: c_int) {
    // SAFETY: the shim passes the worker of the context that the worker has set.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let mark = CodeMark { file, line };
        worker.note_wait(mark, false);
        worker.hand_over(worker.barrier.arrive(mark));
    });
}

unsafe extern "C" fn warp(
    worker: *const c_void,
    mask: u32,
    kind: c_int,
    file: *const c_char,
    line: c_int,
) {
    let mark = CodeMark { file, line };
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        if mask >> (worker.thread() % LANES) & 1 == 0 {
            let message = "takes part in a warp operation whose mask does not name its lane";
            let kind = FaultKind::Other { message: message.into() };
            worker.fail(FaultReport::known(kind, CodeLocation::Mark(mark)));
        }
        worker.note_wait(mark, true);
        worker.calls_warp.set(true);
        worker.hand_over(State::InWarp(WarpCall { mask, kind, mark }));
    });
}

unsafe extern "C" fn access(
    worker: *const c_void,
    address: usize,
    bytes: usize,
    kind: c_int,
    after: usize,
) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        if worker.stop.is_set() {
            let location = CodeLocation::Return(after);
            worker.fail(FaultReport { cause: Cause::Stopped, location, place: None });
        }
        worker.check(|checker, thread| {
            checker.access(thread, access_of(kind), address, bytes, after)
        });
    });
}

/// What the shim calls an access.
fn access_of(kind: c_int) -> Access {
    match kind {
        0 | 3 => Access::Read,
        1 | 4 => Access::Write,
        _ => Access::Atomic,
    }
}

unsafe extern "C" fn judge(
    worker: *const c_void,
    cell: *const MemoryCell,
    kind: c_int,
    asked: u32,
    after: u32,
) {
    // SAFETY: `shim/shadow.h` passes a cell of a region of this launch.
    let noted = unsafe { cell.read() };
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let at = NotedPlace {
            after: worker.spec.library.base() + (after & !Stamp::VOLATILE) as usize,
            is_volatile: after & Stamp::VOLATILE != 0,
        };
        worker.check(|checker, thread| {
            checker.shadow.judge(thread, cell, noted, access_of(kind), asked, at)
        });
    });
}

unsafe extern "C" fn guard(worker: *const c_void, after: u32) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let after = worker.spec.library.base() + after as usize;
        worker.with_checker(|checker| checker.launch.guard(after));
    });
}

unsafe extern "C" fn replace(worker: *const c_void, address: usize, after: u32) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let (thread, after) = (worker.thread(), worker.spec.library.base() + after as usize);
        worker.with_checker(|checker| checker.shadow.replace(thread, address, after));
    });
}

unsafe extern "C" fn refine(worker: *const c_void) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }
        .in_device(|worker| worker.with_checker(|checker| checker.shadow.refine()));
}

unsafe extern "C" fn fence(worker: *const c_void) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let thread = worker.thread();
        worker.with_checker(|checker| checker.shadow.fence(thread));
    });
}

unsafe extern "C" fn meet(worker: *const c_void, address: usize, is_shared: bool) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let thread = worker.thread();
        worker.with_checker(|checker| checker.shadow.meet(thread, address, is_shared));
    });
}

unsafe extern "C" fn misaligned(
    worker: *const c_void,
    address: usize,
    log_alignment: c_int,
    _kind: c_int,
    type_name: *const c_char,
    file: *const c_char,
    line: c_int,
) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        let location = CodeLocation::Mark(CodeMark { file, line });
        worker.check(|checker, _| {
            // SAFETY: `shim/shadow.h` passes a constant of the kernel's library.
            let type_name = unsafe { text(type_name) };
            checker.aligned(address, 1 << log_alignment, &type_name, location)
        });
    });
}

unsafe extern "C" fn fail(
    worker: *const c_void,
    kind: c_int,
    words: *const c_char,
    number: c_longlong,
    file: *const c_char,
    line: c_int,
) {
    // SAFETY: the shim passes null or a constant of the kernel's library.
    let words = unsafe { text(words) };
    let kind = match kind {
        failure::ASSERT => FaultKind::Assert { expression: words },
        failure::TRAP => FaultKind::Trap,
        failure::INACTIVE_LANE => FaultKind::InactiveLane { lane: number as u32 },
        failure::INDEX => FaultKind::ArrayIndex { index: number, array: array_type(&words) },
        failure::DIVISION => FaultKind::DivisionByZero,
        failure::END => FaultKind::Other { message: ENDS.into() },
        failure::GRID => FaultKind::Other { message: GRID_SYNC.into() },
        failure::MISSING_RETURN => FaultKind::MissingReturn,
        _ => FaultKind::Other { message: words },
    };
    let location = match file.is_null() {
        true => CodeLocation::Return(number as usize),
        false => CodeLocation::Mark(CodeMark { file, line }),
    };
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }
        .in_device(|worker| worker.fail(FaultReport::known(kind, location)));
}

const ENDS: &str = "calls a function that ends a program, such as abort() or exit(): a kernel can only \
                    return, or __trap()";

const GRID_SYNC: &str = "waits for the whole grid, but here a block runs to its end before the next: \
                         launch one block, or one kernel after the other";

/// `float [64]`, which GCC puts in quotes and Clang writes without the blank.
fn array_type(words: &str) -> String {
    let words = words.trim_matches('\'');
    match words.split_once('[') {
        Some((element, sizes)) => format!("{} [{sizes}", element.trim_end()),
        None => words.into(),
    }
}

unsafe extern "C" fn print(worker: *const c_void, text: *const u8, bytes: usize) {
    // The standard library may need more stack than a thread has.
    // SAFETY: as in `barrier`. The shim passes a buffer on the thread's stack, and how much of it is
    // text.
    unsafe { worker_of(worker) }.in_device(|worker| worker.ask(Request::Print(text, bytes)));
}

unsafe extern "C" fn allocate(worker: *const c_void, bytes: usize) -> *mut c_void {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }
        .in_device(|worker| worker.spec.library.heap().allocate(bytes).cast())
}

unsafe extern "C" fn release(worker: *const c_void, address: usize, after: usize) {
    // SAFETY: as in `barrier`.
    unsafe { worker_of(worker) }.in_device(|worker| {
        if let Err(message) = worker.spec.library.heap().release(address) {
            let location = CodeLocation::Return(after);
            worker.fail(FaultReport::known(FaultKind::Other { message }, location));
        }
    });
}
