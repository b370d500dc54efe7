//! The hooks that compiled kernels call: waits, checks, failures, output.
//!
//! A worker runs a block's threads as coroutines. What they and the worker share is the worker's
//! context, in cells: they never run at the same time, and each finds it as the other left it.
#![allow(unsafe_code)]

use super::abi::{
    CodeMark, Context, Hooks, IN_DEVICE, IN_KERNEL, LANES, MemoryCell, Stamp, failure,
};
use super::checker::Checker;
use super::fault::{Cause, CodeLocation, FaultReport};
use super::library::text;
use super::shadow::NotedPlace;
use super::spec::LaunchSpec;
use super::stop::StopFlag;
use super::thread::{Exit, Pause, Wait, WarpCall};
use crate::error::{Access, FaultKind};
use corosensei::trap::CoroutineTrapHandler;
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, c_longlong, c_void};
use std::io::Write;
use std::{io, ptr, slice};

/// What the threads of a block, and the worker that runs them, share.
pub(super) struct WorkerContext<'r> {
    pub spec: &'r LaunchSpec<'r>,
    pub stop: &'r StopFlag,
    context: Box<Cell<Context>>,
    pause: Cell<*const Pause>,
    handler: Cell<Option<CoroutineTrapHandler<Exit>>>,
    report: Cell<Option<FaultReport>>,
    checker: Option<RefCell<Checker<'r>>>,
}

impl<'r> WorkerContext<'r> {
    pub fn new(
        spec: &'r LaunchSpec<'r>,
        stop: &'r StopFlag,
        context: Context,
        checker: Option<Checker<'r>>,
    ) -> Self {
        Self {
            spec,
            stop,
            context: Box::new(Cell::new(context)),
            pause: Cell::new(ptr::null()),
            handler: Cell::new(None),
            report: Cell::new(None),
            checker: checker.map(RefCell::new),
        }
    }

    /// What kernels read; valid as long as the worker.
    pub fn context(&self) -> *mut Context {
        self.context.as_ptr()
    }

    /// The pointer by which hooks find the worker.
    pub fn handle(&self) -> *const c_void {
        ptr::from_ref(self).cast()
    }

    /// A field of the context.
    pub fn read<T: Copy>(&self, field: impl FnOnce(*mut Context) -> *mut T) -> T {
        // SAFETY: `field` gives a field of the context, which lives as long as the worker. It is
        // read while no reference to it exists; kernels and signal handlers change it between.
        unsafe { field(self.context()).read_volatile() }
    }

    /// Sets a field of the context.
    pub fn write<T>(&self, field: impl FnOnce(*mut Context) -> *mut T, value: T) {
        // SAFETY: as in `read`.
        unsafe { field(self.context()).write_volatile(value) };
    }

    /// Whether the kernel's own code, or the C library for it, runs: 0 is neither.
    pub fn state(&self) -> u32 {
        // SAFETY: `state` is a field of the context.
        self.read(|context| unsafe { &raw mut (*context).state })
    }

    fn set_state(&self, state: u32) {
        // SAFETY: `state` is a field of the context.
        self.write(|context| unsafe { &raw mut (*context).state }, state);
    }

    /// The running thread's number in its block.
    pub fn thread(&self) -> u32 {
        // SAFETY: `current` is a field of the context.
        self.read(|context| unsafe { &raw mut (*context).current })
    }

    /// The address behind the last access that was checked; 0 where none is.
    pub fn last_access(&self) -> usize {
        // SAFETY: `last` is a field of the context.
        self.read(|context| unsafe { &raw mut (*context).last })
    }

    /// What the next resumed coroutine needs to find.
    pub fn prepare(&self, pause: *const Pause, handler: CoroutineTrapHandler<Exit>) {
        self.pause.set(pause);
        self.handler.set(Some(handler));
    }

    /// The running coroutine's means to hand over.
    pub fn pause(&self) -> *const Pause {
        self.pause.get()
    }

