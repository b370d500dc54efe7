//! The one queue of work of a GPU: copies, launches and products run in the order they are asked
//! for, so that only reading back has to wait.
#![allow(unsafe_code)]

use super::driver;
use super::faults::Faults;
use crate::{Error, Result};
use cudarc::driver::sys::{
    self, CUcontext, CUdevice, CUdevice_attribute, CUmemoryPool, CUresult, CUstream, CUstream_flags,
};
use std::ptr;

/// A GPU's context and stream, kept until the process ends.
#[derive(Debug)]
pub(super) struct Queue {
    name: String,
    context: CUcontext,
    stream: CUstream,
    /// The pool that memory comes from in the order of the queue, where the GPU has one.
    pool: Option<CUmemoryPool>,
    faults: Faults,
}

// SAFETY: the driver's functions may be called from any thread, at the same time too, with the
// context made that thread's own before, which `enter` does. The pointers are never freed.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    /// The queue of `device`, on the context that it shares with other CUDA code of the process.
    pub fn new(device: CUdevice, name: String) -> Result<Self> {
        let operation = format!("open {name}");
        let faults = Faults::default();
        let mut context = ptr::null_mut();
        // SAFETY: `context` can be written. The context is never released.
        let code = unsafe { sys::cuDevicePrimaryCtxRetain(&mut context, device) };
        faults.check(&operation, code)?;
        // SAFETY: the context is alive.
        faults.check(&operation, unsafe { sys::cuCtxSetCurrent(context) })?;
        let mut stream = ptr::null_mut();
        let flags = CUstream_flags::CU_STREAM_NON_BLOCKING as u32;
        // SAFETY: `stream` can be written, and this thread has a context.
        faults.check(&operation, unsafe { sys::cuStreamCreate(&mut stream, flags) })?;
        let pool = pool(device).map_err(|code| Error::device(&operation, driver::text(code)))?;
        Ok(Self { name, context, stream, pool, faults })
    }

    /// The GPU's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stream that all work is put on.
    pub fn stream(&self) -> CUstream {
        self.stream
    }

    /// The pool that memory comes from, where the GPU has one.
    pub fn pool(&self) -> Option<CUmemoryPool> {
        self.pool
    }

    /// Makes the GPU this thread's. Every use of the driver begins with it.
    ///
    /// # Errors
    /// [`Error::Device`] if a kernel's fault has ended all work.
    pub fn enter(&self, operation: &str) -> Result<()> {
        self.faults.none_yet(operation)?;
        // SAFETY: the context is never released.
        self.check(operation, unsafe { sys::cuCtxSetCurrent(self.context) })
    }

    /// The error that the driver's answer to `operation` stands for, if any.
    pub fn check(&self, operation: &str, code: CUresult) -> Result<()> {
        self.faults.check(operation, code)
    }

    /// Notes a kernel that is about to be launched: a fault is told of later.
    pub fn launched(&self, kernel: &str) {
        self.faults.launched(kernel);
    }

    /// Waits for all work queued so far.
    ///
    /// # Errors
    /// [`Error::Fault`] of a kernel.
    pub fn wait(&self, operation: &str) -> Result<()> {
        self.enter(operation)?;
        let launches = self.faults.launches();
        // SAFETY: the stream is never destroyed.
        self.check(operation, unsafe { sys::cuStreamSynchronize(self.stream) })?;
        self.faults.ended(launches);
        Ok(())
    }
}

/// The pool of `device`, if it can allocate in the order of a stream.
fn pool(device: CUdevice) -> Result<Option<CUmemoryPool>, CUresult> {
    let which = CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
    if driver::attribute(device, which).map_err(|error| error.0)? == 0 {
        return Ok(None);
    }
    let mut pool = ptr::null_mut();
    // SAFETY: `pool` can be written; the device's default pool lives as long as the device.
    let code = unsafe { sys::cuDeviceGetDefaultMemPool(&mut pool, device) };
    code.result().map(|()| Some(pool)).map_err(|error| error.0)
}
