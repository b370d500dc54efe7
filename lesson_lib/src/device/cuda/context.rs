//! What all work on one GPU shares: its properties, its queue, and the memory for copies.

use super::advice::Code;
use super::driver::Driver;
use super::queue::Queue;
use super::staging::Staging;
use crate::Result;
use crate::device::{Kind, Properties};
use cudarc::driver::sys::{CUdevice, CUdevice_attribute as Attribute};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An open GPU.
#[derive(Debug)]
pub(super) struct GpuContext {
    properties: Properties,
    // Before the queue, without which its memory cannot be freed.
    staging: Mutex<Staging>,
    queue: Queue,
}

impl GpuContext {
    /// Opens `device`.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) names what `operation` lacks.
    pub fn open(driver: &'static Driver, operation: &str, device: CUdevice) -> Result<Self> {
        let properties =
            properties(driver, device).map_err(|code| driver.error(operation, code))?;
        let queue = Queue::new(driver, device, properties.name.clone())?;
        let staging = Mutex::new(Staging::new(&queue)?);
        Ok(Self { properties, staging, queue })
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

fn properties(driver: &Driver, device: CUdevice) -> Result<Properties, Code> {
    let number = |which| driver.attribute(device, which);
    let bytes = |which| number(which).map(|bytes| bytes as usize);
    let major = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?;
    let minor = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?;
    Ok(Properties {
        kind: Kind::Cuda,
        name: driver.name(device)?,
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
        total_memory: driver.total_memory(device)?,
        driver: Some(driver.version()),
    })
}
