//! The machine that a measurement ran on.

use std::{env, fs, thread};

/// The processor and the number of threads it runs, e.g. `AMD EPYC 9B14, 2 threads`.
///
/// ```
/// println!("measured on {}", lesson_lib::timing::host());
/// ```
pub fn host() -> String {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let plural = if threads == 1 { "" } else { "s" };
    format!("{}, {threads} thread{plural}", processor())
}

/// The processor's name where the system tells it, otherwise its architecture.
fn processor() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    let mut models = named.filter(|(key, _)| key.trim() == "model name");
    match models.next() {
        Some((_, model)) => model.trim().to_owned(),
        None => format!("{} CPU", env::consts::ARCH),
    }
}
