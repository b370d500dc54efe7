//! The kernels for fast mean shift on a GPU: the time of an iteration, and of a run with copies.
//!
//! `cargo bench -p lesson_lib --bench device_fast_mean_shift` prints the tables. Without a GPU it prints
//! none, because times of the CPU device say nothing about GPUs; `-- --on-cpu` prints a small one,
//! labelled as what it is.

#[path = "harness/table.rs"]
mod table;
#[path = "harness/turns.rs"]
mod turns;

use lesson_lib::Result;
use lesson_lib::cluster::mean_shift::fast::FastEngine;
use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
use lesson_lib::device::Device;
use lesson_lib::ndarray::Array2;
use lesson_lib::random::Generator;
use table::table;
use turns::{Contestant, measure};

/// Points in six clouds.
const CROWDED: [(usize, usize); 4] =
    [(100_000, 2), (10_000_000, 2), (100_000_000, 2), (10_000_000, 3)];

/// Points all over a square or a cube, so many in a cube of the Gaussian's width.
const EVEN: [((usize, usize), f64); 3] =
    [((10_000_000, 2), 10.0), ((1_000_000, 3), 100.0), ((1_000_000, 3), 0.1)];

/// The most points of which all pairs are looked at for comparison.
const FEW: usize = 100_000;

/// An iteration takes the difference of two runs, divided by that of their iterations.
const ITERATIONS: [usize; 2] = [1, 6];

fn main() -> Result<()> {
    let on_cpu = std::env::args().any(|argument| argument == "--on-cpu");
    let device = Device::best()?;
    match (device.is_cuda(), on_cpu) {
        (true, _) => {
            print!("# Fast mean shift on {device}\n\n");
            CROWDED.into_iter().try_for_each(|shape| clouds(&device, shape))?;
            EVEN.into_iter().try_for_each(|(shape, density)| even(&device, shape, density))
        }
        (false, true) => {
            print!("# Fast mean shift on {device}: these are not GPU times\n\n");
            clouds(&device, (20_000, 2))?;
            even(&device, (20_000, 2), 1.0)
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

/// Six clouds in a square or a cube 70 wide, as the lesson's.
fn clouds(device: &Device, (n, d): (usize, usize)) -> Result<()> {
    let mut random = Generator::new(42);
    let centroids: Array2<f32> = random.rand((6, d)) * 70.0 - 35.0;
    let mut x: Array2<f32> = random.randn((n, d)) * 5_f32.sqrt();
    for (i, mut row) in x.rows_mut().into_iter().enumerate() {
        row += &centroids.row(i * 6 / n);
    }
    let gaussian = MeanShift::new(Weight::Gaussian(2.5));
    let mut contestants = fast("Gaussian", device, &x, gaussian, None);
    if n <= FEW {
        contestants.extend(all_pairs(device, &x, gaussian));
        contestants.extend(fast("flat", device, &x, MeanShift::new(Weight::Flat(8.0)), None));
    }
    print_table(&format!("({n}, {d}), six clouds"), n, contestants)
}

/// Points everywhere alike, by a Gaussian of width 1, and by a flat weight of radius 3.
fn even(device: &Device, (n, d): (usize, usize), density: f64) -> Result<()> {
    let side = (n as f64 / density).powf(1.0 / d as f64) as f32;
    let x: Array2<f32> = Generator::new(42).rand((n, d)) * side;
    let gaussian = MeanShift::new(Weight::Gaussian(1.0));
    let mut contestants = fast("Gaussian", device, &x, gaussian, None);
    for engine in [FastEngine::NearPairs, FastEngine::Interpolation] {
        // With few points in each, tensors for all cells have no room.
        if engine == FastEngine::NearPairs || density >= 1.0 {
            let name = format!("Gaussian, {engine:?}");
            contestants.extend(fast(&name, device, &x, gaussian, Some(engine)));
        }
    }
    if density <= 10.0 {
        contestants.extend(fast("flat", device, &x, MeanShift::new(Weight::Flat(3.0)), None));
    }
    print_table(&format!("({n}, {d}), {density} in a cube of the width"), n, contestants)
}

/// The shorter and the longer run; without an engine the library chooses.
fn fast<'a>(
    name: &str,
    device: &'a Device,
    x: &'a Array2<f32>,
    shift: MeanShift,
    engine: Option<FastEngine>,
) -> Vec<Contestant<'a>> {
    let run = |iterations| {
        let fast = shift.iterations(iterations).fast();
        let fast = engine.map_or(fast, |engine| fast.engine(engine));
        Contestant::new(name.into(), idea(engine), move || fast.run_on(device, x).map(|_| ()))
    };
    ITERATIONS.map(run).into()
}

fn idea(engine: Option<FastEngine>) -> &'static str {
    match engine {
        Some(FastEngine::Interpolation) => "Chebyshev series between cells.",
        Some(_) => "A point sees the cells within reach.",
        None => "What the library chooses.",
    }
}

fn all_pairs<'a>(device: &'a Device, x: &'a Array2<f32>, shift: MeanShift) -> Vec<Contestant<'a>> {
    let run = |iterations| {
        let shift = shift.iterations(iterations);
        let (name, idea) = ("Gaussian, all pairs".into(), "Every point sees every point.");
        Contestant::new(name, idea, move || shift.run_on(device, x).map(|_| ()))
    };
    ITERATIONS.map(run).into()
}

fn print_table(title: &str, n: usize, mut contestants: Vec<Contestant<'_>>) -> Result<()> {
    measure(&mut contestants)?;
    let rows = contestants.chunks_exact(2).map(|runs| {
        let [[_, short], [_, long]] = [&runs[0], &runs[1]].map(Contestant::least_and_median);
        let iteration = (long - short) / (ITERATIONS[1] - ITERATIONS[0]) as f64;
        vec![
            runs[0].name.clone(),
            format!("{:.3}", iteration * 1e3),
            format!("{:.1}", n as f64 / iteration / 1e6),
            format!("{:.2}", short * 1e3),
            runs[0].idea.into(),
        ]
    });
    let head =
        ["weight", "ms an iteration", "10⁶ points/s", "ms, one iteration and copies", "idea"];
    println!("## {title}\n\n{}", table(&head.map(String::from), &rows.collect::<Vec<_>>()));
    Ok(())
}
