//! Compiled kernels, kept in a folder.

use super::*;
use crate::device::cpu::build::build;
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::{env, fs, process};

/// An empty cache of its own, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("lesson-kernels-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn build(&self, source: &str, mode: Mode) -> super::super::cache::Built {
        let unit = TranslationUnit::of(&Source::from(source), Kind::Cpu);
        build(&Cache::in_folder(self.0.clone()), &unit, mode).unwrap()
    }

    /// Whether `source` had to be compiled: then there are new files.
    fn compiles(&self, source: &str, mode: Mode) -> bool {
        let before = self.inodes();
        self.build(source, mode);
        self.inodes() != before
    }

    fn inodes(&self) -> BTreeSet<u64> {
        let Ok(files) = fs::read_dir(&self.0) else { return BTreeSet::new() };
        files.map(|file| file.unwrap().metadata().unwrap().ino()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const SOURCE: &str = "extern \"C\" __global__ void k(int* a) { a[0] = 1; }";

#[test]
fn the_same_source_is_compiled_once() {
    let folder = Folder::new("once");
    assert!(folder.compiles(SOURCE, Mode::Fast));
    assert!(!folder.compiles(SOURCE, Mode::Fast));
    assert_eq!(folder.inodes().len(), 2, "nothing but the library and its index stays");
    assert!(folder.compiles(SOURCE, Mode::Checked));
    assert!(folder.compiles(&SOURCE.replace('1', "2"), Mode::Fast));
    assert!(!folder.compiles(SOURCE, Mode::Checked));
}

#[test]
fn a_spoilt_library_is_built_again() {
    let folder = Folder::new("spoilt");
    let built = folder.build(SOURCE, Mode::Fast);
    for spoilt in [&b"no library"[..], &[], &built.content[..built.content.len() - 1]] {
        fs::write(&built.path, spoilt).unwrap();
        assert!(folder.compiles(SOURCE, Mode::Fast));
        assert!(!folder.compiles(SOURCE, Mode::Fast));
        assert_eq!(fs::read(&built.path).unwrap(), built.content);
    }
    for file in fs::read_dir(&folder.0).unwrap() {
        fs::write(file.unwrap().path(), "").unwrap();
    }
    assert!(folder.compiles(SOURCE, Mode::Fast));
}

#[test]
fn warnings_are_kept_with_the_library() {
    let folder = Folder::new("warnings");
    let source = "extern \"C\" __global__ void k(int* a) { int unused; a[0] = 1; }";
    let first = folder.build(source, Mode::Fast).log;
    assert!(first.contains("kernel.cu:1:") && first.contains("unused"), "{first}");
    assert_eq!(folder.build(source, Mode::Fast).log, first);
}

#[test]
fn one_folder_serves_many_threads() {
    let folder = Folder::new("threads");
    std::thread::scope(|scope| {
        for i in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                let source = SOURCE.replace('1', &(i % 2).to_string());
                assert!(!folder.build(&source, Mode::Fast).content.is_empty());
            });
        }
    });
    assert!(!folder.compiles(&SOURCE.replace('1', "0"), Mode::Fast));
}

#[test]
fn a_kernel_of_a_shared_cache_is_not_compiled_again() {
    let (shared, own) = (Folder::new("shared"), Folder::new("own"));
    let there = shared.build(SOURCE, Mode::Fast);
    let cache = Cache::beside(own.0.clone(), shared.0.clone());
    let unit = TranslationUnit::of(&Source::from(SOURCE), Kind::Cpu);
    assert_eq!(build(&cache, &unit, Mode::Fast).unwrap().path, there.path);
    assert!(own.inodes().is_empty());
    let before = shared.inodes();
    let unit = TranslationUnit::of(&Source::from(SOURCE.replace('1', "2")), Kind::Cpu);
    assert!(build(&cache, &unit, Mode::Fast).unwrap().path.starts_with(&own.0));
    assert_eq!(shared.inodes(), before);
}
