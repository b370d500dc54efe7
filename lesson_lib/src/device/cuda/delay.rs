//! A pause in a GPU's work, during which more work can be queued.
#![allow(unsafe_code)]

use super::super::backend::RawArgument;
use super::super::{Grid, Source};
use super::gpu::Gpu;
use super::program::{Code, Function};
use super::queue::Queue;
use crate::{Error, Result};

const SOURCE: &str = r#"
extern "C" __global__ void delay(long long cycles) {
    long long start = clock64();
    while (clock64() - start < cycles) {}
}
"#;

/// Of the multiprocessor's clock: 20 µs at 2 GHz, longer than the processor takes for a launch.
const CYCLES: u64 = 40_000;

/// A kernel that only waits.
///
/// Without it the GPU, having nothing to do, would note the start of a measurement as soon as that
/// is queued, and the time that the processor takes to launch the kernel would be measured too.
#[derive(Debug)]
pub(super) struct Delay {
    function: Function,
    _code: Code,
}

impl Delay {
    pub fn load(gpu: &'static Gpu) -> Result<Self> {
        let compiled = gpu.compiled(&Source::text("delay.cu", SOURCE))?;
        let code = Code::load(gpu.queue(), "delay.cu", &compiled.cubin)?;
        let function = code.function("delay")?;
        let function = function.ok_or_else(|| Error::launch("delay", "is not in its module"))?;
        Ok(Self { function, _code: code })
    }

    /// Puts the pause behind all work queued so far.
    pub fn queue(&self, queue: &Queue) -> Result<()> {
        let grid = Grid { blocks: [1; 3], threads: [1; 3], shared: 0 };
        let cycles = RawArgument { bits: CYCLES, span: None };
        // SAFETY: the kernel has one parameter of 8 bytes, and the caller has entered the queue.
        unsafe { self.function.launch(queue, "delay", &grid, &[cycles]) }
    }
}
