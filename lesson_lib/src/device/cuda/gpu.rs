//! One NVIDIA GPU as a device.

use super::blas::Blas;
use super::context::GpuContext;
use super::delay::Delay;
use super::driver;
use super::memory::{self, DeviceMemory};
use super::nvrtc;
use super::program::GpuProgram;
use crate::Result;
use crate::device::Properties;
use crate::device::backend::{Backend, Memory, MemoryInfo, Product, Program};
use crate::device::translation_unit::TranslationUnit;
use std::sync::{Mutex, PoisonError};

/// The device that the rest of the library sees.
#[derive(Debug)]
pub(super) struct Cuda {
    context: &'static GpuContext,
    delay: &'static Delay,
    blas: Mutex<Option<Blas>>,
}

impl Cuda {
    /// Opens the GPU number `ordinal`; once, because it is never closed.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) names what is missing: the driver, the GPU, or NVRTC.
    pub fn open(ordinal: usize) -> Result<Self> {
        let operation = format!("open the CUDA device {ordinal}");
        let driver = driver::start(&operation)?;
        let device = driver.gpu(&operation, ordinal)?;
        // Without NVRTC the GPU is of no use to the course.
        nvrtc::version()?;
        let context = GpuContext::open(driver, &operation, device)?;
        memory::keep_freed_memory(context.queue())?;
        // Kept until the process ends, so that whatever is on the GPU can point to it.
        let context = Box::leak(Box::new(context));
        let delay = Box::leak(Box::new(Delay::on(context)));
        Ok(Self { context, delay, blas: Mutex::default() })
    }
}

impl Backend for Cuda {
    fn properties(&self) -> &Properties {
        self.context.properties()
    }

    fn memory(&self) -> Result<MemoryInfo> {
        memory::info(self.context.queue())
    }

    fn allocate(&self, bytes: usize) -> Result<Box<dyn Memory>> {
        Ok(Box::new(DeviceMemory::zeroed(self.context, bytes)?))
    }

    fn upload(&self, bytes: &[u8]) -> Result<Box<dyn Memory>> {
        Ok(Box::new(DeviceMemory::copied(self.context, bytes)?))
    }

    fn compile(&self, unit: &TranslationUnit) -> Result<Box<dyn Program>> {
        let code = nvrtc::compile_for(unit, self.context.capability())?;
        Ok(Box::new(GpuProgram::load(self.context, self.delay, code)?))
    }

    fn synchronize(&self) -> Result<()> {
        self.context.queue().wait("wait for the GPU")
    }

    fn multiply(&self, product: Product<'_>) -> Result<()> {
        let queue = self.context.queue();
        let mut blas = self.blas.lock().unwrap_or_else(PoisonError::into_inner);
        let blas = match &mut *blas {
            Some(blas) => blas,
            none => none.insert(Blas::open(queue)?),
        };
        blas.multiply(queue, product)
    }
}
