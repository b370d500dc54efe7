//! Runs that take turns, so that a slow moment of the machine hits them all.

use lesson_lib::Result;
use std::time::Instant;

/// How often everybody gets a turn.
const ROUNDS: usize = 7;

/// Who takes longer for one run, in seconds, is measured once.
const TOO_LONG: f64 = 2.0;

/// What is measured against each other: one call is one run that has ended.
pub struct Contestant<'a> {
    pub name: String,
    pub idea: &'static str,
    run: Box<dyn FnMut() -> Result<()> + 'a>,
    /// Seconds of each run, from the shortest up once they have been measured.
    times: Vec<f64>,
}

impl<'a> Contestant<'a> {
    pub fn new(name: String, idea: &'static str, run: impl FnMut() -> Result<()> + 'a) -> Self {
        Self { name, idea, run: Box::new(run), times: Vec::new() }
    }

    /// Seconds of the shortest run, and of the one in the middle.
    pub fn least_and_median(&self) -> [f64; 2] {
        [0, self.times.len() / 2].map(|at| self.times[at])
    }

    fn turn(&mut self) -> Result<f64> {
        let begin = Instant::now();
        (self.run)()?;
        Ok(begin.elapsed().as_secs_f64())
    }
}

/// Warms up, and lets the contestants take turns.
pub fn measure(contestants: &mut [Contestant<'_>]) -> Result<()> {
    for contestant in &mut *contestants {
        contestant.turn()?; // The first run of a kernel also loads it.
    }
    for round in 0..ROUNDS {
        for contestant in &mut *contestants {
            if round == 0 || contestant.times[0] < TOO_LONG {
                let seconds = contestant.turn()?;
                contestant.times.push(seconds);
            }
        }
    }
    contestants.iter_mut().for_each(|contestant| contestant.times.sort_by(f64::total_cmp));
    Ok(())
}
