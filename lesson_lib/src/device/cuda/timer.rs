//! Points in a GPU's work, and the time between them by the GPU's own clock.
#![allow(unsafe_code)]

use super::queue::Queue;
use crate::Result;
use cudarc::driver::sys::{self, CUevent, CUevent_flags, CUresult};
use std::ptr;
use std::time::Duration;

/// A point in the work of a GPU.
#[derive(Debug)]
pub(super) struct CudaEvent(CUevent);

// SAFETY: the driver's functions on events may be called from any thread, at the same time too.
unsafe impl Send for CudaEvent {}

impl CudaEvent {
    /// An event that can only be waited for.
    pub fn without_time(queue: &Queue) -> Result<Self> {
        Self::new(queue, CUevent_flags::CU_EVENT_DISABLE_TIMING)
    }

    /// An event that notes the time.
    pub fn with_time(queue: &Queue) -> Result<Self> {
        Self::new(queue, CUevent_flags::CU_EVENT_DEFAULT)
    }

    fn new(queue: &Queue, flags: CUevent_flags) -> Result<Self> {
        let mut event = ptr::null_mut();
        // SAFETY: `event` can be written; the caller has entered the GPU's context.
        queue.check("create an event", unsafe { sys::cuEventCreate(&mut event, flags as u32) })?;
        Ok(Self(event))
    }

    /// Puts the event behind all work queued so far.
    pub fn record(&self, queue: &Queue, operation: &str) -> Result<()> {
        // SAFETY: event and stream are of the same context.
        queue.check(operation, unsafe { sys::cuEventRecord(self.0, queue.stream()) })
    }

    /// Waits until the event is passed; at once if it was never recorded.
    pub fn wait(&self, queue: &Queue, operation: &str) -> Result<()> {
        // SAFETY: the event was created and is destroyed only on drop.
        queue.check(operation, unsafe { sys::cuEventSynchronize(self.0) })
    }

    /// The time from `start` to this event; both were passed.
    pub fn since(&self, start: &CudaEvent, queue: &Queue) -> Result<Duration> {
        let mut milliseconds = 0.0_f32;
        // SAFETY: both events note the time; if one was not passed, the driver says so.
        let code = unsafe { elapsed(&mut milliseconds, start.0, self.0) };
        queue.check("read the GPU's clock", code)?;
        Ok(Duration::from_secs_f64(f64::from(milliseconds.max(0.0)) / 1e3))
    }
}

impl Drop for CudaEvent {
    fn drop(&mut self) {
        // SAFETY: the event is destroyed once; the driver waits for work that still uses it.
        let _ = unsafe { sys::cuEventDestroy_v2(self.0) };
    }
}

/// The driver's `cuEventElapsedTime`, which every driver has. cudarc binds only its successor,
/// which drivers before CUDA 12.8 lack, and panics there.
///
/// # Safety
/// As of the driver's function: both events are alive. The driver is present.
unsafe fn elapsed(milliseconds: &mut f32, start: CUevent, end: CUevent) -> CUresult {
    type Function = unsafe extern "C" fn(*mut f32, CUevent, CUevent) -> CUresult;
    // SAFETY: the type is that of `cuda.h`; the driver stays open as long as the process lives.
    let function = unsafe { sys::culib().get::<Function>(b"cuEventElapsedTime\0") };
    match function {
        // SAFETY: as the caller promises.
        Ok(function) => unsafe { function(milliseconds, start, end) },
        Err(_) => CUresult::CUDA_ERROR_NOT_SUPPORTED,
    }
}
