//! The folder in which the course keeps what it need not make or fetch again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

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

/// The folder of this clone of the course.
fn course() -> &'static Path {
    let library = Path::new(env!("CARGO_MANIFEST_DIR"));
    library.parent().unwrap_or(library)
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
    fn a_relative_choice_begins_in_the_home_folder_or_in_the_course() {
        let chosen = |cache| chosen(&[("LESSON_CACHE", cache), ("HOME", "/h")]);
        assert_eq!(chosen("~/c"), PathBuf::from("/h/c"));
        assert_eq!(chosen("~"), PathBuf::from("/h"));
        assert_eq!(chosen("c"), course().join("c"));
        assert!(chosen("~x/c").starts_with(course()) && course().join("lesson_lib").is_dir());
    }
}
