//! Warm up, choose the number of loops, repeat.

use super::Timing;
use std::{env, hint::black_box, sync::LazyLock, time::Instant};

/// A round number of loops is chosen once a trial took this share of the time for one run.
const TRIAL_SHARE: f64 = 0.1;

/// How often to run: by default 7 runs of as many loops as fit into about a second in all.
///
/// `LESSON_TIMING_SECONDS=0.1` in the environment lowers what all plans aim at: enough to see that a
/// notebook runs, too little for its numbers. What is no number there is ignored.
///
/// ```
/// use lesson_lib::timing::{Plan, timeit};
/// let timing = timeit(Plan::new().seconds(0.01), || (0..100_u64).product::<u64>());
/// assert!(timing.runs() <= 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    loops: Option<u32>,
    runs: Option<u32>,
    seconds: f64,
}

impl Plan {
    /// Loops and runs chosen by the time that the work takes.
    pub const fn new() -> Self {
        Self { loops: None, runs: None, seconds: 1.0 }
    }

    /// Fixes the number of loops in each run, which is at least one.
    pub const fn loops(self, loops: u32) -> Self {
        Self { loops: Some(loops), ..self }
    }

    /// Fixes the number of runs, which is at least one.
    pub const fn runs(self, runs: u32) -> Self {
        Self { runs: Some(runs), ..self }
    }

    /// Aims at this many seconds for all runs together, where loops and runs are not fixed. Work
    /// that takes longer is still run twice: once to warm up, once to be timed.
    pub const fn seconds(self, seconds: f64) -> Self {
        Self { seconds, ..self }
    }

    /// The plan with no more seconds than the environment allows.
    pub(super) fn limited(self) -> Self {
        static LIMIT: LazyLock<f64> =
            LazyLock::new(|| limit(env::var("LESSON_TIMING_SECONDS").ok()));
        self.seconds(self.seconds.min(*LIMIT))
    }
}

/// The number in `setting`; without one there is no limit.
pub(super) fn limit(setting: Option<String>) -> f64 {
    let seconds = setting.and_then(|text| text.parse::<f64>().ok());
    seconds.filter(|seconds| *seconds >= 0.0).unwrap_or(f64::INFINITY)
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

/// Times `work` by the wall clock. The time includes dropping what `work` returns.
///
/// ```
/// use lesson_lib::timing::{Plan, timeit};
/// let timing = timeit(Plan::new().loops(10).runs(3), || vec![0_u8; 1000]);
/// assert_eq!((timing.loops(), timing.runs()), (10, 3));
/// ```
pub fn timeit<T>(plan: Plan, mut work: impl FnMut() -> T) -> Timing {
    let rounds = Rounds::choose(plan.limited(), &wall, &mut work);
    let samples = (0..rounds.runs).map(|_| rounds.sample(&wall, &mut work)).collect();
    rounds.timing(samples)
}

/// Seconds since the first call.
pub(super) fn wall() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}

/// The loops and runs that a plan comes to for one piece of work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rounds {
    pub(super) loops: u32,
    pub(super) runs: u32,
}

impl Rounds {
    /// Warms up, and decides by the time that took what the plan leaves open.
    pub(super) fn choose<T>(
        plan: Plan,
        clock: &impl Fn() -> f64,
        work: &mut impl FnMut() -> T,
    ) -> Self {
        let run_seconds = plan.seconds / 10.0;
        let mut trial = 1_u32;
        let mut per_loop = sample(clock, trial, work);
        while plan.loops.is_none()
            && per_loop * f64::from(trial) < run_seconds * TRIAL_SHARE
            && trial < 1_000_000_000
        {
            trial *= 10;
            per_loop = sample(clock, trial, work);
        }
        let loops = plan.loops.unwrap_or_else(|| round_down(run_seconds / per_loop)).max(1);
        let affordable = plan.seconds / (per_loop * f64::from(loops));
        let runs = plan.runs.unwrap_or(affordable.min(7.0) as u32).max(1);
        Self { loops, runs }
    }

    /// Seconds per loop of one run.
    pub(super) fn sample<T>(self, clock: &impl Fn() -> f64, work: &mut impl FnMut() -> T) -> f64 {
        sample(clock, self.loops, work)
    }

    pub(super) fn timing(self, samples: Vec<f64>) -> Timing {
        Timing::from_seconds(samples, self.loops).expect("one run or more, by a clock that runs on")
    }
}

fn sample<T>(clock: &impl Fn() -> f64, loops: u32, work: &mut impl FnMut() -> T) -> f64 {
    let start = clock();
    for _ in 0..loops {
        black_box(work());
    }
    (clock() - start) / f64::from(loops)
}

/// The largest of 1, 2, 5, 10, 20, 50 … that is not above `x`.
fn round_down(x: f64) -> u32 {
    let steps = (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u32.pow(power)));
    steps.take_while(|step| f64::from(*step) <= x).last().unwrap_or(1)
}
