//! Finds races: who used which part of a block's shared memory, and in what order.
//!
//! Two uses are ordered when a `__syncthreads()` stands between them, or, for threads of one warp,
//! a chain of warp operations. For the first, barriers are counted: a use from before the last
//! barrier is over. For the second, each thread keeps a **vector clock**: for every lane of its warp, the last
//! warp operation of that lane that it knows to be over (Lamport 1978; Flanagan and Freund,
//! *FastTrack*, 2009).

use super::abi::LANES;
use super::fault::Cause;
use crate::error::{Access, FaultKind};

/// One number for each lane of a warp.
type Lanes = [u32; LANES as usize];

/// The uses of one block's shared memory.
#[derive(Debug)]
pub(super) struct Shadow {
    /// Bytes that share a cell: 4, or 1 after the first use of fewer.
    granule: usize,
    cells: Vec<Cell>,
    /// Counts blocks, to tell what this block has written.
    block: u32,
    /// Counts barriers.
    interval: u32,
    /// The vector clock of each thread.
    clocks: Vec<Lanes>,
    /// The uses of cells that several threads used in this interval.
    groups: Vec<Group>,
}

/// What is known of a few bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// The block that has written it; 0 for none.
    written_by_block: u32,
    /// The interval that all that follows is about.
    interval: u32,
    last_write: Option<Use>,
    /// Since that write.
    reads: Uses,
    /// Since that write.
    atomics: Uses,
}

/// A thread's use of a cell: when by its own clock, and from where in the code.
#[derive(Clone, Copy, Debug)]
struct Use {
    thread: u32,
    time: u32,
    after: usize,
}

/// Uses of one kind: for each thread the last one, as long as it could be half of a race.
#[derive(Clone, Copy, Debug, Default)]
enum Uses {
    #[default]
    None,
    One(Use),
    /// By lanes of one warp; the group's number.
    OneWarp(u32),
    /// By threads of two warps, so that no warp operation orders all of them before a third.
    TwoWarps(u32),
}

/// Uses by several threads.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// The last of two threads.
    last: [Use; 2],
    /// For threads of one warp, which lanes, one bit each, and when.
    lanes: u32,
    times: Lanes,
}

impl Shadow {
    /// For `bytes` bytes and blocks of `threads` threads.
    pub fn new(bytes: usize, threads: u32) -> Self {
        Self {
            granule: 4,
            cells: vec![Cell::default(); bytes.div_ceil(4)],
            block: 0,
            interval: 0,
            clocks: vec![[0; LANES as usize]; threads as usize],
            groups: Vec::new(),
        }
    }

    /// Forgets everything: another block begins.
    pub fn begin_block(&mut self) {
        self.block = self.block.wrapping_add(1);
        self.barrier();
    }

    /// Everything so far comes before everything from now on.
    pub fn barrier(&mut self) {
        self.interval = self.interval.wrapping_add(1);
        self.groups.clear();
    }

    /// What the `lanes` of `warp` did so far comes before what they do from now on.
    pub fn warp(&mut self, warp: u32, lanes: u32) {
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
    }

    /// A use of `bytes` bytes at `offset` by `thread`, from the call that returns to `after`.
    ///
    /// # Errors
    /// A race, or a read of what no thread of the block has written.
    pub fn access(
        &mut self,
        thread: u32,
        access: Access,
        offset: usize,
        bytes: usize,
        after: usize,
    ) -> Result<(), Cause> {
        if self.granule == 4 && !(offset | bytes).is_multiple_of(4) {
            self.refine();
        }
        let time = self.clocks[thread as usize][lane(thread)];
        let this = Use { thread, time, after };
        for cell in offset / self.granule..(offset + bytes).div_ceil(self.granule) {
            self.access_cell(cell, access, this)?;
        }
        Ok(())
    }

    /// Splits every cell of 4 bytes in 4, so that neighbouring bytes are told apart.
    fn refine(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        self.cells = cells.into_iter().flat_map(|cell| [0; 4].map(|_| self.copy(cell))).collect();
        self.granule = 1;
    }

