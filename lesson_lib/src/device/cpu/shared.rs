//! Shared memory of the blocks that a worker runs, and a pool of it for all workers.

use super::abi::{Range, Slot};
use super::memory::Guarded;
use crate::{Error, Result};
use std::io;
use std::sync::{Mutex, PoisonError};

/// What `extern __shared__` memory is rounded up to, so that it starts where a CUDA device's would.
const ALIGNMENT: usize = 16;

/// Memory for the `__shared__` declarations of a module, and for `extern __shared__`; both end
/// with a page, so that running past the end is noticed.
#[derive(Debug)]
pub(super) struct SharedMemory {
    fixed: Guarded,
    dynamic: Guarded,
    dynamic_bytes: usize,
}

impl SharedMemory {
    /// Memory of these sizes.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new(fixed: usize, dynamic: usize) -> io::Result<Self> {
        Ok(Self {
            fixed: Guarded::new(fixed.next_multiple_of(ALIGNMENT))?,
            dynamic: Guarded::new(dynamic.next_multiple_of(ALIGNMENT))?,
            dynamic_bytes: dynamic,
        })
    }

    /// Whether it serves a launch with `dynamic` bytes of `extern __shared__` memory.
    pub fn serves(&self, dynamic: usize) -> bool {
        self.dynamic_bytes == dynamic
    }

    pub fn fixed(&self) -> Range {
        self.fixed.range()
    }

    pub fn dynamic(&self) -> Range {
        Range { bytes: self.dynamic_bytes, ..self.dynamic.range() }
    }

    /// The start of both, as kernels are given them.
    pub fn pointers(&self) -> [*mut u8; 2] {
        [self.fixed.as_mut_ptr(), self.dynamic.as_mut_ptr()]
    }

    /// Fills both with NaN, so that a read of unwritten memory shows.
    pub fn poison(&mut self) {
        self.fixed.bytes_mut().fill(0xff);
        self.dynamic.bytes_mut().fill(0xff);
    }

    /// For an address in or around this memory: the byte that was asked for, counted from the
    /// start of the declaration, how many there are, and the declaration if it is none of
    /// `extern __shared__` memory.
    pub fn place_of<'s>(
        &self,
        address: usize,
        slots: &'s [Slot],
    ) -> Option<(i64, usize, Option<&'s Slot>)> {
        let from = |start: usize| address.wrapping_sub(start) as i64;
        if self.dynamic.surrounds(address) {
            return Some((from(self.dynamic.range().start), self.dynamic_bytes, None));
        }
        if !self.fixed.surrounds(address) {
            return None;
        }
        let byte = from(self.fixed.range().start);
        let before = slots.iter().filter(|slot| slot.offset as i64 <= byte);
        let slot = before.max_by_key(|slot| slot.offset).or(slots.first())?;
        Some((byte - slot.offset as i64, slot.bytes, Some(slot)))
    }
}

/// Shared memory that no worker uses now: mapping it anew costs more than a small launch.
#[derive(Debug)]
pub(super) struct SharedPool {
    fixed: usize,
    idle: Mutex<Vec<SharedMemory>>,
}

impl SharedPool {
    /// A pool for a module whose `__shared__` declarations take `fixed` bytes.
    pub fn new(fixed: usize) -> Self {
        Self { fixed, idle: Mutex::default() }
    }

    /// Shared memory for a worker whose blocks have `dynamic` bytes of their own.
    ///
    /// # Errors
    /// [`Error::Device`] when the system has none.
    pub fn take(&self, dynamic: usize) -> Result<SharedMemory> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = idle.iter().position(|memory| memory.serves(dynamic)) {
            return Ok(idle.swap_remove(at));
        }
        idle.clear();
        drop(idle);
        SharedMemory::new(self.fixed, dynamic)
            .map_err(|error| Error::device("map shared memory", error.to_string()))
    }

    /// Keeps a worker's shared memory for the next one.
    pub fn give_back(&self, memory: SharedMemory) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }
}
