//! Stand-ins for the standard library's printing macros, imported into every cell by the course's
//! kernel.
//!
//! evcxr reads what a cell prints line by line, and wraps a cell in code that tells a panic and an
//! error of `?` with these very macros. So the stand-ins can do three things that nothing else can:
//! pass on text that does not end its line, and report in the cell's result what ended the cell.
//! There it is never late and never lost, as a line on standard error may be. A block of the type
//! `FAILURE` has the kind of failure in its first line, the place in the second, and then the
//! message; the kernel's launcher makes a Jupyter error of it.

use super::panic::{Panic, take_last};
use std::any::type_name;
use std::fmt::{Arguments, Display};
use std::io::{self, Write};

/// The type of the block that tells what ended a cell.
const FAILURE: &str = "application/vnd.lesson.failure";

/// What follows a piece of text that does not end its line, before the line break that sends it.
const OPEN_LINE: &str = "\u{1e}";

/// Prints as `std::print!` does; the kernel also shows text that does not end its line.
#[doc(hidden)]
#[macro_export]
macro_rules! __print {
    ($($arg:tt)*) => {
        $crate::show::stand_in::piece(::std::io::stdout(), ::std::format_args!($($arg)*))
    };
}

/// Prints as `std::eprint!` does; the kernel also shows text that does not end its line.
#[doc(hidden)]
#[macro_export]
macro_rules! __eprint {
    ($($arg:tt)*) => {
        $crate::show::stand_in::piece(::std::io::stderr(), ::std::format_args!($($arg)*))
    };
}

/// Prints as `std::println!` does. evcxr's word that the cell has panicked is told with the panic.
#[doc(hidden)]
#[macro_export]
macro_rules! __println {
    ("EVCXR_PANIC_NOTIFICATION") => {{
        $crate::show::stand_in::panicked();
        ::std::println!("EVCXR_PANIC_NOTIFICATION")
    }};
    ($($arg:tt)*) => { ::std::println!($($arg)*) };
}

/// Prints as `std::eprintln!` does. The error that a `?` has met becomes the cell's failure.
#[doc(hidden)]
#[macro_export]
macro_rules! __eprintln {
    ("{}", $error:ident) => {
        if $crate::show::stand_in::is_question_mark(&|| ()) {
            $crate::show::stand_in::question_mark(&$error)
        } else {
            ::std::eprintln!("{}", $error)
        }
    };
    ($($arg:tt)*) => { ::std::eprintln!($($arg)*) };
}

pub use crate::{
    __eprint as eprint, __eprintln as eprintln, __print as print, __println as println,
};

/// Writes `text`, marked where it leaves its line open.
pub fn piece(mut stream: impl Write, text: Arguments<'_>) {
    // Like the macro it replaces, except that a closed stream is no reason to panic.
    let _ = stream.write_all(marked(text.to_string()).as_bytes());
}

fn marked(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(OPEN_LINE);
        text.push('\n');
    }
    text
}

/// Whether the closure stands in the code with which evcxr takes the error of a `?`.
pub fn is_question_mark<F>(_: &F) -> bool {
    type_name::<F>().contains("EvcxrUserCodeError")
}

/// Reports the error of a `?`.
pub fn question_mark(error: &impl Display) {
    report("error", "", &error.to_string());
}

/// Reports the panic that has ended the cell.
pub fn panicked() {
    let Panic { message, place } = take_last();
    report("panic", &place, &message);
}

fn report(kind: &str, place: &str, message: &str) {
    let block =
        format!("EVCXR_BEGIN_CONTENT {FAILURE}\n{kind}\n{place}\n{message}\nEVCXR_END_CONTENT\n");
    // Straight to the stream, with its lock held: other threads may print.
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(block.as_bytes()).and_then(|()| stdout.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_line_is_marked() {
        let piece = |text: &str| marked(text.into());
        assert_eq!(piece("Guess: "), "Guess: \u{1e}\n");
        assert_eq!(piece("a\nb"), "a\nb\u{1e}\n");
        assert_eq!([piece("a\n"), piece("")], ["a\n", ""]);
    }

    #[test]
    fn the_code_that_takes_an_error_is_told_apart() {
        struct EvcxrUserCodeError(bool);
        impl<T: Display> From<T> for EvcxrUserCodeError {
            fn from(error: T) -> Self {
                let told = is_question_mark(&|| ());
                // As evcxr writes it: the macro has to take it.
                crate::show::stand_in::eprintln!("{}", error);
                EvcxrUserCodeError(told)
            }
        }
        assert!(EvcxrUserCodeError::from("no").0);
        assert!(!is_question_mark(&|| ()));
    }
}
