//! Kernels on the CPU device, in both modes.

mod caching;
mod faults;
mod races;
mod recording;
mod semantics;
mod stopping;

use super::cache::Cache;
use super::program::CpuProgram;
use super::{Mode, properties};
use crate::device::backend::RawArgument;
use crate::device::launch::Grid;
use crate::device::signature::{Signature, signatures};
use crate::device::{Arguments, Buffer, Device, Element, Launch, Source};
use crate::error::Fault;
use crate::{Error, Result};

/// Both kinds of the device.
fn devices() -> [Device; 2] {
    [Device::cpu(), Device::checked()]
}

/// Compiles `source` and launches its kernel `name`.
fn run<'a>(
    device: &Device,
    source: &str,
    name: &str,
    launch: Launch,
    arguments: impl Arguments<'a>,
) -> Result<()> {
    device.compile(source)?.kernel(name)?.launch(launch, arguments)
}

/// The fault that `result` is.
fn fault(result: Result<()>) -> Fault {
    match result {
        Err(Error::Fault(fault)) => *fault,
        other => panic!("no fault but {other:?}"),
    }
}

/// The numbers of a buffer.
fn values<T: Element>(buffer: &Buffer<T, ndarray::Ix1>) -> Vec<T> {
    buffer.download().unwrap().to_vec()
}

/// A program below the public interface, with its signatures.
fn compiled(source: &str, mode: Mode) -> (CpuProgram, Vec<Signature>) {
    let source = Source::from(source);
    let kernels = signatures(source.name(), source.expanded()).unwrap();
    let cache = Cache::of_user();
    (CpuProgram::new(&cache, &source, &kernels, mode, &properties(mode)).unwrap(), kernels)
}

fn grid(blocks: [u32; 3], threads: [u32; 3]) -> Grid {
    Grid { blocks, threads, shared: 0 }
}

fn bound<T: Element>(buffer: &mut Buffer<T, ndarray::Ix1>) -> RawArgument {
    let span = buffer.view().span();
    RawArgument { bits: span.start, span: Some(span) }
}
