//! The folder in which the course keeps what it need not make or fetch again.

use std::ffi::OsString;
use std::path::PathBuf;

const COURSE: &str = "lesson12-rs";

/// The course's cache folder, which `make` uses too, as these environment variables say.
pub(crate) fn cache_root(variable: &impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let path = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(chosen) = path("LESSON_CACHE") {
        return chosen;
    }
    // The XDG rules ask us to ignore a relative path.
    if let Some(xdg) = path("XDG_CACHE_HOME").filter(|path| path.is_absolute()) {
        return xdg.join(COURSE);
    }
    let home = path("HOME").or_else(std::env::home_dir).unwrap_or_else(std::env::temp_dir);
    let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    home.join(caches).join(COURSE)
}
