//! The one queue of work of a GPU: copies, launches and products run in the order they are asked
//! for, so that only reading back has to wait.
#![allow(unsafe_code)]

use super::advice::Code;
use super::driver::Driver;
use super::faults::Faults;
use crate::Result;
use cudarc::driver::sys::{
    CUcontext, CUdevice, CUdevice_attribute, CUmemoryPool, CUstream, CUstream_flags,
};
use std::ptr;

/// A GPU's stream, in the context that the GPU shares with other CUDA code of the process.
#[derive(Debug)]
pub(super) struct Queue {
    name: String,
    driver: &'static Driver,
    // Before the context, so that the stream goes first.
    stream: Stream,
    context: PrimaryContext,
    /// The pool that memory comes from in the order of the queue, where the GPU has one.
    pool: Option<CUmemoryPool>,
    faults: Faults,
}

/// The context of a GPU, released on drop.
#[derive(Debug)]
struct PrimaryContext {
    driver: &'static Driver,
    device: CUdevice,
    context: CUcontext,
}

/// A stream of a GPU, destroyed on drop.
#[derive(Debug)]
struct Stream {
    driver: &'static Driver,
    stream: CUstream,
}

// SAFETY: the driver's functions may be called from any thread, at the same time too, with the
// context made that thread's own before, which `enter` does. The pointers are valid until the drop.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    /// The queue of `device`.
    pub fn new(driver: &'static Driver, device: CUdevice, name: String) -> Result<Self> {
        let operation = format!("open {name}");
        let context = PrimaryContext::retain(driver, &operation, device)?;
        let stream = Stream::new(driver, &operation)?;
        let pool = pool(driver, device).map_err(|code| driver.error(&operation, code))?;
        Ok(Self { name, driver, stream, context, pool, faults: Faults::default() })
    }

    /// The GPU's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The driver, whose functions are called through it.
    pub fn driver(&self) -> &'static Driver {
        self.driver
    }

    /// The stream that all work is put on.
    pub fn stream(&self) -> CUstream {
        self.stream.stream
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
        // SAFETY: the context is retained.
        self.check(operation, unsafe { (self.driver.cuCtxSetCurrent)(self.context.context) })
    }

    /// The error that the driver's answer to `operation` stands for, if any.
    pub fn check(&self, operation: &str, code: Code) -> Result<()> {
        match code.fault() {
            Some(cause) => Err(self.faults.stopped(cause)),
            None => self.driver.check(operation, code),
        }
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
        // SAFETY: the stream is not yet destroyed.
        self.check(operation, unsafe { (self.driver.cuStreamSynchronize)(self.stream()) })?;
        self.faults.ended(launches);
        Ok(())
    }
}

impl PrimaryContext {
    /// The context of `device`, made this thread's own.
    fn retain(driver: &'static Driver, operation: &str, device: CUdevice) -> Result<Self> {
        let mut context = ptr::null_mut();
        // SAFETY: `context` can be written.
        let code = unsafe { (driver.cuDevicePrimaryCtxRetain)(&mut context, device) };
        driver.check(operation, code)?;
        let retained = Self { driver, device, context };
        // SAFETY: the context is retained.
        driver.check(operation, unsafe { (driver.cuCtxSetCurrent)(context) })?;
        Ok(retained)
    }
}

impl Drop for PrimaryContext {
    fn drop(&mut self) {
        // SAFETY: the context was retained once; this thread stops using it before.
        unsafe {
            let _ = (self.driver.cuCtxSetCurrent)(ptr::null_mut());
            let _ = (self.driver.cuDevicePrimaryCtxRelease_v2)(self.device);
        }
    }
}

impl Stream {
    /// A stream of this thread's context.
    fn new(driver: &'static Driver, operation: &str) -> Result<Self> {
        let mut stream = ptr::null_mut();
        let flags = CUstream_flags::CU_STREAM_NON_BLOCKING as u32;
        // SAFETY: `stream` can be written.
        driver.check(operation, unsafe { (driver.cuStreamCreate)(&mut stream, flags) })?;
        Ok(Self { driver, stream })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream was created, and is destroyed once.
        let _ = unsafe { (self.driver.cuStreamDestroy_v2)(self.stream) };
    }
}

/// The pool of `device`, if it can allocate in the order of a stream.
fn pool(driver: &Driver, device: CUdevice) -> Result<Option<CUmemoryPool>, Code> {
    let which = CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
    if driver.attribute(device, which)? == 0 {
        return Ok(None);
    }
    let mut pool = ptr::null_mut();
    // SAFETY: `pool` can be written; the device's default pool lives as long as the device.
    unsafe { (driver.cuDeviceGetDefaultMemPool)(&mut pool, device) }.result()?;
    Ok(Some(pool))
}
