//! What a barrier costs on the CPU device, and what being careful costs.
//!
//! A case is `kernel mode`, with the mode `fast` or `checked`.

#[allow(dead_code, unused_imports, reason = "no peer is measured beside ours")]
mod harness;

use harness::{Times, Worker, measure, milliseconds, ratio, report, serve, table};
use lesson_lib::device::{Device, Launch, Source};
use lesson_lib::ndarray::{Array1, Array2};
use std::env;

/// Threads of a block, and blocks, in the kernel that only waits.
const BLOCK: usize = 256;
const BLOCKS: usize = 64;
/// How often each of its threads waits.
const WAITS: usize = 200;

/// Side of the matrices.
const N: usize = 512;

const SOURCE: &str = include_str!("cpu_device.cu");

/// The kernels and what each does; the last column says whether it has barriers.
const KERNELS: [(&str, &str); 6] = [
    ("saxpy", "`y[i] += a * x[i]`, 4 million"),
    ("naive", "matrix product 512³, a dot product per thread"),
    ("tile16", "the same in tiles of 16 × 16"),
    ("tile32", "the same in tiles of 32 × 32"),
    ("waits", "64 blocks of 256 threads, 200 barriers each"),
    ("reduce", "sum of 4 million, blocks of 256, 9 barriers each"),
];

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let mut workers = [Some(Worker::ours(&[("RAYON_NUM_THREADS", "2")]))];
    let mut time =
        |kernel: &str, mode: &str| measure(&format!("{kernel} {mode}"), &mut workers).remove(0);
    let times = KERNELS.map(|(kernel, _)| [time(kernel, "fast"), time(kernel, "checked")]);
    let rows: Vec<Vec<String>> = KERNELS
        .iter()
        .zip(&times)
        .map(|((_, title), [fast, checked])| {
            let times = [milliseconds(fast), milliseconds(checked), ratio(checked, fast)];
            [title.to_string()].into_iter().chain(times).collect()
        })
        .collect();
    let head = ["kernel", "full speed", "careful", "careful : full speed"].map(String::from);
    let body = format!(
        "{}\nA barrier costs each thread {} ns (two threads of the host, blocks of {BLOCK}). The \
         product in tiles of 32 takes {} of the time of the plain one.\n",
        table(&head, &rows),
        barrier(&times[4][0]),
        ratio(&times[3][0], &times[1][0]),
    );
    report::write_report("cpu_device", "The CPU device", &body);
}

/// Nanoseconds of one barrier for each thread, by minimum and by median.
fn barrier(times: &Option<Times>) -> String {
    // Two threads of the host share the blocks.
    let waits = (BLOCK * BLOCKS * WAITS / harness::THREADS) as f64;
    times.as_ref().map_or("–".into(), |times| {
        format!("{:.1} / {:.1}", times.min() / waits * 1e9, times.median() / waits * 1e9)
    })
}

/// What a case runs, with its buffers made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let (name, mode) = case.split_once(' ')?;
    let device = if mode == "checked" { Device::checked() } else { Device::cpu() };
    let kernel = device.compile(Source::text("cpu_device.cu", SOURCE)).ok()?.kernel(name).ok()?;
    let n = 1 << 22;
    let x = device.upload(&Array1::from_elem(n, 0.5_f32)).ok()?;
    let mut y = device.upload(&Array1::from_elem(n, 0.5_f32)).ok()?;
    let a = device.upload(&Array2::from_elem((N, N), 0.5_f32)).ok()?;
    let mut c = device.upload(&Array2::from_elem((N, N), 0.0_f32)).ok()?;
    let tile = if name == "tile32" { 32 } else { 16 };
    let (over_all, products) =
        (Launch::over(n).block(BLOCK), Launch::over((N, N)).block((tile, tile)));
    let waits = Launch::blocks(BLOCKS).block(BLOCK);
    Some(match name {
        "saxpy" => Box::new(move || {
            kernel.launch(over_all, (0.5_f32, &x, &mut y, n as i32)).expect("a launch");
        }),
        "waits" => Box::new(move || {
            kernel.launch(waits, (&mut y, WAITS as i32)).expect("a launch");
        }),
        "reduce" => Box::new(move || {
            kernel.launch(over_all, (&x, &mut y, n as i32)).expect("a launch");
        }),
        _ => Box::new(move || {
            kernel.launch(products, (&a, &a, &mut c, N as i32)).expect("a launch");
        }),
    })
}
