//! NVIDIA GPUs.
//!
//! | part | what it does |
//! |---|---|
//! | `toolkit` | where NVIDIA's libraries and headers lie |
//! | `nvrtc` | source to machine code, also without a GPU |
//! | `driver`, `functions` | whether the driver and the GPU are there; its functions |
//! | `advice` | what to do about an error of the driver |
//! | `queue`, `faults` | the order of all work, and what goes wrong in it |
//! | `staging` | page-locked memory for copies to and from the host |
//! | `context` | what all work on one GPU shares |
//! | `memory` | memory of a GPU |
//! | `module`, `program` | machine code on the GPU, and launches |
//! | `timer`, `delay` | how long a launch takes |
//! | `blas` | cuBLAS |
//! | `gpu` | all of it as one device |

mod advice;
mod blas;
mod context;
mod delay;
mod driver;
mod faults;
mod functions;
mod gpu;
mod memory;
mod module;
pub mod nvrtc;
mod program;
mod queue;
mod staging;
mod timer;
mod toolkit;

use super::backend::Backend;
use crate::Result;
use gpu::Cuda;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The GPU number `ordinal`; the same handle each time.
///
/// # Errors
/// [`Error::Device`](crate::Error::Device) names what is missing. It is looked for again with the
/// next call.
pub(super) fn device(ordinal: usize) -> Result<Arc<dyn Backend>> {
    static OPEN: Mutex<BTreeMap<usize, Arc<dyn Backend>>> = Mutex::new(BTreeMap::new());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = open.get(&ordinal) {
        return Ok(device.clone());
    }
    let device: Arc<dyn Backend> = Arc::new(Cuda::open(ordinal)?);
    open.insert(ordinal, device.clone());
    Ok(device)
}
