//! NVIDIA's run-time compiler: CUDA C to the machine code of a GPU, with or without one.
//!
//! [`compile_check`] says what a kernel takes of a GPU that this machine need not have:
//!
//! ```no_run
//! use lesson_lib::device::{Source, nvrtc};
//! let report = nvrtc::compile_check(&Source::file("matmul.cu")?, "sm_90")?;
//! println!("{}", lesson_lib::show::Show::text(&report));
//! # Ok::<(), lesson_lib::Error>(())
//! ```

mod cubins;
mod library;
mod log;
mod symbols;

use super::super::translation_unit::{AROUND, TranslationUnit};
use super::super::value_type::PARAMETERS;
use super::super::{Kind, Source};
use super::toolkit::Toolkit;
use crate::show::Show;
use crate::{Error, Result};
use cubins::Kept;
use library::{Compilation, Failure, Nvrtc};
use std::fmt;
pub(super) use symbols::CubinKernel;

/// A version of NVRTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NvrtcVersion {
    /// `12` in 12.9.
    pub major: u32,
    /// `9` in 12.9.
    pub minor: u32,
}

/// What compiling a source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileReport {
    /// The source's name.
    pub source_name: String,
    /// The architecture compiled for, e.g. `sm_90a`.
    pub architecture: String,
    /// Each kernel, by name.
    pub kernels: Vec<KernelReport>,
    /// The compiler's warnings.
    pub warnings: String,
}

/// What one kernel takes, as the assembler ptxas says. Memory in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KernelReport {
    /// The kernel's name.
    pub name: String,
    /// Registers of each thread.
    pub registers: usize,
    /// What each thread writes to slow memory because registers do not suffice.
    pub spill_stores: usize,
    /// What it reads back of that.
    pub spill_loads: usize,
    /// Slow memory of each thread: what is spilled, and arrays that no register can hold.
    pub stack: usize,
    /// Shared memory that the kernel itself declares.
    pub shared: usize,
}

/// A source as machine code of one architecture.
pub(super) struct MachineCode {
    pub cubin: Vec<u8>,
    pub kernels: Vec<CubinKernel>,
    pub report: CompileReport,
}

/// The version of the NVRTC that is used here.
///
/// # Errors
/// [`Error::Device`] when there is none, with how to get it.
pub fn version() -> Result<NvrtcVersion> {
    Nvrtc::find().map(Nvrtc::version)
}

/// Whether the NVRTC that is used here is the course's own, which `make cuda` fetches.
///
/// # Errors
/// Those of [`version`].
pub fn is_the_courses_own() -> Result<bool> {
    Ok(Nvrtc::find()?.toolkit() == Toolkit::fetched().as_ref() && Toolkit::fetched().is_some())
}

/// Compiles `source` for a GPU of `architecture`, e.g. `sm_75`, and says what each kernel takes.
/// Needs neither a GPU nor a driver.
///
/// A source with a line `// needs: sm_90a` is compiled for `sm_90a` where `sm_90` is asked for:
/// only that architecture has all of the H100's instructions.
///
/// # Errors
/// [`Error::Compile`] with NVRTC's messages; [`Error::Device`] when there is no NVRTC, or it does
/// not know the architecture.
pub fn compile_check(source: &Source, architecture: &str) -> Result<CompileReport> {
    let unit = TranslationUnit::of(source, Kind::Cuda);
    compile(&unit, &special(source, architecture)).map(|compiled| compiled.report)
}

/// `architecture`, or its variant with all special instructions where the source asks for that.
fn special(source: &Source, architecture: &str) -> String {
    let variant = format!("{architecture}a");
    let asked = source.as_written().lines().any(|line| {
        let need = line.trim().strip_prefix("//").and_then(|c| c.trim().strip_prefix("needs:"));
        need.is_some_and(|need| need.split([' ', ',']).any(|word| word == variant))
    });
    if asked { variant } else { architecture.to_string() }
}

/// The architecture to compile for on a GPU of this compute capability.
fn architecture_of((major, minor): (u32, u32)) -> String {
    // An H100 or H200 runs nothing but its own code, so there is no reason to leave out a part.
    let variant = if (major, minor) == (9, 0) { "a" } else { "" };
    format!("sm_{major}{minor}{variant}")
}

/// Compiles `unit` for a GPU of this compute capability.
pub(super) fn compile_for(unit: &TranslationUnit, capability: (u32, u32)) -> Result<MachineCode> {
    compile(unit, &special(&unit.source, &architecture_of(capability)))
}

/// What stands before a source, besides the header that both compilers get.
const STANDARD: &str = include_str!("standard.h");
const ENTRY: &str = include_str!("entry.h");

