//! Verifies fast mean shift where no table of all pairs fits: `make verify-fast`.
//!
//! In every iteration, the steps of three hundred points at random and of the hundred that are
//! loneliest are computed anew, from all points one by one in double precision. Prints a table, and
//! fails if a step is off by more than its plan says.

use lesson_lib::cluster::mean_shift::{MeanShift, Weight, fast::FastEngine};
use lesson_lib::cluster::{adjusted_rand_index, labels};
use lesson_lib::ndarray::{Array2, ArrayView2, Axis};
use lesson_lib::neighbors::{Neighbors, UniformGrid};
use lesson_lib::random::Generator;
use lesson_lib::{Error, Result, data};
use std::process::ExitCode;
use std::time::Instant;

/// Points whose steps are computed anew.
const AT_RANDOM: usize = 300;
const LONELY: usize = 100;

/// What rounding may add, in widths.
const ROUNDING: f64 = 1e-12;

fn main() -> ExitCode {
    match verify(std::env::args().any(|argument| argument == "--short")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn verify(short: bool) -> Result<bool> {
    println!("| weight | engine | n | iteration | off | off by f32 | bound | seconds for all |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let sizes: &[usize] = if short { &[120_000] } else { &[1_200_000, 10_200_000] };
    let mut holds = true;
    for &n in sizes {
        let x = data::blobs(6, n / 6, &mut Generator::new(42)).data.mapv(f64::from);
        let shrunk = 8.0 * (1500.0 / n as f64).sqrt();
        for weight in [
            Weight::Gaussian(2.5),
            Weight::Epanechnikov(8.0),
            Weight::Flat(8.0),
            Weight::Gaussian(shrunk / 3.2),
            Weight::Epanechnikov(shrunk),
            Weight::Triangular(shrunk),
        ] {
            holds &= steps_hold(&x, weight, 3)?;
        }
    }
    Ok(holds & labels_hold(if short { 6_000 } else { 60_000 })?)
}

/// Whether the steps of some points are right, in each of some iterations.
fn steps_hold(x: &Array2<f64>, weight: Weight, iterations: usize) -> Result<bool> {
    let fast = MeanShift::new(weight).iterations(iterations).fast();
    let plan = fast.plan(x)?;
    let (n, mut holds) = (x.nrows(), true);
    let mut rows: Vec<usize> =
        Generator::new(1).rand_f64(AT_RANDOM).iter().map(|u| (u * n as f64) as usize).collect();
    rows.extend(loneliest(x)?);
    let mut expected: Option<(Array2<f64>, Array2<f64>)> = None;
    let mut clock = Instant::now();
    fast.observe(x, |iteration, points| {
        let seconds = clock.elapsed().as_secs_f64();
        if let Some((double, single)) = &expected {
            let off = |other: &Array2<f64>| largest(&(points.select(Axis(0), &rows) - other), weight);
            let (off, off_single) = (off(double), largest(&(single - double), weight));
            let ok = off <= plan.bound + ROUNDING;
            holds &= ok;
            println!(
                "| {weight:?} | {:?} | {n} | {iteration} | {off:.1e} {} | {off_single:.1e} | {:.1e} | {seconds:.2} |",
                plan.engine,
                if ok { "✓" } else { "✗" },
                plan.bound
            );
        }
        expected = Some((
            moved(points, &rows, weight, |value| value),
            moved(points, &rows, weight, |value| f64::from(value as f32)),
        ));
        clock = Instant::now();
    })?;
    Ok(holds)
}

/// The points whose nearest neighbour is farthest away.
fn loneliest(x: &Array2<f64>) -> Result<Vec<usize>> {
    let nearest = UniformGrid::new(x)?.nearest(x, 2)?;
    let mut rows: Vec<usize> = (0..x.nrows()).collect();
    let far = |row: usize| nearest.distances[(row, 1)];
    rows.sort_unstable_by(|&a, &b| far(b).total_cmp(&far(a)));
    rows.truncate(LONELY);
    Ok(rows)
}

/// Where some rows move to: all points one by one, with coordinates and weights rounded.
fn moved(
    points: ArrayView2<f64>,
    rows: &[usize],
    weight: Weight,
    round: impl Fn(f64) -> f64 + Copy + Send + Sync,
) -> Array2<f64> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let parts = rows.chunks(rows.len().div_ceil(threads));
        let tasks: Vec<_> = parts
            .map(|rows| {
                scope.spawn(move || {
                    rows.iter().flat_map(|&row| moved_row(points, row, weight, round)).collect()
                })
            })
            .collect();
        tasks.into_iter().map(|task| task.join().expect("no panic")).collect()
    });
    Array2::from_shape_vec((rows.len(), 2), parts.concat()).expect("two for each row")
}

fn moved_row(
    points: ArrayView2<f64>,
    row: usize,
    weight: Weight,
    round: impl Fn(f64) -> f64,
) -> [f64; 2] {
    let from = [round(points[(row, 0)]), round(points[(row, 1)])];
    let (mut sum, mut weights) = ([0.0; 2], 0.0);
    for point in points.rows() {
        let difference = [0, 1].map(|k| round(round(point[k]) - from[k]));
        let w = round(weight.at(round(difference[0].hypot(difference[1]))));
        weights += w;
        sum = [0, 1].map(|k| sum[k] + w * difference[k]);
    }
    [0, 1].map(|k| from[k] + sum[k] / weights)
}

/// The largest of some differences, in widths.
fn largest(differences: &Array2<f64>, weight: Weight) -> f64 {
    differences.iter().fold(0.0, |most: f64, off| most.max(off.abs())) / weight.width()
}

/// Whether points that have converged have the labels that plain mean shift gives them.
fn labels_hold(n: usize) -> Result<bool> {
    let x = data::blobs(6, n / 6, &mut Generator::new(42)).data.mapv(f64::from);
    let mut holds = true;
    for (weight, engine) in [
        (Weight::Gaussian(2.5), FastEngine::Interpolation),
        (Weight::Gaussian(2.5), FastEngine::NearPairs),
        (Weight::Epanechnikov(8.0), FastEngine::Moments),
        (Weight::Flat(8.0), FastEngine::Moments),
        (Weight::Triangular(8.0), FastEngine::NearPairs),
    ] {
        let shift = MeanShift::new(weight).iterations(20).tolerance(1e-3 * weight.width());
        let [fast, plain] = [shift.fast().engine(engine).run(&x)?, shift.run(&x)?];
        let [fast, plain] = [labels(&fast.points, 1.0)?, labels(&plain.points, 1.0)?];
        let index = adjusted_rand_index(&fast, &plain)?;
        println!("\nlabels of {n} points, {weight:?}, {engine:?}: adjusted Rand index {index}");
        holds &= index == 1.0;
    }
    if !holds {
        return Err(Error::argument("verify", "labels differ from those of plain mean shift"));
    }
    Ok(holds)
}
