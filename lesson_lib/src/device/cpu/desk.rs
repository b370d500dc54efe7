//! Where a running kernel turns to the device: waits, checks, failures, output.
//!
//! A worker runs a block's threads as coroutines. What they and the worker both need lies on one
//! desk, in cells: never do two of them run at once, but each finds the desk as the other left it.
#![allow(unsafe_code)]

use super::abi::{Context, Hooks, IN_DEVICE, IN_KERNEL, Mark, failure};
use super::checker::Checker;
use super::library::text;
use super::run::Run;
use super::stack::ColouredStack;
use crate::Error;
use crate::error::{Access, FaultKind};
use corosensei::trap::CoroutineTrapHandler;
use corosensei::{Coroutine, Yielder};
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, c_longlong, c_void};
use std::io::Write;
use std::{io, ptr, slice};

/// A coroutine that runs threads of a block: whole ones, until one waits and becomes its only one.
pub(super) type Fiber = Coroutine<(), Wait, Exit, ColouredStack>;
/// What a coroutine uses to hand over to its worker.
pub(super) type Pause = Yielder<(), Wait>;

/// Why a coroutine hands over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    /// At `__syncthreads()`.
    Barrier(Mark),
    /// In a shuffle, a vote or `__syncwarp()`.
    Warp(WarpCall),
    /// For good: the mishap lies on the desk.
    Failed,
}

/// A call of a warp operation; lanes meet when theirs are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WarpCall {
    pub mask: u32,
    pub kind: c_int,
    pub mark: Mark,
}

/// How a coroutine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All its threads have returned.
    Ended,
    /// A signal ended it: the mishap lies on the desk.
    Trapped,
}

/// What went wrong, before it is explained in terms of the source.
#[derive(Clone, Debug)]
pub(super) struct Mishap {
    pub cause: Cause,
    pub place: At,
}

/// The cause of a mishap.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// Known as it is.
    Told(FaultKind),
    /// An address that may not be used.
    Address { access: Access, address: usize },
    /// Shared memory that another thread uses without a barrier between.
    Race { access: Access, other_access: Access, other: u32, other_return: Option<usize> },
    /// An address that is misaligned or that no memory can have; which, the processor keeps.
    NoAddress,
    /// The smallest integer divided by −1.
    Overflow,
    /// The launch was stopped from outside.
    Stopped,
}

/// Where in the source, as far as it is known without debug information.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    Mark(Mark),
    /// The address of an instruction.
    Instruction(usize),
    /// The address behind a call.
    Return(usize),
}

/// What the threads of a block, and the worker that runs them, share.
pub(super) struct Desk<'r> {
    pub run: &'r Run<'r>,
    context: Box<Cell<Context>>,
    pause: Cell<*const Pause>,
    handler: Cell<Option<CoroutineTrapHandler<Exit>>>,
    mishap: Cell<Option<Mishap>>,
    checker: Option<RefCell<Checker<'r>>>,
}

impl<'r> Desk<'r> {
    pub fn new(run: &'r Run<'r>, context: Context, checker: Option<Checker<'r>>) -> Self {
        Self {
            run,
            context: Box::new(Cell::new(context)),
            pause: Cell::new(ptr::null()),
            handler: Cell::new(None),
            mishap: Cell::new(None),
            checker: checker.map(RefCell::new),
        }
    }

    /// What kernels read; valid as long as the desk.
    pub fn context(&self) -> *mut Context {
        self.context.as_ptr()
    }

    /// The pointer by which hooks find the desk.
    pub fn handle(&self) -> *const c_void {
        ptr::from_ref(self).cast()
    }

