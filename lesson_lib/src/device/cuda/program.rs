//! The kernels of one source on a GPU: loaded, launched, timed.
#![allow(unsafe_code)]

use super::context::GpuContext;
use super::delay::Delay;
use super::module::{Function, LoadedModule};
use super::nvrtc::MachineCode;
use super::timer::CudaEvent;
use crate::device::backend::{Program, RawArgument, Resources};
use crate::device::value_type::ParameterRow;
use crate::device::{Grid, Signature};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::time::Duration;

/// The kernels of one source, loaded on a GPU.
#[derive(Debug)]
pub(super) struct GpuProgram {
    context: &'static GpuContext,
    delay: &'static Delay,
    // Before the module, so that no function outlives it.
    functions: BTreeMap<String, (Function, Vec<ParameterRow>)>,
    module: LoadedModule,
    log: String,
}

impl GpuProgram {
    /// Loads what NVRTC made, and finds its kernels.
    pub fn load(
        context: &'static GpuContext,
        delay: &'static Delay,
        code: MachineCode,
    ) -> Result<Self> {
        let (queue, report) = (context.queue(), &code.report);
        let module = LoadedModule::load(queue, &report.source_name, &code.cubin)?;
        let mut functions = BTreeMap::new();
        for kernel in &code.kernels {
            if let Some(function) = module.function(&kernel.symbol)? {
                function.allow_all_shared_memory(queue, context.properties())?;
                functions.insert(kernel.name.clone(), (function, kernel.parameters.clone()));
            }
        }
        let lines = report.kernels.iter().map(ToString::to_string);
        let warnings = Some(report.warnings.clone()).filter(|text| !text.is_empty());
        let log = warnings.into_iter().chain(lines).collect::<Vec<_>>().join("\n");
        Ok(Self { context, delay, functions, module, log })
    }

    fn function(&self, kernel: &str) -> Result<&Function> {
        let known = self.functions.get(kernel).map(|(function, _)| function);
        known.ok_or_else(|| Error::launch(kernel, "is not among the kernels of this source"))
    }
}

impl Program for GpuProgram {
    fn launch(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<()> {
        let function = self.function(&kernel.name)?;
        function.check_block(&kernel.name, grid)?;
        let queue = self.context.queue();
        queue.enter(&format!("launch {}", kernel.name))?;
        queue.launched(&kernel.name);
        // SAFETY: `arguments` agree with the signature, as this function's contract says, and the
        // function is the kernel that the signature was read from.
        unsafe { function.launch(queue, &kernel.name, grid, arguments) }
    }

    fn time(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<Duration> {
        let queue = self.context.queue();
        let operation = format!("time {}", kernel.name);
        queue.enter(&operation)?;
        let (start, end) = (CudaEvent::with_time(queue)?, CudaEvent::with_time(queue)?);
        self.delay.queue()?;
        start.record(queue, &operation)?;
        self.launch(kernel, grid, arguments)?;
        end.record(queue, &operation)?;
        queue.wait(&operation)?;
        end.since(&start, queue)
    }

    fn parameters(&self, kernel: &str) -> Option<Vec<ParameterRow>> {
        self.functions.get(kernel).map(|(_, parameters)| parameters.clone())
    }

    fn set_constant(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let address = self.module.variable(name, bytes.len())?;
        // SAFETY: the variable is memory of the GPU, with as many bytes.
        unsafe { self.context.staging().write(self.context.queue(), address, bytes) }
    }

    fn resources(&self, kernel: &str) -> Result<Resources> {
        Ok(self.function(kernel)?.resources())
    }

    fn log(&self) -> &str {
        &self.log
    }
}