    /// A cell like `cell`, with groups of its own.
    fn copy(&mut self, cell: Cell) -> Cell {
        if cell.interval != self.interval {
            // Its uses are over, and their groups gone.
            let Cell { written_by_block, interval, .. } = cell;
            return Cell { written_by_block, interval, ..Cell::default() };
        }
        let reads = self.copy_uses(cell.reads);
        Cell { reads, atomics: self.copy_uses(cell.atomics), ..cell }
    }

    fn copy_uses(&mut self, uses: Uses) -> Uses {
        match uses {
            Uses::OneWarp(group) => Uses::OneWarp(self.add_group(self.groups[group as usize])),
            Uses::TwoWarps(group) => Uses::TwoWarps(self.add_group(self.groups[group as usize])),
            other => other,
        }
    }

    fn access_cell(&mut self, at: usize, access: Access, this: Use) -> Result<(), Cause> {
        let cell = &mut self.cells[at];
        if cell.interval != self.interval {
            let written_by_block = cell.written_by_block;
            *cell = Cell { written_by_block, interval: self.interval, ..Cell::default() };
        }
        if access == Access::Read && cell.is_read_by_all() {
            return Ok(());
        }
        if access != Access::Write && cell.written_by_block != self.block {
            return Err(Cause::Known(FaultKind::UninitializedShared));
        }
        if let Some((other, other_access)) = self.conflict(at, access, this) {
            let (other, other_return) = (other.thread, other.after());
            return Err(Cause::Race { access, other_access, other, other_return });
        }
        match access {
            Access::Read => self.cells[at].reads = self.with(self.cells[at].reads, this),
            Access::Atomic => self.cells[at].atomics = self.with(self.cells[at].atomics, this),
            // Whatever is ordered after this write is ordered after what came before it.
            Access::Write => {
                self.cells[at] = Cell {
                    written_by_block: self.block,
                    interval: self.interval,
                    last_write: Some(this),
                    ..Cell::default()
                }
            }
        }
        Ok(())
    }

    /// An earlier use that is not ordered before `this`, and may not come at the same time.
    fn conflict(&self, at: usize, access: Access, this: Use) -> Option<(Use, Access)> {
        let Cell { last_write, reads, atomics, .. } = self.cells[at];
        let write = last_write.filter(|write| !self.is_before(*write, this));
        let of = |uses, kind| self.unordered(uses, this).map(|other| (other, kind));
        let write = write.map(|write| (write, Access::Write));
        match access {
            Access::Read => write.or_else(|| of(atomics, Access::Atomic)),
            Access::Atomic => write.or_else(|| of(reads, Access::Read)),
            Access::Write => {
                write.or_else(|| of(reads, Access::Read)).or_else(|| of(atomics, Access::Atomic))
            }
        }
    }

    fn unordered(&self, uses: Uses, this: Use) -> Option<Use> {
        let unordered = |other: &Use| !self.is_before(*other, this);
        match uses {
            Uses::None => None,
            Uses::One(other) => Some(other).filter(unordered),
            Uses::TwoWarps(group) => self.groups[group as usize].last.into_iter().find(unordered),
            Uses::OneWarp(group) => {
                let group = &self.groups[group as usize];
                group.last.into_iter().chain(group.others()).find(unordered)
            }
        }
    }

    /// Whether `earlier`, of this interval, is over for the thread of `now`.
    fn is_before(&self, earlier: Use, now: Use) -> bool {
        earlier.thread == now.thread
            || earlier.thread / LANES == now.thread / LANES
                && self.clocks[now.thread as usize][lane(earlier.thread)] > earlier.time
    }

