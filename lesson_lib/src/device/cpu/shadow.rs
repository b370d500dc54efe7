//! Finds races: the order of what one worker's blocks do, and what is wrong where there is none.
//!
//! Two uses are **ordered** when a `__syncthreads()` stands between them, or, for threads of one
//! warp, a chain of warp operations. For the first, barriers are counted: a use from before the last
//! barrier is over. For the second, each thread keeps a **vector clock**: for every lane of its warp,
//! the last warp operation of that lane that it knows to be over (Lamport 1978; Flanagan and Freund,
//! *FastTrack*, 2009). `shim/shadow.h` looks at these at every access, and asks for a judgement where
//! they do not suffice: then two uses are ordered only by fences (`releases`).
//!
//! No correct kernel is to be blamed, so doubtful cases are let through:
//! - writes of the same value, which compute-sanitizer, too, reports only at the level Info;
//! - a plain read beside atomic operations, if an atomic operation of the same thread follows it on
//!   the same place: a loop around `atomicCAS`, or a look before `atomicMin`. It stands for all reads
//!   of its line, of which a compiler may make several, and some may find nothing left to do. But an
//!   update is lost, and the read is a race, where another thread's operation came before it and what
//!   follows is an `atomicExch`, or an `atomicCAS` as a statement, whose result nobody looks at: they
//!   do not tell whether the value was still the one that was read;
//! - an atomic operation before whatever a thread does that has met its block, behind a fence, in
//!   the same variable;
//! - a `volatile` read, and a `volatile` write beside atomic operations, outside of shared memory:
//!   that is how flags are polled and set;
//! - bytes of a larger element of a buffer, and elements for which there are no cells left;
//! - threads of three or more blocks: two of them are remembered;
//! - two threads of the host in one cell at the same moment.

use super::abi::{LANES, Lanes, MemoryCell, Range, Region, Stamp, Users, asked, when};
use super::fault::{Cause, CodeLocation, FaultReport, Meeting};
use super::launch_shadow::LaunchShadow;
use super::releases::{PastAccess, Variable};
use crate::error::{Access, FaultKind, Place, Scope};
use std::collections::BTreeSet;
use std::mem;

/// What one worker knows of its block, and of what its threads have learned from others.
pub(super) struct Shadow<'l> {
    launch: &'l LaunchShadow<'l>,
    /// Shared memory first, then what all workers share.
    regions: Vec<Region>,
    /// The cells of the first regions.
    shared: Vec<Vec<MemoryCell>>,
    /// Where the arrays in shared memory lie.
    arrays: Vec<Range>,
    block: u64,
    /// Counts barriers.
    interval: u32,
    /// The vector clock of each thread.
    clocks: Vec<Lanes>,
    /// Whether any of them has moved in this block.
    clocks_moved: bool,
    /// How many releases each thread, and every thread, knows.
    known: Vec<u64>,
    known_by_all: u64,
    /// Where each thread has met others last, if it has not learned yet what they told.
    met: Vec<Option<Variable>>,
    /// The variables in which a thread of the block has learned what others told.
    learned_in: BTreeSet<usize>,
    /// Whether each thread has executed a fence, and in what interval one did first.
    has_fenced: Vec<bool>,
    first_fence: Option<u32>,
    /// Each thread's last read that met an atomic operation: the address, and that behind the read.
    suspected: Vec<Option<(usize, usize)>>,
    doubts: Vec<Doubt>,
}

/// A write beside another one, which is no race if it writes the same value.
struct Doubt {
    address: usize,
    before: Vec<u8>,
    report: FaultReport,
}

/// What a kernel reads of a worker's shadow.
pub(super) struct ShadowPointers {
    pub regions: (*const Region, usize),
    pub clocks: *const Lanes,
    pub fences: *const u64,
}

