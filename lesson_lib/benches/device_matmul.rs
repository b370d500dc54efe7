//! The matrix multiplication kernels beside the vendor's library, on a GPU.
//!
//! `cargo bench -p lesson_lib --bench device_matmul` prints the tables. Without a GPU it prints
//! none, because times of the CPU device say nothing about GPUs; `-- --on-cpu` prints a few small
//! ones, labelled as what they are.

#[path = "harness/table.rs"]
mod table;

use half::bf16;
use lesson_lib::Result;
use lesson_lib::device::{Buffer, Device, Element, Kernel, Launch};
use lesson_lib::matmul::{KERNEL_VERSIONS, KernelVersion};
use lesson_lib::ndarray::Ix2;
use lesson_lib::random::Generator;
use std::time::{Duration, Instant};
use table::table;

type Size = (usize, usize, usize);

const SQUARES: [usize; 4] = [512, 1024, 2048, 4096];
const SKINNY: Size = (50_000, 784, 10);

/// Contestants take turns so often, so that a slow moment of the machine hits them all.
const ROUNDS: usize = 7;

/// How long one turn lasts: launches are made one after another without waiting in between, so
/// that the time of a launch itself hides behind the kernels.
const TURN: Duration = Duration::from_millis(20);

/// No kernel that takes longer is in a table.
const TOO_LONG: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let on_cpu = std::env::args().any(|argument| argument == "--on-cpu");
    let device = Device::best()?;
    match (device.is_cuda(), on_cpu) {
        (true, _) => {
            print!("# Matrix multiplication on {device}\n\n");
            SQUARES.into_iter().try_for_each(|n| ladder(&device, (n, n, n)))?;
            ladder(&device, SKINNY)?;
            block_shapes(&device, SKINNY)
        }
        (false, true) => {
            print!("# Matrix multiplication on {device}: these are not GPU times\n\n");
            ladder(&device, (128, 128, 128))?;
            ladder(&device, (500, 784, 10))?;
            block_shapes(&device, (500, 784, 10))
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

/// Operands on the device; the values are random, because zeros take less power and let a GPU run
/// faster.
struct Operands<T> {
    a: Buffer<T, Ix2>,
    b: Buffer<T, Ix2>,
    size: Size,
}

impl<T: Element> Operands<T> {
    fn new(device: &Device, (m, k, n): Size, number: impl Fn(f32) -> T) -> Result<Self> {
        let mut random = Generator::new(42);
        let mut matrix =
            |m, n| device.upload(&random.rand((m, n)).mapv(|x: f32| number(2.0 * x - 1.0)));
        Ok(Self { a: matrix(m, k)?, b: matrix(k, n)?, size: (m, k, n) })
    }
}

/// What is measured against each other.
struct Contestant<'a> {
    name: String,
    idea: String,
    /// Starts it once, or runs it once and returns the device's own time where it tells one.
    run: Box<dyn FnMut(Clock) -> Result<Option<Duration>> + 'a>,
    times: Vec<f64>,
    device_times: Vec<f64>,
}

#[derive(Clone, Copy)]
enum Clock {
    Host,
    Device,
}

impl<'a> Contestant<'a> {
    fn kernel<T: Element>(
        (name, idea): (&str, &str),
        (kernel, launch): (Kernel, Launch),
        Operands { a, b, size: (m, k, n) }: &'a Operands<T>,
    ) -> Result<Self> {
        let mut c = a.device().zeros_of::<f32, _>((*m, *n))?;
        Ok(Self::new(name, idea, move |clock| {
            let arguments = (a, b, &mut c, *m, *k, *n);
            match clock {
                Clock::Host => kernel.launch(launch, arguments).map(|()| None),
                Clock::Device => kernel.time(launch, arguments).map(Some),
            }
        }))
    }

    fn vendor<T: Element>(Operands { a, b, size: (m, _, n) }: &'a Operands<T>) -> Result<Self> {
        let mut c = a.device().zeros((*m, *n))?;
        Ok(Self::new("the vendor's library", "", move |_| {
            a.device().matmul_into(a, b, &mut c).map(|()| None)
        }))
    }

    fn new(
        name: &str,
        idea: &str,
        run: impl FnMut(Clock) -> Result<Option<Duration>> + 'a,
    ) -> Self {
        let (name, idea) = (name.into(), idea.into());
        Self { name, idea, run: Box::new(run), times: Vec::new(), device_times: Vec::new() }
    }

    /// Seconds for each of `launches` launches, one after another.
    fn turn(&mut self, device: &Device, launches: usize) -> Result<f64> {
        device.synchronize()?;
        let begin = Instant::now();
        for _ in 0..launches {
            (self.run)(Clock::Host)?;
        }
        device.synchronize()?;
        Ok(begin.elapsed().as_secs_f64() / launches as f64)
    }
}

/// Warms up, leaves out who takes too long, and lets the others take turns.
fn measure(device: &Device, contestants: &mut Vec<Contestant<'_>>) -> Result<()> {
    let mut all = Vec::new();
    for mut contestant in contestants.drain(..) {
        contestant.turn(device, 1)?;
        let once = contestant.turn(device, 1)?;
        let launches = (TURN.as_secs_f64() / once).clamp(1.0, 1000.0) as usize;
        if once <= TOO_LONG.as_secs_f64() {
            all.push((contestant, launches));
        }
    }
    for _ in 0..ROUNDS {
        for (contestant, launches) in &mut all {
            let seconds = contestant.turn(device, *launches)?;
            contestant.times.push(seconds);
            let time = (contestant.run)(Clock::Device)?;
            contestant.device_times.extend(time.map(|time| time.as_secs_f64()));
        }
    }
    contestants.extend(all.into_iter().map(|(contestant, _)| contestant));
    Ok(())
}

fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// All versions that run here, beside the vendor's products in single precision and in bfloat16.
fn ladder(device: &Device, (m, k, n): Size) -> Result<()> {
    println!("## ({m}, {k})·({k}, {n})\n");
    section(&Operands::new(device, (m, k, n), |x| x)?, false)?;
    if KernelVersion::TensorV1Wmma.runs_on(device.properties()) {
        section(&Operands::new(device, (m, k, n), bf16::from_f32)?, true)?;
    }
    Ok(())
}

/// The table of the versions that multiply these numbers.
fn section<T: Element>(operands: &Operands<T>, tensor_cores: bool) -> Result<()> {
    let device = operands.a.device();
    let mut contestants = vec![Contestant::vendor(operands)?];
    for version in KERNEL_VERSIONS {
        if version.needs_tensor_cores() == tensor_cores && version.runs_on(device.properties()) {
            let launch = version.launch(device.properties(), operands.size);
            let title = (version.name(), version.idea());
            let work = (version.kernel(device)?, launch);
            contestants.push(Contestant::kernel(title, work, operands)?);
        }
    }
    measure(device, &mut contestants)?;
    println!("{}", table(&HEAD.map(String::from), &rows(&contestants, operands)));
    Ok(())
}

const HEAD: [&str; 7] = [
    "version",
    "µs, one after another",
    "µs alone, by the device's clock",
    "TFLOP/s",
    "GB/s",
    "share of the vendor's speed",
    "idea",
];

fn rows<T>(contestants: &[Contestant<'_>], operands: &Operands<T>) -> Vec<Vec<String>> {
    let [m, k, n] = <[usize; 3]>::from(operands.size).map(|size| size as f64);
    let bytes = (m * k + k * n) * size_of::<T>() as f64 + m * n * size_of::<f32>() as f64;
    let vendors = contestants.first().and_then(|contestant| median(&contestant.times));
    let row = |contestant: &Contestant<'_>| {
        let seconds = median(&contestant.times)?;
        let microseconds = |seconds: f64| format!("{:.1}", seconds * 1e6);
        Some(vec![
            contestant.name.clone(),
            microseconds(seconds),
            median(&contestant.device_times).map_or("–".into(), microseconds),
            format!("{:.2}", 2.0 * m * k * n / seconds / 1e12),
            format!("{:.0}", bytes / seconds / 1e9),
            vendors.map_or("–".into(), |vendors| format!("{:.1} %", 100.0 * vendors / seconds)),
            contestant.idea.clone(),
        ])
    };
    contestants.iter().filter_map(row).collect()
}

/// How the shape of a block changes v1 and v2, on a tall result and on a wide one.
fn block_shapes(device: &Device, (m, k, n): Size) -> Result<()> {
    for size in [(m, k, n), (n, k, m)] {
        let operands = Operands::new(device, size, |x| x)?;
        let mut contestants = Vec::new();
        for version in [KernelVersion::V1Naive, KernelVersion::V2Coalesced] {
            for block in [(16, 16), (32, 8), (1, 256), (256, 1)] {
                let launch = version.launch(device.properties(), size).block(block);
                let title = format!("{version}, {} × {}", block.0, block.1);
                let work = (version.kernel(device)?, launch);
                contestants.push(Contestant::kernel(
                    (&title, &idle(launch, size)),
                    work,
                    &operands,
                )?);
            }
        }
        measure(device, &mut contestants)?;
        println!("## Block shapes, x × y: ({}, {k})·({k}, {})\n", size.0, size.2);
        let rows = contestants.iter().filter_map(|contestant| {
            let time = format!("{:.1}", median(&contestant.times)? * 1e6);
            Some(vec![contestant.name.clone(), time, contestant.idea.clone()])
        });
        let head = ["version", "µs", "threads without a cell"].map(String::from);
        println!("{}", table(&head, &rows.collect::<Vec<_>>()));
    }
    Ok(())
}

/// The share of the threads that have nothing to compute.
fn idle(launch: Launch, (m, _, n): Size) -> String {
    let threads: usize = launch.grid().iter().product::<usize>() * 256;
    format!("{:.0} %", 100.0 * (1.0 - (m * n) as f64 / threads as f64))
}
