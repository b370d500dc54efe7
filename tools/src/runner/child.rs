//! The side that runs the cells.

use std::{
    fmt::Display,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
};

use super::{Notebook, record::MARK};

/// A cell ended early because of an error, which has been printed.
///
/// As in the kernel, `?` takes every error that can be displayed; this type itself cannot, so that
/// the conversion is unambiguous.
pub struct Stop;

impl<E: Display> From<E> for Stop {
    fn from(error: E) -> Self {
        eprintln!("{error}");
        Stop
    }
}

/// Marks the beginning of a cell on both streams.
pub fn begin(number: usize) {
    mark("begin", number);
}

/// Marks that a cell came to its end.
pub fn end(number: usize) {
    mark("end", number);
}

/// Runs a cell that may fail without ending the notebook.
pub fn attempt(number: usize, cell: impl FnOnce() -> Result<(), Stop>) {
    match catch_unwind(AssertUnwindSafe(cell)) {
        Ok(Ok(())) => mark("end", number),
        _ => mark("failed", number),
    }
}

fn mark(event: &str, number: usize) {
    let line = format!("{MARK}{event} {number}\n");
    // A closed pipe means that nobody is listening any more: nothing is left to tell.
    let _ = std::io::stdout().write_all(line.as_bytes());
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Runs all cells of a notebook. The stack is large because all cells share one frame here, while
/// each has its own in a kernel.
pub(super) fn run(notebook: &&'static Notebook) -> ExitCode {
    let builder = thread::Builder::new().name(notebook.name.into()).stack_size(256 << 20);
    let cells = builder.spawn(notebook.run).map(thread::JoinHandle::join);
    match cells {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
