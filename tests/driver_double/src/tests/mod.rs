//! Every rule, broken once: here those about the order of calls, memory, streams and events.
#![allow(unsafe_code)]

mod kernels;

use crate::codes::{INVALID_CONTEXT, INVALID_HANDLE, INVALID_VALUE, NOT_INITIALIZED, NOT_READY};
use crate::device::*;
use crate::memory::*;
use crate::rules::{CURRENT, State, state};
use crate::stream::*;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A double in which nothing has happened, for one test at a time.
fn fresh() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    *state() = State::new();
    CURRENT.set(0);
    alone
}

/// As [`fresh`], with a context and a stream.
fn open() -> (MutexGuard<'static, ()>, usize) {
    let alone = fresh();
    let (mut context, mut stream) = (0, 0);
    // SAFETY: the results can be written.
    unsafe {
        assert_eq!(cuInit(0), 0);
        assert_eq!(cuDevicePrimaryCtxRetain(&mut context, 0), 0);
        assert_eq!(cuCtxSetCurrent(context), 0);
        assert_eq!(cuStreamCreate(&mut stream, 1), 0);
    }
    (alone, stream)
}

/// Fails unless the calls so far have broken one rule, which `rule` is part of.
fn broke(rule: &str) {
    let report = state().report();
    let broken: Vec<&str> = report.lines().filter(|line| line.starts_with("broken")).collect();
    assert!(broken.len() == 1 && broken[0].contains(rule), "{rule}: {broken:?}");
}

fn broke_nothing() {
    let report = state().report();
    assert!(!report.contains("broken"), "{report}");
}

fn allocated(bytes: usize, stream: usize) -> u64 {
    let mut address = 0;
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuMemAllocAsync(&mut address, bytes, stream) }, 0);
    address
}

fn page_locked(bytes: usize) -> *mut u8 {
    let mut memory: *mut c_void = ptr::null_mut();
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuMemHostAlloc(&mut memory, bytes, 0) }, 0);
    memory.cast()
}

fn event(flags: u32) -> usize {
    let mut event = 0;
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuEventCreate(&mut event, flags) }, 0);
    event
}

#[test]
fn the_driver_is_started_first() {
    let _alone = fresh();
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuDeviceGetCount(&mut 0) }, NOT_INITIALIZED);
    broke("before cuInit");
}

#[test]
fn a_thread_needs_a_context() {
    let (_alone, stream) = open();
    let code = std::thread::spawn(move || cuStreamSynchronize(stream)).join().unwrap();
    assert_eq!(code, INVALID_CONTEXT);
    broke("a thread that has no context");
}

#[test]
fn a_context_is_released_as_often_as_it_was_retained() {
    let _open = open();
    assert_eq!([cuDevicePrimaryCtxRelease_v2(0), cuDevicePrimaryCtxRelease_v2(0)], [0, 201]);
    broke("more often than retained");
}

#[test]
fn work_needs_a_stream_that_exists() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!(cuMemsetD8Async(address, 0, 8, stream + 1), INVALID_HANDLE);
    broke("a stream that does not exist");
}

#[test]
fn the_default_stream_is_in_no_order_with_the_others() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!(cuMemsetD8Async(address, 0, 8, 0), INVALID_HANDLE);
    broke("the default stream");
}

#[test]
fn a_second_stream_waits_for_the_first() {
    let (_alone, stream) = open();
    let mut other = 0;
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuStreamCreate(&mut other, 1) }, 0);
    let address = allocated(8, stream);
    assert_eq!(cuMemsetD8Async(address, 0, 8, stream), 0);
    assert_eq!(cuMemsetD8Async(address, 0, 8, other), INVALID_VALUE);
    broke("another stream still works on");
}

#[test]
fn a_copy_ends_where_its_memory_ends() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!(cuMemsetD8Async(address + 4, 0, 4, stream), 0);
    broke_nothing();
    assert_eq!(cuMemsetD8Async(address + 4, 0, 5, stream), INVALID_VALUE);
    broke("5 bytes from byte 4 of 8");
}

#[test]
fn an_address_of_the_host_is_none_of_the_device() {
    let (_alone, stream) = open();
    let number = 0_u8;
    let address = (&raw const number).expose_provenance() as u64;
    assert_eq!(cuMemsetD8Async(address, 0, 1, stream), INVALID_VALUE);
    broke("no memory of the device");
}

#[test]
fn freed_memory_is_not_used() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!(cuMemFreeAsync(address, stream), 0);
    assert_eq!(cuMemsetD8Async(address, 0, 8, stream), INVALID_VALUE);
    broke("memory that was freed");
}

