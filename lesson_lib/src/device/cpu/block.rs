//! One block of threads, run by one thread of the host.
//!
//! One flow of execution runs the block's threads one after another, in one loop that the compiler
//! can optimise as a whole. When a thread has to wait, the flow becomes that thread's own, and
//! another one continues with the threads not yet started. So a kernel without barriers is a loop,
//! and one with barriers pays for what it uses.
#![allow(unsafe_code)]

use super::abi::{CodeMark, LANES, RunningThread};
use super::fault::{BlockError, BlockResult, Cause, CodeLocation, FaultReport};
use super::stack::Stacks;
use super::switch;
use super::thread::{State, Thread};
use super::warp::{self, CompleteCall};
use super::worker::{Request, WorkerContext, worker_of};
use crate::Error;
use crate::error::FaultKind;
use std::ffi::c_void;
use std::ops::Range;
use std::{io, process};

/// Runs the blocks of one worker, one at a time.
pub(super) struct Block<'d, 'r> {
    worker: &'d WorkerContext<'r>,
    warps: Vec<Range<usize>>,
    stacks: Stacks,
    total: u32,
}

impl<'d, 'r> Block<'d, 'r> {
    /// Room for the blocks of one worker.
    pub fn new(worker: &'d WorkerContext<'r>) -> Self {
        let total = worker.spec.threads_per_block();
        Self { worker, warps: Vec::new(), stacks: Stacks::default(), total }
    }

    /// Runs the block with this `blockIdx` to its end.
    pub fn run(&mut self, index: [u32; 3]) -> BlockResult {
        let context = self.worker.context();
        // SAFETY: the context lives as long as the worker, and no kernel runs now.
        unsafe {
            (*context).block = index;
            (*context).next = 0;
            (*context).tally = 0;
        }
        self.worker.barrier.begin_block();
        self.worker.calls_warp.set(false);
        let outcome = self.start().and_then(|()| self.finish());
        // What is forgotten on the stacks of a block that failed are the kernel's frames, which own
        // nothing, and hooks, which hold no lock and no allocation while they wait.
        self.worker.threads.borrow_mut().clear();
        outcome
    }

    /// Starts every thread; those that wait are then the worker's threads.
    fn start(&mut self) -> BlockResult {
        let worker = self.worker;
        // SAFETY: `next` is a field of the context.
        while worker.read(|context| unsafe { &raw mut (*context).next }) < self.total {
            let last = worker.threads.borrow().len();
            let begun = self.begin(last).map_err(|error| BlockError::Device(no_stack(error)))?;
            worker.threads.borrow_mut().push(begun);
            self.resume(last)?;
            let threads = &mut *worker.threads.borrow_mut();
            if matches!(threads[last].state, State::Ended) {
                threads.pop();
            } else {
                threads[last].thread = worker.running_thread();
            }
        }
        Ok(())
    }

    /// A flow on the `at`-th stack that runs the threads not yet started.
    fn begin(&mut self, at: usize) -> io::Result<Thread> {
        let stack = self.stacks.of(at, self.total as usize)?;
        // SAFETY: the `at`-th thread is about to begin, so that nobody uses the `at`-th stack.
        let place = unsafe { switch::begin(stack.base(), run_threads, self.worker.handle()) };
        let thread = RunningThread { stack: stack.range(), ..RunningThread::default() };
        Ok(Thread { thread, place, state: State::Ready })
    }

    /// Runs the threads that wait, until none is left.
    fn finish(&mut self) -> BlockResult {
        let worker = self.worker;
        self.warps = warp::ranges(&worker.threads.borrow());
        while !worker.threads.borrow().iter().all(|thread| matches!(thread.state, State::Ended)) {
            for at in 0..self.warps.len() {
                self.run_warp(self.warps[at].clone())?;
            }
            self.release_barrier(&worker.threads.borrow())?;
        }
        Ok(())
    }

    /// Runs the threads of one warp until all have ended, wait at a barrier, or wait for lanes
    /// that do not come.
    fn run_warp(&mut self, lanes: Range<usize>) -> BlockResult {
        loop {
            let mut at = lanes.start;
            while let Some(ready) = self.first_ready(at..lanes.end) {
                self.resume(ready)?;
                at = self.worker.running() + 1;
            }
            if !self.worker.calls_warp.get() {
                return Ok(());
            }
            let threads = &mut self.worker.threads.borrow_mut()[lanes.clone()];
            if !self.release_lanes(threads) && !self.release_active(threads) {
                return Ok(());
            }
        }
    }

    /// The first of these threads that can go on.
    fn first_ready(&self, range: Range<usize>) -> Option<usize> {
        let barrier = &self.worker.barrier;
        let threads = &self.worker.threads.borrow()[range.clone()];
        let ready = threads.iter().position(|thread| barrier.lets_pass(thread.state))?;
        Some(range.start + ready)
    }

    /// Runs one thread, and those it hands over to, until all wait or have ended.
    fn resume(&self, at: usize) -> BlockResult {
        match self.worker.resume(at) {
            Some(Request::Fail) => Err(BlockError::Fault),
            _ => Ok(()),
        }
    }

    /// Lets lanes go on whose whole mask waits in one call. Returns whether there were any.
    fn release_lanes(&self, threads: &mut [Thread]) -> bool {
        let mut any = false;
        while let Some(complete) = warp::complete_call(threads, self.total) {
            self.release_call(threads, complete);
            any = true;
        }
        any
    }