impl<'l> Shadow<'l> {
    /// For blocks with shared memory in `shared`, of which `arrays` may be used.
    pub fn new(launch: &'l LaunchShadow<'l>, shared: &[Range], arrays: Vec<Range>) -> Self {
        let threads = launch.spec.threads_per_block() as usize;
        let mut shadow = Self {
            launch,
            regions: Vec::new(),
            shared: Vec::new(),
            arrays,
            block: 0,
            interval: 0,
            clocks: vec![[0; LANES as usize]; threads],
            clocks_moved: false,
            known: vec![0; threads],
            known_by_all: 0,
            met: vec![None; threads],
            learned_in: BTreeSet::new(),
            has_fenced: vec![false; threads],
            first_fence: None,
            suspected: vec![None; threads],
            doubts: Vec::new(),
        };
        for range in shared.iter().filter(|range| range.bytes > 0) {
            const SHIFT: u32 = 2;
            let region = Region { shift: SHIFT, is_shared: 1, ..Region::unwatched(*range) };
            shadow.regions.push(region);
            shadow.shared.push(vec![MemoryCell::default(); range.bytes.div_ceil(1 << SHIFT)]);
        }
        shadow.regions.extend(launch.regions());
        shadow.connect();
        shadow
    }

    /// Points the regions of shared memory to their cells, and marks those between arrays.
    fn connect(&mut self) {
        for (region, cells) in self.regions.iter_mut().zip(&mut self.shared) {
            mark_gaps(cells, region, &self.arrays);
            let bounds = cells.as_mut_ptr_range();
            (region.cells, region.end) = (bounds.start, bounds.end);
        }
    }

    /// Where a kernel finds all this; valid as long as the shadow.
    pub fn pointers(&self) -> ShadowPointers {
        ShadowPointers {
            regions: (self.regions.as_ptr(), self.regions.len()),
            clocks: self.clocks.as_ptr(),
            fences: self.launch.releases.counter(),
        }
    }

    /// The block and its interval, as kernels note them.
    pub fn now(&self) -> u64 {
        when(self.block, self.interval)
    }

    /// Another block begins: it knows of nothing.
    pub fn begin_block(&mut self, block: u64) {
        (self.block, self.interval) = (block, 1);
        if mem::take(&mut self.clocks_moved) {
            self.clocks.fill([0; LANES as usize]);
        }
        self.known_by_all = 0;
        self.known.fill(0);
        self.met.fill(None);
        self.learned_in.clear();
        self.has_fenced.fill(false);
        self.first_fence = None;
        self.suspected.fill(None);
    }

    /// Everything so far comes before everything from now on.
    pub fn barrier(&mut self) {
        self.interval += 1;
        if self.launch.releases.count() == 0 {
            return;
        }
        let threads = 0..self.known.len() as u32;
        let all = threads.map(|thread| self.known_by(thread)).max();
        self.known_by_all = all.unwrap_or(0).max(self.known_by_all);
    }

    /// What the `lanes` of `warp` did so far comes before what they do from now on.
    pub fn warp(&mut self, warp: u32, lanes: u32) {
        self.clocks_moved = true;
        let members = || (0..LANES).filter(|lane| lanes >> lane & 1 == 1);
        let thread = |lane: u32| (warp * LANES + lane) as usize;
        let mut joined = [0; LANES as usize];
        for lane in members() {
            for (known, other) in joined.iter_mut().zip(&self.clocks[thread(lane)]) {
                *known = (*known).max(*other);
            }
        }
        members().for_each(|lane| joined[lane as usize] += 1);
        members().for_each(|lane| self.clocks[thread(lane)] = joined);
        let known = members().map(|lane| self.known_by(thread(lane) as u32)).max().unwrap_or(0);
        members().for_each(|lane| self.known[thread(lane)] = known);
    }

    /// What `thread` knows comes before whatever another learns of it.
    pub fn fence(&mut self, thread: u32) {
        self.clocks_moved = true;
        let clocks = &mut self.clocks[thread as usize];
        clocks[(thread % LANES) as usize] += 1;
        self.launch.releases.add(self.block, self.interval, thread, *clocks);
        self.has_fenced[thread as usize] = true;
        self.first_fence.get_or_insert(self.interval);
    }

    /// `thread` meets others in a variable, where it tells what was released before, and learns what
    /// they have told as soon as its operation is over.
    pub fn meet(&mut self, thread: u32, address: usize, is_shared: bool) {
        // In shared memory only threads of one block meet.
        let block = is_shared.then_some(self.block);
        let variable = Variable { address, block };
        self.known_by(thread);
        let before_barrier = self.first_fence.is_some_and(|interval| interval < self.interval);
        if self.has_fenced[thread as usize] || before_barrier {
            self.launch.releases.tell(variable);
        }
        self.met[thread as usize] = Some(variable);
    }

