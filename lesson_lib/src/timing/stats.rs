//! What repeated measurement found.

use crate::show::Show;
use crate::text::{counted, seconds};
use crate::{Error, Result};
use std::time::Duration;

/// The time that one execution takes, from several runs of several loops each.
///
/// ```
/// use lesson_lib::{show::Show, timing::Timing};
/// let timing = Timing::from_seconds([0.002, 0.003, 0.004], 10)?;
/// assert_eq!(
///     timing.text(),
///     "3.00 ms ± 1.00 ms per loop (mean ± std. dev. of 3 runs, 10 loops each)"
/// );
/// assert_eq!((timing.min(), timing.median()), (0.002, 0.003));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Seconds per loop, one of each run, sorted.
    samples: Vec<f64>,
    loops: u32,
}

impl Timing {
    /// The timing of runs that took `seconds` per loop, `loops` loops each: for what another
    /// clock measured, such as a device's events.
    ///
    /// # Errors
    /// [`Error::Argument`] when there is no run, or one with a negative or non-finite time.
    pub fn from_seconds(seconds: impl Into<Vec<f64>>, loops: u32) -> Result<Self> {
        let mut samples: Vec<f64> = seconds.into();
        let refuse = |problem: String| Error::argument("Timing::from_seconds", problem);
        if samples.is_empty() {
            return Err(refuse("there is no run; give the seconds of at least one".into()));
        }
        if let Some(bad) = samples.iter().find(|s| !s.is_finite() || **s < 0.0) {
            return Err(refuse(format!("a run took {bad} seconds; a time is finite and ≥ 0")));
        }
        samples.sort_by(f64::total_cmp);
        Ok(Self { samples, loops: loops.max(1) })
    }

    /// The timing of one run of one loop.
    pub fn once(duration: Duration) -> Self {
        Self { samples: vec![duration.as_secs_f64()], loops: 1 }
    }

    /// Mean seconds per loop.
    pub fn mean(&self) -> f64 {
        self.samples.iter().sum::<f64>() / self.runs() as f64
    }

    /// Sample standard deviation of the runs (divided by runs − 1), in seconds; 0 for one run.
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.samples.iter().map(|s| (s - mean).powi(2)).sum();
        (squares / (self.runs() - 1).max(1) as f64).sqrt()
    }

    /// Median seconds per loop: one slow run does not move it.
    pub fn median(&self) -> f64 {
        let middle = self.runs() / 2;
        match self.runs() % 2 {
            1 => self.samples[middle],
            _ => (self.samples[middle - 1] + self.samples[middle]) / 2.0,
        }
    }

    /// Seconds per loop of the fastest run.
    pub fn min(&self) -> f64 {
        self.samples[0]
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.samples.len()
    }

    /// The number of loops of each run.
    pub fn loops(&self) -> u32 {
        self.loops
    }
}

impl Show for Timing {
    fn text(&self) -> String {
        let mean = seconds(self.mean());
        let loops = counted(self.loops as usize, "loop");
        match self.runs() {
            1 => format!("{mean} per loop (1 run, {loops})"),
            runs => {
                let std = seconds(self.std());
                format!("{mean} ± {std} per loop (mean ± std. dev. of {runs} runs, {loops} each)")
            }
        }
    }
}
