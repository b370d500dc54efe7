//! The last line of every notebook's setup cell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, io};

use crate::show::{Show, install_panic_hook};
use crate::timing::host;

/// Prepares the kernel and says what the notebook runs on.
///
/// From then on a panic prints one line, and in an evcxr without the course's launcher no failure can
/// be lost. A message of the kernel's launcher, such as why this
/// start took longer, is shown once.
///
/// ```
/// use lesson_lib::show::Show;
/// assert!(lesson_lib::setup().text().starts_with("lesson_lib 0.1.0 on "));
/// ```
pub fn setup() -> Setup {
    install_panic_hook();
    if is_plain_evcxr() {
        join_streams();
    }
    Setup { host: host(), note: first_call().then(kernel_note).flatten() }
}

/// What [`setup`] found.
pub struct Setup {
    host: String,
    note: Option<String>,
}

impl Show for Setup {
    fn text(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let line = format!("lesson_lib {version} on {}", self.host);
        match &self.note {
            Some(note) => format!("{line}\n{note}"),
            None => line,
        }
    }
}

fn first_call() -> bool {
    static CALLED: AtomicBool = AtomicBool::new(false);
    !CALLED.swap(true, Ordering::Relaxed)
}

/// Whether this is a kernel without the course's launcher.
fn is_plain_evcxr() -> bool {
    env::var_os("EVCXR_IS_RUNTIME").is_some() && env::var_os("LESSON_KERNEL").is_none()
}

/// Sends what is written on standard error the way of standard output.
///
/// evcxr waits for the last line of standard output before it says that a cell has ended; a line on
/// standard error may come later, and some programs drop it. It may be the only word of a failure.
fn join_streams() {
    // A process without standard output has nobody to tell.
    let _ = rustix::stdio::dup2_stderr(io::stdout());
}

/// The launcher's message, or a hint that this kernel was started without it.
fn kernel_note() -> Option<String> {
    match env::var("LESSON_KERNEL_NOTE") {
        Ok(note) if note.is_empty() => None,
        Ok(note) => Some(note),
        Err(_) => is_plain_evcxr().then(|| {
            "This kernel is a plain evcxr: all works, only more slowly than in the one that \
             `make lab` starts."
                .into()
        }),
    }
}
