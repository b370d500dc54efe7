//! One launch while it runs: its blocks, spread over the threads of the host.
#![allow(unsafe_code)]

use super::Mode;
use super::abi::{Context, LANES};
use super::block::Block;
use super::checker::Checker;
use super::diagnose::{diagnose, diagnose_end, diagnose_stop};
use super::fault::BlockError;
use super::hooks::HOOKS;
use super::launch_shadow::LaunchShadow;
use super::recorder::Recorder;
use super::shared::{SharedMemory, SharedPool};
use super::signals::FaultGuard;
use super::spec::LaunchSpec;
use super::watchdog::Watch;
use super::worker::WorkerContext;
use crate::{Error, Result};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{iter, ops, ptr};

/// Below this many threads of the kernel, waking other threads of the host is not worth it.
const WORTH_SHARING: u64 = 2048;

/// Pieces of the grid for each thread of the host, so that one that was held up leaves work to
/// others.
const PIECES: u64 = 16;

/// Threads of all workers' blocks together: each one's stack takes two entries of the system's table of mappings,
/// which by default has 65530.
const MOST_THREADS: u32 = 24_000;

/// Hands the blocks of one launch to workers.
pub(super) struct GridScheduler<'p> {
    spec: &'p LaunchSpec<'p>,
    pool: &'p SharedPool,
    recorder: Option<&'p Recorder>,
    /// What is noted of memory, where every access is checked.
    shadow: Option<LaunchShadow<'p>>,
    watch: Watch,
    /// The first block that nobody has taken.
    next: AtomicU64,
    /// Blocks from this one on need not run: a block before it has failed, or there are no more.
    end: AtomicU64,
    /// The error of the block before which no block has failed.
    error: Mutex<Option<(u64, Error)>>,
}

impl<'p> GridScheduler<'p> {
    /// Readies a launch, which is watched from now on. Where there is a recorder, it gets every
    /// access and every wait.
    pub fn new(
        spec: &'p LaunchSpec<'p>,
        pool: &'p SharedPool,
        recorder: Option<&'p Recorder>,
    ) -> Self {
        Self {
            spec,
            pool,
            recorder,
            shadow: (spec.mode == Mode::Checked).then(|| LaunchShadow::new(spec)),
            watch: Watch::start(spec.limit),
            next: AtomicU64::new(0),
            end: AtomicU64::new(spec.blocks()),
            error: Mutex::new(None),
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
        if let Some((_, error)) = self.error.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        self.watch.look_once_more();
        if let Some(report) = self.shadow.as_ref().and_then(LaunchShadow::verdict) {
            return Err(diagnose_end(self.spec, &report));
        }
        let stop = self.watch.stop();
        if stop.is_set() { Err(diagnose_stop(self.spec, stop)) } else { Ok(()) }
    }

    /// What the launch did that may be intended, when it has ended.
    pub fn notes(&self) -> Vec<String> {
        self.shadow.as_ref().map_or(Vec::new(), LaunchShadow::notes)
    }

    /// How many threads of the host are to work.
    fn workers(&self) -> usize {
        let (blocks, threads) = (self.spec.blocks(), self.spec.threads_per_block());
        if self.recorder.is_some() || blocks.saturating_mul(threads.into()) < WORTH_SHARING {
            return 1;
        }
        let room = (MOST_THREADS / threads).max(1);
        (rayon::current_num_threads() as u64).min(room.into()).clamp(1, blocks.max(1)) as usize
    }

    /// One of several workers: runs blocks until there are no more.
    fn work(&self, workers: usize) {
        let mut shared = match self.pool.take(self.spec.grid.shared) {
            Ok(shared) => shared,
            Err(error) => return self.failed(0, error),
        };
        let lanes = self.spec.threads_per_block().next_multiple_of(LANES) as usize;
        let (mut shuffle_in, mut shuffle_out) = (vec![0_u64; lanes], vec![0_u64; lanes]);
        let mut context = Context::new(self.spec.grid.threads, self.spec.grid.blocks, &HOOKS);
        [context.fixed, context.dynamic] = shared.pointers();
        context.shuffle_in = shuffle_in.as_mut_ptr();
        context.shuffle_out = shuffle_out.as_mut_ptr();
        context.base = self.spec.library.base();
        let checker =
            self.shadow.as_ref().map(|shadow| Checker::new(shadow, self.recorder, &shared));
        if let Some(checker) = &checker {
            let shadow = checker.shadow.pointers();
            (context.regions, context.region_count) = shadow.regions;
            (context.clocks, context.fences) = (shadow.clocks, shadow.fences);
        }
        let worker = WorkerContext::new(self.spec, self.watch.stop(), context, checker);
        // SAFETY: the worker, and all that its context points to, live until the end of this
        // function; the guard and the context that kernels read are taken back before.
        unsafe {
            (*worker.context()).worker = worker.handle();
            self.spec.library.set_context(worker.context());
            let guard = FaultGuard::install(&worker);
            let watched = self.watch.work();
            let mut block = Block::new(&worker);
            for number in self.numbers(workers) {
                self.run(number, &mut block, &worker, &mut shared);
            }
            drop((block, watched, guard));
            self.spec.library.set_context(ptr::null_mut());
        }
        drop(worker);
        self.pool.give_back(shared);
    }

    /// Runs one block.
    fn run(
        &self,
        number: u64,
        block: &mut Block<'_, '_>,
        worker: &WorkerContext<'_>,
        shared: &mut SharedMemory,
    ) {
        let index = self.spec.block_index(number);
        worker.with_checker(|checker| {
            checker.begin_block(number);
            shared.poison();
        });
        match block.run(index) {
            Ok(()) => {
                let mut found = None;
                worker.with_checker(|checker| found = checker.shadow.settle());
                if let Some(report) = found {
                    self.failed(number, diagnose(worker, shared, report));
                }
            }
            Err(BlockError::Device(error)) => self.failed(number, error),
            Err(BlockError::Fault) => {
                if let Some(report) = worker.take_report() {
                    self.failed(number, diagnose(worker, shared, report));
                }
            }
        }
    }

    /// The numbers of the blocks that one of several workers is to run.
    fn numbers(&self, workers: usize) -> impl Iterator<Item = u64> {
        let pieces = iter::from_fn(move || self.next_piece(workers));
        pieces.flatten().take_while(|&number| {
            !self.watch.stop().is_set() && number < self.end.load(Ordering::Relaxed)
        })
    }

    /// The next piece of the grid.
    fn next_piece(&self, workers: usize) -> Option<ops::Range<u64>> {
        let end = self.end.load(Ordering::Relaxed);
        let piece = (end / (workers as u64 * PIECES)).clamp(1, 1 << 16);
        let start = self.next.fetch_add(piece, Ordering::Relaxed);
        (start < end).then(|| start..end.min(start + piece))
    }

    /// Notes the error of a block. Blocks before it go on, so that it is always the first bad
    /// block whose error is returned.
    fn failed(&self, number: u64, error: Error) {
        self.end.fetch_min(number, Ordering::Relaxed);
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(known, _)| number < *known) {
            *first = Some((number, error));
        }
    }
}
