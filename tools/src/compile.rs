//! Builds a generated package and says in which cell each compile error is.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{Error, Result, course::Course, extract::Package};

/// Builds the program of `package` and returns its path.
///
/// Cargo shares the course's build folder, so the library is compiled once for all packages.
///
/// # Errors
/// One error per compile error, each naming notebook, cell and line in the cell.
pub fn compile(course: &Course, package: &Package) -> Result<PathBuf, Vec<Error>> {
    let one = |error: Error| vec![error];
    let manifest = package.folder.join("Cargo.toml");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(course.target())
        .stderr(Stdio::piped())
        .output()
        .map_err(|e| one(Error::io("start cargo for", &manifest, e)))?;
    let messages = messages(&output.stdout);
    let errors: Vec<Error> = messages.iter().filter_map(|m| error_of(package, m)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let program = output.status.success().then(|| messages.iter().find_map(program_of)).flatten();
    program.ok_or_else(|| one(Error::at(manifest.display().to_string(), log)))
}

fn messages(stdout: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(stdout);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn program_of(message: &Value) -> Option<PathBuf> {
    message["executable"].as_str().map(PathBuf::from)
}

fn error_of(package: &Package, message: &Value) -> Option<Error> {
    let message = &message["message"];
    // The closing "aborting due to …" has no place and adds nothing.
    let is_error = message["level"] == "error" && !message["spans"].as_array()?.is_empty();
    is_error.then(|| Error::at(place_of(package, message), text_of(message)))
}

fn text_of(message: &Value) -> String {
    let code = message["code"]["code"].as_str().map(|code| format!(" [{code}]"));
    let title = message["message"].as_str().unwrap_or_default();
    let rendered = message["rendered"].as_str().unwrap_or_default();
    format!("does not compile{}: {title}\n{rendered}", code.unwrap_or_default())
}

fn place_of(package: &Package, message: &Value) -> String {
    let spans = message["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let primary = spans.iter().filter(|span| span["is_primary"] == true);
    let place = primary.chain(spans).find_map(|span| place_of_span(package, span));
    place.unwrap_or_else(|| package.name())
}

/// The cell that a span lies in; a span inside a macro is where the macro was called.
fn place_of_span(package: &Package, span: &Value) -> Option<String> {
    let file = span["file_name"].as_str()?;
    let line = span["line_start"].as_u64()?;
    let module = package.modules.iter().find(|module| file.ends_with(&module.file));
    match module.and_then(|module| module.locate(line as usize)) {
        Some((cell, line)) => Some(format!("{}, line {line}", cell.place)),
        None => place_of_span(package, span["expansion"].get("span")?),
    }
}
