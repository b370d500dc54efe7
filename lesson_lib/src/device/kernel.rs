//! Compiled kernels, and how they are launched.

use super::argument::{Arguments, bind};
use super::backend::{Program, RawArgument, Resources};
use super::launch::Grid;
use super::signature::{Signature, signatures};
use super::{Device, Launch, Recording, Source};
use crate::show::Show;
use crate::timing::Timing;
use crate::{Error, Result};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

impl Device {
    /// Compiles CUDA C: text, or a [`Source`] read from a file.
    ///
    /// # Errors
    /// [`Error::Compile`] with the compiler's messages; [`Error::Device`] when there is no compiler.
    pub fn compile(&self, source: impl Into<Source>) -> Result<Module> {
        Module::compile(self, &source.into())
    }
}

/// The kernels of one source, compiled for one device.
#[derive(Clone, Debug)]
pub struct Module {
    name: String,
    device: Device,
    program: Arc<dyn Program>,
    kernels: Vec<Signature>,
}

impl Module {
    fn compile(device: &Device, source: &Source) -> Result<Self> {
        let kernels = signatures(source.name(), source.expanded())?;
        if kernels.is_empty() {
            return Err(Error::Compile {
                source_name: source.name().into(),
                log: "there is no kernel in it: a kernel starts with extern \"C\" __global__ void"
                    .into(),
            });
        }
        let program = device.backend().compile(source, &kernels)?.into();
        Ok(Self { name: source.name().into(), device: device.clone(), program, kernels })
    }

    /// The kernel called `name`.
    ///
    /// # Errors
    /// [`Error::Launch`] with the names that there are.
    pub fn kernel(&self, name: &str) -> Result<Kernel> {
        match self.kernels.iter().find(|kernel| kernel.name == name) {
            Some(kernel) => Ok(Kernel {
                device: self.device.clone(),
                program: self.program.clone(),
                signature: kernel.clone(),
            }),
            None => {
                let names: Vec<&str> = self.kernels.iter().map(|k| k.name.as_str()).collect();
                let problem = format!(
                    "{} has no kernel of this name; it has {}",
                    self.name,
                    names.join(", ")
                );
                Err(Error::launch(name, problem))
            }
        }
    }

    /// The signatures of all kernels, in the order of the text.
    pub fn signatures(&self) -> &[Signature] {
        &self.kernels
    }

    pub(super) fn is_on(&self, device: &Device) -> bool {
        self.device.same_backend(device)
    }

    /// What the compiler said without failing: warnings, and on CUDA the registers of each kernel.
    pub fn log(&self) -> &str {
        self.program.log()
    }
}

/// A compiled kernel that knows its parameters.
#[derive(Clone, Debug)]
pub struct Kernel {
    device: Device,
    program: Arc<dyn Program>,
    signature: Signature,
}

impl Kernel {
    /// Runs the kernel over the threads of `launch` with `arguments`, a tuple.
    ///
    /// On a GPU the launch returns at once; [`Device::synchronize`] and
    /// [`Buffer::download`](super::Buffer::download) wait for the end.
    ///
    /// # Errors
    /// [`Error::Launch`] before anything runs, when an argument does not fit its parameter or the
    /// launch the device; [`Error::Fault`] when the kernel does something wrong, on a GPU with the
    /// next call that waits.
    pub fn launch<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<()> {
        let (grid, bound) = self.validate(launch, arguments)?;
        self.program.launch(&self.signature, &grid, &bound)
    }

    /// Runs the kernel as [`launch`](Kernel::launch) does, waits for its end, and returns how long
    /// the device worked: by its own clock on a GPU, without the time of the launch.
    ///
    /// # Errors
    /// Those of [`launch`](Kernel::launch).
    pub fn time<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<Duration> {
        let (grid, bound) = self.validate(launch, arguments)?;
        self.program.time(&self.signature, &grid, &bound)
    }

    /// Measures [`time`](Kernel::time) in this many runs, one after another.
    ///
    /// ```
    /// use lesson_lib::device::{Device, Launch};
    ///
    /// let nothing = Device::cpu().compile(r#"extern "C" __global__ void nothing() {}"#)?;
    /// let timing = nothing.kernel("nothing")?.timeit(5, Launch::blocks(1), ())?;
    /// assert_eq!((timing.runs(), timing.loops()), (5, 1));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`launch`](Kernel::launch); [`Error::Argument`] for no run at all.
    pub fn timeit<'a>(
        &self,
        runs: usize,
        launch: Launch,
        arguments: impl Arguments<'a>,
    ) -> Result<Timing> {
        let (grid, bound) = self.validate(launch, arguments)?;
        let seconds = (0..runs).map(|_| {
            self.program.time(&self.signature, &grid, &bound).map(|time| time.as_secs_f64())
        });
        Timing::from_seconds(seconds.collect::<Result<Vec<_>>>()?, 1)
    }

    /// Runs the kernel as [`launch`](Kernel::launch) does, and returns everything that its threads
    /// read and wrote and when they waited. For small launches on [`Device::checked`].
    ///
    /// # Errors
    /// Those of [`launch`](Kernel::launch); [`Error::Argument`] on a device that does not see every
    /// access, and when there are too many.
    pub fn record<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<Recording> {
        let arguments = arguments.into_arguments();
        let shapes = arguments.iter().map(|a| a.shape().map(<[usize]>::to_vec)).collect();
        let (grid, bound) = self.validate(launch, arguments)?;
        let events = self.program.record(&self.signature, &grid, &bound)?;
        let shared = self.program.resources(&self.signature.name)?.shared + grid.shared;
        let (signature, blocks, threads) = (self.signature.clone(), grid.blocks, grid.threads);
        Ok(Recording { signature, blocks, threads, shapes, shared, events })
    }

    fn validate<'a>(
        &self,
        launch: Launch,
        arguments: impl Arguments<'a>,
    ) -> Result<(Grid, Vec<RawArgument>)> {
        let bound = bind(&self.signature, &self.device, &arguments.into_arguments())?;
        let grid = launch.validate(&self.signature.name, self.device.properties())?;
        Ok((grid, bound))
    }

    /// What the last launch of a kernel of this module did that need not be wrong, in words: elements
    /// that no thread wrote, and memory that was not watched for races. [`Device::checked`] looks,
    /// other devices have no notes.
    ///
    /// ```
    /// use lesson_lib::device::{Device, Launch};
    ///
    /// let device = Device::checked();
    /// let source = r#"extern "C" __global__ void ones(float* a) { a[threadIdx.x] = 1; }"#;
    /// let ones = device.compile(source)?.kernel("ones")?;
    /// let mut a = device.zeros(100)?;
    /// ones.launch(Launch::blocks(1).block(64), (&mut a,))?;
    /// assert_eq!(ones.notes(), ["no thread wrote 36 of the 100 elements of a, the first a[64]"]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn notes(&self) -> Vec<String> {
        self.program.notes()
    }

    /// Name and parameters.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Where it runs.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Registers and shared memory that it takes.
    ///
    /// # Errors
    /// [`Error::Device`] when the device does not say.
    pub fn resources(&self) -> Result<Resources> {
        self.program.resources(&self.signature.name)
    }
}

impl Show for Kernel {
    fn text(&self) -> String {
        format!("{} on {}", self.signature, self.device)
    }
}

impl Show for Module {
    fn text(&self) -> String {
        let lines: Vec<String> = self.kernels.iter().map(Signature::to_string).collect();
        format!("{} on {}:\n{}", self.name, self.device, lines.join("\n"))
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.signature.name)
    }
}
