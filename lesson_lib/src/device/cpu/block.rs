//! One block of threads, run by one thread of the host.
//!
//! A coroutine runs the block's threads one after another, in one loop that the compiler can
//! optimise as a whole. When a thread has to wait, its coroutine becomes that thread's own, and
//! another one continues with the threads not yet started. So a kernel without barriers is a loop,
//! and one with barriers pays for what it uses.
#![allow(unsafe_code)]

use super::abi::{CodeMark, Context, Entry, LANES};
use super::fault::{BlockError, BlockResult, CodeLocation, FaultReport};
use super::hooks::WorkerContext;
use super::stack::Stacks;
use super::thread::{Exit, Fiber, State, Thread, Wait};
use super::warp::{self, CompleteCall};
use crate::Error;
use crate::error::FaultKind;
use corosensei::CoroutineResult;
use std::ops::Range;
use std::{io, ptr};

/// A block's threads that have waited at least once.
pub(super) struct Block<'d, 'r> {
    worker: &'d WorkerContext<'r>,
    entry: Entry,
    arguments: *const *const u64,
    threads: Vec<Thread>,
    warps: Vec<Range<usize>>,
    stacks: Stacks,
    total: u32,
}

impl<'d, 'r> Block<'d, 'r> {
    /// Room for the blocks of one worker. `arguments` are the addresses of the arguments' values.
    pub fn new(worker: &'d WorkerContext<'r>, entry: Entry, arguments: *const *const u64) -> Self {
        // SAFETY: `total` is a field of the context.
        let total = worker.read(|context| unsafe { &raw mut (*context).total });
        Self {
            worker,
            entry,
            arguments,
            threads: Vec::new(),
            warps: Vec::new(),
            stacks: Stacks::default(),
            total,
        }
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
        let outcome = self.start().and_then(|()| self.finish());
        if outcome.is_err() {
            self.abandon();
        }
        self.threads.clear();
        outcome
    }

    /// Starts every thread; those that wait stay in `threads`.
    fn start(&mut self) -> BlockResult {
        // SAFETY: `next` is a field of the context.
        while self.worker.read(|context| unsafe { &raw mut (*context).next }) < self.total {
            let thread = self.coroutine().map_err(|error| BlockError::Device(no_stack(error)))?;
            self.threads.push(thread);
            let last = self.threads.len() - 1;
            self.resume(last)?;
            let thread = &mut self.threads[last];
            if matches!(thread.state, State::Ended) {
                self.threads.pop();
            } else {
                thread.pause = self.worker.pause();
                thread.number = self.worker.thread();
                // SAFETY: `thread` is a field of the context.
                thread.index = self.worker.read(|context| unsafe { &raw mut (*context).thread });
            }
        }
        Ok(())
    }

