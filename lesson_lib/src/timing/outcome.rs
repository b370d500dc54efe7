//! What a timed version may return.

use crate::Result;
use crate::check::{Numeric, Values};

/// The result of a version: values, or a `Result` of values from a function that can fail.
///
/// ```
/// use lesson_lib::timing::Outcome;
/// assert_eq!(vec![1.0, 2.0].outcome()?, [1.0, 2.0]);
/// assert_eq!(lesson_lib::Result::Ok(0.5).outcome()?, 0.5);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub trait Outcome {
    /// What can be compared with another version's result.
    type Values: Values<Item: Numeric>;

    /// The values, or the error of the function that should have computed them.
    fn outcome(self) -> Result<Self::Values>;
}

impl<T: Values<Item: Numeric>> Outcome for T {
    type Values = T;

    fn outcome(self) -> Result<T> {
        Ok(self)
    }
}

impl<T: Values<Item: Numeric>> Outcome for Result<T> {
    type Values = T;

    fn outcome(self) -> Result<T> {
        self
    }
}
