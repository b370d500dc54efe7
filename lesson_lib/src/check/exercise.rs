//! The check of an exercise, solved or not.

use super::{HELD, pass};
use crate::show::{panic_message, quietly};
use crate::{Error, Result, exercises};

/// Runs the checks of the exercise `id` and returns what `attempt` returns.
///
/// A panic in `attempt`, such as the `todo!()` that waits for the learner's code, becomes an
/// error of one line, so the notebook goes on. Every error names `id`, so that it tells its
/// exercise even where it stands alone. In a learner's notebook a solved exercise is kept, and the
/// next one is named ([`exercises`]).
///
/// # Errors
/// [`Error::Check`] when the exercise is not solved yet, when its code panics or ends in an error
/// of its own, when a check does not hold, or when `attempt` checks nothing.
///
/// ```
/// use lesson_lib::{Error, check};
/// fn double(x: f64) -> f64 {
///     2.0 * x
/// }
/// check::exercise("01-ex1", || check::close("double of 4", double(4.0), 8.0, 1e-9))?;
///
/// fn triple(_: f64) -> f64 {
///     todo!("01-ex2: three times x")
/// }
/// let attempt = || check::close("triple of 4", triple(4.0), 12.0, 1e-9);
/// assert_eq!(
///     check::exercise("01-ex2", attempt).unwrap_err().to_string(),
///     "check failed: 01-ex2: not solved yet (three times x): put your code in place of todo!(), \
///      run that cell, then this one again"
/// );
///
/// let wrong = check::exercise("01-ex1", || check::close("double of 4", double(4.0), 9.0, 1e-9));
/// assert!(wrong.unwrap_err().to_string().starts_with("check failed: 01-ex1, double of 4: got 8.0"));
/// # Ok::<(), Error>(())
/// ```
pub fn exercise<T>(id: &str, attempt: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = HELD.get();
    let result = quietly(attempt)
        .map_err(|payload| Error::check(id, panic_problem(id, &panic_message(&*payload))))?
        .map_err(|error| with_exercise(id, error))?;
    if HELD.get() == before {
        return Err(Error::check(
            id,
            "the exercise is not checked: its check cell compares nothing",
        ));
    }
    pass(id, "solved");
    exercises::remember(id);
    Ok(result)
}

/// `error` as one of the exercise.
fn with_exercise(id: &str, error: Error) -> Error {
    match error {
        Error::Check { name, problem } => Error::check(format!("{id}, {name}"), problem),
        other => Error::check(id, other.to_string()),
    }
}

/// What a panic in the exercise `id` means to the learner.
fn panic_problem(id: &str, message: &str) -> String {
    const UNSOLVED: &str = "not yet implemented";
    let Some(reason) = message.strip_prefix(UNSOLVED) else {
        return format!("your code panicked: {message}");
    };
    let reason = reason.trim_start_matches(": ");
    // The student edition's todo!() begins with the exercise, which the error names already.
    let hint = reason.strip_prefix(id).unwrap_or(reason).trim_start_matches(": ");
    let hint = if hint.is_empty() { String::new() } else { format!(" ({hint})") };
    format!(
        "not solved yet{hint}: put your code in place of todo!(), run that cell, then this one again"
    )
}
