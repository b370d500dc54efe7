//! The check of an exercise, solved or not.

use super::{HELD, pass};
use crate::show::{panic_message, quietly};
use crate::{Error, Result};

/// Runs the checks of the exercise `id` and returns what `attempt` returns.
///
/// A panic in `attempt`, such as the `todo!()` that waits for the learner's code, becomes an
/// error of one line, so the notebook goes on.
///
/// # Errors
/// [`Error::Check`] when the exercise is not solved yet, when its code panics, or when `attempt`
/// checks nothing; the error of the first check that does not hold.
///
/// ```
/// use lesson_lib::{Error, check};
/// fn double(x: f64) -> f64 {
///     2.0 * x
/// }
/// check::exercise("01-ex1", || check::close("double of 4", double(4.0), 8.0, 1e-9))?;
///
/// fn triple(_: f64) -> f64 {
///     todo!()
/// }
/// let attempt = || check::close("triple of 4", triple(4.0), 12.0, 1e-9);
/// assert_eq!(
///     check::exercise("01-ex2", attempt).unwrap_err().to_string(),
///     "check failed: 01-ex2: not solved yet: write your code in place of todo!(), run that \
///      cell, then this one again"
/// );
/// # Ok::<(), Error>(())
/// ```
pub fn exercise<T>(id: &str, attempt: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = HELD.get();
    let result = quietly(attempt)
        .map_err(|payload| Error::check(id, panic_problem(&panic_message(&*payload))))??;
    if HELD.get() == before {
        return Err(Error::check(
            id,
            "the exercise is not checked: its check cell compares nothing",
        ));
    }
    pass(id, "solved");
    Ok(result)
}

/// What a panic in an exercise means to the learner.
fn panic_problem(message: &str) -> String {
    const UNSOLVED: &str = "not yet implemented";
    match message.strip_prefix(UNSOLVED) {
        Some(hint) => format!(
            "not solved yet{hint}: write your code in place of todo!(), run that cell, then this \
             one again"
        ),
        None => format!("your code panicked: {message}"),
    }
}
