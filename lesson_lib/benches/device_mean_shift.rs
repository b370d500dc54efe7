//! The mean shift kernels on a GPU: five iterations over points of the plane.
//!
//! `cargo bench -p lesson_lib --bench device_mean_shift` prints the tables. Without a GPU it prints
//! none, because times of the CPU device say nothing about GPUs; `-- --on-cpu` prints a small one,
//! labelled as what it is. `bench/gpu/peers.py` measures PyTorch on the same work.

#[path = "harness/table.rs"]
mod table;

use lesson_lib::Result;
use lesson_lib::cluster::mean_shift::{KERNEL_VERSIONS, KernelVersion, MeanShift, Weight};
use lesson_lib::device::{Buffer, Device};
use lesson_lib::ndarray::{Array2, Ix2};
use lesson_lib::random::Generator;
use std::time::{Duration, Instant};
use table::table;

const SIZES: [usize; 4] = [1500, 4096, 10_000, 100_000];
const ITERATIONS: usize = 5;
const WEIGHTS: [Weight; 4] =
    [Weight::Gaussian(2.5), Weight::Triangular(8.0), Weight::Flat(8.0), Weight::Epanechnikov(8.0)];

/// Contestants take turns so often, so that a slow moment of the machine hits them all.
const ROUNDS: usize = 7;

/// How long one turn lasts at least, in runs one after another.
const TURN: Duration = Duration::from_millis(20);

/// Who takes longer for one run is not in the table, nor who has more to do one after another: rows
/// or batches, in all iterations.
const TOO_LONG: Duration = Duration::from_millis(300);
const TOO_MANY: usize = 60_000;

fn main() -> Result<()> {
    let on_cpu = std::env::args().any(|argument| argument == "--on-cpu");
    let device = Device::best()?;
    match (device.is_cuda(), on_cpu) {
        (true, _) => {
            print!("# Mean shift on {device}, {ITERATIONS} iterations\n\n");
            SIZES.into_iter().try_for_each(|n| ladder(&device, n))?;
            weights(&device, SIZES[3])
        }
        (false, true) => {
            print!("# Mean shift on {device}: these are not GPU times\n\n");
            ladder(&device, SIZES[0])
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

/// Six clouds in a square 70 wide, as the lesson's.
fn points(n: usize) -> Array2<f32> {
    let mut random = Generator::new(42);
    let centroids = random.rand((6, 2)) * 70.0 - 35.0;
    let noise = random.randn((n, 2)) * 5_f32.sqrt();
    Array2::from_shape_fn((n, 2), |(i, k)| noise[(i, k)] + centroids[(i * 6 / n, k)])
}

/// What is measured against each other: one call is one run that has ended.
struct Contestant<'a> {
    name: String,
    idea: &'static str,
    run: Box<dyn FnMut() -> Result<()> + 'a>,
    times: Vec<f64>,
}

impl<'a> Contestant<'a> {
    fn new(name: String, idea: &'static str, run: impl FnMut() -> Result<()> + 'a) -> Self {
        Self { name, idea, run: Box::new(run), times: Vec::new() }
    }

    fn kernel(device: &'a Device, version: KernelVersion, x: &'a Buffer<f32, Ix2>) -> Self {
        let name = match version {
            KernelVersion::Batch { size } => format!("{version}, {size} rows"),
            _ => version.to_string(),
        };
        Self::new(name, version.idea(), move || {
            version.run(device, x, WEIGHTS[0], ITERATIONS)?;
            device.synchronize()
        })
    }

    fn copies_included(device: &'a Device, x: &'a Array2<f32>, weight: Weight) -> Self {
        let shift = MeanShift::new(weight).iterations(ITERATIONS);
        let name = format!("run_on, {weight:?}");
        Self::new(name, "The best version, copies to and from the device included.", move || {
            shift.run_on(device, x).map(|_| ())
        })
    }

    /// Seconds for each of `runs` runs.
    fn turn(&mut self, runs: usize) -> Result<f64> {
        let begin = Instant::now();
        (0..runs).try_for_each(|_| (self.run)())?;
        Ok(begin.elapsed().as_secs_f64() / runs as f64)
    }
}

/// Warms up, leaves out who takes too long, and lets the others take turns.
fn measure(contestants: Vec<Contestant<'_>>) -> Result<Vec<Contestant<'_>>> {
    let mut all = Vec::new();
    for mut contestant in contestants {
        let first = contestant.turn(1)?;
        // The first run of a kernel also loads it.
        let once = if first > 2.0 * TOO_LONG.as_secs_f64() { first } else { contestant.turn(1)? };
        if once <= TOO_LONG.as_secs_f64() {
            all.push((contestant, (TURN.as_secs_f64() / once).clamp(1.0, 1000.0) as usize));
        }
    }
    for _ in 0..ROUNDS {
        for (contestant, runs) in &mut all {
            let seconds = contestant.turn(*runs)?;
            contestant.times.push(seconds);
        }
    }
    Ok(all.into_iter().map(|(contestant, _)| contestant).collect())
}

/// All versions, and the lesson's batches of several sizes.
fn ladder(device: &Device, n: usize) -> Result<()> {
    let x = points(n);
    let buffer = device.upload(&x)?;
    let batches = [5, 64, 1024].map(|size| KernelVersion::Batch { size });
    let versions = KERNEL_VERSIONS.into_iter().chain(batches);
    let versions = versions.filter(|version| ITERATIONS * turns(*version, n) <= TOO_MANY);
    let mut contestants = vec![Contestant::copies_included(device, &x, WEIGHTS[0])];
    contestants.extend(versions.map(|version| Contestant::kernel(device, version, &buffer)));
    print_table(&format!("{n} points, {:?}", WEIGHTS[0]), n, measure(contestants)?);
    Ok(())
}

/// How often points move one after another in an iteration over `n` of them.
fn turns(version: KernelVersion, n: usize) -> usize {
    match version {
        KernelVersion::InPlace => n,
        KernelVersion::Batch { size } => n.div_ceil(size),
        _ => 1,
    }
}

/// The best version with every weight.
fn weights(device: &Device, n: usize) -> Result<()> {
    let x = points(n);
    let all = WEIGHTS.map(|weight| Contestant::copies_included(device, &x, weight));
    print_table(&format!("{n} points, every weight"), n, measure(all.into())?);
    Ok(())
}

fn print_table(title: &str, n: usize, contestants: Vec<Contestant<'_>>) {
    let pairs = (n * n * ITERATIONS) as f64;
    let rows = contestants.into_iter().map(|mut contestant| {
        contestant.times.sort_by(f64::total_cmp);
        let [least, median] = [0, ROUNDS / 2].map(|at| contestant.times[at]);
        vec![
            contestant.name,
            format!("{:.1}", least * 1e6),
            format!("{:.1}", median * 1e6),
            format!("{:.1}", pairs / median / 1e9),
            contestant.idea.into(),
        ]
    });
    let head = ["version", "µs, least", "µs, median", "10⁹ pairs/s", "idea"].map(String::from);
    println!("## {title}\n\n{}", table(&head, &rows.collect::<Vec<_>>()));
}