    /// How many releases `thread` knows.
    fn known_by(&mut self, thread: u32) -> u64 {
        let thread = thread as usize;
        if let Some(variable) = self.met[thread].take() {
            let told = self.launch.releases.told(variable);
            self.known[thread] = self.known[thread].max(told);
            if told > 0 {
                self.learned_in.insert(variable.address);
            }
        }
        self.known[thread].max(self.known_by_all)
    }

    /// Makes a cell for every byte of shared memory, so that neighbouring bytes are told apart.
    pub fn refine(&mut self) {
        for (region, cells) in self.regions.iter_mut().zip(&mut self.shared) {
            *cells = (0..region.range.bytes).map(|byte| cells[byte >> region.shift]).collect();
            region.shift = 0;
        }
        self.connect();
    }

    /// Whether `thread`'s access to `cell`, which the block's own order does not put behind the uses
    /// that are `asked` about, is wrong. What only the end of the launch can tell is kept.
    pub fn judge(
        &mut self,
        thread: u32,
        cell: *const MemoryCell,
        noted: MemoryCell,
        access: Access,
        asked: u32,
        at: NotedPlace,
    ) -> Result<(), Box<FaultReport>> {
        let location = CodeLocation::Return(at.after);
        let place = self.place(self.block, thread);
        let report = |cause| FaultReport { cause, location, place: Some(place) };
        if asked & asked::UNWRITTEN != 0 {
            return Err(Box::new(report(Cause::Known(FaultKind::UninitializedShared))));
        }
        let known = self.known_by(thread);
        let Some((region, address)) = self.address_of(cell) else { return Ok(()) };
        let meeting = |other: Other| Meeting {
            address,
            access,
            other_access: other.access,
            scope: other.scope,
            is_volatile: at.is_volatile,
            other: other.place,
            other_return: Some(self.launch.spec.library.base() + other.after as usize),
        };
        if asked & asked::WRITE != 0
            && let Some(other) = self.unordered_write(thread, noted, known)
        {
            let report = report(Cause::Race(meeting(other)));
            if access != Access::Write {
                return Err(Box::new(report));
            }
            let before = self.launch.bytes(address, 1 << region.shift);
            self.doubts.push(Doubt { address, before, report });
        }
        if asked & asked::USES != 0
            && let Some(other) = self.unordered_use(thread, (noted, address), known)
        {
            let meeting = meeting(other);
            match (access, meeting.other_access) {
                (Access::Read, Access::Atomic) => {
                    self.suspected[thread as usize] = Some((address, at.after));
                    self.launch.suspect(at.after, report(Cause::Race(meeting)));
                }
                (Access::Atomic, Access::Read) => self.suspect_other(meeting, place, at.after),
                _ => return Err(Box::new(report(Cause::Race(meeting)))),
            }
        }
        Ok(())
    }

    /// `thread` replaces what is at `address`, whatever that is by now, and has read it before, from
    /// the call that returns to `after`.
    pub fn replace(&self, thread: u32, address: usize, after: usize) {
        const LARGEST: usize = 8;
        let was_suspected = self.suspected[thread as usize].is_some_and(|(place, read)| {
            read == after && (address..address + LARGEST).contains(&place)
        });
        if was_suspected { self.launch.convict(after) } else { self.launch.guard(after) }
    }

    /// Suspects the earlier read, not the atomic operation that it met.
    fn suspect_other(&self, meeting: Meeting, place: Place, after: usize) {
        let Some(read) = meeting.other_return else { return };
        let turned = Meeting {
            access: Access::Read,
            other_access: Access::Atomic,
            other: Some(place),
            other_return: Some(after),
            ..meeting
        };
        let location = CodeLocation::Return(read);
        let place = meeting.other;
        self.launch.suspect(read, FaultReport { cause: Cause::Race(turned), location, place });
    }

    /// The last write of a cell, unless a fence puts it before the access of `thread`.
    fn unordered_write(&self, thread: u32, cell: MemoryCell, known: u64) -> Option<Other> {
        let write = cell.last_write;
        (!self.is_released(write, known)).then(|| Other {
            access: Access::Write,
            after: write.after(),
            scope: self.scope(thread, write.block(), write.thread()),
            place: Some(self.place(write.block(), write.thread())),
        })
    }

