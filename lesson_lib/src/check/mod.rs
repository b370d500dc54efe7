//! Checks that print one line when they hold and say what differs when they do not.
//!
//! | check | holds when |
//! |---|---|
//! | [`close`], [`close_with`] | two sets of numbers agree within a tolerance |
//! | [`equal`] | two sets of values are the same |
//! | [`that`] | a condition is true |
//! | [`rejects`] | an operation fails, with the message that it should give |
//! | [`exercise`] | a learner's solution passes its checks |
//! | [`graded`] | all that decides about the points of an exercise does |
//!
//! Every check prints a line that starts with `✓ ` or returns [`Error::Check`], so a cell writes
//! `check::close(…)?;`. None passes without having compared anything: two empty arrays are a failure.
//!
//! [`Error::Check`]: crate::Error::Check

mod claim;
mod compare;
mod exercise;
mod graded;
mod tolerance;
mod values;

pub use claim::{rejects, that};

pub(crate) use compare::agree;
pub use compare::{close, close_with, equal};
pub use exercise::exercise;
pub use graded::graded;
pub(crate) use tolerance::Tolerance;
pub use values::{Numeric, Values, ValuesOf};

use crate::show;
use std::cell::Cell;

thread_local! {
    /// How many checks have held on this thread.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Prints the line of a check that holds.
fn pass(name: &str, detail: &str) {
    HELD.set(HELD.get() + 1);
    let line = format!("✓ {name}: {detail}");
    show::print_line(&line.lines().collect::<Vec<_>>().join(" "));
}

#[cfg(test)]
mod tests;
