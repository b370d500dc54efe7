//! What is noted about a launch's buffers and `__device__` variables, by all of its workers.
#![allow(unsafe_code)]

use super::abi::{MemoryCell, Range, Region, Stamp};
use super::cells::CellMemory;
use super::compiler::UNSET;
use super::fault::{Cause, CodeLocation, FaultReport};
use super::host;
use super::releases::Releases;
use super::spec::LaunchSpec;
use crate::device::backend::BufferSpan;
use crate::device::signature::Passing;
use crate::error::{FaultKind, Place};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::{Mutex, PoisonError};

/// How many cells one launch may have; memory may allow fewer.
const MOST_CELLS: usize = 32 << 20;

/// Variables of a module up to this size have a cell for each byte.
const SMALL: usize = 64 << 10;

/// The notes of one launch.
pub(super) struct LaunchShadow<'p> {
    pub spec: &'p LaunchSpec<'p>,
    pub releases: Releases,
    regions: Vec<Region>,
    /// The cells of the regions that are watched.
    _memory: Vec<CellMemory>,
    /// Reads that an atomic operation of the same thread follows, by the addresses behind them.
    guards: Mutex<BTreeSet<usize>>,
    /// Suspects from which a thread went on to replace the value.
    convicts: Mutex<BTreeSet<usize>>,
    /// Reads that met atomic operations: the first of each place in the code.
    suspects: Mutex<BTreeMap<usize, FaultReport>>,
}

// SAFETY: the pointers in the regions lead to the cells in `_memory`, which kernels of several
// threads use as `shim/shadow.h` describes, and Rust only when no kernel runs.
unsafe impl Sync for LaunchShadow<'_> {}

impl<'p> LaunchShadow<'p> {
    /// Nothing noted yet. Buffers that a kernel only reads need no notes.
    pub fn new(spec: &'p LaunchSpec<'p>) -> Self {
        let mut shadow = Self {
            spec,
            releases: Releases::default(),
            regions: Vec::new(),
            _memory: Vec::new(),
            guards: Mutex::default(),
            convicts: Mutex::default(),
            suspects: Mutex::default(),
        };
        let mut cells = MOST_CELLS.min(host::memory().free as usize / 4 / size_of::<MemoryCell>());
        for (parameter, argument) in spec.kernel.parameters.iter().zip(spec.arguments) {
            let Some(span) = argument.span else { continue };
            let range = Range { start: span.start as usize, bytes: span.bytes() };
            if parameter.passing == Passing::Write {
                shadow.note_uses_of(range, span.element_size.trailing_zeros().min(3), &mut cells);
            } else {
                shadow.regions.push(Region::unwatched(range));
            }
        }
        if let Some(range) = spec.library.writable() {
            shadow.note_uses_of(range, if range.bytes <= SMALL { 0 } else { 2 }, &mut cells);
            shadow.mark_gaps_between_variables();
        }
        shadow.regions.extend(spec.library.span().map(Region::unwatched));
        shadow.regions.retain(|region| region.range.bytes > 0);
        shadow
    }

    /// Notes the uses of `range`, or of its start where `left` cells are too few.
    fn note_uses_of(&mut self, range: Range, shift: u32, left: &mut usize) {
        let mut region = Region { shift, ..Region::unwatched(range) };
        let wanted = range.bytes >> shift;
        let memory = CellMemory::new(wanted.min(*left)).ok().filter(|_| wanted > 0);
        if let Some(memory) = memory {
            [region.cells, region.end] = memory.bounds();
            *left -= wanted.min(*left);
            self._memory.push(memory);
        }
        self.regions.push(region);
    }

    /// Marks the cells between the variables of the module, whose region is the last.
    fn mark_gaps_between_variables(&self) {
        let Some(region) = self.regions.last() else { return };
        let count = (region.end as usize - region.cells as usize) / size_of::<MemoryCell>();
        for gap in self.spec.library.variables().gaps() {
            // Only whole cells: others belong to a variable as well.
            let offset = gap.start - region.range.start;
            let first = offset.div_ceil(1 << region.shift);
            for at in first..((offset + gap.bytes) >> region.shift).min(count) {
                // SAFETY: a cell of the region, and no kernel runs yet.
                unsafe { region.cells.add(at).write(MemoryCell::GAP) };
            }
        }
    }

    /// The memory of a launch besides shared memory.
    pub fn regions(&self) -> impl Iterator<Item = Region> {
        self.regions.iter().copied()
    }

    /// What `bytes` bytes at `address`, which a kernel is about to use, hold.
    pub fn bytes(&self, address: usize, bytes: usize) -> Vec<u8> {
        // SAFETY: an address of a region lies in memory that outlives the launch, or in shared
        // memory of the worker that asks.
        unsafe { slice::from_raw_parts(address as *const u8, bytes) }.to_vec()
    }

    /// The read that returns to `after` is checked by an atomic operation.
    pub fn guard(&self, after: usize) {
        self.guards.lock().unwrap_or_else(PoisonError::into_inner).insert(after);
    }