    /// How a signal handler ends the running coroutine.
    pub fn handler(&self) -> Option<CoroutineTrapHandler<Exit>> {
        self.handler.get()
    }

    /// Keeps what went wrong; the first report stays.
    pub fn report(&self, report: FaultReport) {
        let first = self.report.take().unwrap_or(report);
        self.report.set(Some(first));
    }

    /// What went wrong, once.
    pub fn take_report(&self) -> Option<FaultReport> {
        self.report.take()
    }

    /// The checks of every access, where they are wanted. Not to be held across a wait.
    pub fn with_checker(&self, use_it: impl FnOnce(&mut Checker<'r>)) {
        if let Some(checker) = &self.checker {
            let mut checker = checker.borrow_mut();
            use_it(&mut checker);
            let (now, recording) = (checker.now(), checker.wants_every_access().into());
            // SAFETY: both are fields of the context.
            self.write(|context| unsafe { &raw mut (*context).now }, now);
            // SAFETY: as above.
            self.write(|context| unsafe { &raw mut (*context).recording }, recording);
        }
    }

    /// Runs kernel code: a signal may stop it until the device's own code goes on.
    pub fn in_kernel<T>(&self, run: impl FnOnce() -> T) -> T {
        self.set_state(IN_KERNEL);
        let result = run();
        self.set_state(IN_DEVICE);
        result
    }

    /// Runs the device's own code, called by a kernel.
    fn in_device<T>(&self, run: impl FnOnce(&Self) -> T) -> T {
        self.set_state(IN_DEVICE);
        let result = run(self);
        self.set_state(IN_KERNEL);
        result
    }

    /// `blockIdx` and `threadIdx` of the thread that ran last.
    pub fn indices(&self) -> [[u32; 3]; 2] {
        // SAFETY: both are fields of the context.
        let block = self.read(|context| unsafe { &raw mut (*context).block });
        // SAFETY: as above.
        [block, self.read(|context| unsafe { &raw mut (*context).thread })]
    }

    fn suspend(&self, wait: Wait) {
        // SAFETY: a hook runs on the coroutine that the worker resumed last, whose `Yielder` it
        // left here; that lives on the coroutine's stack until the coroutine ends.
        unsafe { (*self.pause.get()).suspend(wait) };
    }

    /// Ends the block: a coroutine that has failed is never resumed.
    fn fail(&self, report: FaultReport) {
        self.report(report);
        self.suspend(Wait::Failed);
    }

    /// Ends the block where a check of the running thread finds something.
    fn check(&self, find: impl FnOnce(&mut Checker<'r>, u32) -> Result<(), Box<FaultReport>>) {
        let (mut found, thread) = (Ok(()), self.thread());
        self.with_checker(|checker| found = find(checker, thread));
        // The box is freed before: a coroutine that has failed frees nothing.
        if let Err(report) = found.map_err(|boxed| *boxed) {
            self.fail(report);
        }
    }
}

/// What kernels call.
pub(super) static HOOKS: Hooks =
    Hooks { barrier, warp, access, fail, print, judge, guard, refine, fence, meet, misaligned };

/// The worker behind a hook's first argument.
///
/// # Safety
/// `worker` must be the handle of a worker that outlives the call.
unsafe fn of<'a>(worker: *const c_void) -> &'a WorkerContext<'a> {
    // SAFETY: the caller's promise; a worker is only used through shared references.
    unsafe { &*worker.cast() }
}

unsafe extern "C" fn barrier(worker: *const c_void, file: *const c_char, line: c_int) {
    // SAFETY: `shim.h` passes the worker of the context that the worker has set.
    unsafe { of(worker) }.in_device(|worker| {
        let mark = CodeMark { file, line };
        worker.with_checker(|checker| checker.wait(worker.thread(), mark, false));
        worker.suspend(Wait::Barrier(mark));
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
    unsafe { of(worker) }.in_device(|worker| {
        if mask >> (worker.thread() % LANES) & 1 == 0 {
            let message = "takes part in a warp operation whose mask does not name its lane";
            let kind = FaultKind::Other { message: message.into() };
            return worker.fail(FaultReport::known(kind, CodeLocation::Mark(mark)));
        }
        worker.with_checker(|checker| checker.wait(worker.thread(), mark, true));
        worker.suspend(Wait::Warp(WarpCall { mask, kind, mark }));
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
    unsafe { of(worker) }.in_device(|worker| {
        if worker.stop.is_set() {
            let location = CodeLocation::Return(after);
            return worker.fail(FaultReport { cause: Cause::Stopped, location, place: None });
        }
        worker.check(|checker, thread| {
            checker.access(thread, access_of(kind), address, bytes, after)
        });
    });
}

/// What `shim.h` calls an access.
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
    // SAFETY: `shim_shadow.h` passes a cell of a region of this launch.
    let noted = unsafe { cell.read() };
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        let at = NotedPlace {
            after: worker.spec.library.base() + (after & !Stamp::VOLATILE) as usize,
            is_volatile: after & Stamp::VOLATILE != 0,
        };
        worker.check(|checker, thread| {
            checker.judge(thread, cell, noted, access_of(kind), asked, at)
        });
    });
}

unsafe extern "C" fn guard(worker: *const c_void, after: u32) {
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        let after = worker.spec.library.base() + after as usize;
        worker.with_checker(|checker| checker.guard(after));
    });
}

