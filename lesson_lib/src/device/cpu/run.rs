//! One launch: its blocks, spread over the threads of the host.
#![allow(unsafe_code)]

use super::Mode;
use super::abi::{Context, Entry, Mark, Range};
use super::block::Block;
use super::checker::Checker;
use super::desk::{Desk, HOOKS, Halt};
use super::explain::{explained, stopped};
use super::library::{Library, text};
use super::program::Compiled;
use super::record::{MOST_EVENTS, RawEvent};
use super::shared::SharedMemory;
use super::signals::AtDesk;
use super::watch::{Stop, Watch};
use crate::device::backend::{Bound, Span};
use crate::device::launch::Grid;
use crate::device::signature::Signature;
use crate::{Error, Result};
use rayon::prelude::*;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{ops, ptr};

/// Below this many threads of the kernel, waking other threads of the host is not worth it.
const WORTH_SHARING: u64 = 2048;

/// Pieces of the grid for each thread of the host, so that one that was held up leaves work to
/// others.
const PIECES: u64 = 16;

/// Coroutines of all workers together: each takes two entries of the system's table of mappings,
/// which by default has 65530.
const MOST_COROUTINES: u32 = 24_000;

/// A launch while it runs.
#[derive(Debug)]
pub(super) struct Run<'p> {
    program: &'p Compiled,
    kernel: &'p Signature,
    entry: Entry,
    grid: Grid,
    bound: &'p [Bound],
    limit: Option<Duration>,
    watch: Watch,
    /// The first block that nobody has taken.
    next: AtomicU64,
    /// Blocks from this one on need not run: a block before it has failed, or there are no more.
    end: AtomicU64,
    /// The error of the block before which no block has failed.
    error: Mutex<Option<(u64, Error)>>,
    recording: Option<Mutex<Vec<RawEvent>>>,
}

/// What a launch is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'p> {
    pub program: &'p Compiled,
    pub kernel: &'p Signature,
    pub entry: Entry,
    pub grid: &'p Grid,
    pub bound: &'p [Bound],
    /// How long it may take.
    pub limit: Option<Duration>,
    /// Whether every access is to be kept.
    pub recording: bool,
}

impl<'p> Run<'p> {
    /// Readies a launch; it is watched from now on.
    pub fn new(order: Order<'p>) -> Self {
        let Order { program, kernel, entry, grid, bound, limit, recording } = order;
        Self {
            program,
            kernel,
            entry,
            grid: *grid,
            bound,
            limit,
            watch: Watch::start(limit),
            next: AtomicU64::new(0),
            end: AtomicU64::new(grid.blocks.iter().map(|&n| u64::from(n)).product()),
            error: Mutex::new(None),
            recording: recording.then(Mutex::default),
        }
    }

    /// Runs all blocks.
    ///
    /// # Errors
    /// The fault of the first block that has one.
    pub fn execute(&self) -> Result<()> {
        let workers = self.workers();
        if workers == 1 {
            self.work(1);
        } else {
            (0..workers).into_par_iter().with_max_len(1).for_each(|_| self.work(workers));
        }
        let error = self.error.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (error, self.watch.final_stop()) {
            (Some((_, error)), _) => Err(error),
            // It was stopped between two of its threads.
            (None, Some(_)) => Err(self.fault(None, None, stopped(self))),
            (None, None) => Ok(()),
        }
    }

    /// How many threads of the host are to work.
    fn workers(&self) -> usize {
        let blocks = self.end.load(Ordering::Relaxed);
        let threads = u64::from(self.threads_per_block());
        if self.recording.is_some() || blocks.saturating_mul(threads) < WORTH_SHARING {
            return 1;
        }
        let room = (MOST_COROUTINES / self.threads_per_block()).max(1);
        (rayon::current_num_threads() as u64).min(room.into()).clamp(1, blocks.max(1)) as usize
    }

    /// Runs blocks until there are no more.
    fn work(&self, workers: usize) {
        let shared = self.program.shared_memory(self.grid.shared);
        match shared {
            Ok(mut shared) => {
                self.work_with(&mut shared, workers);
                self.program.give_back(shared);
            }
            Err(error) => self.failed(0, error),
        }
    }

    fn work_with(&self, shared: &mut SharedMemory, workers: usize) {
        let lanes = self.threads_per_block().next_multiple_of(32) as usize;
        let (mut given, mut taken) = (vec![0_u64; lanes], vec![0_u64; lanes]);
        let buffers: Vec<Range> = self.buffers().map(|(_, span)| range_of(&span)).collect();
        let arguments: Vec<*const u64> =
            self.bound.iter().map(|bound| ptr::from_ref(&bound.bits)).collect();
        let mut context = Context::new(self.grid.threads, self.grid.blocks, &HOOKS);
        [context.fixed, context.dynamic] = shared.pointers();
        (context.given, context.taken) = (given.as_mut_ptr(), taken.as_mut_ptr());
        (context.buffers, context.buffer_count) = (buffers.as_ptr(), buffers.len());
        context.recording = self.recording.is_some().into();
        let checked = self.program.mode() == Mode::Checked;
        let checker = checked.then(|| Checker::new(self, shared));
        let desk = Desk::new(self, context, checker);
        // SAFETY: the desk, and all that its context points to, live until the end of this
        // function; `AtDesk` and the context that kernels read are taken back before.
        unsafe {
            (*desk.context()).desk = desk.handle();
            self.library().enter(desk.context());
            let seat = AtDesk::sit_down(&desk);
            let worker = self.watch.work();
            self.run_blocks(&desk, arguments.as_ptr(), shared, workers);
            drop((worker, seat));
            self.library().enter(ptr::null_mut());
        }
    }

