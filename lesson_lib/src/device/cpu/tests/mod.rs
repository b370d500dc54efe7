//! Kernels on the CPU device, in both modes.

mod caching;
mod ends;
mod faults;
mod heap;
mod libraries;
mod pasted;
mod races;
mod recording;
mod semantics;
mod stopping;
mod warps;

use super::Mode;
use super::cache::Cache;
use super::program::CpuProgram;
use crate::device::backend::Program;
use crate::device::backend::RawArgument;
use crate::device::launch::Grid;
use crate::device::signature::Signature;
use crate::device::translation_unit::{EntryPoint, TranslationUnit};
use crate::device::{Arguments, Buffer, Device, DeviceValue, Element, Kind, Launch, Source};
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
fn values<T: DeviceValue>(buffer: &Buffer<T, ndarray::Ix1>) -> Vec<T> {
    buffer.download().unwrap().to_vec()
}

/// A program below the public interface, with its signatures.
fn compiled(source: &str, mode: Mode) -> (CpuProgram, Vec<Signature>) {
    let unit = TranslationUnit::of(&Source::from(source), Kind::Cpu);
    let program = CpuProgram::new(&Cache::of_user(), &unit, mode).unwrap();
    let signature = |entry: &EntryPoint| {
        let rows = program.parameters(&entry.name).unwrap();
        Signature::of(&entry.name, &unit.kernels[entry.number], &rows).unwrap()
    };
    let kernels = unit.entries.iter().map(signature).collect();
    (program, kernels)
}

fn grid(blocks: [u32; 3], threads: [u32; 3]) -> Grid {
    Grid { blocks, threads, shared: 0 }
}

fn bound<T: Element>(buffer: &mut Buffer<T, ndarray::Ix1>) -> RawArgument {
    let span = buffer.view().span();
    RawArgument::buffer(span)
}