#[test]
fn memory_is_freed_once() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!([0, 1].map(|_| cuMemFreeAsync(address, stream)), [0, INVALID_VALUE]);
    broke("memory that was freed");
}

#[test]
fn memory_is_freed_where_it_starts() {
    let (_alone, stream) = open();
    let address = allocated(8, stream);
    assert_eq!(cuMemFreeAsync(address + 1, stream), INVALID_VALUE);
    broke("not where an allocation starts");
}

#[test]
fn memory_is_freed_by_the_counterpart() {
    let (_alone, stream) = open();
    assert_eq!(cuMemFree_v2(allocated(8, stream)), INVALID_VALUE);
    broke("counterpart");
}

#[test]
fn a_source_is_read_late() {
    let (_alone, stream) = open();
    let (address, source) = (allocated(4, stream), page_locked(4));
    assert_eq!(cuMemcpyHtoDAsync_v2(address, source.expose_provenance(), 4, stream), 0);
    // SAFETY: four bytes were allocated.
    unsafe { source.write_bytes(7, 4) };
    assert_eq!(cuStreamSynchronize(stream), 0);
    broke("its source was changed before it ran");
}

#[test]
fn page_locked_memory_outlives_its_copies() {
    let (_alone, stream) = open();
    let (address, source) = (allocated(4, stream), page_locked(4));
    assert_eq!(cuMemcpyHtoDAsync_v2(address, source.expose_provenance(), 4, stream), 0);
    assert_eq!(cuMemFreeHost(source.expose_provenance()), 0);
    broke("a copy that is not done uses the memory");
}

#[test]
fn page_locked_memory_is_freed_once() {
    let _open = open();
    let memory = page_locked(4).expose_provenance();
    assert_eq!([0, 1].map(|_| cuMemFreeHost(memory)), [0, INVALID_VALUE]);
    broke("not page-locked, or was freed before");
}

#[test]
fn what_is_downloaded_is_garbage_until_somebody_waits() {
    let (_alone, stream) = open();
    let (address, target) = (allocated(4, stream), page_locked(4));
    assert_eq!(cuMemsetD8Async(address, 7, 4, stream), 0);
    assert_eq!(cuMemcpyDtoHAsync_v2(target.expose_provenance(), address, 4, stream), 0);
    // SAFETY: four bytes were allocated and written.
    let first = || unsafe { target.read() };
    assert_ne!(first(), 7);
    assert_eq!(cuStreamSynchronize(stream), 0);
    assert_eq!(first(), 7);
    broke_nothing();
}

#[test]
fn a_download_goes_to_page_locked_memory() {
    let (_alone, stream) = open();
    let (address, mut target) = (allocated(4, stream), [0_u8; 4]);
    let target = target.as_mut_ptr().expose_provenance();
    assert_eq!(cuMemcpyDtoHAsync_v2(target, address, 4, stream), INVALID_VALUE);
    broke("not page-locked");
}

#[test]
fn an_event_is_passed_when_its_turn_has_come() {
    let (_alone, stream) = open();
    let (address, events) = (allocated(4, stream), [event(0), event(0)]);
    assert_eq!(events.map(|event| cuEventRecord(event, stream)), [0, 0]);
    // SAFETY: the result can be written.
    let elapsed = || unsafe { cuEventElapsedTime(&mut 1.0, events[0], events[1]) };
    assert_eq!(cuEventSynchronize(events[0]), 0);
    assert_eq!(elapsed(), NOT_READY);
    broke("not passed yet");
    assert_eq!(cuEventSynchronize(events[1]), 0);
    assert_eq!(elapsed(), 0);
    assert_eq!(cuMemFreeAsync(address, stream), 0);
}

#[test]
fn an_event_without_time_tells_none() {
    let (_alone, stream) = open();
    let event = event(2);
    assert_eq!([cuEventRecord(event, stream), cuEventSynchronize(event)], [0, 0]);
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuEventElapsedTime(&mut 1.0, event, event) }, INVALID_HANDLE);
    broke("notes no time");
}

#[test]
fn a_destroyed_event_is_not_used() {
    let (_alone, stream) = open();
    let event = event(0);
    assert_eq!([cuEventDestroy_v2(event), cuEventRecord(event, stream)], [0, INVALID_HANDLE]);
    broke("does not exist, or no more");
}

#[test]
fn what_is_not_taken_back_is_counted() {
    let (_alone, stream) = open();
    allocated(8, stream);
    event(0);
    let report = state().report();
    for line in ["alive\tmemory\t1", "alive\tevents\t1", "alive\tstreams\t1"] {
        assert!(report.contains(line), "{report}");
    }
}