    /// No atomic operation clears the read that returns to `after`.
    pub fn convict(&self, after: usize) {
        self.convicts.lock().unwrap_or_else(PoisonError::into_inner).insert(after);
    }

    /// The read that returns to `after` met an atomic operation, which is a race unless an atomic
    /// operation checks it.
    pub fn suspect(&self, after: usize, report: FaultReport) {
        let mut suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        let known = suspects.entry(after).or_insert_with(|| report.clone());
        if order(&report) < order(known) {
            *known = report;
        }
    }

    /// What the launch did that may be intended, in words.
    pub fn notes(&self) -> Vec<String> {
        let writable = |span: BufferSpan| {
            let start = span.start as usize;
            self.regions
                .iter()
                .find(|region| region.range.start == start && !region.cells.is_null())
        };
        let buffers =
            self.spec.buffers().filter_map(|(name, span)| Some((name, span, writable(span)?)));
        buffers.flat_map(|(name, span, region)| notes_of(name, span, region)).collect()
    }

    /// What shows only at the end of a launch: a race, or a value that was never set.
    pub fn verdict(&self) -> Option<FaultReport> {
        self.racing_read().or_else(|| self.unset_value())
    }

    /// The first value in memory that is what local variables hold before they are set.
    fn unset_value(&self) -> Option<FaultReport> {
        let unset = self.regions.iter().flat_map(|region| {
            let size = 1 << region.shift;
            let [first, end] = [region.cells, region.end].map(|cell| cell as usize);
            let count = (end - first) / size_of::<MemoryCell>();
            // SAFETY: the region's memory outlives the launch, whose kernels have ended, and has a
            // cell for each of these pieces.
            let memory = unsafe {
                slice::from_raw_parts(region.range.start as *const u8, count << region.shift)
            };
            let pieces = memory.chunks_exact(size).enumerate();
            let unset = pieces
                .filter(move |(_, piece)| size >= 4 && piece.iter().all(|&byte| byte == UNSET));
            // SAFETY: as above.
            unset.map(move |(at, _)| unsafe { region.cells.add(at).read() }.last_write)
        });
        unset
            .filter(|write| write.when != 0)
            .map(|write| self.unset_report(write))
            .min_by_key(order)
    }

    fn unset_report(&self, write: Stamp) -> FaultReport {
        let block = self.spec.block_index(write.block());
        let place = Place { block, thread: self.spec.thread_index(write.thread()) };
        let location = CodeLocation::Return(self.spec.library.base() + write.after() as usize);
        FaultReport { cause: Cause::Known(FaultKind::UnsetLocal), location, place: Some(place) }
    }

    /// The race of the first suspect that no atomic operation has cleared. Of the copies that a
    /// compiler makes of a line, one that is cleared clears all: another may have read a value that
    /// left nothing to do.
    fn racing_read(&self) -> Option<FaultReport> {
        let guards = self.guards.lock().unwrap_or_else(PoisonError::into_inner);
        let suspects = self.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        if suspects.is_empty() {
            return None;
        }
        let line = |after: &usize| self.spec.library.line(after - 1);
        let guarded: BTreeSet<String> = guards.iter().filter_map(line).collect();
        let is_guarded = |after: &usize| {
            guards.contains(after) || line(after).is_some_and(|line| guarded.contains(&line))
        };
        let convicts = self.convicts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_convict = |after: &usize| convicts.contains(after);
        let racing = suspects.iter().filter(|(after, _)| is_convict(after) || !is_guarded(after));
        racing.map(|(_, report)| report).min_by_key(|report| order(report)).cloned()
    }
}

/// What is to say of one buffer.
fn notes_of(name: &str, span: BufferSpan, region: &Region) -> Vec<String> {
    let cells = (region.end as usize - region.cells as usize) / size_of::<MemoryCell>();
    let watched = (cells << region.shift) / span.element_size;
    let per_element = span.element_size >> region.shift;
    let first = region.cells as usize;
    let unwritten = (0..watched).into_par_iter().with_min_len(1 << 14).filter(|element| {
        let cells = element * per_element..(element + 1) * per_element;
        // SAFETY: these are cells of the region, and the launch's kernels have ended.
        cells
            .into_iter()
            .all(|at| !unsafe { (first as *const MemoryCell).add(at).read() }.is_written())
    });
    let none = || (0, usize::MAX);
    let (count, first) =
        unwritten.map(|element| (1, element)).reduce(none, |a, b| (a.0 + b.0, a.1.min(b.1)));
    let elements = span.elements;
    let mut notes = Vec::new();
    if count > 0 {
        notes.push(format!(
            "no thread wrote {count} of the {elements} elements of {name}, the first {name}[{first}]"
        ));
    }
    if watched < elements {
        notes.push(format!("only the first {watched} elements of {name} were watched for races"));
    }
    notes
}

/// The order of blocks and threads.
fn order(report: &FaultReport) -> Option<[u32; 6]> {
    report.place.map(|place| {
        let ([bx, by, bz], [x, y, z]) = (place.block, place.thread);
        [bz, by, bx, z, y, x]
    })
}