    /// A field of the context.
    pub fn read<T: Copy>(&self, field: impl FnOnce(*mut Context) -> *mut T) -> T {
        // SAFETY: `field` gives a field of the context, which lives as long as the desk. It is
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

    /// Puts down what went wrong; the first mishap stays.
    pub fn report(&self, cause: Cause, place: At) {
        let first = self.mishap.take().unwrap_or(Mishap { cause, place });
        self.mishap.set(Some(first));
    }

    /// What went wrong, once.
    pub fn take_mishap(&self) -> Option<Mishap> {
        self.mishap.take()
    }

    /// The checks of every access, where they are wanted. Not to be held across a wait.
    pub fn with_checker(&self, use_it: impl FnOnce(&mut Checker<'r>)) {
        if let Some(checker) = &self.checker {
            use_it(&mut checker.borrow_mut());
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
    fn fail(&self, cause: Cause, place: At) {
        self.report(cause, place);
        self.suspend(Wait::Failed);
    }
}

/// What kernels call.
pub(super) static HOOKS: Hooks = Hooks { barrier, warp, access, fail, print };

/// The desk behind a hook's first argument.
///
/// # Safety
/// `desk` must be the handle of a desk that outlives the call.
unsafe fn at<'a>(desk: *const c_void) -> &'a Desk<'a> {
    // SAFETY: the caller's promise; a desk is only used through shared references.
    unsafe { &*desk.cast() }
}

unsafe extern "C" fn barrier(desk: *const c_void, file: *const c_char, line: c_int) {
    // SAFETY: `shim.h` passes the desk of the context that the worker has set.
    unsafe { at(desk) }.in_device(|desk| {
        let mark = Mark { file, line };
        desk.with_checker(|checker| checker.wait(desk.thread(), mark, false));
        desk.suspend(Wait::Barrier(mark));
    });
}

unsafe extern "C" fn warp(
    desk: *const c_void,
    mask: u32,
    kind: c_int,
    file: *const c_char,
    line: c_int,
) {
    let mark = Mark { file, line };
    // SAFETY: as in `barrier`.
    unsafe { at(desk) }.in_device(|desk| {
        if mask >> (desk.thread() % 32) & 1 == 0 {
            let message = "takes part in a warp operation whose mask does not name its lane";
            let kind = FaultKind::Other { message: message.into() };
            return desk.fail(Cause::Told(kind), At::Mark(mark));
        }
        desk.with_checker(|checker| checker.wait(desk.thread(), mark, true));
        desk.suspend(Wait::Warp(WarpCall { mask, kind, mark }));
    });
}

unsafe extern "C" fn access(
    desk: *const c_void,
    address: usize,
    bytes: usize,
    kind: c_int,
    after: usize,
) {
    let access = match kind {
        0 => Access::Read,
        1 => Access::Write,
        _ => Access::Atomic,
    };
    // SAFETY: as in `barrier`.
    unsafe { at(desk) }.in_device(|desk| {
        if desk.run.stopped() {
            return desk.fail(Cause::Stopped, At::Return(after));
        }
        let mut found = Ok(());
        let thread = desk.thread();
        desk.with_checker(|checker| found = checker.access(thread, access, address, bytes, after));
        if let Err(cause) = found {
            desk.fail(cause, At::Return(after));
        }
    });
}

unsafe extern "C" fn fail(
    desk: *const c_void,
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
        _ => FaultKind::Other { message: words },
    };
    // SAFETY: as in `barrier`.
    unsafe { at(desk) }
        .in_device(|desk| desk.fail(Cause::Told(kind), At::Mark(Mark { file, line })));
}

/// `float [64]`, which GCC puts in quotes and Clang writes without the blank.
fn array_type(words: &str) -> String {
    let words = words.trim_matches('\'');
    match words.split_once('[') {
        Some((element, sizes)) => format!("{} [{sizes}", element.trim_end()),
        None => words.into(),
    }
}

unsafe extern "C" fn print(desk: *const c_void, text: *const u8, bytes: usize) {
    // SAFETY: `shim.h` passes a buffer on the coroutine's stack, and how much of it is text.
    let text = unsafe { slice::from_raw_parts(text, bytes) };
    // SAFETY: as in `barrier`.
    unsafe { at(desk) }.in_device(|desk| {
        // SAFETY: as in `suspend`. The standard library may need more stack than a thread has.
        unsafe { (*desk.pause()).on_parent_stack(|| drop(io::stdout().lock().write_all(text))) };
    });
}

/// Why a block did not run to its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// For the mishap on the desk, or, where there is none, because the launch was stopped.
    Mishap,
    /// Because the device itself could not go on.
    Error(Error),
}

/// What a block, or a part of its run, comes to.
pub(super) type Outcome = Result<(), Halt>;
