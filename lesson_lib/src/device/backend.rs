//! What each kind of device must provide. Everything else in `device` is common to all.

use super::record::Event;
use super::signature::Signature;
use super::{Grid, Properties, Source};
use crate::Result;
use std::fmt;
use std::time::Duration;

/// One device: a GPU, or this machine's processor.
pub(super) trait Backend: fmt::Debug + Send + Sync {
    /// What the device is and what it allows.
    fn properties(&self) -> &Properties;

    /// Free and total bytes of the device's memory.
    fn memory(&self) -> Result<MemoryInfo>;

    /// Memory of `bytes` bytes, all zero. Zero bytes are fine.
    fn allocate(&self, bytes: usize) -> Result<Box<dyn Memory>>;

    /// Memory that begins as a copy of `bytes`.
    fn upload(&self, bytes: &[u8]) -> Result<Box<dyn Memory>> {
        let mut memory = self.allocate(bytes.len())?;
        memory.write(bytes)?;
        Ok(memory)
    }

    /// Compiles `source`; `kernels` are the signatures found in its text.
    fn compile(&self, source: &Source, kernels: &[Signature]) -> Result<Box<dyn Program>>;

    /// Waits for everything that was launched.
    ///
    /// # Errors
    /// A fault of a kernel launched earlier.
    fn synchronize(&self) -> Result<()>;

    /// `c = a · b` for `count` matrices one after another, row-major:
    /// `a: (count, m, k)`, `b: (count, k, n)`, `c: (count, m, n)`, by the vendor's library.
    fn multiply(&self, product: Product<'_>) -> Result<()>;
}

/// Memory of a device, freed on drop.
pub(super) trait Memory: fmt::Debug + Send + Sync {
    /// What a kernel is given.
    fn address(&self) -> u64;

    /// Copies `bytes` to the start of the memory.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// Copies the start of the memory to `bytes`, after all launches have ended.
    fn read(&self, bytes: &mut [u8]) -> Result<()>;
}

/// Compiled kernels, ready to run.
pub(super) trait Program: fmt::Debug + Send + Sync {
    /// Starts `kernel` over `grid`. May return before the kernel has ended.
    ///
    /// The arguments agree with the kernel's signature, and the grid with the device's limits.
    fn launch(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<()>;

    /// As [`launch`](Program::launch), and returns how long the device worked.
    fn time(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<Duration>;

    /// As [`launch`](Program::launch), and returns every use of buffers and shared memory and
    /// every wait, in the order in which they were made. For small launches.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on a device that cannot see them, or when there
    /// are too many.
    fn record(&self, _: &Signature, _: &Grid, _: &[RawArgument]) -> Result<Vec<Event>> {
        Err(crate::Error::argument("record", "only `Device::checked()` sees every access"))
    }

    /// Registers and memory that the kernel takes, where the compiler says.
    fn resources(&self, kernel: &str) -> Result<Resources>;

    /// What the compiler said without failing: warnings, registers.
    fn log(&self) -> &str;

    /// What the last launch did that may be meant, where the device looks.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An argument that agreed with its parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawArgument {
    /// The value as the kernel is given it; a pointer for a buffer. Little-endian, padded with 0.
    pub bits: u64,
    /// Where the memory of a buffer lies.
    pub span: Option<BufferSpan>,
}

/// A buffer as a kernel sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BufferSpan {
    /// The address of the first element.
    pub start: u64,
    /// How many elements there are.
    pub elements: usize,
    /// The size of one element in bytes.
    pub element_size: usize,
}

impl BufferSpan {
    /// The size of all elements.
    pub fn bytes(&self) -> usize {
        self.elements * self.element_size
    }
}

/// The operands of [`Backend::multiply`]; all of them on that device.
#[derive(Debug)]
pub(super) struct Product<'a> {
    pub scalar: super::Scalar,
    pub a: &'a dyn Memory,
    pub b: &'a dyn Memory,
    pub c: &'a mut dyn Memory,
    pub count: usize,
    pub m: usize,
    pub k: usize,
    pub n: usize,
}

/// How much memory a device has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryInfo {
    /// Bytes that can still be allocated.
    pub free: u64,
    /// All bytes.
    pub total: u64,
}

/// What one thread or block of a compiled kernel takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Registers for each thread; `None` on the CPU.
    pub registers: Option<usize>,
    /// Bytes of slow memory that each thread takes, for registers that it spills and for arrays
    /// that no register can hold; `None` on the CPU.
    pub spilled: Option<usize>,
    /// Bytes of shared memory that the kernel itself declares.
    pub shared: usize,
}
