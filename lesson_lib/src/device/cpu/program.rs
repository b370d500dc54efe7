//! A module compiled for the CPU.

use super::Mode;
use super::build::build;
use super::cache::Cache;
use super::diagnose::diagnose_heap;
use super::library::Library;
use super::recorder::Recorder;
use super::scheduler::GridScheduler;
use super::shared::SharedPool;
use super::spec::LaunchSpec;
use crate::device::backend::{Program, RawArgument, Resources};
use crate::device::launch::Grid;
use crate::device::record::Event;
use crate::device::signature::Signature;
use crate::device::translation_unit::TranslationUnit;
use crate::device::value_type::ParameterRow;
use crate::{Error, Result};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fmt};

/// The limit of a launch where `LESSON_KERNEL_TIMEOUT` names none.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Compiled kernels, and what their launches share.
pub(super) struct CpuProgram {
    name: String,
    mode: Mode,
    library: Library,
    log: String,
    notes: Mutex<Vec<String>>,
    shared: SharedPool,
    /// Where each kernel's text begins, by its number.
    places: Vec<String>,
}

impl CpuProgram {
    /// Compiles `unit`, or takes it from `cache`.
    ///
    /// # Errors
    /// [`Error::Compile`] with the compiler's messages; [`Error::Device`] without a compiler.
    pub fn new(cache: &Cache, unit: &TranslationUnit, mode: Mode) -> Result<Self> {
        let built = build(cache, unit, mode)?;
        let library = Library::load(cache, &built, &unit.entries)?;
        Ok(Self {
            name: unit.source.name().into(),
            mode,
            shared: SharedPool::new(library.fixed_bytes()),
            library,
            log: built.log,
            places: unit.kernels.iter().map(|kernel| kernel.place.clone()).collect(),
            notes: Mutex::default(),
        })
    }

    /// Bytes of `__shared__` declarations in the kernel itself, and in device functions, which
    /// count for every kernel.
    fn declared_shared(&self, kernel: &str) -> usize {
        let owner = self.library.kernel(kernel).map_or(-1, |kernel| kernel.number as i32);
        let slots = self.library.slots().iter();
        slots.filter(|slot| slot.owner < 0 || slot.owner == owner).map(|slot| slot.bytes).sum()
    }

    /// What is launched, for a [`GridScheduler`].
    pub fn spec<'p>(
        &'p self,
        kernel: &'p Signature,
        grid: &'p Grid,
        arguments: &'p [RawArgument],
    ) -> Result<LaunchSpec<'p>> {
        let compiled = self.library.kernel(&kernel.name).ok_or_else(|| {
            Error::launch(&kernel.name, format!("is not among the kernels of {}", self.name))
        })?;
        let (library, entry) = (&self.library, compiled.entry);
        let (mode, limit) = (self.mode, limit()?);
        let place = self.places.get(compiled.number).map_or("", String::as_str);
        Ok(LaunchSpec { library, mode, kernel, entry, place, grid, arguments, limit })
    }

    /// Where the workers of a test's launch take shared memory from.
    #[cfg(test)]
    pub fn shared(&self) -> &SharedPool {
        &self.shared
    }

    /// Runs a launch of one of these kernels to its end.
    ///
    /// # Errors
    /// The fault of the first block that has one.
    fn execute(&self, spec: &LaunchSpec<'_>, recorder: Option<&Recorder>) -> Result<()> {
        let grid = GridScheduler::new(spec, &self.shared, recorder);
        let done = grid.execute();
        let notes = if done.is_ok() { grid.notes() } else { Vec::new() };
        *self.notes.lock().unwrap_or_else(PoisonError::into_inner) = notes;
        done?;
        self.library.heap().is_whole().map_err(|message| diagnose_heap(spec, message))
    }
}

/// How long a launch may take, by `LESSON_KERNEL_TIMEOUT` in seconds; 0 is for ever.
fn limit() -> Result<Option<Duration>> {
    let Ok(text) = env::var("LESSON_KERNEL_TIMEOUT") else { return Ok(Some(TIMEOUT)) };
    parse_limit(&text).ok_or_else(|| {
        let problem = format!(
            "LESSON_KERNEL_TIMEOUT is “{text}”; write seconds, e.g. 60 or 0.5, or 0 for no limit"
        );
        Error::argument("launch", problem)
    })
}

fn parse_limit(text: &str) -> Option<Option<Duration>> {
    if text.trim().is_empty() {
        return Some(Some(TIMEOUT));
    }
    let limit = Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()?;
    Some(Some(limit).filter(|limit| !limit.is_zero()))
}

impl Program for CpuProgram {
    fn launch(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<()> {
        let spec = self.spec(kernel, grid, arguments)?;
        self.execute(&spec, None)
    }

    fn time(&self, kernel: &Signature, grid: &Grid, arguments: &[RawArgument]) -> Result<Duration> {
        let start = Instant::now();
        self.launch(kernel, grid, arguments)?;
        Ok(start.elapsed())
    }

    fn record(
        &self,
        kernel: &Signature,
        grid: &Grid,
        arguments: &[RawArgument],
    ) -> Result<Vec<Event>> {
        if self.mode != Mode::Checked {
            let problem = "only `Device::checked()` sees every access";
            return Err(Error::argument("record", problem));
        }
        let (spec, recorder) = (self.spec(kernel, grid, arguments)?, Recorder::default());
        self.execute(&spec, Some(&recorder))?;
        recorder.resolve_events(&spec)
    }

    fn parameters(&self, kernel: &str) -> Option<Vec<ParameterRow>> {
        self.library.kernel(kernel).map(|kernel| kernel.parameters.clone())
    }

    fn set_constant(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.library.set_constant(name, bytes)
    }

    fn resources(&self, kernel: &str) -> Result<Resources> {
        Ok(Resources { shared: self.declared_shared(kernel), ..Resources::default() })
    }

    fn log(&self) -> &str {
        &self.log
    }

    fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for CpuProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} compiled for the CPU ({:?})", self.name, self.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_in_seconds_and_0_is_none() {
        assert_eq!(parse_limit("60"), Some(Some(Duration::from_secs(60))));
        assert_eq!(parse_limit(" 0.5 "), Some(Some(Duration::from_millis(500))));
        assert_eq!(parse_limit("0"), Some(None));
        assert_eq!(parse_limit(""), Some(Some(TIMEOUT)));
        assert_eq!(parse_limit("-1"), None);
        assert_eq!(parse_limit("soon"), None);
    }
}
