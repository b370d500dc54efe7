//! Who used which part of a block's shared memory, and in what order.
//!
//! Two uses are ordered when a `__syncthreads()` stands between them, or, for threads of one warp,
//! a chain of warp operations. The first is a counter of barriers: a use in an earlier interval is
//! over. For the second each thread keeps a **vector clock**: for every lane of its warp, the last
//! warp operation of that lane that it knows to be over (Lamport 1978; Flanagan and Freund,
//! *FastTrack*, 2009).

use super::desk::Cause;
use super::warp::LANES;
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
    /// When the lanes of one warp read a cell that several of them read in this interval.
    readings: Vec<Lanes>,
}

/// What is known of a few bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// The block that has written it; 0 for none.
    written_by_block: u32,
    /// The interval that all that follows is about.
    interval: u32,
    last_write: Option<Use>,
    is_atomic: bool,
    readers: Readers,
}

/// A thread's use of a cell: when by its own clock, and from where in the code.
#[derive(Clone, Copy, Debug)]
struct Use {
    thread: u32,
    time: u32,
    after: usize,
}

/// Who has read a cell since it was written last.
#[derive(Clone, Copy, Debug, Default)]
enum Readers {
    #[default]
    None,
    One(Use),
    /// Lanes of one warp: the last of them, all of them as bits, and where their times stand.
    OneWarp {
        last: Use,
        lanes: u32,
        times: usize,
    },
    /// Threads of two warps, so that no warp operation orders all of them before a write.
    TwoWarps(Use, Use),
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
            readings: Vec::new(),
        }
    }

    /// Forgets everything: another block begins.
    pub fn begin_block(&mut self) {
        self.block += 1;
        self.barrier();
    }

    /// Everything so far comes before everything from now on.
    pub fn barrier(&mut self) {
        self.interval += 1;
        self.readings.clear();
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
        if self.granule == 4 && (offset | bytes) % 4 != 0 {
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
        self.cells = self.cells.iter().flat_map(|cell| [*cell; 4]).collect();
        self.granule = 1;
    }

    fn access_cell(&mut self, at: usize, access: Access, this: Use) -> Result<(), Cause> {
        let Cell { written_by_block, interval, .. } = self.cells[at];
        if interval != self.interval {
            self.cells[at] = Cell { written_by_block, interval: self.interval, ..Cell::default() };
        }
        if access != Access::Write && written_by_block != self.block {
            return Err(Cause::Told(FaultKind::UninitializedShared));
        }
        if let Some((other, other_access)) = self.conflict(at, access, this) {
            let (other, other_return) = other.map_or((None, None), |o| (Some(o.thread), o.after()));
            return Err(Cause::Race { access, other_access, other, other_return });
        }
        if access == Access::Read {
            self.add_reader(at, this);
        } else {
            let cell = &mut self.cells[at];
            cell.written_by_block = self.block;
            cell.last_write = Some(this);
            cell.is_atomic = access == Access::Atomic;
            cell.readers = Readers::None;
        }
        Ok(())
    }

    /// An earlier use that is not ordered before `this`, and may not come at the same time.
    fn conflict(&self, at: usize, access: Access, this: Use) -> Option<(Option<Use>, Access)> {
        let cell = &self.cells[at];
        let both_atomic = cell.is_atomic && access == Access::Atomic;
        if let Some(write) = cell.last_write
            && !both_atomic
            && !self.is_before(write, this)
        {
            let other = if cell.is_atomic { Access::Atomic } else { Access::Write };
            return Some((Some(write), other));
        }
        if access == Access::Read {
            return None;
        }
        self.unordered_reader(cell, this).map(|reader| (Some(reader), Access::Read))
    }

    fn unordered_reader(&self, cell: &Cell, this: Use) -> Option<Use> {
        let unordered = |reader: &Use| !self.is_before(*reader, this);
        match cell.readers {
            Readers::None => None,
            Readers::One(reader) => Some(reader).filter(unordered),
            Readers::TwoWarps(a, b) => [a, b].into_iter().find(unordered),
            Readers::OneWarp { last, lanes, times } => {
                let others = (0..LANES).filter(|lane| lanes >> lane & 1 == 1).map(|lane| Use {
                    thread: last.thread / LANES * LANES + lane,
                    time: self.readings[times][lane as usize],
                    after: 0,
                });
                [last].into_iter().chain(others).find(unordered)
            }
        }
    }

    /// Whether `earlier`, of this interval, is over for the thread of `now`.
    fn is_before(&self, earlier: Use, now: Use) -> bool {
        earlier.thread == now.thread
            || earlier.thread / LANES == now.thread / LANES
                && self.clocks[now.thread as usize][lane(earlier.thread)] > earlier.time
    }

    fn add_reader(&mut self, at: usize, this: Use) {
        self.cells[at].readers = match self.cells[at].readers {
            Readers::None => Readers::One(this),
            Readers::One(reader) if reader.thread == this.thread => Readers::One(this),
            Readers::One(reader) | Readers::OneWarp { last: reader, .. }
                if reader.thread / LANES != this.thread / LANES =>
            {
                Readers::TwoWarps(reader, this)
            }
            Readers::One(reader) => {
                let times = self.readings.len();
                self.readings.push([0; LANES as usize]);
                self.readings[times][lane(reader.thread)] = reader.time;
                self.with_lane(this, 1 << lane(reader.thread), times)
            }
            Readers::OneWarp { lanes, times, .. } => self.with_lane(this, lanes, times),
            two @ Readers::TwoWarps(..) => two,
        };
    }

    fn with_lane(&mut self, this: Use, lanes: u32, times: usize) -> Readers {
        self.readings[times][lane(this.thread)] = this.time;
        Readers::OneWarp { last: this, lanes: lanes | 1 << lane(this.thread), times }
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
    fn what_no_thread_of_the_block_has_written_is_not_read() {
        let mut shadow = shadow();
        let read = |shadow: &mut Shadow, access| {
            matches!(
                shadow.access(0, access, 4, 4, 1),
                Err(Cause::Told(FaultKind::UninitializedShared))
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
        assert_eq!((other, other_return), (Some(3), Some(11)));
    }
}
