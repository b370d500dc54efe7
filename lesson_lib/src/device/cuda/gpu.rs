//! One NVIDIA GPU as a device.

use super::super::backend::{Backend, Memory, MemoryInfo, Product, Program};
use super::super::{Kind, Properties, Signature, Source};
use super::blas::Blas;
use super::delay::Delay;
use super::driver;
use super::memory::{self, DeviceMemory};
use super::nvrtc::{self, Compiled};
use super::program::GpuProgram;
use super::queue::Queue;
use super::staging::Staging;
use crate::{Error, Result};
use cudarc::driver::DriverError;
use cudarc::driver::sys::{CUdevice, CUdevice_attribute as Attribute};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An open GPU. It is never closed, so that whatever is on it can point to it.
#[derive(Debug)]
pub(super) struct Gpu {
    properties: Properties,
    capability: (u32, u32),
    queue: Queue,
    staging: Mutex<Staging>,
    blas: Mutex<Option<Blas>>,
    delay: Mutex<Option<Delay>>,
}

/// The device that the rest of the library sees.
#[derive(Debug)]
pub(super) struct Cuda(&'static Gpu);

impl Cuda {
    /// Opens the GPU number `ordinal`; once, because it is never closed.
    ///
    /// # Errors
    /// [`Error::Device`] names what is missing: the driver, the GPU, or NVRTC.
    pub fn open(ordinal: usize) -> Result<Self> {
        let operation = format!("open the CUDA device {ordinal}");
        driver::start(&operation)?;
        let device = driver::gpu(&operation, ordinal)?;
        // A GPU that cannot compile a kernel is none for this course.
        nvrtc::version()?;
        let properties =
            properties(device).map_err(|error| Error::device(&operation, driver::text(error.0)))?;
        let queue = Queue::new(device, properties.name.clone())?;
        memory::keep_freed_memory(&queue)?;
        let staging = Mutex::new(Staging::new(&queue)?);
        let capability = properties.compute_capability.unwrap_or_default();
        let (blas, delay) = (Mutex::default(), Mutex::default());
        let gpu = Gpu { properties, capability, queue, staging, blas, delay };
        Ok(Self(Box::leak(Box::new(gpu))))
    }
}

impl Gpu {
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The page-locked memory for copies, for one copy at a time.
    pub fn staging(&self) -> MutexGuard<'_, Staging> {
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compiles `source` for this GPU.
    pub fn compiled(&self, source: &Source) -> Result<Compiled> {
        nvrtc::compile_for(source, self.capability)
    }

    /// Queues some microseconds of waiting.
    pub fn delay(&'static self) -> Result<()> {
        let mut delay = self.delay.lock().unwrap_or_else(PoisonError::into_inner);
        let delay = match &mut *delay {
            Some(delay) => delay,
            none => none.insert(Delay::load(self)?),
        };
        delay.queue(&self.queue)
    }
}

impl Backend for Cuda {
    fn properties(&self) -> &Properties {
        &self.0.properties
    }

    fn memory(&self) -> Result<MemoryInfo> {
        memory::info(&self.0.queue)
    }

    fn allocate(&self, bytes: usize) -> Result<Box<dyn Memory>> {
        Ok(Box::new(DeviceMemory::zeroed(self.0, bytes)?))
    }

    fn upload(&self, bytes: &[u8]) -> Result<Box<dyn Memory>> {
        Ok(Box::new(DeviceMemory::copied(self.0, bytes)?))
    }

    fn compile(&self, source: &Source, kernels: &[Signature]) -> Result<Box<dyn Program>> {
        let compiled = self.0.compiled(source)?;
        Ok(Box::new(GpuProgram::load(self.0, &compiled, kernels)?))
    }

    fn synchronize(&self) -> Result<()> {
        self.0.queue.wait("wait for the GPU")
    }

    fn multiply(&self, product: Product<'_>) -> Result<()> {
        let mut blas = self.0.blas.lock().unwrap_or_else(PoisonError::into_inner);
        let blas = match &mut *blas {
            Some(blas) => blas,
            none => none.insert(Blas::open(&self.0.queue)?),
        };
        blas.multiply(&self.0.queue, product)
    }
}

fn properties(device: CUdevice) -> Result<Properties, DriverError> {
    let number = |which| driver::attribute(device, which);
    let bytes = |which| number(which).map(|bytes| bytes as usize);
    let major = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?;
    let minor = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?;
    Ok(Properties {
        kind: Kind::Cuda,
        name: driver::name(device)?,
        compute_capability: Some((major, minor)),
        multiprocessors: number(Attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)? as usize,
        max_threads_per_block: number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK)?,
        max_block: [
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X)?,
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y)?,
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z)?,
        ],
        max_grid: [
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X)?,
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y)?,
            number(Attribute::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z)?,
        ],
        shared_memory_per_block: bytes(Attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK)?,
        max_shared_memory_per_block: bytes(
            Attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
        )?,
        warp_size: number(Attribute::CU_DEVICE_ATTRIBUTE_WARP_SIZE)?,
        total_memory: driver::total_memory(device)?,
        driver: Some(driver::version()),
    })
}
