//! The last line of every notebook's setup cell.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::show::{Show, install_panic_hook};
use crate::timing::host;

/// Prepares the kernel and says what the notebook runs on.
///
/// From then on a panic prints one line. A message of the kernel's launcher, such as why this
/// start took longer, is shown once.
///
/// ```
/// use lesson_lib::show::Show;
/// assert!(lesson_lib::setup().text().starts_with("lesson_lib 0.1.0 on "));
/// ```
pub fn setup() -> Setup {
    install_panic_hook();
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

/// The launcher's message, or a hint that this kernel was started without it.
fn kernel_note() -> Option<String> {
    match env::var("LESSON_KERNEL_NOTE") {
        Ok(note) if note.is_empty() => None,
        Ok(note) => Some(note),
        Err(_) => env::var_os("EVCXR_IS_RUNTIME").map(|_| {
            "This kernel is a plain evcxr: all works, only more slowly than in the one that \
             `make lab` starts."
                .into()
        }),
    }
}
