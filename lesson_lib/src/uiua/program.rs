//! The program that holds the crate `uiua`: compiled once, kept in the course's cache.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, io};

use crate::cache::{cache_root, digest, publish, shared};
use crate::error::{Error, Result};
use crate::show::print_line;

/// The package: `assets/uiua`, with the library's own file beside it.
const PACKAGE: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../assets/uiua/Cargo.toml")),
    ("Cargo.lock", include_str!("../../assets/uiua/Cargo.lock")),
    ("src/main.rs", include_str!("../../assets/uiua/src/main.rs")),
    ("src/wire.rs", include_str!("wire.rs")),
];

/// What cargo makes of it.
const NAME: &str = "uiua_line";

const NOT_FETCHED: &str = "Its crates could not be fetched. That needs a network once (and no \
    LESSON_OFFLINE=1): run this cell again where there is one.";
const NOT_COMPILED: &str = "Its crates could not be compiled: does `cargo build` work in a \
    terminal, is there half a gigabyte of disk?";

/// The most lines of cargo's that a cell shows.
const MOST_LINES: usize = 12;

/// The program, compiled now if it never was.
pub(super) fn ready() -> Result<PathBuf> {
    let text = PACKAGE.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
    let variable = |name: &str| env::var_os(name);
    let part = Path::new("uiua").join(&digest(text)[..16]);
    if let Some(program) = shared(&part.join(NAME), &variable) {
        return Ok(program);
    }
    let folder = cache_root(&variable).join(part);
    let program = folder.join(NAME);
    if !program.is_file() {
        make(&folder, &program)?;
    }
    Ok(program)
}

fn make(folder: &Path, program: &Path) -> Result<()> {
    let failed = |problem| Error::io("make", folder, problem);
    fs::create_dir_all(folder).map_err(failed)?;
    // Notebooks that run side by side wait for the first.
    let lock = File::create(folder.join("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if program.is_file() {
        return Ok(());
    }
    for (name, text) in PACKAGE {
        publish(&folder.join(name), text.as_bytes()).map_err(failed)?;
    }
    if env::var_os("LESSON_PROGRESS").is_none_or(|value| value != "0") {
        print_line("Uiua is compiled now: one to three minutes, this once.");
    }
    let variable = |name: &str| env::var_os(name);
    let offline = variable("LESSON_OFFLINE").is_some_and(|value| value == "1");
    let fetch: &[&str] = if offline { &["fetch", "--offline"] } else { &["fetch"] };
    judge(cargo(folder, fetch, &variable).output(), NOT_FETCHED)?;
    let build = ["build", "--release", "--offline"];
    judge(cargo(folder, &build, &variable).output(), NOT_COMPILED)?;
    let target = folder.join("target");
    fs::rename(target.join("release").join(NAME), program).map_err(failed)?;
    fs::remove_dir_all(target).map_err(failed)
}

/// Cargo as the user's own shell would run it: the kernel has settings of its own for cells, and a
/// cargo that keeps the library's crates alone (`tools/course/launcher.py`).
fn cargo(folder: &Path, words: &[&str], variable: &impl Fn(&str) -> Option<OsString>) -> Command {
    let own = variable("LESSON_CARGO").map(PathBuf::from);
    let mut command = Command::new(own.as_deref().unwrap_or(Path::new("cargo")));
    if let Some(own) = &own {
        // The two of one toolchain: rustup would take the one that a crate's own folder asks for.
        command.env("RUSTC", own.with_file_name("rustc"));
    }
    for name in ["RUSTFLAGS", "CARGO_NET_OFFLINE", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER"] {
        command.env_remove(name);
    }
    match variable("LESSON_CARGO_HOME") {
        Some(home) if home.is_empty() => command.env_remove("CARGO_HOME"),
        Some(home) => command.env("CARGO_HOME", home),
        None => &mut command,
    };
    command.env("CARGO_TARGET_DIR", folder.join("target")).current_dir(folder);
    command.args(words).args(["--locked", "--color", "never"]);
    command
}

/// What to tell of a run of cargo that did not succeed; `help` says what to do.
fn judge(run: io::Result<Output>, help: &str) -> Result<()> {
    let problem = match run {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let errors = said.find("error").map_or(said.as_str(), |at| &said[at..]);
            errors.lines().take(MOST_LINES).collect::<Vec<_>>().join("\n").trim_end().to_string()
        }
        Err(problem) => format!("cargo cannot be started: {problem}"),
    };
    Err(Error::argument(
        "Uiua",
        format!("{problem}\n{help} The rest of the notebook does not need it."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_cargo_says_what_to_do() {
        let output = Command::new("sh")
            .args([
                "-c",
                "echo ' Updating index\nerror: no network\n\nCaused by: it' >&2; exit 101",
            ])
            .output();
        let problem = judge(output, NOT_FETCHED).unwrap_err().to_string();
        assert!(problem.starts_with("Uiua: error: no network\n\nCaused by: it\nIts"), "{problem}");
        assert!(problem.ends_with("does not need it."), "{problem}");
        let missing = judge(Command::new("no-such-cargo").output(), NOT_FETCHED);
        let missing = missing.unwrap_err().to_string();
        assert!(missing.starts_with("Uiua: cargo cannot be started"), "{missing}");
    }

    /// What [`cargo`] sets (or removes) in these surroundings.
    fn set(surroundings: &[(&str, &str)], name: &str) -> Option<Option<String>> {
        let variable =
            |name: &str| surroundings.iter().find(|(known, _)| *known == name).map(|v| v.1.into());
        let command = cargo(Path::new("/f"), &["build"], &variable);
        let text = |value: Option<&std::ffi::OsStr>| value.map(|v| v.to_string_lossy().into());
        command.get_envs().find(|(known, _)| *known == name).map(|(_, value)| text(value))
    }

    #[test]
    fn a_kernels_settings_for_its_cells_are_put_aside() {
        let kernel = [("LESSON_CARGO", "/t/bin/cargo"), ("LESSON_CARGO_HOME", "")];
        assert_eq!(set(&kernel, "RUSTC"), Some(Some("/t/bin/rustc".into())));
        assert_eq!(set(&kernel, "CARGO_HOME"), Some(None));
        assert_eq!(set(&kernel, "RUSTFLAGS"), Some(None));
        let own = [("LESSON_CARGO_HOME", "/mine")];
        assert_eq!(set(&own, "CARGO_HOME"), Some(Some("/mine".into())));
        assert_eq!(set(&[], "CARGO_HOME"), None);
        assert_eq!(set(&[], "RUSTC"), None);
    }

    #[test]
    fn the_locked_version_is_the_one_that_is_asked_for() {
        let version = super::super::VERSION;
        assert!(PACKAGE[0].1.contains(&format!("\"={version}\"")));
        assert!(PACKAGE[1].1.contains(&format!("name = \"uiua\"\nversion = \"{version}\"")));
    }
}
