//! How much memory traffic a launch makes.

use super::warps::together;
use crate::device::{Recording, Step};
use crate::error::Access;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Bytes of global memory that are moved together.
const SECTOR: usize = 32;
/// Shared memory answers 32 words at once if each lies in a bank of its own.
const BANKS: usize = 32;
const WORD: usize = 4;

/// What a launch costs in memory traffic, whatever the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Elements read from buffers.
    pub global_reads: usize,
    /// Elements written to buffers, updates included.
    pub global_writes: usize,
    /// Pieces of 32 bytes moved for them, if the threads of a warp run in step.
    pub global_transactions: usize,
    /// Words of 4 bytes read from shared memory.
    pub shared_reads: usize,
    /// Words of 4 bytes written to shared memory.
    pub shared_writes: usize,
    /// Extra turns that warps spend because several of their threads want one bank of shared
    /// memory.
    pub bank_conflicts: usize,
    /// How often a thread waited at a barrier.
    pub waits: usize,
}

impl Counts {
    /// Counts a recording.
    pub fn of(recording: &Recording) -> Self {
        let mut counts = Counts::default();
        for event in &recording.events {
            match event.step {
                Step::Buffer { access, count, .. } => match access {
                    Access::Read => counts.global_reads += count,
                    Access::Write | Access::Atomic => counts.global_writes += count,
                },
                Step::Shared { access, bytes, .. } => match access {
                    Access::Read => counts.shared_reads += bytes.div_ceil(WORD),
                    Access::Write | Access::Atomic => counts.shared_writes += bytes.div_ceil(WORD),
                },
                Step::Barrier => counts.waits += 1,
                Step::Warp => {}
            }
        }
        for moment in together(recording) {
            match moment.shared {
                false => counts.global_transactions += sectors(&moment.ranges),
                true => counts.bank_conflicts += turns(&moment.ranges).saturating_sub(1),
            }
        }
        counts
    }
}

/// The sectors that these bytes lie in.
fn sectors(ranges: &[(usize, usize)]) -> usize {
    let touched =
        |&(first, bytes): &(usize, usize)| first / SECTOR..(first + bytes).div_ceil(SECTOR);
    ranges.iter().flat_map(touched).collect::<BTreeSet<_>>().len()
}

/// How often shared memory has to answer: once for each different word in the fullest bank.
fn turns(ranges: &[(usize, usize)]) -> usize {
    let mut banks: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for &(first, bytes) in ranges {
        for word in first / WORD..(first + bytes).div_ceil(WORD) {
            banks.entry(word % BANKS).or_default().insert(word);
        }
    }
    banks.values().map(BTreeSet::len).max().unwrap_or(0)
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "global memory: {} read, {} written, in {} pieces of 32 bytes",
            self.global_reads, self.global_writes, self.global_transactions
        )?;
        if self.shared_reads + self.shared_writes > 0 {
            let (reads, writes) = (self.shared_reads, self.shared_writes);
            write!(f, "; shared memory: {reads} read, {writes} written")?;
            match self.bank_conflicts {
                0 => f.write_str(", no bank conflicts")?,
                1 => f.write_str(", 1 bank conflict")?,
                n => write!(f, ", {n} bank conflicts")?,
            }
        }
        match self.waits {
            0 => Ok(()),
            1 => f.write_str("; 1 wait at a barrier"),
            n => write!(f, "; {n} waits at barriers"),
        }
    }
}
