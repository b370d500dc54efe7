//! A worker: one thread of the host, and what it shares with the threads of the block that it runs.
//!
//! They take turns: only one runs at a time, and each finds what they share as the other left it.
#![allow(unsafe_code)]

use super::abi::{CodeMark, Context, IN_DEVICE, IN_KERNEL, LANES, Range, RunningThread};
use super::barrier::Barrier;
use super::checker::Checker;
use super::fault::{CodeLocation, FaultReport};
use super::spec::LaunchSpec;
use super::stop::StopFlag;
use super::switch::{prefetch, switch};
use super::thread::{State, Thread};
use crate::device::backend::RawArgument;
use crate::error::FaultKind;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::io::Write;
use std::{io, process, ptr, slice};

/// What a thread wants of its worker at once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Request {
    /// To print this much text at this address.
    Print(*const u8, usize),
    /// To end the block, whose fault is reported.
    Fail,
}

/// What the threads of a block, and the worker that runs them, share.
pub(super) struct WorkerContext<'r> {
    pub spec: &'r LaunchSpec<'r>,
    pub stop: &'r StopFlag,
    /// The addresses of the arguments' values.
    pub arguments: Vec<*const u64>,
    context: Box<Cell<Context>>,
    /// Where the worker goes on when a thread hands over to it.
    home: Cell<*mut u8>,
    /// The threads of the block that have begun. Not to be borrowed across a change of stacks.
    pub threads: RefCell<Vec<Thread>>,
    /// Which of them runs.
    running: Cell<usize>,
    pub barrier: Barrier,
    /// Whether one has called a warp operation since this was last set to `false`.
    pub calls_warp: Cell<bool>,
    request: Cell<Option<Request>>,
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
            arguments: spec.arguments.iter().map(RawArgument::address).collect(),
            context: Box::new(Cell::new(context)),
            home: Cell::new(ptr::null_mut()),
            threads: RefCell::new(Vec::with_capacity(spec.threads_per_block() as usize)),
            running: Cell::new(0),
            barrier: Barrier::new(),
            calls_warp: Cell::new(false),
            request: Cell::new(None),
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
        self.running_thread().number
    }

    /// The address behind the last access that was checked; 0 where none is.
    pub fn last_access(&self) -> usize {
        // SAFETY: `last` is a field of the context.
        self.read(|context| unsafe { &raw mut (*context).last })
    }

    /// Where the running thread's variables lie; empty before the first has begun.
    pub fn stack(&self) -> Range {
        self.running_thread().stack
    }

    /// What the kernel reads of the thread that runs, or ran last.
    pub fn running_thread(&self) -> RunningThread {
        // SAFETY: `running` is a field of the context.
        self.read(|context| unsafe { &raw mut (*context).running })
    }

    /// Lets the `at`-th of the threads run, and those it hands over to, until the last of them wants
    /// something of the worker, or waits for others.
    pub fn resume(&self, at: usize) -> Option<Request> {
        self.become_current(at, &self.threads.borrow()[at]);
        loop {
            let place = self.threads.borrow()[self.running.get()].place;
            // SAFETY: the thread waits there, or is to begin.
            unsafe { switch(self.home.as_ptr(), place) };
            match self.request.take() {
                Some(Request::Print(text, bytes)) => {
                    // SAFETY: the thread whose text it is waits until it is written.
                    let text = unsafe { slice::from_raw_parts(text, bytes) };
                    drop(io::stdout().lock().write_all(text));
                }
                other => return other,
            }
        }
    }

    /// Makes `thread`, the `at`-th, the one that the kernel finds in its context.
    fn become_current(&self, at: usize, thread: &Thread) {
        self.running.set(at);
        // SAFETY: `running` is a field of the context.
        self.write(|context| unsafe { &raw mut (*context).running }, thread.thread);
    }

    /// Leaves the running thread in `state`, and goes on with the next lane of its warp, or with the
    /// worker. Returns when the thread may go on.
    // Inlined, so that the state is written where it stays: copying what was just written in pieces
    // would wait for the pieces.
    #[inline(always)]
    pub fn hand_over(&self, state: State) {
        let (from, to) = {
            let threads = &mut **self.threads.borrow_mut();
            let at = self.running.get();
            let (begun, rest) = threads.split_at_mut(at + 1);
            let thread = &mut begun[at];
            thread.state = state;
            let to = match self.next_lane(thread, rest) {
                Some(place) => place,
                None => self.home.get(),
            };
            (&raw mut thread.place, to)
        };
        // SAFETY: the worker, or the other thread, waits at `to`. The list of threads grows when the
        // worker runs, and then `from` has been used.
        unsafe { switch(from, to) };
    }

    /// Makes the first of `rest`, the threads behind `thread`, current, if it is a lane of the same
    /// warp and can go on.
    fn next_lane(&self, thread: &Thread, rest: &[Thread]) -> Option<*mut u8> {
        let next = rest.first().filter(|next| {
            self.barrier.lets_pass(next.state) && next.number() / LANES == thread.number() / LANES
        })?;
        // What a later one will need is on its way while the next one runs.
        if let Some(later) = rest.get(AHEAD) {
            prefetch(later.place);
            prefetch(later.place.wrapping_add(64));
            prefetch(later.place.wrapping_add(128));
        }
        self.become_current(self.running.get() + 1, next);
        Some(next.place)
    }

    /// Hands the running thread's wish to the worker. Returns when the worker lets it go on.
    pub fn ask(&self, request: Request) {
        self.request.set(Some(request));
        let from = {
            let threads = &mut *self.threads.borrow_mut();
            &raw mut threads[self.running.get()].place
        };
        // SAFETY: as in `hand_over`.
        unsafe { switch(from, self.home.get()) };
    }

    /// For a signal handler: where the worker goes on that is to end the block.
    pub fn failed_home(&self) -> *mut u8 {
        self.request.set(Some(Request::Fail));
        self.home.get()
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
            let (now, recording) = (checker.shadow.now(), checker.wants_every_access().into());
            // SAFETY: both are fields of the context.
            self.write(|context| unsafe { &raw mut (*context).now }, now);
            // SAFETY: as above.
            self.write(|context| unsafe { &raw mut (*context).recording }, recording);
        }
    }

    /// Notes that the running thread waits, for its warp or for its block.
    pub fn note_wait(&self, mark: CodeMark, in_warp: bool) {
        // Away from the path of full speed, whose frame it would make larger.
        #[cold]
        #[inline(never)]
        fn note(worker: &WorkerContext<'_>, mark: CodeMark, in_warp: bool) {
            worker.with_checker(|checker| checker.wait(worker.thread(), mark, in_warp));
        }
        if self.checker.is_some() {
            note(self, mark, in_warp);
        }
    }

    /// The thread that ran last, by its place among the threads.
    pub fn running(&self) -> usize {
        self.running.get()
    }

    /// Runs kernel code: a signal may stop it until the device's own code goes on.
    pub fn in_kernel<T>(&self, run: impl FnOnce() -> T) -> T {
        self.set_state(IN_KERNEL);
        let result = run();
        self.set_state(IN_DEVICE);
        result
    }

    /// Runs the device's own code, called by a kernel.
    pub fn in_device<T>(&self, run: impl FnOnce(&Self) -> T) -> T {
        self.set_state(IN_DEVICE);
        if self.stack_left() < STACK_NEEDED {
            self.fail_for_stack();
        }
        let result = run(self);
        self.set_state(IN_KERNEL);
        result
    }

    // Not inlined, as it would make each hook's frame larger, and a barrier touches a frame of each
    // thread.
    #[cold]
    #[inline(never)]
    fn fail_for_stack(&self) -> ! {
        let location = CodeLocation::Return(self.last_access());
        self.fail(FaultReport::known(FaultKind::StackOverflow, location))
    }

    /// Bytes of the running thread's stack that are not in use.
    fn stack_left(&self) -> usize {
        let here = 0_u8;
        // SAFETY: a field of the context.
        let start = self.read(|context| unsafe { &raw mut (*context).running.stack.start });
        (ptr::from_ref(&here) as usize).saturating_sub(start)
    }

    /// `blockIdx` and `threadIdx` of the thread that ran last.
    pub fn indices(&self) -> [[u32; 3]; 2] {
        // SAFETY: `block` is a field of the context.
        let block = self.read(|context| unsafe { &raw mut (*context).block });
        [block, self.running_thread().index]
    }

    /// Ends the block: a thread that has failed never goes on.
    pub fn fail(&self, report: FaultReport) -> ! {
        self.report(report);
        self.ask(Request::Fail);
        process::abort()
    }

    /// Ends the block where a check of the running thread finds something.
    pub fn check(&self, find: impl FnOnce(&mut Checker<'r>, u32) -> Result<(), Box<FaultReport>>) {
        let (mut found, thread) = (Ok(()), self.thread());
        self.with_checker(|checker| found = find(checker, thread));
        // The box is freed before: a thread that has failed frees nothing.
        if let Err(report) = found.map_err(|boxed| *boxed) {
            self.fail(report);
        }
    }
}

/// How many threads ahead stacks are asked for: a thread touches a few cache lines between two
/// barriers, and those of a block do not fit into the first cache.
const AHEAD: usize = 1;

/// What the device's own code may need of a thread's stack. Unlike a kernel's code, it cannot be
/// abandoned half-way.
const STACK_NEEDED: usize = 16 << 10;

/// The worker behind a hook's first argument.
///
/// # Safety
/// `worker` must be the handle of a worker that outlives the call.
pub(super) unsafe fn worker_of<'a>(worker: *const c_void) -> &'a WorkerContext<'a> {
    // SAFETY: the caller's promise; a worker is only used through shared references.
    unsafe { &*worker.cast() }
}
