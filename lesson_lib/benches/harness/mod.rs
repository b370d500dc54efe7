//! Measures programs side by side.
//!
//! Every contestant is a worker process: this binary again for ours, a Python script for its
//! peers. Workers take turns on each case, so that a slow minute of the machine hits them all. A
//! process of its own also lets each have its own environment: threads and page size are set
//! before it starts.

pub mod report;
mod table;
mod worker;

pub use report::{milliseconds, ratio, write_report};
pub use table::table;
pub use worker::{Worker, serve};

use std::{
    env,
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

/// What makes glibc's `malloc` ask for huge pages.
pub const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// Threads that every worker may use.
pub const THREADS: usize = 2;

/// How often each worker gets a turn, and for how many seconds: in full, and in short.
const TURNS: (usize, f64) = (7, 0.25);
const TURNS_IN_SHORT: (usize, f64) = (1, 0.1);

/// A run that takes this many seconds is hardly disturbed: after so many turns, it needs no more.
const TURNS_IF_LONG: (usize, f64) = (3, 1.0);

/// Whether one look at each case is enough, which is too little for a page of results.
pub fn is_short() -> bool {
    env::args().any(|argument| argument == "--short")
}

/// Measured times in seconds, sorted.
#[derive(Clone)]
pub struct Times(Vec<f64>);

impl Times {
    /// The shortest.
    pub fn min(&self) -> f64 {
        self.0[0]
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }
}

/// The times of each worker on `case`; `None` where a worker cannot run it.
///
/// A line on the error stream names the case before it begins.
pub fn measure(case: &str, workers: &mut [Option<Worker>]) -> Vec<Option<Times>> {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    eprintln!("  {:4.0} s  {case}", BEGIN.elapsed().as_secs_f64());
    let (rounds, seconds_per_turn) = if is_short() { TURNS_IN_SHORT } else { TURNS };
    let mut times = vec![Vec::new(); workers.len()];
    for round in 0..rounds {
        for (worker, times) in workers.iter_mut().zip(&mut times) {
            let Some(worker) = worker.as_mut().filter(|_| !is_sure(round, times)) else { continue };
            times.extend(worker.run(case, seconds_per_turn));
            // The threads of the last worker spin for a moment before they sleep.
            thread::sleep(Duration::from_millis(20));
        }
    }
    times.into_iter().map(sorted).collect()
}

/// Whether a worker's runs are so long that these times are enough.
fn is_sure(turns: usize, times: &[f64]) -> bool {
    let (enough, long) = TURNS_IF_LONG;
    turns >= enough && times.iter().all(|&time| time > long)
}

fn sorted(mut times: Vec<f64>) -> Option<Times> {
    times.sort_by(f64::total_cmp);
    (!times.is_empty()).then_some(Times(times))
}
