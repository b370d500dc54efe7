//! Compiled kernels kept from one run to the next.

use super::library::Compilation;
use crate::cache::{cache_root, digest, publish};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The first bytes of a kept file; another number when what follows changes.
const MAGIC: &[u8; 16] = b"lesson cubin 2\n\n";

/// The place of one compilation in the cache folder, named after everything that decides its
/// outcome.
pub(super) struct Kept {
    file: PathBuf,
}

impl Kept {
    /// `parts` are the source and all else that the machine code depends on.
    pub fn of(parts: &[&str]) -> Self {
        Self::in_folder(&cache_root(&|name: &str| env::var_os(name)).join("cubins"), parts)
    }

    fn in_folder(folder: &Path, parts: &[&str]) -> Self {
        let name = digest(parts.iter().map(|part| part.as_bytes()));
        Self { file: folder.join(format!("{name}.cubin")) }
    }

    /// What was kept; nothing when the file is not as it was written.
    pub fn read(&self) -> Option<Compilation> {
        let bytes = fs::read(&self.file).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?;
        let (digest, rest) = rest.split_at_checked(32)?;
        if Sha256::digest(rest).as_slice() != digest {
            return None;
        }
        let (log, rest) = text(rest)?;
        let (lowered, cubin) = text(rest)?;
        Some(Compilation { cubin: cubin.to_vec(), log, lowered })
    }

    /// Keeps `output`, whole or not at all. Where the folder cannot be written, nothing is kept:
    /// the next run compiles again.
    pub fn write(&self, output: &Compilation) {
        let [log, lowered] = [&output.log, &output.lowered]
            .map(|text| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat());
        let payload = [log, lowered, output.cubin.clone()].concat();
        let digest = Sha256::digest(&payload);
        let _ = publish(&self.file, &[MAGIC, digest.as_slice(), &payload].concat());
    }
}

/// A text with its length before it, and what follows.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (text, rest) = rest.split_at_checked(u64::from_le_bytes(*length) as usize)?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    fn folder(name: &str) -> PathBuf {
        env::temp_dir().join(format!("lesson-cubins-{name}-{}", process::id()))
    }

    fn output() -> Compilation {
        Compilation { cubin: vec![0, 127, 255], log: "f: ü".into(), lowered: "_Z1f".into() }
    }

    #[test]
    fn what_was_kept_is_read_and_other_parts_are_another_file() {
        let folder = folder("kept");
        let kept = Kept::in_folder(&folder, &["ab", "c"]);
        assert!(kept.read().is_none());
        kept.write(&output());
        let read = kept.read().unwrap();
        let Compilation { cubin, log, lowered } = output();
        assert_eq!((read.cubin, read.log, read.lowered), (cubin, log, lowered));
        assert!(Kept::in_folder(&folder, &["a", "bc"]).read().is_none());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no part is left behind");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_with_any_byte_changed_or_missing_is_not_taken() {
        let folder = folder("broken");
        let kept = Kept::in_folder(&folder, &["x"]);
        kept.write(&output());
        let whole = fs::read(&kept.file).unwrap();
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 1;
            fs::write(&kept.file, &broken).unwrap();
            assert!(kept.read().is_none(), "byte {at} changed");
            fs::write(&kept.file, &whole[..at]).unwrap();
            assert!(kept.read().is_none(), "cut at {at}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_error() {
        let file = folder("file");
        fs::write(&file, "in the way").unwrap();
        let kept = Kept::in_folder(&file, &["x"]);
        kept.write(&output());
        assert!(kept.read().is_none());
        fs::remove_file(file).unwrap();
    }
}