    /// `uses`, and `this` one.
    fn with(&mut self, uses: Uses, this: Use) -> Uses {
        let same_warp = |other: Use| other.thread / LANES == this.thread / LANES;
        match uses {
            Uses::None => Uses::One(this),
            Uses::One(other) if other.thread == this.thread => Uses::One(this),
            Uses::One(other) if same_warp(other) => {
                let mut group = Group::new(this, other);
                group.note(other);
                group.note(this);
                Uses::OneWarp(self.add_group(group))
            }
            Uses::One(other) => Uses::TwoWarps(self.add_group(Group::new(other, this))),
            Uses::OneWarp(number) => {
                let group = &mut self.groups[number as usize];
                if same_warp(group.last[0]) {
                    group.note(this);
                    uses
                } else {
                    group.last[1] = this;
                    Uses::TwoWarps(number)
                }
            }
            Uses::TwoWarps(_) => uses,
        }
    }

    fn add_group(&mut self, group: Group) -> u32 {
        self.groups.push(group);
        (self.groups.len() - 1) as u32
    }
}

impl Cell {
    /// Whether one more read changes nothing: threads of two warps have read it, and none has
    /// written it in this interval.
    fn is_read_by_all(&self) -> bool {
        self.last_write.is_none()
            && matches!((self.reads, self.atomics), (Uses::TwoWarps(_), Uses::None))
    }
}

impl Group {
    fn new(a: Use, b: Use) -> Self {
        Self { last: [a, b], lanes: 0, times: [0; LANES as usize] }
    }

    /// Notes one more use by a lane of the same warp.
    fn note(&mut self, by: Use) {
        if self.last[0].thread != by.thread {
            self.last[1] = self.last[0];
        }
        self.last[0] = by;
        self.lanes |= 1 << lane(by.thread);
        self.times[lane(by.thread)] = by.time;
    }

    /// The last use of each lane, from where in the code is not known.
    fn others(&self) -> impl Iterator<Item = Use> {
        let first = self.last[0].thread / LANES * LANES;
        let lanes = (0..LANES).filter(|lane| self.lanes >> lane & 1 == 1);
        lanes.map(move |lane| Use {
            thread: first + lane,
            time: self.times[lane as usize],
            after: 0,
        })
    }
}

impl Use {
    /// Where it was made, where that is known.
    fn after(&self) -> Option<usize> {
        (self.after != 0).then_some(self.after)
    }
}

