//! From CUDA C to a shared library, through the cache.

use super::Mode;
use super::abi::SHIM_NAME;
use super::cache::{Built, Cache};
use super::cas_rewrite::marked;
use super::compiler::{Compiler, compiler};
use super::diagnostics::{Lines, rendered};
use super::shared_rewrite::rewritten;
use super::shim;
use super::variables::gap_script;
use crate::cache::digest;
use crate::device::translation_unit::TranslationUnit;
use crate::device::value_type::PARAMETERS;
use crate::{Error, Result};
use std::fs;
use std::path::Path;
use std::process::Output;

/// The library of `unit`, from `cache` if it was built before.
///
/// # Errors
/// [`Error::Compile`]; [`Error::Device`] when there is no compiler; [`Error::Io`] when the cache
/// cannot be written.
pub(super) fn build(cache: &Cache, unit: &TranslationUnit, mode: Mode) -> Result<Built> {
    let compiler = compiler()?;
    let text = with_shim(unit);
    let fingerprint = compiler.fingerprint(mode);
    let key = digest([fingerprint.as_bytes(), text.as_bytes()]);
    match cache.find(&key) {
        Some(built) => Ok(built),
        None => Building { compiler: &compiler, unit, mode, text: &text }.into_cache(cache, &key),
    }
}

/// The text for the compiler: CUDA's words, then the source.
fn with_shim(unit: &TranslationUnit) -> String {
    let mut text = String::new();
    let shim = shim::headers([unit.source.as_written(), &unit.text]);
    for header in shim.chain([PARAMETERS, include_str!("entry.h")]) {
        text.push_str(&format!("#line 1 \"{SHIM_NAME}\"\n{header}\n"));
    }
    let kernels: Vec<&str> = unit.kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    text + &marked(&rewritten(&unit.text, &kernels))
}

struct Building<'a> {
    compiler: &'a Compiler,
    unit: &'a TranslationUnit,
    mode: Mode,
    text: &'a str,
}

impl Building<'_> {
    fn into_cache(self, cache: &Cache, key: &str) -> Result<Built> {
        let temp = cache.temp_dir()?;
        // A debugger for macOS looks for the object file, so that its name must stay.
        let object = cache.object(key);
        let object = object.as_deref().unwrap_or(&temp.path().join("kernel.o")).to_path_buf();
        let library = temp.path().join("kernel.so");
        let compiled = self.compiler.compile(self.mode, self.text, &object)?;
        let mut log = self.accepted(&compiled)?;
        log.push_str(&self.accepted(&self.linked(&object, &library, temp.path())?)?);
        cache.store(key, &read(&library)?, &log)
    }

    /// Links with gaps between variables, where the mode wants them and the linker can.
    fn linked(&self, object: &Path, library: &Path, folder: &Path) -> Result<Output> {
        if self.mode == Mode::Checked
            && let Some(text) = gap_script(&read(object)?)
        {
            let script = folder.join("gaps.ld");
            fs::write(&script, text).map_err(|error| Error::io("write", &script, error))?;
            let linked = self.compiler.link(object, library, Some(&script))?;
            if linked.status.success() {
                return Ok(linked);
            }
        }
        self.compiler.link(object, library, None)
    }

    /// The warnings, or the errors as an error.
    fn accepted(&self, output: &Output) -> Result<String> {
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && said.is_empty() {
            return Ok(String::new());
        }
        let log = rendered(&said, &Lines::of(self.unit.source.expanded()));
        if output.status.success() {
            return Ok(log);
        }
        Err(Error::Compile { source_name: self.unit.source.name().into(), log })
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io("read", path, error))
}