    /// Where no lane can go on, lets those go on that ask in one place which lanes are there.
    /// Returns whether there were any.
    fn release_active(&self, threads: &mut [Thread]) -> bool {
        let active = warp::active_call(threads);
        if let Some(call) = active {
            self.release_call(threads, call);
        }
        active.is_some()
    }

    /// Hands each lane of a call what the others passed, or which they are, and lets it go on.
    fn release_call(&self, threads: &mut [Thread], complete: CompleteCall) {
        let context = self.worker.context();
        let asks = complete.call.asks_who_is_here();
        for thread in threads {
            if matches!(thread.state, State::InWarp(call) if call == complete.call) {
                let number = thread.number() as usize;
                // SAFETY: both arrays have an element for each thread of the block, and no kernel
                // runs now.
                unsafe {
                    let passed = *(*context).shuffle_in.add(number);
                    let answer = if asks { complete.lanes.into() } else { passed };
                    *(*context).shuffle_out.add(number) = answer;
                }
                thread.state = State::Ready;
            }
        }
        // Which lanes are there says nothing of what they have done.
        if !asks {
            self.worker.with_checker(|checker| checker.shadow.warp(complete.warp, complete.lanes));
        }
    }

    /// Lets the threads at a barrier go on, when all are there.
    fn release_barrier(&self, threads: &[Thread]) -> BlockResult {
        if self.worker.stop.is_set() {
            return self.stopped(threads);
        }
        if !self.worker.barrier.open(self.total) {
            return self.part(threads);
        }
        self.worker.with_checker(|checker| checker.shadow.barrier());
        Ok(())
    }

    /// Ends the block where its first thread waits: the launch was stopped from outside.
    fn stopped(&self, threads: &[Thread]) -> BlockResult {
        let waits = threads.iter().find_map(|thread| match thread.state {
            State::AtBarrier { mark, .. } => Some((thread.number(), mark)),
            State::InWarp(call) => Some((thread.number(), call.mark)),
            State::Ready | State::Ended => None,
        });
        match waits {
            Some((thread, mark)) => self.fail(thread, mark, Cause::Stopped),
            None => Err(BlockError::Fault),
        }
    }

    /// Where no thread can go on: which waits for others that will not come.
    fn part(&self, threads: &[Thread]) -> BlockResult {
        if let Some((at, call)) = threads.iter().find_map(|thread| match thread.state {
            State::InWarp(call) => Some((thread, call)),
            _ => None,
        }) {
            let missing = call.mask & !warp::present(threads, at.number() / LANES, call);
            return self.fault(at.number(), call.mark, FaultKind::WarpDivergence { missing });
        }
        let mut waiting = threads.iter().filter_map(|thread| match thread.state {
            State::AtBarrier { mark, .. } => Some((thread.number(), mark)),
            _ => None,
        });
        let Some((first, mark)) = waiting.next() else { return Ok(()) };
        match waiting.find(|(_, other)| *other != mark) {
            Some((other, other_mark)) => self.diverged(first, mark, other, Some(other_mark)),
            None => self.diverged(first, mark, self.first_ended(threads), None),
        }
    }

    /// The lowest number of a thread that has ended.
    fn first_ended(&self, threads: &[Thread]) -> u32 {
        let alive = |number: u32| {
            threads.iter().any(|t| t.number() == number && !matches!(t.state, State::Ended))
        };
        (0..self.total).find(|&number| !alive(number)).unwrap_or(0)
    }

    fn diverged(
        &self,
        thread: u32,
        mark: CodeMark,
        other: u32,
        other_mark: Option<CodeMark>,
    ) -> BlockResult {
        let other_line = other_mark.map(|mark| self.worker.spec.line_of_mark(mark));
        let other = self.worker.spec.thread_index(other);
        self.fault(thread, mark, FaultKind::BarrierDivergence { other, other_line })
    }

    /// Ends the block for what `thread` does at `mark`.
    fn fault(&self, thread: u32, mark: CodeMark, kind: FaultKind) -> BlockResult {
        self.fail(thread, mark, Cause::Known(kind))
    }

    fn fail(&self, thread: u32, mark: CodeMark, cause: Cause) -> BlockResult {
        let index = self.worker.spec.thread_index(thread);
        // SAFETY: a field of the context.
        self.worker.write(|context| unsafe { &raw mut (*context).running.index }, index);
        let location = CodeLocation::Mark(mark);
        self.worker.report(FaultReport { cause, location, place: None });
        Err(BlockError::Fault)
    }
}

/// Runs the threads of a block that have not been started.
unsafe extern "C" fn run_threads(worker: *const c_void) -> ! {
    // SAFETY: the block passes its worker, and clears the list of threads before that ends.
    let worker = unsafe { worker_of(worker) };
    // SAFETY: `entry` is the kernel's own entry point, and `arguments` the addresses of values that
    // agree with its signature.
    worker.in_kernel(|| unsafe { (worker.spec.entry)(worker.arguments.as_ptr()) });
    worker.hand_over(State::Ended);
    process::abort() // nobody goes on with a thread that has ended
}

fn no_stack(error: io::Error) -> Error {
    Error::device("start the threads of a block", format!("no stack for a thread: {error}"))
}
