//! Matrix multiplication against PyTorch and numpy, and the ladder against itself.
//!
//! A case is `version type m k n`, where the type is `f32`, `f64`, or `f32.t` for an `a` that is
//! a transposed view.

mod harness;

use harness::{
    HUGE_PAGES, Worker, measure, milliseconds, ratio, report, serve, table, write_report,
};
use lesson_lib::{
    matmul::{Real, VERSIONS, Version},
    ndarray::{Array2, ArrayRef2},
    random::Generator,
};
use rayon::prelude::*;
use std::{env, hint::black_box, path::Path};

const AGAINST_PEERS: [&str; 11] = [
    "f32 50000 784 10",
    "f64 50000 784 10",
    "f32 10 784 50000",
    "f32.t 50000 784 10",
    "f32 200 784 10",
    "f32 5 784 10",
    "f32 1024 1024 1024",
    "f32.t 1024 1024 1024",
    "f64 1024 1024 1024",
    "f32 2048 2048 2048",
    "f32 4096 4096 4096",
];

const LADDER: [&str; 2] = ["f32 5 784 10", "f32 50000 784 10"];

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let mut body = String::new();
    body += &against_peers();
    body += &ladder();
    write_report("matmul", "Matrix multiplication on the host", &body);
}

fn against_peers() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_matmul.py");
    let mut workers = Vec::new();
    for environment in [&[][..], &[HUGE_PAGES]] {
        workers.push(Some(Worker::ours(environment)));
        workers.extend(["torch", "numpy"].map(|peer| Worker::python(&script, peer, environment)));
    }
    let names: Vec<String> = workers.iter().take(3).map(report::heading).collect();
    let floor = measure("read f32 50000 784 10", &mut workers);
    let mut rows = [Vec::new(), Vec::new()];
    for case in AGAINST_PEERS {
        let times = measure(&format!("parallel {case}"), &mut workers);
        for (rows, times) in rows.iter_mut().zip(times.chunks(3)) {
            let mut row = vec![title(case)];
            row.extend(times.iter().map(milliseconds));
            row.extend([ratio(&times[1], &times[0]), ratio(&times[2], &times[0])]);
            rows.push(row);
        }
    }
    let mut head = vec!["".into()];
    head.extend(names);
    head.extend(["PyTorch : ours".into(), "numpy : ours".into()]);
    format!(
        "## Ordinary pages of 4 KiB\n\n{}\nReading the 157 MB once, on both threads: {} ms.\n\n\
         ## Huge pages\n\nAll three with `{}={}` in their environment.\n\n{}\n\
         Reading the 157 MB once, on both threads: {} ms.\n\n",
        table(&head, &rows[0]),
        milliseconds(&floor[0]),
        HUGE_PAGES.0,
        HUGE_PAGES.1,
        table(&head, &rows[1]),
        milliseconds(&floor[3]),
    )
}

/// `f32 (5, 784)·(784, 10)`, for people.
fn title(case: &str) -> String {
    let [number, m, k, n] = case.split(' ').collect::<Vec<_>>()[..] else { panic!("{case}") };
    match number.split_once('.') {
        Some((number, _)) => format!("{number} ({k}, {m})ᵀ·({k}, {n})"),
        None => format!("{number} ({m}, {k})·({k}, {n})"),
    }
}

fn ladder() -> String {
    let mut workers = [Some(Worker::ours(&[HUGE_PAGES]))];
    let mut first = [None, None];
    let mut rows = Vec::new();
    for version in VERSIONS {
        let mut row = vec![version.to_string(), version.idea().into()];
        for (case, first) in LADDER.iter().zip(&mut first) {
            let case = format!("{} {case}", version.name().replace(' ', "_"));
            let times = measure(&case, &mut workers).remove(0);
            row.push(milliseconds(&times));
            row.push(ratio(first, &times));
            if first.is_none() {
                *first = times;
            }
        }
        rows.push(row);
    }
    let head = ["step", "idea", &title(LADDER[0]), "speed-up", &title(LADDER[1]), "speed-up"];
    let head = head.map(String::from);
    format!("## The ladder\n\nWith huge pages.\n\n{}", table(&head, &rows))
}

/// What a case runs, with its operands made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let [version, number, sizes @ ..] = &case.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let [m, k, n] = sizes.iter().filter_map(|size| size.parse().ok()).collect::<Vec<_>>()[..]
    else {
        return None;
    };
    if *version == "read" {
        return Some(read(matrix(m, k, |value| value as f32)));
    }
    let version = VERSIONS.into_iter().find(|v| v.name().replace(' ', "_") == *version)?;
    match *number {
        "f32" => product(version, matrix(m, k, |v| v as f32), matrix(k, n, |v| v as f32)),
        "f32.t" => {
            product(version, matrix(k, m, |v| v as f32).reversed_axes(), matrix(k, n, |v| v as f32))
        }
        "f64" => product(version, matrix(m, k, |v| v), matrix(k, n, |v| v)),
        _ => None,
    }
}

/// Times the product, unless this version refuses the sizes.
fn product<T: Real>(version: Version, a: Array2<T>, b: Array2<T>) -> Option<Box<dyn FnMut()>> {
    let run = move |a: &ArrayRef2<T>, b: &ArrayRef2<T>| version.run(a, b);
    run(&a, &b).ok()?;
    Some(Box::new(move || drop(black_box(run(&a, &b)))))
}

/// Times reading every value once, in as many sums as the vector unit has room for.
fn read(a: Array2<f32>) -> Box<dyn FnMut()> {
    let (values, _) = a.into_raw_vec_and_offset();
    Box::new(move || {
        values.par_chunks(values.len().div_ceil(16)).for_each(|piece| {
            let mut sums = [0.0; 128];
            for chunk in piece.as_chunks::<128>().0 {
                sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += value);
            }
            black_box(sums);
        });
    })
}

/// Values in [0, 1), the same at each call.
fn matrix<T>(m: usize, n: usize, from: impl Fn(f64) -> T) -> Array2<T> {
    Generator::new(42).rand_f64((m, n)).mapv(from)
}
