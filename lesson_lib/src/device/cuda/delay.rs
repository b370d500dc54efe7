//! A pause in a GPU's work, during which more work can be queued.
#![allow(unsafe_code)]

use super::context::GpuContext;
use super::module::{Function, LoadedModule};
use super::nvrtc;
use crate::device::backend::RawArgument;
use crate::device::translation_unit::TranslationUnit;
use crate::device::{Grid, Kind, Source};
use crate::{Error, Result};
use std::sync::{Mutex, PoisonError};

const SOURCE: &str = r#"
extern "C" __global__ void delay(long long cycles) {
    long long start = clock64();
    while (clock64() - start < cycles) {}
}
"#;

/// Of the multiprocessor's clock: 20 µs at 2 GHz, longer than the processor takes for a launch.
const CYCLES: u64 = 40_000;

/// A kernel that only waits, loaded when it is first needed.
///
/// Without it the GPU, having nothing to do, would note the start of a measurement as soon as that
/// is queued, and the time that the processor takes to launch the kernel would be measured too.
#[derive(Debug)]
pub(super) struct Delay {
    context: &'static GpuContext,
    kernel: Mutex<Option<(Function, LoadedModule)>>,
}

impl Delay {
    pub fn on(context: &'static GpuContext) -> Self {
        Self { context, kernel: Mutex::default() }
    }

    /// Puts the pause behind all work queued so far. The caller has entered the queue.
    pub fn queue(&self) -> Result<()> {
        let mut kernel = self.kernel.lock().unwrap_or_else(PoisonError::into_inner);
        let (function, _) = match &mut *kernel {
            Some(kernel) => kernel,
            none => none.insert(load(self.context)?),
        };
        let grid = Grid { blocks: [1; 3], threads: [1; 3], shared: 0 };
        let cycles = RawArgument::value(&CYCLES.to_ne_bytes());
        // SAFETY: the kernel has one parameter of 8 bytes, and the caller has entered the queue.
        unsafe { function.launch(self.context.queue(), "delay", &grid, &[cycles]) }
    }
}

fn load(context: &'static GpuContext) -> Result<(Function, LoadedModule)> {
    let unit = TranslationUnit::of(&Source::text("delay.cu", SOURCE), Kind::Cuda);
    let code = nvrtc::compile_for(&unit, context.capability())?;
    let module = LoadedModule::load(context.queue(), "delay.cu", &code.cubin)?;
    let function = module.function("delay")?;
    let function = function.ok_or_else(|| Error::launch("delay", "is not in its module"))?;
    Ok((function, module))
}