    fn run_blocks(
        &self,
        desk: &Desk<'_>,
        arguments: *const *const u64,
        shared: &mut SharedMemory,
        workers: usize,
    ) {
        let mut block = Block::new(desk, self.entry, arguments);
        while let Some(numbers) = self.take(workers) {
            for number in numbers {
                if self.stopped() || number >= self.end.load(Ordering::Relaxed) {
                    return;
                }
                let index = self.block_index(number);
                desk.with_checker(|checker| {
                    checker.begin_block(index);
                    shared.poison();
                });
                match block.run(index) {
                    Ok(()) => {}
                    Err(Halt::Error(error)) => self.failed(number, error),
                    Err(Halt::Mishap) => {
                        if let Some(mishap) = desk.take_mishap() {
                            self.failed(number, explained(desk, shared, mishap));
                        }
                    }
                }
            }
        }
    }

    /// The next piece of the grid.
    fn take(&self, workers: usize) -> Option<ops::Range<u64>> {
        let end = self.end.load(Ordering::Relaxed);
        let piece = (end / (workers as u64 * PIECES)).clamp(1, 1 << 16);
        let start = self.next.fetch_add(piece, Ordering::Relaxed);
        (start < end).then(|| start..end.min(start + piece))
    }

    /// Notes the error of a block. Blocks before it go on, so that it is always the first bad
    /// block that is told about.
    fn failed(&self, number: u64, error: Error) {
        self.end.fetch_min(number, Ordering::Relaxed);
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(known, _)| number < *known) {
            *first = Some((number, error));
        }
    }

    fn block_index(&self, number: u64) -> [u32; 3] {
        index_in(number, self.grid.blocks)
    }

    /// The `threadIdx` of a block's thread.
    pub fn thread_index(&self, number: u32) -> [u32; 3] {
        index_in(number.into(), self.grid.threads)
    }

    pub fn threads_per_block(&self) -> u32 {
        self.grid.threads.iter().product()
    }

    pub fn kernel(&self) -> &Signature {
        self.kernel
    }

    pub fn library(&self) -> &Library {
        self.program.library()
    }

    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Why the launch is to stop, if it is.
    pub fn stop(&self) -> Option<Stop> {
        self.watch.stop()
    }

    pub fn stopped(&self) -> bool {
        self.stop().is_some()
    }

    /// The buffers among the arguments, by the names of their parameters.
    pub fn buffers(&self) -> impl Iterator<Item = (&str, Span)> {
        let pairs = self.kernel.parameters.iter().zip(self.bound);
        pairs.filter_map(|(parameter, bound)| Some((parameter.name.as_str(), bound.span?)))
    }

    /// Whether these bytes lie in one buffer.
    pub fn buffer_with(&self, address: usize, bytes: usize) -> bool {
        self.buffers().any(|(_, span)| range_of(&span).holds(address, bytes))
    }

    /// `address`, or where it lies in a buffer, that buffer's end.
    pub fn first_outside(&self, address: usize) -> usize {
        let mut ranges = self.buffers().map(|(_, span)| range_of(&span));
        let range = ranges.find(|range| range.holds(address, 0));
        range.map_or(address, |range| range.start + range.bytes)
    }

    /// The number of the parameter, the index of the element, and its size.
    pub fn element_at(&self, address: usize) -> Option<(usize, usize, usize)> {
        self.bound.iter().enumerate().find_map(|(parameter, bound)| {
            let span = bound.span.filter(|span| range_of(span).holds(address, 0))?;
            let offset = address - span.start as usize;
            Some((parameter, offset / span.element_size, span.element_size))
        })
    }

    /// `file:line`.
    pub fn line_of_mark(&self, mark: Mark) -> String {
        // SAFETY: a mark's file is a constant of the library, which is loaded while it runs.
        let file = unsafe { text(mark.file) };
        let name = Path::new(&file).file_name().unwrap_or_default().to_string_lossy();
        format!("{name}:{}", mark.line)
    }

    /// Keeps an event, if the launch is recorded.
    pub fn record(&self, event: impl FnOnce() -> RawEvent) {
        if let Some(events) = &self.recording {
            let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
            if events.len() <= MOST_EVENTS {
                events.push(event());
            }
        }
    }

    /// What was recorded.
    pub fn take_events(&self) -> Vec<RawEvent> {
        let events = self.recording.as_ref().map(|events| events.lock());
        let events = events.map(|events| events.unwrap_or_else(PoisonError::into_inner));
        events.map_or_else(Vec::new, |mut events| std::mem::take(&mut events))
    }
}

fn range_of(span: &Span) -> Range {
    Range { start: span.start as usize, bytes: span.elements * span.element_size }
}

/// The index along x, y and z of the element with this number, x first.
fn index_in(number: u64, [x, y, _]: [u32; 3]) -> [u32; 3] {
    let (x, y) = (u64::from(x), u64::from(y));
    [number % x, number / x % y, number / x / y].map(|index| index as u32)
}
