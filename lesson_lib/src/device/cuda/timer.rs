//! Points in a GPU's work, and the time between them by the GPU's own clock.
#![allow(unsafe_code)]

use super::driver::Driver;
use super::queue::Queue;
use crate::Result;
use cudarc::driver::sys::{CUevent, CUevent_flags};
use std::ptr;
use std::time::Duration;

/// A point in the work of a GPU.
#[derive(Debug)]
pub(super) struct CudaEvent {
    driver: &'static Driver,
    event: CUevent,
}

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
        let (driver, mut event) = (queue.driver(), ptr::null_mut());
        // SAFETY: `event` can be written; the caller has entered the GPU's context.
        let code = unsafe { (driver.cuEventCreate)(&mut event, flags as u32) };
        queue.check("create an event", code)?;
        Ok(Self { driver, event })
    }

    /// Puts the event behind all work queued so far.
    pub fn record(&self, queue: &Queue, operation: &str) -> Result<()> {
        // SAFETY: event and stream are of the same context.
        queue.check(operation, unsafe { (self.driver.cuEventRecord)(self.event, queue.stream()) })
    }

    /// Waits until the event is passed; at once if it was never recorded.
    pub fn wait(&self, queue: &Queue, operation: &str) -> Result<()> {
        // SAFETY: the event was created and is destroyed only on drop.
        queue.check(operation, unsafe { (self.driver.cuEventSynchronize)(self.event) })
    }

    /// The time from `start` to this event; both were passed.
    pub fn since(&self, start: &CudaEvent, queue: &Queue) -> Result<Duration> {
        let mut milliseconds = 0.0_f32;
        // SAFETY: both events note the time; if one was not passed, the driver says so.
        let code =
            unsafe { (self.driver.cuEventElapsedTime)(&mut milliseconds, start.event, self.event) };
        queue.check("read the GPU's clock", code)?;
        Ok(Duration::from_secs_f64(f64::from(milliseconds.max(0.0)) / 1e3))
    }
}

impl Drop for CudaEvent {
    fn drop(&mut self) {
        // SAFETY: the event is destroyed once; the driver waits for work that still uses it.
        let _ = unsafe { (self.driver.cuEventDestroy_v2)(self.event) };
    }
}