/// Compiles `unit` for exactly this architecture, or takes what an earlier run kept.
fn compile(unit: &TranslationUnit, architecture: &str) -> Result<MachineCode> {
    let source = &unit.source;
    let library = Nvrtc::find()?;
    let options = options(architecture, library);
    let version = library.version().to_string();
    let text = format!("#line 1 \"{AROUND}\"\n{STANDARD}{PARAMETERS}{ENTRY}{}", unit.text);
    let instance = unit.entries.iter().find(|entry| entry.is_instance);
    let instance = instance.map(|entry| entry.name.as_str());
    let parts = [&[source.name(), &text, &version], &as_strs(&options)[..]].concat();
    let kept = Kept::of(&parts);
    let output = match kept.read() {
        Some(output) => output,
        None => {
            let compiled = library.compile(source.name(), &text, instance, &options);
            let output = compiled.map_err(|failure| explain(failure, source, architecture))?;
            kept.write(&output);
            output
        }
    };
    let kernels = symbols::kernels(&output.cubin, &unit.entries, &output.lowered);
    let report = report(source, architecture, &output, &kernels);
    Ok(MachineCode { cubin: output.cubin, kernels, report })
}

fn as_strs(options: &[String]) -> Vec<&str> {
    options.iter().map(String::as_str).collect()
}

/// From this version on NVRTC keeps machine code in the driver's cache, and has no report for what
/// it finds there.
const KEEPS_CODE: NvrtcVersion = NvrtcVersion { major: 12, minor: 9 };

fn options(architecture: &str, library: &Nvrtc) -> Vec<String> {
    let fixed = [
        "--std=c++17",
        "--generate-line-info",
        "--ptxas-options=-v",
        // Methods of structures and constexpr functions seldom say where they run.
        "--device-as-default-execution-space",
    ];
    let mut options = vec![format!("--gpu-architecture={architecture}")];
    options.extend(fixed.map(String::from));
    if library.version() >= KEEPS_CODE {
        options.push("--no-cache".into());
    }
    let toolkit = library.toolkit();
    // The headers belong to the compiler: those beside it first.
    let toolkits = toolkit.cloned().into_iter().chain(Toolkit::installed());
    if let Some(headers) = toolkits.filter_map(|toolkit| toolkit.headers()).next() {
        options.push(format!("--include-path={}", headers.display()));
    }
    options
}

fn report(
    source: &Source,
    architecture: &str,
    output: &Compilation,
    kernels: &[CubinKernel],
) -> CompileReport {
    let mut reports = log::kernels(&output.log);
    for report in &mut reports {
        if let Some(kernel) = kernels.iter().find(|kernel| kernel.symbol == report.name) {
            report.name.clone_from(&kernel.name);
        }
    }
    reports.sort_by(|a, b| a.name.cmp(&b.name));
    CompileReport {
        source_name: source.name().into(),
        architecture: architecture.into(),
        kernels: reports,
        warnings: log::messages(&output.log),
    }
}

/// The beginnings of the names of headers that come with CUDA.
const NVIDIA_HEADERS: [&str; 4] = ["cuda_", "mma.h", "cooperative_groups", "crt/"];

fn explain(failure: Failure, source: &Source, architecture: &str) -> Error {
    let operation = || format!("compile {} for {architecture}", source.name());
    match failure {
        Failure::Source(log) => {
            let mut log = log::messages(&log);
            if NVIDIA_HEADERS.iter().any(|name| log.contains(&format!("source file \"{name}"))) {
                log.push_str("\nCUDA's headers are not on this machine: `make cuda` fetches them");
            }
            Error::Compile { source_name: source.name().into(), log }
        }
        Failure::Options(log) => {
            let version = version().map(|v| v.to_string()).unwrap_or_default();
            let problem = format!(
                "NVRTC {version} refuses: {}; a GPU that is newer than NVRTC needs a newer one",
                log::messages(&log)
            );
            Error::device(operation(), problem)
        }
        Failure::Other(problem) => {
            let problem = format!(
                "NVRTC says {problem}: restart the kernel of the notebook, or the program; if that \
                 does not help, `make cuda` fetches an NVRTC that fits most GPUs"
            );
            Error::device(operation(), problem)
        }
    }
}

impl fmt::Display for NvrtcVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for KernelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} registers, ", self.name, self.registers)?;
        match (self.spill_stores, self.spill_loads) {
            (0, 0) => f.write_str("no spills")?,
            (stores, loads) => write!(f, "{stores} bytes spilled, {loads} read back")?,
        }
        match self.stack {
            0 => {}
            stack => write!(f, ", {stack} bytes of stack")?,
        }
        write!(f, ", {} bytes of shared memory", self.shared)
    }
}

impl Show for CompileReport {
    fn text(&self) -> String {
        let mut lines = vec![format!("{} for {}", self.source_name, self.architecture)];
        lines.extend(self.kernels.iter().map(|kernel| format!("  {kernel}")));
        if !self.warnings.is_empty() {
            lines.push(self.warnings.clone());
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests;
