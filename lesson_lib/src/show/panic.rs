//! A panic in a cell, told in one line.

use super::cell_frame;
use std::any::Any;
use std::cell::Cell;
use std::panic::{self, Location, PanicHookInfo};
use std::sync::{Mutex, Once};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// A panic in words.
#[derive(Default)]
pub(super) struct Panic {
    pub message: String,
    /// `file:line` in the file that the kernel made of the cell; "" where nothing tells.
    pub place: String,
}

/// The last panic of any thread: one of a thread pool ends the cell as its own.
static LAST: Mutex<Option<Panic>> = Mutex::new(None);

/// The last panic since this was called before.
pub(super) fn take_last() -> Panic {
    let last = LAST.lock().map_or(None, |mut last| last.take());
    last.unwrap_or_else(|| Panic { message: "the cell panicked".into(), ..Panic::default() })
}

/// Makes every later panic print one line on standard error: `panic: message (file:line)`.
///
/// The place is left out where it is the cell itself, because the kernel compiles a cell as part
/// of a longer file whose line numbers mean nothing to a reader. Calling it again changes nothing.
///
/// ```
/// lesson_lib::show::install_panic_hook();
/// ```
pub fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| panic::set_hook(Box::new(print_panic)));
}

/// Runs `f` and hands back its panic without the hook's line.
pub(crate) fn quietly<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    let outer = QUIET.replace(true);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(f));
    QUIET.set(outer);
    result
}

/// The message that a panic was given, on one line.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    let text = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "no message",
    };
    text.lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

fn print_panic(info: &PanicHookInfo<'_>) {
    if QUIET.get() {
        return;
    }
    let message = message(info.payload());
    eprintln!("{}", panic_line(&message, info.location()));
    if let Ok(mut last) = LAST.lock() {
        *last = Some(Panic { message, place: place_in_cell(info.location()) });
    }
}

/// Where in the cell's file the panic came from; "" where nothing tells.
fn place_in_cell(location: Option<&Location<'_>>) -> String {
    match location {
        Some(at) if short_path(at.file()).is_none() => format!("{}:{}", at.file(), at.line()),
        _ => cell_frame::innermost().unwrap_or_default(),
    }
}

fn panic_line(message: &str, location: Option<&Location<'_>>) -> String {
    let place = location.and_then(|at| Some(format!("{}:{}", short_path(at.file())?, at.line())));
    match place {
        Some(place) => format!("panic: {message} ({place})"),
        None => format!("panic: {message}"),
    }
}

/// A source path from its crate's folder on, e.g. `ndarray-0.17.2/src/arraytraits.rs`; `None` for
/// the file that the kernel makes of a cell.
fn short_path(file: &str) -> Option<&str> {
    let Some(src) = file.rfind("/src/") else {
        return (file != "src/lib.rs").then_some(file);
    };
    let start = file[..src].rfind('/').map_or(0, |slash| slash + 1);
    Some(&file[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_line() {
        let payload = quietly(|| assert_eq!(1, 2)).unwrap_err();
        let text = message(&*payload);
        assert_eq!(text, "assertion `left == right` failed, left: 1, right: 2");
        let here = Location::caller();
        let line = panic_line("no", Some(here));
        assert_eq!(line, format!("panic: no (lesson_lib/src/show/panic.rs:{})", here.line()));
    }

    #[test]
    fn the_place_of_a_cell_is_left_out() {
        assert_eq!(short_path("src/lib.rs"), None);
        assert_eq!(short_path("/a/ndarray-0.17.2/src/x.rs"), Some("ndarray-0.17.2/src/x.rs"));
        assert_eq!(short_path("/rustc/1/library/core/src/option.rs"), Some("core/src/option.rs"));
        assert_eq!(short_path("main.rs"), Some("main.rs"));
    }

    #[test]
    fn quiet_ends_with_the_call() {
        assert!(quietly(|| ()).is_ok() && !QUIET.get());
        assert!(quietly(|| std::panic::panic_any(3)).is_err() && !QUIET.get());
        assert_eq!(message(&3_i32), "no message");
    }
}
