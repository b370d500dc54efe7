//! From CUDA C to a shared library, through the cache.

use super::Mode;
use super::abi::SHIM_NAME;
use super::cache::{Built, Cache};
use super::compiler::{Compiler, compiler};
use super::diagnostics::{Lines, cuda_only, rendered};
use super::shared_rewrite::rewritten;
use crate::cache::digest;
use crate::device::Source;
use crate::device::signature::Signature;
use crate::{Error, Result};
use std::fs;
use std::path::Path;
use std::process::Output;

const SHIM: [&str; 3] =
    [include_str!("shim.h"), include_str!("shim_math.h"), include_str!("shim_shadow.h")];

/// The library of `source`, from `cache` if it was built before.
///
/// # Errors
/// [`Error::Compile`]; [`Error::Device`] when there is no compiler; [`Error::Io`] when the cache
/// cannot be written.
pub(super) fn build(
    cache: &Cache,
    source: &Source,
    kernels: &[Signature],
    mode: Mode,
) -> Result<Built> {
    let compiler = compiler()?;
    let text = translation_unit(source.expanded(), kernels);
    let fingerprint = compiler.fingerprint(mode);
    let key = digest([fingerprint.as_bytes(), text.as_bytes()]);
    match cache.find(&key) {
        Some(built) => Ok(built),
        None => Building { compiler: &compiler, source, mode, text: &text }.into_cache(cache, &key),
    }
}

/// The text for the compiler: the shim, the source, and an entry point for each kernel.
fn translation_unit(expanded: &str, kernels: &[Signature]) -> String {
    let mut text = String::new();
    for part in SHIM {
        text.push_str(&format!("#line 1 \"{SHIM_NAME}\"\n{part}\n"));
    }
    text.push_str(&rewritten(expanded, kernels));
    text.push_str(&format!("\n#line 1 \"{SHIM_NAME}\"\n"));
    for kernel in kernels {
        text.push_str(&format!("__CU_KERNEL({})\n", kernel.name));
    }
    text
}

struct Building<'a> {
    compiler: &'a Compiler,
    source: &'a Source,
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
        log.push_str(&self.accepted(&self.compiler.link(&object, &library)?)?);
        cache.store(key, &read(&library)?, &log)
    }

    /// The warnings, or the errors as an error.
    fn accepted(&self, output: &Output) -> Result<String> {
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && said.is_empty() {
            return Ok(String::new());
        }
        let log = rendered(&said, &Lines::of(self.source.expanded()));
        if output.status.success() {
            return Ok(log);
        }
        let log = cuda_only(&said).unwrap_or_default() + &log;
        Err(Error::Compile { source_name: self.source.name().into(), log })
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io("read", path, error))
}
