//! The course's files of kernels: read again only when one has changed.

use super::{Device, Module, Source};
use crate::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A file that was compiled for a device. There are only a few, so a list is enough.
struct Known {
    path: PathBuf,
    stamps: Vec<Stamp>,
    module: Module,
}

/// Reading and comparing a file takes longer than a small kernel runs.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

impl Device {
    /// The kernels of one of the course's files, `device.kernels("matmul.cu")`: compiled when first
    /// asked for, and again only when the file has changed.
    ///
    /// # Errors
    /// Those of [`Source::file`] and [`Device::compile`].
    pub fn kernels(&self, file: &str) -> Result<Module> {
        let path = Source::path_of(file.as_ref());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &Known| known.path == path && known.module.is_on(self);
        let unchanged = |known: &&Known| same(known) && known.stamps.iter().all(Stamp::holds);
        if let Some(found) = known.iter().find(unchanged) {
            return Ok(found.module.clone());
        }
        known.retain(|known| !same(known));
        let source = Source::file(&path)?;
        let stamps = source.files().iter().map(|file| Stamp::of(file)).collect();
        let module = self.compile_once(source)?;
        if let Some(stamps) = stamps {
            known.push(Known { path, stamps, module: module.clone() });
        }
        Ok(module)
    }
}

/// What identifies a version of a file without reading it.
#[derive(Debug, PartialEq)]
struct Stamp {
    file: PathBuf,
    modified: SystemTime,
    bytes: u64,
}

/// A file changed more recently than this may change again within the same tick of the clock.
const SETTLED: Duration = Duration::from_secs(2);

impl Stamp {
    /// None for a file that is gone, or was changed just now.
    fn of(file: &Path) -> Option<Self> {
        Self::now(file).filter(|stamp| stamp.modified.elapsed().is_ok_and(|age| age > SETTLED))
    }

    fn now(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        let modified = metadata.modified().ok()?;
        Some(Self { file: file.into(), modified, bytes: metadata.len() })
    }

    fn holds(&self) -> bool {
        Self::now(&self.file).as_ref() == Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    /// The name of the only kernel in `file`, compiled for the CPU.
    fn kernel_in(file: &Path) -> String {
        let module = Device::cpu().kernels(file.to_str().unwrap()).unwrap();
        let names: Vec<_> = ["f", "g"].iter().filter(|name| module.kernel(name).is_ok()).collect();
        names.into_iter().copied().collect()
    }

    #[test]
    fn a_changed_file_and_a_changed_include_are_seen() {
        let folder = std::env::temp_dir().join(format!("lesson-known-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, header) = (folder.join("a.cu"), folder.join("a.cuh"));
        let write = |name: &str, age: u64| {
            let kernel = "extern \"C\" __global__ void NAME() {}\n#include \"a.cuh\"\n";
            fs::write(&file, kernel).unwrap();
            fs::write(&header, format!("// {name}\n")).unwrap();
            fs::write(&file, kernel.replace("NAME", name)).unwrap();
            let then = SystemTime::now() - Duration::from_secs(age);
            for path in [&file, &header] {
                File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
            }
        };
        write("f", 100);
        assert_eq!(kernel_in(&file), "f");
        write("g", 50);
        assert_eq!(kernel_in(&file), "g");
        // Within one tick of the clock, and of the same length.
        write("f", 0);
        assert_eq!(kernel_in(&file), "f");
        write("g", 0);
        assert_eq!(kernel_in(&file), "g");
        let stamp = Stamp::now(&header).unwrap();
        fs::write(&header, "// longer than before\n").unwrap();
        assert!(!stamp.holds());
        fs::remove_dir_all(folder).unwrap();
        assert!(!stamp.holds());
    }
}
