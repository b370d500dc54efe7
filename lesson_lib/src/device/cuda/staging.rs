//! Copies between the host and a GPU through pages that the GPU can reach.
#![allow(unsafe_code)]

use super::queue::Queue;
use super::timer::CudaEvent;
use crate::Result;
use cudarc::driver::sys;
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
    /// `SLOT` bytes, never freed: a GPU is kept until the process ends.
    memory: NonNull<u8>,
    /// Passed when the GPU is done with the slot.
    done: CudaEvent,
}

// SAFETY: the memory belongs to the slot alone and may be used from any thread.
unsafe impl Send for Slot {}

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
            slot.done.wait(queue, OPERATION)?;
            // SAFETY: the slot has room for a chunk, and the GPU has done with it. The copy reads
            // the slot until `done` is passed, which every later use waits for.
            let code = unsafe {
                ptr::copy_nonoverlapping(chunk.as_ptr(), slot.memory.as_ptr(), chunk.len());
                let from = slot.memory.as_ptr().cast();
                sys::cuMemcpyHtoDAsync_v2(at, from, chunk.len(), queue.stream())
            };
            queue.check(OPERATION, code)?;
            slot.done.record(queue, OPERATION)?;
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
            slot.done.wait(queue, OPERATION)?;
            let to = slot.memory.as_ptr().cast();
            // SAFETY: the slot has room for a chunk, and the GPU has done with it. The copy writes
            // to the slot until `done` is passed, which every later use waits for.
            let code = unsafe { sys::cuMemcpyDtoHAsync_v2(to, at, chunk.len(), queue.stream()) };
            queue.check(OPERATION, code)?;
            slot.done.record(queue, OPERATION)?;
            if let Some((chunk, index)) = waiting.replace((chunk, index)) {
                self.slots[index].fill(queue, OPERATION, chunk)?;
            }
        }
        match waiting {
            Some((chunk, index)) => self.slots[index].fill(queue, OPERATION, chunk),
            None => Ok(()),
        }
    }

    fn take(&mut self) -> &Slot {
        let slot = &self.slots[self.next];
        self.next = (self.next + 1) % self.slots.len();
        slot
    }
}

impl Slot {
    fn new(queue: &Queue) -> Result<Self> {
        const OPERATION: &str = "allocate page-locked memory";
        queue.enter(OPERATION)?;
        let mut memory = ptr::null_mut();
        // SAFETY: `memory` can be written.
        queue.check(OPERATION, unsafe { sys::cuMemHostAlloc(&mut memory, SLOT, 0) })?;
        let memory = NonNull::new(memory.cast()).expect("the driver gives memory or an error");
        Ok(Self { memory, done: CudaEvent::without_time(queue)? })
    }

    /// Copies what the GPU has put into the slot to `chunk`.
    fn fill(&self, queue: &Queue, operation: &str, chunk: &mut [u8]) -> Result<()> {
        self.done.wait(queue, operation)?;
        // SAFETY: the GPU has written as many bytes as the chunk has, and is done with the slot;
        // slot and chunk are different memory.
        unsafe { ptr::copy_nonoverlapping(self.memory.as_ptr(), chunk.as_mut_ptr(), chunk.len()) };
        Ok(())
    }
}