    /// A coroutine that runs the threads not yet started.
    fn coroutine(&mut self) -> io::Result<Thread> {
        let stack = self.stacks.take(self.total as usize)?;
        let range = stack.range();
        let (worker, entry, arguments) = (self.worker.handle(), self.entry, self.arguments);
        let fiber = Fiber::with_stack(stack, move |pause, ()| {
            // SAFETY: the block, which borrows the worker, resumes this coroutine and ends or
            // abandons it before it is dropped itself.
            let worker = unsafe { &*worker.cast::<WorkerContext<'_>>() };
            if let Some(handler) = worker.handler() {
                worker.prepare(pause, handler);
            }
            // SAFETY: `entry` is the kernel's own entry point, and `arguments` the addresses of
            // values that agree with its signature.
            worker.in_kernel(|| unsafe { entry(arguments) });
            Exit::Ended
        });
        Ok(Thread {
            fiber: Some(fiber),
            pause: ptr::null(),
            number: 0,
            index: [0; 3],
            stack: range,
            state: State::Ready,
        })
    }

    /// Runs the threads that wait, until none is left.
    fn finish(&mut self) -> BlockResult {
        self.warps = warp::ranges(&self.threads);
        while self.threads.iter().any(|thread| !matches!(thread.state, State::Ended)) {
            for at in 0..self.warps.len() {
                self.run_warp(self.warps[at].clone())?;
            }
            self.release_barrier()?;
        }
        Ok(())
    }

    /// Runs the threads of one warp until all have ended, wait at a barrier, or wait for lanes
    /// that do not come.
    fn run_warp(&mut self, threads: Range<usize>) -> BlockResult {
        loop {
            for at in threads.clone() {
                if matches!(self.threads[at].state, State::Ready) {
                    self.resume(at)?;
                }
            }
            if !self.release_lanes(threads.clone()) {
                return Ok(());
            }
        }
    }

    /// Runs one thread until it waits or ends.
    fn resume(&mut self, at: usize) -> BlockResult {
        let thread = &mut self.threads[at];
        let context = self.worker.context();
        // SAFETY: the context lives as long as the worker, and no kernel runs now.
        unsafe { enter(context, thread) };
        let Some(fiber) = &mut thread.fiber else { return Ok(()) };
        self.worker.prepare(thread.pause, fiber.trap_handler());
        thread.state = match fiber.resume(()) {
            CoroutineResult::Yield(Wait::Barrier(mark)) => State::AtBarrier(mark),
            CoroutineResult::Yield(Wait::Warp(call)) => State::InWarp(call),
            CoroutineResult::Yield(Wait::Failed) => return Err(BlockError::Fault),
            CoroutineResult::Return(exit) => {
                if let Some(fiber) = thread.fiber.take() {
                    self.stacks.give(fiber.into_stack());
                }
                if exit == Exit::Trapped {
                    return Err(BlockError::Fault);
                }
                State::Ended
            }
        };
        Ok(())
    }

    /// Lets lanes go on whose whole mask waits in one call. Returns whether there were any.
    fn release_lanes(&mut self, threads: Range<usize>) -> bool {
        let mut any = false;
        while let Some(complete) = warp::complete_call(&self.threads[threads.clone()], self.total) {
            self.release_call(threads.clone(), complete);
            any = true;
        }
        any
    }

    /// Hands each lane of a call what the others passed, and lets it go on.
    fn release_call(&mut self, threads: Range<usize>, complete: CompleteCall) {
        let context = self.worker.context();
        for thread in &mut self.threads[threads] {
            if matches!(thread.state, State::InWarp(call) if call == complete.call) {
                let number = thread.number as usize;
                // SAFETY: both arrays have an element for each thread of the block, and no kernel
                // runs now.
                unsafe { *(*context).shuffle_out.add(number) = *(*context).shuffle_in.add(number) };
                thread.state = State::Ready;
            }
        }
        self.worker.with_checker(|checker| checker.warp(complete.warp, complete.lanes));
    }

    /// Lets the threads at a barrier go on, when all are there.
    fn release_barrier(&mut self) -> BlockResult {
        if self.worker.stop.is_set() {
            return Err(BlockError::Fault);
        }
        if let Some((at, call)) = self.threads.iter().find_map(|thread| match thread.state {
            State::InWarp(call) => Some((thread, call)),
            _ => None,
        }) {
            let missing = call.mask & !warp::present(&self.threads, at.number / LANES, call);
            return self.fault(at.number, call.mark, FaultKind::WarpDivergence { missing });
        }
        let mut waiting = self.threads.iter().filter_map(|thread| match thread.state {
            State::AtBarrier(mark) => Some((thread.number, mark)),
            _ => None,
        });
        let Some((first, mark)) = waiting.next() else { return Ok(()) };
        let elsewhere = waiting.clone().find(|(_, other)| *other != mark);
        let arrived = 1 + waiting.count();
        if let Some((other, other_mark)) = elsewhere {
            return self.diverged(first, mark, other, Some(other_mark));
        }
        if arrived < self.total as usize {
            return self.diverged(first, mark, self.first_ended(), None);
        }
        for thread in &mut self.threads {
            thread.state = State::Ready;
        }
        self.worker.with_checker(|checker| checker.barrier());
        Ok(())
    }

    /// The lowest number of a thread that has ended.
    fn first_ended(&self) -> u32 {
        let alive = |number: u32| {
            let mut threads = self.threads.iter();
            threads.any(|t| t.number == number && !matches!(t.state, State::Ended))
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
        let index = self.worker.spec.thread_index(thread);
        // SAFETY: `thread` is a field of the context.
        self.worker.write(|context| unsafe { &raw mut (*context).thread }, index);
        self.worker.report(FaultReport::known(kind, CodeLocation::Mark(mark)));
        Err(BlockError::Fault)
    }

    /// Drops the coroutines of a block that will not go on.
    fn abandon(&mut self) {
        for thread in &mut self.threads {
            if let Some(mut fiber) = thread.fiber.take() {
                // SAFETY: what is forgotten on the coroutine's stack is the kernel's frames, which
                // own nothing, and hooks, which hold no lock and no allocation while they wait.
                unsafe { fiber.force_reset() };
                self.stacks.give(fiber.into_stack());
            }
        }
    }
}

/// Makes `thread` the one that the kernel finds in its context.
///
/// # Safety
/// `context` must be valid, and no kernel may read it now.
unsafe fn enter(context: *mut Context, thread: &Thread) {
    // SAFETY: the caller's promise.
    unsafe {
        (*context).thread = thread.index;
        (*context).current = thread.number;
        (*context).stack = thread.stack;
    }
}

fn no_stack(error: io::Error) -> Error {
    Error::device("start the threads of a block", format!("no stack for a thread: {error}"))
}