unsafe extern "C" fn refine(worker: *const c_void) {
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| worker.with_checker(Checker::refine));
}

unsafe extern "C" fn fence(worker: *const c_void) {
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        let thread = worker.thread();
        worker.with_checker(|checker| checker.fence(thread));
    });
}

unsafe extern "C" fn meet(worker: *const c_void, address: usize, is_shared: bool) {
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        let thread = worker.thread();
        worker.with_checker(|checker| checker.meet(thread, address, is_shared));
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
    unsafe { of(worker) }.in_device(|worker| {
        let location = CodeLocation::Mark(CodeMark { file, line });
        worker.check(|checker, _| {
            // SAFETY: `shim_shadow.h` passes a constant of the kernel's library.
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
    // SAFETY: `shim.h` passes null or a constant of the kernel's library.
    let words = unsafe { text(words) };
    let kind = match kind {
        failure::ASSERT => FaultKind::Assert { expression: words },
        failure::TRAP => FaultKind::Trap,
        failure::INACTIVE_LANE => FaultKind::InactiveLane { lane: number as u32 },
        failure::INDEX => FaultKind::ArrayIndex { index: number, array: array_type(&words) },
        failure::DIVISION => FaultKind::DivisionByZero,
        failure::MISSING_RETURN => FaultKind::MissingReturn,
        _ => FaultKind::Other { message: words },
    };
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        worker.fail(FaultReport::known(kind, CodeLocation::Mark(CodeMark { file, line })))
    });
}

/// `float [64]`, which GCC puts in quotes and Clang writes without the blank.
fn array_type(words: &str) -> String {
    let words = words.trim_matches('\'');
    match words.split_once('[') {
        Some((element, sizes)) => format!("{} [{sizes}", element.trim_end()),
        None => words.into(),
    }
}

unsafe extern "C" fn print(worker: *const c_void, text: *const u8, bytes: usize) {
    // SAFETY: `shim.h` passes a buffer on the coroutine's stack, and how much of it is text.
    let text = unsafe { slice::from_raw_parts(text, bytes) };
    // SAFETY: as in `barrier`.
    unsafe { of(worker) }.in_device(|worker| {
        // SAFETY: as in `suspend`. The standard library may need more stack than a thread has.
        unsafe { (*worker.pause()).on_parent_stack(|| drop(io::stdout().lock().write_all(text))) };
    });
}
