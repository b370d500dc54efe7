//! A check whose outcome decides about points.

use crate::show::{panic_message, quietly, stand_in};
use rustix::{io, stdio};
use std::error::Error;
use std::os::fd::OwnedFd;

/// Runs the checks of a graded exercise, and tells the kernel at once if they fail.
///
/// A program that grades, such as nbgrader, gives full points to a cell that shows no error. So
/// the failure does not depend on the macros by which a cell tells its errors: a submission may
/// have defined them anew. And such a program takes text on standard error for an error: what the
/// solution writes there, by `dbg!` for example, goes to standard output.
///
/// # Errors
/// The error of `attempt`; a panic in it becomes one.
///
/// ```
/// use lesson_lib::check;
/// check::graded(|| {
///     check::exercise("01-ex1", || check::close("double of 4", 2.0 * 4.0, 8.0, 1e-9))?;
///     Ok(())
/// })?;
/// let wrong = check::graded(|| Ok(check::equal("double of 4", 4 * 4, 8)?));
/// assert_eq!(wrong.unwrap_err().to_string(), "check failed: double of 4: got 16, expected 8");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn graded(attempt: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let standard_error = Aside::to_standard_output();
    let result = quietly(attempt)
        .unwrap_or_else(|payload| Err(format!("panic: {}", panic_message(&*payload)).into()));
    drop(standard_error);
    result.inspect_err(stand_in::question_mark)
}

/// Standard error, put aside as long as this lives: what is written there goes to standard output.
struct Aside(Option<OwnedFd>);

impl Aside {
    fn to_standard_output() -> Self {
        let own = io::dup(stdio::stderr()).ok();
        // A process without one of the two has nobody to tell.
        let moved = own.is_some() && stdio::dup2_stderr(stdio::stdout()).is_ok();
        Aside(own.filter(|_| moved))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(own) = &self.0 {
            let _ = stdio::dup2_stderr(own);
        }
    }
}
