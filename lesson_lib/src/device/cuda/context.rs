//! What all work on one GPU shares: its properties, its queue, and the memory for copies.

use super::driver;
use super::queue::Queue;
use super::staging::Staging;
use crate::device::{Kind, Properties};
use crate::{Error, Result};
use cudarc::driver::DriverError;
use cudarc::driver::sys::{CUdevice, CUdevice_attribute as Attribute};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An open GPU. It is never closed, so that whatever is on it can point to it.
#[derive(Debug)]
pub(super) struct GpuContext {
    properties: Properties,
    queue: Queue,
    staging: Mutex<Staging>,
}

impl GpuContext {
    /// Opens `device`; once, because it is never closed.
    ///
    /// # Errors
    /// [`Error::Device`] names what `operation` lacks.
    pub fn open(operation: &str, device: CUdevice) -> Result<&'static Self> {
        let properties =
            properties(device).map_err(|error| Error::device(operation, driver::text(error.0)))?;
        let queue = Queue::new(device, properties.name.clone())?;
        let staging = Mutex::new(Staging::new(&queue)?);
        Ok(Box::leak(Box::new(Self { properties, queue, staging })))
    }

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

    /// The version of what the GPU can do: (9, 0) is an H100's.
    pub fn capability(&self) -> (u32, u32) {
        self.properties.compute_capability.unwrap_or_default()
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
