//! The device that is always there: CUDA C run by this machine's processor.
//!
//! A `.cu` file is compiled by the host's C++ compiler unchanged, except for its `__shared__`
//! declarations and a mark for the careful mode; the headers in `shim/` supply the rest of CUDA C. Blocks are spread over the host's threads;
//! the threads of a block take turns on one of them.
//!
//! | part | what it does |
//! |---|---|
//! | `shared_rewrite`, `cas_rewrite`, `shim`, `entry.h` | CUDA C as C++ |
//! | `shim/shadow.h` | in the careful mode, notes about every use of memory: the usual orders of two uses are accepted here |
//! | `compiler`, `diagnostics`, `build`, `cache`, `library` | from C++ to functions in this process |
//! | `program`, `spec`, `scheduler` | a launch, and its blocks |
//! | `block`, `thread`, `barrier`, `warp`, `stack`, `switch` | the threads of one block: barriers, shuffles, divergence |
//! | `memory`, `shared`, `heap`, `variables`, `host` | memory between guard zones, and how much there is |
//! | `abi`, `hooks`, `worker` | the interface between a kernel and the device |
//! | `checker` | what `shim/shadow.h` reports: accesses outside of all memory, misaligned ones |
//! | `shadow`, `launch_shadow`, `cells`, `releases` | races, within a block and between blocks: whether the reported uses are ordered after all; unwritten memory |
//! | `recorder` | what `trace` shows |
//! | `multiply` | matrix products by the `gemm` crate |
//! | `signals`, `registers`, `stop`, `watchdog` | faults and endless loops become errors |
//! | `fault`, `diagnose` | an error in terms of the source |

mod abi;
mod barrier;
mod block;
mod build;
mod cache;
mod cas_rewrite;
mod cells;
mod checker;
mod compiler;
mod diagnose;
mod diagnostics;
mod fault;
mod heap;
mod hooks;
mod host;
mod launch_shadow;
mod library;
mod memory;
mod multiply;
mod program;
mod recorder;
mod registers;
mod releases;
mod scheduler;
mod shadow;
mod shared;
mod shared_rewrite;
mod shim;
mod signals;
mod spec;
mod stack;
mod stop;
mod switch;
mod thread;
mod variables;
mod warp;
mod watchdog;
mod worker;

#[cfg(test)]
mod tests;

use super::backend::{Backend, Memory, MemoryInfo, Product, Program};
use super::translation_unit::TranslationUnit;
use super::{Kind, Properties};
use crate::Result;
use cache::Cache;
use program::CpuProgram;
use std::sync::{Arc, OnceLock};

/// How carefully a kernel is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// At full speed.
    Fast,
    /// With every access checked.
    Checked,
}

/// The processor in one mode; the same handle each time.
pub(super) fn device(mode: Mode) -> Arc<dyn Backend> {
    static DEVICES: [OnceLock<Arc<Processor>>; 2] = [const { OnceLock::new() }; 2];
    DEVICES[mode as usize].get_or_init(|| Arc::new(Processor::new(mode))).clone()
}

/// This machine's processor.
#[derive(Debug)]
struct Processor {
    mode: Mode,
    properties: Properties,
}

impl Processor {
    fn new(mode: Mode) -> Self {
        Self { mode, properties: properties(mode) }
    }
}

fn properties(mode: Mode) -> Properties {
    let threads = rayon::current_num_threads();
    let threads_text = if threads == 1 { "1 thread".into() } else { format!("{threads} threads") };
    let name = match mode {
        Mode::Fast => format!("CPU ({threads_text})"),
        Mode::Checked => format!("CPU, checked ({threads_text})"),
    };
    Properties {
        kind: Kind::Cpu,
        name,
        compute_capability: None,
        multiprocessors: threads,
        // The limits of CUDA devices, so that what runs here runs there.
        max_threads_per_block: 1024,
        max_block: [1024, 1024, 64],
        max_grid: [i32::MAX as u32, 65535, 65535],
        shared_memory_per_block: 48 << 10,
        max_shared_memory_per_block: 48 << 10,
        warp_size: abi::LANES,
        total_memory: host::memory().total,
        driver: None,
    }
}

impl Backend for Processor {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn memory(&self) -> Result<MemoryInfo> {
        Ok(host::memory())
    }

    fn allocate(&self, bytes: usize) -> Result<Box<dyn Memory>> {
        Ok(Box::new(memory::allocate(&self.properties.name, bytes)?))
    }

    fn compile(&self, unit: &TranslationUnit) -> Result<Box<dyn Program>> {
        Ok(Box::new(CpuProgram::new(&Cache::of_user(), unit, self.mode)?))
    }

    /// Launches end before they return.
    fn synchronize(&self) -> Result<()> {
        Ok(())
    }

    fn multiply(&self, product: Product<'_>) -> Result<()> {
        multiply::multiply(&product)
    }
}
