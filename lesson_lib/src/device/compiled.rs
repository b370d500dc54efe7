//! Kernels that are used again and again, each compiled once per device.

use super::{Device, Module, Source};
use crate::Result;
use std::sync::{Mutex, PoisonError};

/// Each module with its source. There are only a few, so a list is enough.
static COMPILED: Mutex<Vec<(Source, Module)>> = Mutex::new(Vec::new());

impl Device {
    /// The kernels of `source`, compiled when first asked for. The text decides: an edited source
    /// is compiled again and replaces the old one of its name.
    ///
    /// # Errors
    /// Those of [`Device::compile`].
    pub(crate) fn compile_once(&self, source: Source) -> Result<Module> {
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_here = |module: &Module| module.is_on(self);
        let known = compiled.iter().find(|(known, module)| *known == source && is_here(module));
        if let Some((_, module)) = known {
            return Ok(module.clone());
        }
        let module = self.compile(&source)?;
        compiled.retain(|(known, old)| known.name() != source.name() || !is_here(old));
        compiled.push((source, module.clone()));
        Ok(module)
    }
}

#[cfg(test)]
mod tests {
    use super::super::backend::{
        Backend, Memory, MemoryInfo, Product, Program, RawArgument, Resources,
    };
    use super::super::signature::Signature;
    use super::super::translation_unit::TranslationUnit;
    use super::super::value_type::ParameterRow;
    use super::super::{Grid, Properties};
    use super::*;
    use crate::Error;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// A device that only counts what it compiles.
    #[derive(Debug)]
    struct Counter(AtomicUsize, Properties);

    fn counter() -> Arc<Counter> {
        Arc::new(Counter(AtomicUsize::new(0), Properties::example()))
    }

    #[derive(Debug)]
    struct Nothing;

    impl Program for Nothing {
        fn launch(&self, _: &Signature, _: &Grid, _: &[RawArgument]) -> Result<()> {
            Ok(())
        }
        fn time(&self, _: &Signature, _: &Grid, _: &[RawArgument]) -> Result<Duration> {
            Ok(Duration::ZERO)
        }
        fn parameters(&self, _: &str) -> Option<Vec<ParameterRow>> {
            Some(Vec::new())
        }
        fn set_constant(&self, _: &str, _: &[u8]) -> Result<()> {
            Ok(())
        }
        fn resources(&self, _: &str) -> Result<Resources> {
            Ok(Resources::default())
        }
        fn log(&self) -> &str {
            ""
        }
    }

    impl Backend for Counter {
        fn properties(&self) -> &Properties {
            &self.1
        }
        fn memory(&self) -> Result<MemoryInfo> {
            Ok(MemoryInfo { free: 0, total: 0 })
        }
        fn allocate(&self, _: usize) -> Result<Box<dyn Memory>> {
            Err(Error::device("allocate", "this device only compiles"))
        }
        fn compile(&self, _: &TranslationUnit) -> Result<Box<dyn Program>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(Nothing))
        }
        fn synchronize(&self) -> Result<()> {
            Ok(())
        }
        fn multiply(&self, _: Product<'_>) -> Result<()> {
            Err(Error::device("multiply", "this device only compiles"))
        }
    }

    #[test]
    fn each_text_is_compiled_once_for_each_device() {
        let text = |body: &str| {
            let kernel = format!("extern \"C\" __global__ void f() {{{body}}}");
            Source::text("compiled_once.cu", kernel)
        };
        let (one, other) = (counter(), counter());
        let (first, second) = (Device::of(one.clone()), Device::of(other.clone()));
        for (device, body, compiled) in [
            (&first, "", [1, 0]),
            (&first, "", [1, 0]),
            (&second, "", [1, 1]),
            (&first, "", [1, 1]),
            (&first, "return;", [2, 1]),
            (&first, "return;", [2, 1]),
            (&second, "", [2, 1]),
            (&first, "", [3, 1]),
        ] {
            device.compile_once(text(body)).unwrap();
            let counts = [&one, &other].map(|counter| counter.0.load(Ordering::Relaxed));
            assert_eq!(counts, compiled, "{body}");
        }
    }
}
