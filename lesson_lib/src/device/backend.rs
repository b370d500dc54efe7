//! What each kind of device must provide. Everything else in `device` is common to all.

use super::record::Event;
use super::signature::Signature;
use super::translation_unit::TranslationUnit;
use super::value_type::ParameterRow;
use super::{Grid, Properties};
use crate::{Error, Result};
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

    /// Compiles the entries of `unit`.
    fn compile(&self, unit: &TranslationUnit) -> Result<Box<dyn Program>>;

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
        Err(Error::argument("record", "only `Device::checked()` sees every access"))
    }

    /// The parameters of `kernel` as the compiler sees them; none where an `#if` left it out.
    fn parameters(&self, kernel: &str) -> Option<Vec<ParameterRow>>;

    /// Copies `bytes` to the `__constant__` variable `name`, if it is one of as many bytes.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) says what it is instead.
    fn set_constant(&self, name: &str, bytes: &[u8]) -> Result<()>;

    /// Registers and memory that the kernel takes, where the compiler says.
    fn resources(&self, kernel: &str) -> Result<Resources>;

    /// What the compiler said without failing: warnings, registers.
    fn log(&self) -> &str;

    /// What the last launch did that may be intended, where the device looks.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An argument that agreed with its parameter.
#[derive(Clone, Debug)]
pub(super) struct RawArgument {
    value: Vec<Chunk>,
    /// Where the memory of a buffer lies.
    pub span: Option<BufferSpan>,
}

/// As many bytes as the strictest type of CUDA is aligned to.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
struct Chunk([u8; 16]);

impl RawArgument {
    /// A value by its bytes.
    pub fn value(bytes: &[u8]) -> Self {
        let chunk = |bytes: &[u8]| Chunk(std::array::from_fn(|k| *bytes.get(k).unwrap_or(&0)));
        Self { value: bytes.chunks(16).map(chunk).collect(), span: None }
    }

    /// A pointer to a buffer.
    pub fn buffer(span: BufferSpan) -> Self {
        Self { span: Some(span), ..Self::value(&span.start.to_ne_bytes()) }
    }

    /// Where the value stands, for as long as the argument does; padded to 16 bytes.
    pub fn address(&self) -> *const u64 {
        self.value.as_ptr().cast()
    }
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

/// The error for a `__constant__` variable that a module does not have.
pub(super) fn no_constant(name: &str) -> Error {
    let problem = format!("there is no __constant__ variable {name}, outside of functions");
    Error::argument("set_constant", problem)
}

/// The error for values of another size than a `__constant__` variable's.
pub(super) fn other_size(name: &str, size: usize, given: usize) -> Error {
    let problem = format!("{name} has {size} bytes, and the values {given}");
    Error::argument("set_constant", problem)
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
