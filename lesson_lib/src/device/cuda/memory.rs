//! Memory of a GPU.
#![allow(unsafe_code)]

use super::advice::Code;
use super::context::GpuContext;
use super::queue::Queue;
use crate::device::backend::{Memory, MemoryInfo};
use crate::{Error, Result};
use cudarc::driver::sys::{CUmemPool_attribute, CUmemoryPool};
use std::ptr;

/// Memory of a GPU, freed on drop. An empty allocation has address 0.
#[derive(Debug)]
pub(super) struct DeviceMemory {
    context: &'static GpuContext,
    address: u64,
    bytes: usize,
}

impl DeviceMemory {
    /// Memory of `bytes` bytes, set to zero in the order of the GPU's work.
    pub fn zeroed(context: &'static GpuContext, bytes: usize) -> Result<Self> {
        let memory = Self::unset(context, bytes)?;
        if bytes == 0 {
            return Ok(memory);
        }
        let queue = context.queue();
        // SAFETY: the memory was allocated just now, for work on this stream, and is `bytes` long.
        let code =
            unsafe { (queue.driver().cuMemsetD8Async)(memory.address, 0, bytes, queue.stream()) };
        queue.check("set memory to zero", code)?;
        Ok(memory)
    }

    /// Memory that begins as a copy of `bytes`: setting it to zero before would be for nothing.
    pub fn copied(context: &'static GpuContext, bytes: &[u8]) -> Result<Self> {
        let mut memory = Self::unset(context, bytes.len())?;
        memory.write(bytes)?;
        Ok(memory)
    }

    /// Memory that holds whatever was there before; for what is written as a whole at once.
    fn unset(context: &'static GpuContext, bytes: usize) -> Result<Self> {
        if bytes == 0 {
            return Ok(Self { context, address: 0, bytes });
        }
        let queue = context.queue();
        let operation = format!("allocate {bytes} bytes on {}", queue.name());
        queue.enter(&operation)?;
        let address = allocate(queue, &operation, bytes)?;
        Ok(Self { context, address, bytes })
    }

    fn check_size(&self, operation: &str, bytes: usize) -> Result<()> {
        if bytes <= self.bytes {
            return Ok(());
        }
        let problem = format!("{bytes} bytes, but the memory has {}", self.bytes);
        Err(Error::argument(operation, problem))
    }
}

impl Memory for DeviceMemory {
    fn address(&self) -> u64 {
        self.address
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.check_size("copy to the GPU", bytes.len())?;
        // SAFETY: `bytes.len()` bytes from `address` on are this memory.
        unsafe { self.context.staging().write(self.context.queue(), self.address, bytes) }
    }

    fn read(&self, bytes: &mut [u8]) -> Result<()> {
        self.check_size("copy from the GPU", bytes.len())?;
        // SAFETY: `bytes.len()` bytes from `address` on are this memory.
        unsafe { self.context.staging().read(self.context.queue(), self.address, bytes) }
    }
}

impl Drop for DeviceMemory {
    fn drop(&mut self) {
        let queue = self.context.queue();
        // After a fault nothing can be freed, and the process will end.
        if self.address == 0 || queue.enter("free memory").is_err() {
            return;
        }
        let driver = queue.driver();
        // SAFETY: the address came from the matching function of `allocate` and is freed once. All
        // work on this memory is on the stream: it ends before the memory is freed, in stream
        // order in the one case, by waiting in the other.
        unsafe {
            if queue.pool().is_some() {
                let _ = (driver.cuMemFreeAsync)(self.address, queue.stream());
            } else {
                let _ = (driver.cuStreamSynchronize)(queue.stream());
                let _ = (driver.cuMemFree_v2)(self.address);
            }
        }
    }
}

/// Free and total memory; what the GPU's pool keeps for the next allocation counts as free.
pub(super) fn info(queue: &Queue) -> Result<MemoryInfo> {
    const OPERATION: &str = "ask for free memory";
    queue.enter(OPERATION)?;
    let (mut free, mut total) = (0, 0);
    // SAFETY: both can be written.
    let code = unsafe { (queue.driver().cuMemGetInfo_v2)(&mut free, &mut total) };
    queue.check(OPERATION, code)?;
    let kept = queue.pool().map_or(0, |pool| kept(queue, pool));
    Ok(MemoryInfo { free: free as u64 + kept, total: total as u64 })
}

/// Has the pool of a GPU keep freed memory: giving it back takes longer than a small kernel runs.
pub(super) fn keep_freed_memory(queue: &Queue) -> Result<()> {
    let Some(pool) = queue.pool() else { return Ok(()) };
    let mut all = u64::MAX;
    let which = CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
    // SAFETY: the pool is the GPU's own, and this attribute is read as a 64-bit number.
    let code = unsafe {
        (queue.driver().cuMemPoolSetAttribute)(pool, which, ptr::from_mut(&mut all).cast())
    };
    queue.check("set up the memory pool", code)
}

fn kept(queue: &Queue, pool: CUmemoryPool) -> u64 {
    let current = |which| {
        let mut bytes = 0_u64;
        let value = ptr::from_mut(&mut bytes).cast();
        // SAFETY: the pool is the GPU's own, and this attribute is written as a 64-bit number.
        let _ = unsafe { (queue.driver().cuMemPoolGetAttribute)(pool, which, value) };
        bytes
    };
    let reserved = current(CUmemPool_attribute::CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT);
    reserved.saturating_sub(current(CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_CURRENT))
}

/// Allocates, and if there is too little memory once more after the pool has given up what it
/// keeps.
fn allocate(queue: &Queue, operation: &str, bytes: usize) -> Result<u64> {
    for last in [false, true] {
        match try_allocate(queue, bytes) {
            Err(Code::OUT_OF_MEMORY) if !last => give_up_kept_memory(queue)?,
            Err(Code::OUT_OF_MEMORY) => break,
            Err(code) => queue.check(operation, code)?,
            Ok(address) => return Ok(address),
        }
    }
    let MemoryInfo { free, total } = info(queue)?;
    Err(Error::OutOfMemory { device: queue.name().into(), requested: bytes as u64, free, total })
}

fn try_allocate(queue: &Queue, bytes: usize) -> Result<u64, Code> {
    let (driver, mut address) = (queue.driver(), 0);
    // SAFETY: `address` can be written; the context is this thread's.
    let code = unsafe {
        match queue.pool() {
            Some(_) => (driver.cuMemAllocAsync)(&mut address, bytes, queue.stream()),
            None => (driver.cuMemAlloc_v2)(&mut address, bytes),
        }
    };
    code.result().map(|()| address)
}

fn give_up_kept_memory(queue: &Queue) -> Result<()> {
    queue.wait("wait for memory to be freed")?;
    let Some(pool) = queue.pool() else { return Ok(()) };
    // SAFETY: the pool is the GPU's own; trimming takes only memory that is not in use.
    queue.check("free kept memory", unsafe { (queue.driver().cuMemPoolTrimTo)(pool, 0) })
}
