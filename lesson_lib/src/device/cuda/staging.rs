//! Copies between the host and a GPU through pages that the GPU can reach.
#![allow(unsafe_code)]

use super::advice::Code;
use super::driver::Driver;
use super::queue::Queue;
use super::timer::CudaEvent;
use crate::Result;
use std::ptr::{self, NonNull};

/// Bytes of one slot: large enough that a copy runs at full speed, small enough that the first
/// starts soon.
const SLOT: usize = 4 << 20;

/// Two slots of page-locked memory: while the GPU copies one, the processor copies the other.
#[derive(Debug)]
pub(super) struct Staging {
    slots: [Slot; 2],
    /// The slot that was used less recently.
    next: usize,
}

#[derive(Debug)]
struct Slot {
    memory: PageLocked,
    /// Passed when the GPU is done with the slot.
    done: CudaEvent,
    /// Whether a copy was queued that `done` does not stand behind.
    is_untracked: bool,
}

/// `SLOT` bytes of page-locked memory, freed on drop.
#[derive(Debug)]
struct PageLocked {
    driver: &'static Driver,
    start: NonNull<u8>,
}

// SAFETY: the memory belongs to the slot alone and may be used from any thread.
unsafe impl Send for PageLocked {}

impl Staging {
    pub fn new(queue: &Queue) -> Result<Self> {
        Ok(Self { slots: [Slot::new(queue)?, Slot::new(queue)?], next: 0 })
    }

    /// Copies `bytes` to the GPU's memory at `address`, after all work that was queued before.
    /// Returns when `bytes` may be changed again.
    ///
    /// # Safety
    /// `bytes.len()` bytes from `address` on are memory of the GPU.
    pub unsafe fn write(&mut self, queue: &Queue, address: u64, bytes: &[u8]) -> Result<()> {
        const OPERATION: &str = "copy to the GPU";
        queue.enter(OPERATION)?;
        for (at, chunk) in (address..).step_by(SLOT).zip(bytes.chunks(SLOT)) {
            let slot = self.take();
            slot.wait(queue, OPERATION)?;
            // SAFETY: the slot has room for a chunk, and the GPU has done with it.
            unsafe { ptr::copy_nonoverlapping(chunk.as_ptr(), slot.start(), chunk.len()) };
            let from = slot.start().cast();
            slot.track(queue, OPERATION, || {
                // SAFETY: the slot has these bytes, and is not changed before the GPU has done
                // with it. The caller says that there is memory for them.
                unsafe {
                    (queue.driver().cuMemcpyHtoDAsync_v2)(at, from, chunk.len(), queue.stream())
                }
            })?;
        }
        Ok(())
    }

    /// Copies the GPU's memory at `address` to `bytes`, after all work that was queued before.
    ///
    /// # Safety
    /// `bytes.len()` bytes from `address` on are memory of the GPU.
    pub unsafe fn read(&mut self, queue: &Queue, address: u64, bytes: &mut [u8]) -> Result<()> {
        const OPERATION: &str = "copy from the GPU";
        queue.enter(OPERATION)?;
        let mut waiting: Option<(&mut [u8], usize)> = None;
        for (at, chunk) in (address..).step_by(SLOT).zip(bytes.chunks_mut(SLOT)) {
            let index = self.next;
            let slot = self.take();
            slot.wait(queue, OPERATION)?;
            let to = slot.start().cast();
            slot.track(queue, OPERATION, || {
                // SAFETY: the slot has room for a chunk, and is not read before the GPU has done
                // with it. The caller says that the memory is there.
                unsafe {
                    (queue.driver().cuMemcpyDtoHAsync_v2)(to, at, chunk.len(), queue.stream())
                }
            })?;
            if let Some((chunk, index)) = waiting.replace((chunk, index)) {
                self.slots[index].fill(queue, OPERATION, chunk)?;
            }
        }
        match waiting {
            Some((chunk, index)) => self.slots[index].fill(queue, OPERATION, chunk),
            None => Ok(()),
        }
    }

    fn take(&mut self) -> &mut Slot {
        let taken = self.next;
        self.next = (taken + 1) % self.slots.len();
        &mut self.slots[taken]
    }
}

impl Slot {
    fn new(queue: &Queue) -> Result<Self> {
        let memory = PageLocked::new(queue)?;
        Ok(Self { memory, done: CudaEvent::without_time(queue)?, is_untracked: false })
    }

    fn start(&self) -> *mut u8 {
        self.memory.start.as_ptr()
    }

    /// Waits until the GPU has done with the slot.
    fn wait(&mut self, queue: &Queue, operation: &str) -> Result<()> {
        match self.is_untracked {
            true => queue.wait(operation)?,
            false => self.done.wait(queue, operation)?,
        }
        self.is_untracked = false;
        Ok(())
    }

    /// Queues a copy from or to the slot, with `done` behind it.
    fn track(&mut self, queue: &Queue, operation: &str, copy: impl FnOnce() -> Code) -> Result<()> {
        self.is_untracked = true;
        queue.check(operation, copy())?;
        self.done.record(queue, operation)?;
        self.is_untracked = false;
        Ok(())
    }

    /// Copies what the GPU has put into the slot to `chunk`.
    fn fill(&mut self, queue: &Queue, operation: &str, chunk: &mut [u8]) -> Result<()> {
        self.wait(queue, operation)?;
        // SAFETY: the GPU has written as many bytes as the chunk has, and is done with the slot;
        // slot and chunk are different memory.
        unsafe { ptr::copy_nonoverlapping(self.start(), chunk.as_mut_ptr(), chunk.len()) };
        Ok(())
    }
}

impl PageLocked {
    fn new(queue: &Queue) -> Result<Self> {
        const OPERATION: &str = "allocate page-locked memory";
        queue.enter(OPERATION)?;
        let (driver, mut memory) = (queue.driver(), ptr::null_mut());
        // SAFETY: `memory` can be written.
        queue.check(OPERATION, unsafe { (driver.cuMemHostAlloc)(&mut memory, SLOT, 0) })?;
        let start = NonNull::new(memory.cast()).expect("the driver gives memory or an error");
        Ok(Self { driver, start })
    }
}

impl Drop for PageLocked {
    fn drop(&mut self) {
        // SAFETY: the memory was allocated by the counterpart, and is freed once. It goes only where
        // opening a GPU fails, before any copy.
        let _ = unsafe { (self.driver.cuMemFreeHost)(self.start.as_ptr().cast()) };
    }
}
