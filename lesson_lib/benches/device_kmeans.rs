//! The k-means kernels on a GPU: the time of an iteration over points of the plane, and of more
//! coordinates.
//!
//! `cargo bench -p lesson_lib --bench device_kmeans` prints the tables. Without a GPU it prints none,
//! because times of the CPU device say nothing about GPUs; `-- --on-cpu` prints a small one,
//! labelled as what it is. `bench/gpu/peers.py` measures PyTorch on the same work.

#[path = "harness/table.rs"]
mod table;
#[path = "harness/turns.rs"]
mod turns;

use lesson_lib::Result;
use lesson_lib::cluster::kmeans::{KERNEL_VERSIONS, KMeans, KernelVersion, Start};
use lesson_lib::device::{Buffer, Device};
use lesson_lib::ndarray::{Array2, Ix2, s};
use lesson_lib::random::Generator;
use table::table;
use turns::{Contestant, measure};

/// Sizes of the points and numbers of centroids.
const CASES: [((usize, usize), usize); 6] = [
    ((1500, 2), 6),
    ((1_000_000, 2), 6),
    ((10_000_000, 2), 6),
    ((10_000_000, 2), 32),
    ((1_000_000, 16), 16),
    ((100_000, 64), 64),
];

/// Iterations of one run, which are launched one after another; then the device is waited for.
const ITERATIONS: usize = 20;

fn main() -> Result<()> {
    let on_cpu = std::env::args().any(|argument| argument == "--on-cpu");
    let device = Device::best()?;
    match (device.is_cuda(), on_cpu) {
        (true, _) => {
            print!("# k-means on {device}, {ITERATIONS} iterations\n\n");
            CASES.into_iter().try_for_each(|(shape, k)| ladder(&device, shape, k))
        }
        (false, true) => {
            print!("# k-means on {device}: these are not GPU times\n\n");
            ladder(&device, CASES[0].0, CASES[0].1)
        }
        (false, false) => {
            println!(
                "{device} is not a GPU: its times would say nothing about the kernels. \
                 Add `-- --on-cpu` to see them all the same."
            );
            Ok(())
        }
    }
}

fn kernel<'a>(
    device: &'a Device,
    version: KernelVersion,
    x: &'a Buffer<f32, Ix2>,
    start: &'a Buffer<f32, Ix2>,
) -> Contestant<'a> {
    Contestant::new(version.to_string(), version.idea(), move || {
        version.run(device, x, start, ITERATIONS)?;
        device.synchronize()
    })
}

fn copies_included<'a>(device: &'a Device, x: &'a Array2<f32>, k: usize) -> Contestant<'a> {
    let settings = KMeans::new(k).start(Start::Random).iterations(ITERATIONS);
    let idea = "The best version, with the start, all copies and the labels.";
    Contestant::new("run_on".into(), idea, move || settings.run_on(device, x).map(|_| ()))
}

/// All versions that take so many centroids.
fn ladder(device: &Device, (n, d): (usize, usize), k: usize) -> Result<()> {
    let x: Array2<f32> = Generator::new(42).rand((n, d)) * 70.0 - 35.0;
    let [points, start] = [x.view(), x.slice(s![..k, ..])].map(|rows| device.upload(&rows));
    let (points, start) = (points?, start?);
    let versions = KERNEL_VERSIONS.into_iter();
    let versions = versions.filter(|version| version.takes(device.properties(), (k, d)));
    let mut contestants: Vec<_> =
        versions.map(|version| kernel(device, version, &points, &start)).collect();
    contestants.push(copies_included(device, &x, k));
    measure(&mut contestants)?;
    print_table(&format!("({n}, {d}), k = {k}"), (n, d), contestants);
    Ok(())
}

fn print_table(title: &str, (n, d): (usize, usize), contestants: Vec<Contestant<'_>>) {
    let bytes = (n * d * size_of::<f32>()) as f64;
    let rows = contestants.into_iter().map(|contestant| {
        let [least, median] = contestant.least_and_median().map(|time| time / ITERATIONS as f64);
        vec![
            contestant.name,
            format!("{:.1}", least * 1e6),
            format!("{:.1}", median * 1e6),
            format!("{:.0}", bytes / median / 1e9),
            contestant.idea.into(),
        ]
    });
    let head = ["version", "µs an iteration, least", "µs, median", "GB/s of points", "idea"];
    println!("## {title}\n\n{}", table(&head.map(String::from), &rows.collect::<Vec<_>>()));
}
