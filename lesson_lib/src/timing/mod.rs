//! How long something takes, measured so that the number means something.
//!
//! | part | what it does |
//! |---|---|
//! | [`time!`](crate::time) | runs an expression once, prints how long it took, returns its value |
//! | [`timeit!`](crate::timeit) | warms up, repeats, returns a [`Timing`]: mean ± standard deviation |
//! | [`compare!`](crate::compare) | times versions that agree, in turns; refuses versions that differ |
//! | [`Ladder`] | the table of versions that grows through a notebook |
//!
//! Every measured value goes through [`std::hint::black_box`], so the compiler cannot leave the
//! work out.

mod compare;
mod duration;
mod host;
mod ladder;
mod measure;
mod outcome;
mod stats;
mod table;

pub use compare::compare;
pub use duration::duration_text;
pub use host::host;
pub use ladder::{Ladder, Row};
pub use measure::{Plan, timeit};
pub use outcome::Outcome;
pub use stats::Timing;

use crate::show;
use std::time::Duration;

/// Runs an expression once, prints how long it took, and returns its value.
///
/// One run is a first impression, start-up costs included; [`timeit!`](crate::timeit) measures.
///
/// ```
/// let sum = lesson_lib::time!((0..1000).sum::<u64>());
/// assert_eq!(sum, 499_500);
/// ```
#[macro_export]
macro_rules! time {
    ($work:expr) => {{
        let start = ::std::time::Instant::now();
        let value = ::std::hint::black_box($work);
        $crate::timing::print_elapsed(start.elapsed());
        value
    }};
}

/// Times expressions against each other, as [`timing::compare`](crate::timing::compare) does
/// with closures: a title, the tolerance of their results, then `"name" => expression`.
///
/// ```
/// use lesson_lib::compare;
/// let n = 1000_u64;
/// let ladder = compare!("1 + … + n", 0.0,
///     "add" => (1..=n).sum::<u64>(),
///     "formula" => n * (n + 1) / 2,
/// )?;
/// assert_eq!(ladder.rows().len(), 2);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[macro_export]
macro_rules! compare {
    ($title:expr, $tolerance:expr, $($name:literal => $work:expr),+ $(,)?) => {
        $crate::timing::compare($title, $tolerance, &[$(($name, &|| $work)),+])
    };
}

/// Times an expression as IPython's `%timeit` does and returns a
/// [`Timing`](crate::timing::Timing).
///
/// One run warms up; then 7 runs of as many loops as fit, about a second in all. `loops = …` and
/// `runs = …`, in this order, fix either number.
///
/// ```
/// use lesson_lib::timeit;
/// let timing = timeit!(loops = 100, runs = 3, (0..1000_u64).map(|x| x * x).sum::<u64>());
/// assert_eq!((timing.loops(), timing.runs()), (100, 3));
/// ```
#[macro_export]
macro_rules! timeit {
    (loops = $loops:expr, runs = $runs:expr, $work:expr) => {
        $crate::timing::timeit($crate::timing::Plan::new().loops($loops).runs($runs), || $work)
    };
    (loops = $loops:expr, $work:expr) => {
        $crate::timing::timeit($crate::timing::Plan::new().loops($loops), || $work)
    };
    (runs = $runs:expr, $work:expr) => {
        $crate::timing::timeit($crate::timing::Plan::new().runs($runs), || $work)
    };
    ($work:expr) => {
        $crate::timing::timeit($crate::timing::Plan::new(), || $work)
    };
}

/// Prints the line of `time!`.
#[doc(hidden)]
pub fn print_elapsed(elapsed: Duration) {
    show::print_line(&duration_text(elapsed));
}

#[cfg(test)]
mod tests;
