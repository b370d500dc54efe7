//! Timing several versions of one computation against each other.

use super::measure::{Plan, Rounds, wall};
use super::{Ladder, Outcome, Timing};
use crate::{Error, Result};

/// Times versions of one computation and returns them as a [`Ladder`], the first being what the
/// others are compared with.
///
/// All versions run once first, and nothing is timed unless their results agree within
/// `tolerance` (see [`check::close`](crate::check::close)). Then the runs take turns, so that a
/// disturbance of the machine meets every version alike.
///
/// # Errors
/// [`Error::Check`] names two versions that differ, and where; [`Error::Argument`] when there is
/// no version; a version's own error.
///
/// ```
/// use lesson_lib::timing::compare;
/// let n = 1000_u64;
/// let ladder = compare("1 + … + n", 0.0, &[
///     ("add", &|| (1..=n).sum::<u64>()),
///     ("formula", &|| n * (n + 1) / 2),
/// ])?;
/// assert_eq!(ladder.rows().len(), 2);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn compare<T: Outcome>(
    title: &str,
    tolerance: f64,
    versions: &[(&str, &dyn Fn() -> T)],
) -> Result<Ladder> {
    if versions.is_empty() {
        return Err(Error::argument("compare", "there is no version; give at least one"));
    }
    let mut ladder = Ladder::new(title, tolerance);
    for (name, work) in versions {
        ladder.verify(name, &work().outcome()?)?;
    }
    let works: Vec<_> = versions.iter().map(|(_, work)| *work).collect();
    let plan = Plan::new().seconds(1.0 / versions.len() as f64);
    for ((name, _), timing) in versions.iter().zip(take_turns(plan.limited(), &wall, &works)) {
        ladder.place(name, "", timing);
    }
    Ok(ladder)
}

/// Times all `works`, one run of each in turn.
pub(super) fn take_turns<T>(
    plan: Plan,
    clock: &impl Fn() -> f64,
    works: &[&dyn Fn() -> T],
) -> Vec<Timing> {
    let rounds: Vec<Rounds> =
        works.iter().map(|work| Rounds::choose(plan, clock, &mut || work())).collect();
    let mut samples = vec![Vec::new(); works.len()];
    let longest = rounds.iter().map(|rounds| rounds.runs).max().unwrap_or(0);
    for turn in 0..longest {
        for (i, work) in works.iter().enumerate().filter(|(i, _)| turn < rounds[*i].runs) {
            samples[i].push(rounds[i].sample(clock, &mut || work()));
        }
    }
    rounds.iter().zip(samples).map(|(rounds, samples)| rounds.timing(samples)).collect()
}
