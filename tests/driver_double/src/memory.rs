//! The driver's functions about memory and copies.
#![allow(unsafe_code)]

use crate::codes::{INVALID_HANDLE, INVALID_VALUE, OUT_OF_MEMORY};
use crate::host;
use crate::rules::{Answer, Needs, Owner, State, TOTAL, Work, call, write};
use std::alloc::{Layout, alloc, dealloc};
use std::ffi::{c_int, c_void};
use std::ptr;

/// The handle of the device's default pool.
const POOL: usize = 0xB0_0000;

/// Numbers of `CUmemPool_attribute`.
const RELEASE_THRESHOLD: u32 = 4;
const RESERVED_NOW: u32 = 5;
const USED_NOW: u32 = 7;

/// What a download's target holds before its turn.
const GARBAGE: u8 = 0xA5;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemGetInfo_v2(free: *mut usize, total: *mut usize) -> u32 {
    const NAME: &str = "cuMemGetInfo_v2";
    call(NAME, Needs::Context, |state| {
        let available = state.memory.free();
        // SAFETY: the caller says where the results go.
        unsafe {
            state.give(NAME, free, available)?;
            state.give(NAME, total, TOTAL)
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemAlloc_v2(address: *mut u64, bytes: usize) -> u32 {
    const NAME: &str = "cuMemAlloc_v2";
    // SAFETY: the caller says where the result goes.
    call(NAME, Needs::Context, |state| unsafe {
        allocate(state, NAME, address, bytes, Owner::Context, 0)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemAllocAsync(address: *mut u64, bytes: usize, stream: usize) -> u32 {
    const NAME: &str = "cuMemAllocAsync";
    call(NAME, Needs::Context, |state| {
        let is_there = state.has_pool && state.queues.contains_key(&stream);
        state.must(NAME, is_there, "needs a memory pool and a stream")?;
        // SAFETY: the caller says where the result goes.
        unsafe { allocate(state, NAME, address, bytes, Owner::Pool, stream) }
    })
}

/// # Safety
/// `address` is null or can be written.
unsafe fn allocate(
    state: &mut State,
    function: &str,
    address: *mut u64,
    bytes: usize,
    owner: Owner,
    stream: usize,
) -> Answer {
    state.must(function, bytes > 0, "asks for 0 bytes")?;
    let start = state.memory.allocate(bytes, owner, stream).ok_or(OUT_OF_MEMORY)?;
    // SAFETY: as the caller promises.
    unsafe { state.give(function, address, start) }
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemFree_v2(address: u64) -> u32 {
    const NAME: &str = "cuMemFree_v2";
    call(NAME, Needs::Context, |state| {
        leave(state, NAME, address, Owner::Context)?;
        // Waits for all work, as the driver may.
        for stream in state.queues.keys().copied().collect::<Vec<_>>() {
            state.run(NAME, stream, None)?;
        }
        state.memory.freed(address);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemFreeAsync(address: u64, stream: usize) -> u32 {
    const NAME: &str = "cuMemFreeAsync";
    call(NAME, Needs::Context, |state| {
        let place = state.device_bytes(NAME, address, 0)?;
        leave(state, NAME, address, Owner::Pool)?;
        state.enqueue(NAME, stream, &[place], Work::Free { address })
    })
}

fn leave(state: &mut State, function: &str, address: u64, owner: Owner) -> Answer {
    let left = state.memory.leave(address, owner);
    left.map_err(|problem| state.broke(function, problem, INVALID_VALUE))
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemsetD8Async(address: u64, value: u8, bytes: usize, stream: usize) -> u32 {
    const NAME: &str = "cuMemsetD8Async";
    call(NAME, Needs::Context, |state| {
        let place = state.device_bytes(NAME, address, bytes)?;
        state.enqueue(NAME, stream, &[place], Work::Fill { place, value })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemcpyHtoDAsync_v2(
    address: u64,
    from: usize,
    bytes: usize,
    stream: usize,
) -> u32 {
    const NAME: &str = "cuMemcpyHtoDAsync_v2";
    call(NAME, Needs::Context, |state| {
        let to = state.device_bytes(NAME, address, bytes)?;
        let rule = format!("{bytes} bytes of the host at {from:#x} cannot all be read");
        let seen = host::read(from, bytes).ok_or(INVALID_VALUE);
        let seen = seen.map_err(|code| state.broke(NAME, rule, code))?;
        state.enqueue(NAME, stream, &[to], Work::Upload { to, from, seen })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemcpyDtoHAsync_v2(
    to: usize,
    address: u64,
    bytes: usize,
    stream: usize,
) -> u32 {
    const NAME: &str = "cuMemcpyDtoHAsync_v2";
    call(NAME, Needs::Context, |state| {
        let from = state.device_bytes(NAME, address, bytes)?;
        let is_pinned = state.is_pinned(to, bytes);
        state.must(NAME, is_pinned, "its target is not page-locked memory")?;
        state.enqueue(NAME, stream, &[from], Work::Download { from, to, bytes })?;
        // SAFETY: it is page-locked memory of this size.
        unsafe { write(to, &vec![GARBAGE; bytes]) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemHostAlloc(memory: *mut *mut c_void, bytes: usize, flags: u32) -> u32 {
    const NAME: &str = "cuMemHostAlloc";
    call(NAME, Needs::Context, |state| {
        state.must(NAME, bytes > 0 && flags == 0, "needs some bytes and no flags")?;
        // SAFETY: the layout has a size.
        let start = unsafe { alloc(layout(bytes)?) };
        if start.is_null() {
            return Err(OUT_OF_MEMORY);
        }
        state.pinned.insert(start.expose_provenance(), bytes);
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, memory, start.cast()) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemFreeHost(memory: usize) -> u32 {
    const NAME: &str = "cuMemFreeHost";
    call(NAME, Needs::Context, |state| {
        let Some(bytes) = state.pinned.remove(&memory) else {
            let rule = "the memory is not page-locked, or was freed before";
            return Err(state.broke(NAME, rule, INVALID_VALUE));
        };
        if state.is_awaited(memory, memory + bytes) {
            // Not given back to the system, so that the late copy is harmless.
            state.broke(NAME, "a copy that is not done uses the memory", 0);
            return Ok(());
        }
        let start = ptr::with_exposed_provenance_mut(memory);
        // SAFETY: the memory was allocated with this layout, and is freed once.
        unsafe { dealloc(start, layout(bytes)?) };
        Ok(())
    })
}

/// Whole pages.
fn layout(bytes: usize) -> Answer<Layout> {
    Layout::from_size_align(bytes, 4096).map_err(|_| OUT_OF_MEMORY)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetDefaultMemPool(pool: *mut usize, device: c_int) -> u32 {
    const NAME: &str = "cuDeviceGetDefaultMemPool";
    call(NAME, Needs::Start, |state| {
        let is_there = device == 0 && state.has_pool;
        state.must(NAME, is_there, "the device has no memory pool")?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, pool, POOL) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemPoolSetAttribute(pool: usize, which: u32, value: *const u64) -> u32 {
    const NAME: &str = "cuMemPoolSetAttribute";
    call(NAME, Needs::Start, |state| {
        is_pool(state, NAME, pool)?;
        let is_known = which == RELEASE_THRESHOLD && !value.is_null();
        state.must(NAME, is_known, "only the release threshold can be set")?;
        // SAFETY: the attribute's value is a 64-bit number, and the caller says where it is.
        state.memory.keeps = unsafe { *value } > 0;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemPoolGetAttribute(pool: usize, which: u32, value: *mut u64) -> u32 {
    const NAME: &str = "cuMemPoolGetAttribute";
    call(NAME, Needs::Start, |state| {
        is_pool(state, NAME, pool)?;
        let used = state.memory.used_of_pool();
        let bytes = match which {
            USED_NOW => used,
            RESERVED_NOW => used + state.memory.kept(),
            _ => return Err(state.broke(NAME, "the double has no such attribute", INVALID_VALUE)),
        };
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, value, bytes as u64) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuMemPoolTrimTo(pool: usize, _: usize) -> u32 {
    const NAME: &str = "cuMemPoolTrimTo";
    call(NAME, Needs::Start, |state| {
        is_pool(state, NAME, pool)?;
        state.memory.trim();
        Ok(())
    })
}

fn is_pool(state: &mut State, function: &str, pool: usize) -> Answer {
    match pool {
        POOL => Ok(()),
        _ => Err(state.broke(function, "there is no such memory pool", INVALID_HANDLE)),
    }
}
