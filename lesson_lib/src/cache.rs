//! The folder in which the course keeps what it need not make or fetch again.

use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const COURSE: &str = "lesson12-rs";

/// The course's cache folder as these environment variables say; `tools/course/paths.py` has the
/// same rule for `make`.
pub(crate) fn cache_root(variable: &impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let path = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || path("HOME").or_else(std::env::home_dir).unwrap_or_else(std::env::temp_dir);
    if let Some(chosen) = path("LESSON_CACHE") {
        return match chosen.strip_prefix("~") {
            Ok(inside) => home().join(inside),
            // Notebooks run in one folder and `make` in another.
            Err(_) => course().join(chosen),
        };
    }
    // The XDG rules ask us to ignore a relative path.
    if let Some(xdg) = path("XDG_CACHE_HOME").filter(|path| path.is_absolute()) {
        return xdg.join(COURSE);
    }
    let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    home().join(caches).join(COURSE)
}

/// A folder or file of the finished cache that others use and nobody writes to, `LESSON_SHARED`, if
/// it has it.
pub(crate) fn shared(part: &Path, variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let finished = variable("LESSON_SHARED").filter(|value| !value.is_empty())?;
    Some(PathBuf::from(finished).join(part)).filter(|place| place.exists())
}

/// The SHA-256 of some parts, in hexadecimal digits; where one ends and the next begins counts too.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes `file` whole or not at all: readers see no half, and the last of several writers wins.
pub(crate) fn publish(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.persist(file).map(drop).map_err(|failure| failure.error)
}

/// The folder of this clone of the course: `LESSON_COURSE`, which the course's kernel sets, because
/// its library may have been compiled for another clone; else the one that this library lies in.
pub(crate) fn course() -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = || library.parent().unwrap_or(library).to_path_buf();
    env::var_os("LESSON_COURSE").filter(|name| !name.is_empty()).map_or_else(beside, PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(set: &[(&str, &str)]) -> PathBuf {
        let variable =
            |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, v)| v.into());
        cache_root(&variable)
    }

    #[test]
    fn the_first_variable_that_says_something_decides() {
        let all = [("LESSON_CACHE", "/c"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(chosen(&all), PathBuf::from("/c"));
        assert_eq!(chosen(&all[1..]), PathBuf::from("/x/lesson12-rs"));
        assert_eq!(chosen(&[("LESSON_CACHE", ""), all[1]]), PathBuf::from("/x/lesson12-rs"));
        let home = chosen(&[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")]);
        assert!(home.starts_with("/h") && home.ends_with(COURSE), "{}", home.display());
    }

    #[test]
    fn of_a_shared_cache_only_what_is_there_counts() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("kernels")).unwrap();
        let variable = |name: &str| (name == "LESSON_SHARED").then(|| folder.path().into());
        let kernels = folder.path().join("kernels");
        assert_eq!(shared(Path::new("kernels"), &variable), Some(kernels));
        assert_eq!(shared(Path::new("uiua"), &variable), None);
        assert_eq!(shared(Path::new("kernels"), &|_| None), None);
        assert_eq!(shared(Path::new("kernels"), &|_| Some("".into())), None);
    }

    #[test]
    fn a_relative_choice_begins_in_the_home_folder_or_in_the_course() {
        let chosen = |cache| chosen(&[("LESSON_CACHE", cache), ("HOME", "/h")]);
        assert_eq!(chosen("~/c"), PathBuf::from("/h/c"));
        assert_eq!(chosen("~"), PathBuf::from("/h"));
        assert_eq!(chosen("c"), course().join("c"));
        assert!(chosen("~x/c").starts_with(course()) && course().join("lesson_lib").is_dir());
    }

    #[test]
    fn a_digest_tells_where_parts_end() {
        assert_ne!(digest([&b"ab"[..], b"c"]), digest([&b"a"[..], b"bc"]));
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("in/a");
        for text in ["first", "second"] {
            publish(&file, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
        assert!(publish(&file.join("below a file"), b"").is_err());
    }
}
