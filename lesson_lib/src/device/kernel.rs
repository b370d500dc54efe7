//! Compiled kernels, and how they are launched.

use super::argument::{Arguments, bind};
use super::backend::{Program, RawArgument, Resources};
use super::launch::Grid;
use super::signature::Signature;
use super::{Device, Launch, Recording};
use crate::Result;
use crate::show::Show;
use crate::timing::Timing;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A compiled kernel that knows its parameters.
#[derive(Clone, Debug)]
pub struct Kernel {
    device: Device,
    program: Arc<dyn Program>,
    signature: Signature,
}

impl Kernel {
    pub(super) fn new(device: &Device, program: &Arc<dyn Program>, signature: &Signature) -> Self {
        Self { device: device.clone(), program: program.clone(), signature: signature.clone() }
    }

    pub(super) fn program(&self) -> &dyn Program {
        &*self.program
    }

    /// Runs the kernel over the threads of `launch` with `arguments`, a tuple.
    ///
    /// On a GPU the launch returns at once; [`Device::synchronize`] and
    /// [`Buffer::download`](super::Buffer::download) wait for the end.
    ///
    /// # Errors
    /// [`Error::Launch`](crate::Error::Launch) before anything runs, when an argument does not fit its parameter or the
    /// launch the device; [`Error::Fault`](crate::Error::Fault) when the kernel does something wrong, on a GPU with the
    /// next call that waits.
    pub fn launch<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<()> {
        let (grid, bound) = self.resolve(launch, arguments)?;
        self.program.launch(&self.signature, &grid, &bound)
    }

    /// Runs the kernel as [`launch`](Kernel::launch) does, waits for its end, and returns how long
    /// the device worked: by its own clock on a GPU, without the time of the launch.
    ///
    /// # Errors
    /// Those of [`launch`](Kernel::launch).
    pub fn time<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<Duration> {
        let (grid, bound) = self.resolve(launch, arguments)?;
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
    /// Those of [`launch`](Kernel::launch); [`Error::Argument`](crate::Error::Argument) for no run at all.
    pub fn timeit<'a>(
        &self,
        runs: usize,
        launch: Launch,
        arguments: impl Arguments<'a>,
    ) -> Result<Timing> {
        let (grid, bound) = self.resolve(launch, arguments)?;
        let seconds = (0..runs).map(|_| {
            self.program.time(&self.signature, &grid, &bound).map(|time| time.as_secs_f64())
        });
        Timing::from_seconds(seconds.collect::<Result<Vec<_>>>()?, 1)
    }

    /// Runs the kernel as [`launch`](Kernel::launch) does, and returns everything that its threads
    /// read and wrote and when they waited. For small launches on [`Device::checked`].
    ///
    /// # Errors
    /// Those of [`launch`](Kernel::launch); [`Error::Argument`](crate::Error::Argument) on a device that does not see every
    /// access, and when there are too many.
    pub fn record<'a>(&self, launch: Launch, arguments: impl Arguments<'a>) -> Result<Recording> {
        let arguments = arguments.into_arguments();
        let shapes = arguments.iter().map(|a| a.shape().map(<[usize]>::to_vec)).collect();
        let (grid, bound) = self.resolve(launch, arguments)?;
        let events = self.program.record(&self.signature, &grid, &bound)?;
        let shared = self.program.resources(&self.signature.name)?.shared + grid.shared;
        let (signature, blocks, threads) = (self.signature.clone(), grid.blocks, grid.threads);
        Ok(Recording { signature, blocks, threads, shapes, shared, events })
    }

    /// The launch as a device takes it, if it agrees with the kernel and the device.
    fn resolve<'a>(
        &self,
        launch: Launch,
        arguments: impl Arguments<'a>,
    ) -> Result<(Grid, Vec<RawArgument>)> {
        let bound = bind(&self.signature, &self.device, &arguments.into_arguments())?;
        let name = &self.signature.name;
        let declared = self.program.resources(name)?.shared;
        let grid = launch.to_grid(name, declared, self.device.properties())?;
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
    /// [`Error::Device`](crate::Error::Device) when the device does not say.
    pub fn resources(&self) -> Result<Resources> {
        self.program.resources(&self.signature.name)
    }
}

impl Show for Kernel {
    fn text(&self) -> String {
        format!("{} on {}", self.signature, self.device)
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.signature.name)
    }
}