    /// One of the uses of a cell since its last write that no fence puts before.
    fn unordered_use(
        &self,
        thread: u32,
        (cell, address): (MemoryCell, usize),
        known: u64,
    ) -> Option<Other> {
        let (users, last) = (cell.users(), cell.last_use);
        let access = if cell.is_used_by_atomics() { Access::Atomic } else { Access::Read };
        let other = |block, thread_there: Option<u32>, scope| Other {
            access,
            after: last.after(),
            scope,
            place: thread_there.map(|there| self.place(block, there)),
        };
        let is_own = last.block() == self.block;
        match users {
            Users::Nobody => None,
            Users::Blocks => {
                let second = u64::from(cell.lanes) - 1;
                let first = Some(last).filter(|_| !is_own);
                if let Some(first) = first.filter(|_| !self.use_is_released(cell, address, known)) {
                    return Some(other(first.block(), Some(first.thread()), Scope::Grid));
                }
                let released = PastAccess { block: second, interval: 0, thread: None };
                let unordered =
                    second != self.block && !self.launch.releases.cover(released, known);
                unordered.then(|| other(second, None, Scope::Grid))
            }
            _ if self.use_is_released(cell, address, known) => None,
            _ if is_own && last.thread() == thread => {
                let scope = if users == Users::Lanes { Scope::Warp } else { Scope::Block };
                let lanes = cell.lanes & !(1 << (thread % LANES));
                let lane = (users == Users::Lanes && lanes != 0).then(|| lanes.trailing_zeros());
                Some(other(self.block, lane.map(|lane| thread / LANES * LANES + lane), scope))
            }
            _ => {
                let scope = self.scope(thread, last.block(), last.thread());
                Some(other(last.block(), Some(last.thread()), scope))
            }
        }
    }

    /// Of several threads, one counts for all: none of them is blamed for what another left out.
    fn is_released(&self, stamp: Stamp, known: u64) -> bool {
        let thread = Some((stamp.thread(), stamp.time()));
        let access = PastAccess { block: stamp.block(), interval: stamp.interval(), thread };
        self.launch.releases.cover(access, known)
    }

    /// Whether a fence puts the last use of a cell before. In the variable itself in which the block
    /// has learned of that fence, an atomic operation behind it has left what was learned: a ticket is
    /// drawn behind the fence, and the last block to draw one knows that all are drawn.
    fn use_is_released(&self, cell: MemoryCell, address: usize, known: u64) -> bool {
        if !cell.is_used_by_atomics() || !self.learned_in.contains(&address) {
            return self.is_released(cell.last_use, known);
        }
        let access = PastAccess { block: cell.last_use.block(), interval: 0, thread: None };
        self.launch.releases.cover(access, known)
    }

    /// The smallest group that a thread of this block and another thread both belong to.
    fn scope(&self, thread: u32, block: u64, other: u32) -> Scope {
        match (block == self.block, thread / LANES == other / LANES) {
            (false, _) => Scope::Grid,
            (true, false) => Scope::Block,
            (true, true) => Scope::Warp,
        }
    }

    fn place(&self, block: u64, thread: u32) -> Place {
        let spec = self.launch.spec;
        Place { block: spec.block_index(block), thread: spec.thread_index(thread) }
    }

    fn address_of(&self, cell: *const MemoryCell) -> Option<(Region, usize)> {
        self.regions.iter().find_map(|region| Some((*region, region.address_of(cell)?)))
    }

    /// Whether there are writes that may have changed what another thread wrote.
    pub fn has_doubts(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// The first doubtful write that has changed something.
    pub fn settle(&mut self) -> Option<FaultReport> {
        let launch = self.launch;
        let changed =
            |doubt: &Doubt| launch.bytes(doubt.address, doubt.before.len()) != doubt.before;
        mem::take(&mut self.doubts).into_iter().find(changed).map(|doubt| doubt.report)
    }
}

/// Where in the code an access is.
#[derive(Clone, Copy)]
pub(super) struct NotedPlace {
    pub after: usize,
    pub is_volatile: bool,
}

/// The other half of what may be a race.
struct Other {
    access: Access,
    after: u32,
    scope: Scope,
    place: Option<Place>,
}

/// Marks the cells between arrays.
fn mark_gaps(cells: &mut [MemoryCell], region: &Region, declared: &[Range]) {
    for (at, cell) in cells.iter_mut().enumerate() {
        let first = region.range.start + (at << region.shift);
        let touches = |range: &Range| {
            first < range.start + range.bytes && range.start < first + (1 << region.shift)
        };
        if !declared.iter().any(touches) {
            *cell = MemoryCell::GAP;
        }
    }
}
