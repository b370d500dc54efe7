//! Conditions, and errors that are meant to happen.

use super::pass;
use crate::{Error, Result};
use std::fmt::Display;

/// Checks that `condition` is true; `help` tells the learner what to look at when it is not.
///
/// # Errors
/// [`Error::Check`] with `help`.
///
/// ```
/// use lesson_lib::check;
/// check::that("six clusters", 2 * 3 == 6, "count the distinct end points")?;
/// let error = check::that("moved", false, "is the update written to `x` or to a copy?");
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "check failed: moved: is the update written to `x` or to a copy?"
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn that(name: &str, condition: bool, help: &str) -> Result<()> {
    if !condition {
        return Err(Error::check(name, help));
    }
    pass(name, "holds");
    Ok(())
}

/// Checks that `result` is an error whose message contains `text`, and prints the message.
///
/// # Errors
/// [`Error::Check`] when `result` is `Ok`, or when its message says something else.
///
/// ```
/// use lesson_lib::check;
/// check::rejects("not a number", "ten".parse::<i32>(), "invalid digit")?;
/// assert!(check::rejects("a number", "10".parse::<i32>(), "invalid digit").is_err());
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn rejects<T, E: Display>(name: &str, result: Result<T, E>, text: &str) -> Result<()> {
    let problem = match result {
        Err(error) if error.to_string().contains(text) => {
            pass(name, &format!("rejected: {error}"));
            return Ok(());
        }
        Err(error) => format!("expected an error with “{text}”, got: {error}"),
        Ok(_) => format!("expected an error with “{text}”, but it succeeded"),
    };
    Err(Error::check(name, problem))
}
