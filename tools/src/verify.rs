//! Runs notebooks as a compiled program and judges the run.

use std::{path::Path, process::Command};

use crate::{
    Error, Result,
    compile::compile,
    course::Course,
    extract::{Edition, Package},
    notebook::Notebook,
};

/// How to verify notebooks.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// With or without the solutions.
    pub edition: Edition,
    /// Seconds for each notebook.
    pub timeout: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { edition: Edition::Instructor, timeout: 300 }
    }
}

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether every notebook passed.
    pub passed: bool,
    /// One line per notebook.
    pub summary: String,
    /// One problem per line or paragraph, each naming notebook and cell.
    pub problems: String,
}

/// Extracts `notebooks` into `folder`, builds them once and runs each.
///
/// # Errors
/// When the package cannot be written or its program not started. What is wrong in a notebook, be
/// it a cell that does not compile, is in the report.
pub fn verify(
    course: &Course,
    notebooks: &[Notebook],
    settings: Settings,
    folder: &Path,
) -> Result<Report> {
    let package = Package::write(course, notebooks, settings.edition, folder)?;
    match compile(course, &package) {
        Ok(program) => run(course, &program, settings.timeout),
        Err(errors) => Ok(Report {
            passed: false,
            summary: "not built".into(),
            problems: errors.iter().map(Error::to_string).collect::<Vec<_>>().join("\n"),
        }),
    }
}

/// Runs all notebooks of a built program where the course's notebooks run. That they run is what is
/// judged, so what they time is timed briefly.
fn run(course: &Course, program: &Path, timeout: u64) -> Result<Report> {
    let folder = course.notebooks();
    let folder = if folder.is_dir() { folder } else { course.root().to_path_buf() };
    let output = Command::new(program)
        .args(["run", "all", "--timeout", &timeout.to_string()])
        .current_dir(&folder)
        .env("LESSON_TIMING_SECONDS", "0.1")
        .output()
        .map_err(|e| Error::io("start", program, e))?;
    Ok(Report {
        passed: output.status.success(),
        summary: String::from_utf8_lossy(&output.stdout).into_owned(),
        problems: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