fn lane(thread: u32) -> usize {
    (thread % LANES) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use Access::{Atomic, Read, Write};

    fn shadow() -> Shadow {
        let mut shadow = Shadow::new(64, 64);
        shadow.begin_block();
        shadow
    }

    fn is_race(result: Result<(), Cause>) -> bool {
        matches!(result, Err(Cause::Race { .. }))
    }

    #[test]
    fn bytes_are_told_apart_after_uses_that_a_barrier_has_ended() {
        let mut shadow = shadow();
        shadow.access(9, Write, 8, 4, 1).unwrap();
        shadow.barrier();
        (0..3).for_each(|thread| shadow.access(thread, Read, 8, 4, 1).unwrap());
        shadow.barrier();
        shadow.access(0, Write, 20, 2, 2).unwrap();
        assert!(is_race(shadow.access(1, Read, 20, 2, 3)));
        shadow.access(1, Write, 8, 4, 3).unwrap();
    }

    #[test]
    fn unordered_uses_of_two_threads_are_a_race_if_one_writes() {
        for (first, second, races) in [
            (Write, Write, true),
            (Write, Read, true),
            (Write, Atomic, true),
            (Read, Write, true),
            (Read, Atomic, true),
            (Read, Read, false),
            (Atomic, Write, true),
            (Atomic, Read, true),
            (Atomic, Atomic, false),
        ] {
            for other in [0, 1, 40] {
                let mut shadow = shadow();
                shadow.access(9, Write, 8, 4, 1).unwrap();
                shadow.barrier();
                shadow.access(0, first, 8, 4, 1).unwrap();
                let found = is_race(shadow.access(other, second, 8, 4, 2));
                assert_eq!(found, races && other != 0, "{first:?} {second:?} {other}");
                shadow.barrier();
                shadow.access(other, second, 8, 4, 3).unwrap_or_else(|cause| panic!("{cause:?}"));
            }
        }
    }

    #[test]
    fn warp_operations_order_the_lanes_of_their_mask_alone() {
        let mut shadow = shadow();
        shadow.access(1, Write, 0, 4, 1).unwrap();
        shadow.warp(0, 0b0110);
        shadow.access(2, Read, 0, 4, 2).unwrap();
        assert!(is_race(shadow.access(0, Read, 0, 4, 3)));
        assert!(is_race(shadow.access(33, Read, 0, 4, 3)));
        // Lane 2 knows of lane 1, and tells lane 3.
        shadow.warp(0, 0b1100);
        shadow.access(3, Read, 0, 4, 4).unwrap();
        // Lanes 2 and 3 have read: lane 1 knows of neither, lane 2 not of the second.
        assert!(is_race(shadow.access(1, Write, 0, 4, 5)));
        assert!(is_race(shadow.access(2, Write, 0, 4, 5)));
        shadow.warp(0, u32::MAX);
        shadow.access(1, Write, 0, 4, 6).unwrap();
    }

    #[test]
    fn readers_of_two_warps_are_never_all_ordered_by_one() {
        let mut shadow = shadow();
        shadow.access(0, Write, 0, 4, 1).unwrap();
        shadow.barrier();
        for thread in [0, 1, 32, 33] {
            shadow.access(thread, Read, 0, 4, 2).unwrap();
        }
        shadow.warp(0, u32::MAX);
        shadow.warp(1, u32::MAX);
        assert!(is_race(shadow.access(0, Write, 0, 4, 3)));
        shadow.barrier();
        shadow.access(0, Write, 0, 4, 4).unwrap();
    }

    #[test]
    fn an_atomic_use_of_its_own_hides_no_earlier_race() {
        // The last to add reads what others have added.
        let mut shadow = shadow();
        shadow.access(0, Write, 0, 4, 1).unwrap();
        shadow.barrier();
        for thread in [0, 1, 40] {
            shadow.access(thread, Atomic, 0, 4, 2).unwrap();
        }
        assert!(is_race(shadow.access(40, Read, 0, 4, 3)));
        // The one that sets to zero adds before others do.
        shadow.begin_block();
        shadow.access(0, Write, 0, 4, 1).unwrap();
        shadow.access(0, Atomic, 0, 4, 2).unwrap();
        assert!(is_race(shadow.access(1, Atomic, 0, 4, 3)));
    }

    #[test]
    fn what_no_thread_of_the_block_has_written_is_not_read() {
        let mut shadow = shadow();
        let read = |shadow: &mut Shadow, access| {
            matches!(
                shadow.access(0, access, 4, 4, 1),
                Err(Cause::Known(FaultKind::UninitializedShared))
            )
        };
        assert!(read(&mut shadow, Read) && read(&mut shadow, Atomic));
        shadow.access(0, Write, 4, 4, 1).unwrap();
        assert!(!read(&mut shadow, Read) && !read(&mut shadow, Atomic));
        shadow.begin_block();
        assert!(read(&mut shadow, Read));
    }

    #[test]
    fn neighbouring_bytes_are_told_apart() {
        let mut shadow = shadow();
        shadow.access(0, Write, 0, 4, 1).unwrap();
        shadow.barrier();
        for thread in 0..4 {
            shadow.access(thread, Write, thread as usize, 1, 1).unwrap();
        }
        assert!(is_race(shadow.access(5, Read, 0, 4, 2)));
        assert!(is_race(shadow.access(5, Write, 3, 1, 2)));
        shadow.access(3, Read, 3, 1, 2).unwrap();
    }

    #[test]
    fn a_race_names_the_other_thread_and_where_it_was() {
        let mut shadow = shadow();
        shadow.access(3, Write, 0, 4, 11).unwrap();
        let Err(Cause::Race { access, other_access, other, other_return }) =
            shadow.access(4, Read, 0, 4, 22)
        else {
            panic!("no race");
        };
        assert_eq!((access, other_access), (Read, Write));
        assert_eq!((other, other_return), (3, Some(11)));
    }
}
