//! Times as text, and the machine that they were measured on.

use super::{THREADS, Times, Worker, is_short};
use std::{fs, path::PathBuf};

const NOT_INSTALLED: &str = "not installed";

/// The head of a worker's column.
pub fn heading(worker: &Option<Worker>) -> String {
    worker.as_ref().map_or(NOT_INSTALLED.into(), |worker| worker.name.clone())
}

/// `minimum / median` in milliseconds with three significant digits, or a dash.
pub fn milliseconds(times: &Option<Times>) -> String {
    let digits = |seconds: f64| {
        let milliseconds = seconds * 1e3;
        let decimals = (2.0 - milliseconds.log10().floor()).clamp(0.0, 6.0);
        format!("{milliseconds:.0$}", decimals as usize)
    };
    times.as_ref().map_or("–".into(), |times| {
        format!("{} / {}", digits(times.min()), digits(times.median()))
    })
}

/// How many times as long `other` took as `ours`, by minimum and by median.
pub fn ratio(other: &Option<Times>, ours: &Option<Times>) -> String {
    match (other, ours) {
        (Some(other), Some(ours)) => {
            format!("{:.2} / {:.2}", other.min() / ours.min(), other.median() / ours.median())
        }
        _ => "–".into(),
    }
}

/// Prints and writes `docs/results/<name>.md` with times: a title, the machine, how to run it again,
/// the body.
pub fn write_report(name: &str, title: &str, body: &str) {
    let note = format!(
        "{THREADS} threads for every program; minimum / median in milliseconds; one run, \
         the programs by turns. Load average of the machine at the end, this benchmark's own \
         threads included: {}",
        load()
    );
    write_page(name, title, &note, body);
}

/// [`write_report`] with another note on how to read the page. A page is not
/// replaced by a short measurement, or by one without the other programs.
pub fn write_page(name: &str, title: &str, note: &str, body: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/results/{name}.md"));
    let text = format!(
        "# {title}\n\nWritten by `make bench`; the part on this page alone: \
         `cargo bench -p lesson_lib --bench {name}`.\n\n{}, {note}.\n\n{body}",
        cpu()
    );
    print!("{text}");
    let reason = match is_short() {
        true => Some("a short measurement"),
        false => text.contains(NOT_INSTALLED).then_some("other programs are not installed"),
    };
    if let Some(reason) = reason.filter(|_| path.exists()) {
        return println!("\ndocs/results/{name}.md stays as it is: {reason}.");
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the results");
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn cpu() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map(|(_, name)| name);
    let model = model.unwrap_or("unknown CPU").trim();
    format!("{model} ({})", instructions())
}

#[cfg(target_arch = "x86_64")]
fn instructions() -> &'static str {
    match (is_x86_feature_detected!("avx512f"), is_x86_feature_detected!("avx2")) {
        (true, _) => "AVX-512",
        (_, true) => "AVX2",
        _ => "SSE2",
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn instructions() -> &'static str {
    std::env::consts::ARCH
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}
