//! Verifies fast mean shift where no table of all pairs fits: `make verify-fast`.
//!
//! In every iteration, the steps of three hundred points at random and of the hundred that are
//! loneliest by then are computed anew, from all points one by one in double precision. Writes a page of
//! results, and fails if a step is off by more than its plan says.

#[allow(dead_code, unused_imports, reason = "no program is measured beside another")]
mod harness;

use harness::{is_short, report::write_page, table};
use lesson_lib::cluster::mean_shift::{MeanShift, Weight, fast::FastEngine};
use lesson_lib::cluster::{adjusted_rand_index, labels};
use lesson_lib::ndarray::{Array2, ArrayView2, Axis};
use lesson_lib::neighbors::{KdTree, Neighbors};
use lesson_lib::random::Generator;
use lesson_lib::{Result, data};
use std::process::ExitCode;

/// Points whose steps are computed anew.
const AT_RANDOM: usize = 300;
const LONELY: usize = 100;

/// What rounding may add, in widths.
const ROUNDING: f64 = 1e-12;

/// The columns of the table.
const HEAD: [&str; 7] = ["weight", "engine", "n", "iteration", "off", "off by f32", "bound"];

/// Points, and for how many iterations of theirs.
const SIZES: [(usize, usize); 2] = [(1_200_000, 3), (10_200_000, 2)];

fn main() -> ExitCode {
    let found = verify().expect("points that can be moved");
    let note = format!(
        "{AT_RANDOM} steps at random and those of the {LONELY} points that were loneliest before the iteration, \
         computed anew from all points in double precision; lengths in widths of the weight"
    );
    write_page("verify_fast", "Fast mean shift, verified", &note, &found.page);
    if found.holds {
        return ExitCode::SUCCESS;
    }
    eprintln!("a step is off by more than its bound, or a label is wrong: see ✗");
    ExitCode::FAILURE
}

/// What was found.
struct Found {
    page: String,
    holds: bool,
}

fn verify() -> Result<Found> {
    let sizes = if is_short() { &[(120_000, 2)][..] } else { &SIZES };
    let (mut rows, mut holds) = (Vec::new(), true);
    for &(n, iterations) in sizes {
        let x = points(n);
        let first = checked(x.view())?;
        let shrunk = (8e3 * (1500.0 / n as f64).sqrt()).round() / 1e3;
        for weight in [
            Weight::Gaussian(2.5),
            Weight::Epanechnikov(8.0),
            Weight::Flat(8.0),
            Weight::Biweight(8.0),
            Weight::Triangular(8.0),
            Weight::Gaussian(shrunk / 4.0),
            Weight::Epanechnikov(shrunk),
            Weight::Triangular(shrunk),
        ] {
            eprintln!("  {weight:?}, {n} points");
            holds &= steps_hold(&x, weight, iterations, &first, &mut rows)?;
        }
    }
    let (lines, labels_hold) = labels_hold(if is_short() { 6_000 } else { 60_000 })?;
    let page = format!(
        "`off` is the largest difference of these steps, `off by f32` what the same sums are off by if \
         coordinates and weights are rounded to single precision.\n\n{}\n{lines}",
        table(&HEAD.map(String::from), &rows)
    );
    Ok(Found { page, holds: holds && labels_hold })
}

/// Points of the lesson's six clouds, more of them.
fn points(n: usize) -> Array2<f64> {
    data::blobs(6, n / 6, &mut Generator::new(42)).data.mapv(f64::from)
}

/// What is expected after an iteration.
struct Expected {
    checked: Vec<usize>,
    double: Array2<f64>,
    single: Array2<f64>,
}

impl Expected {
    fn after(points: ArrayView2<f64>, checked: Vec<usize>, weight: Weight) -> Self {
        let double = moved(points, &checked, weight, |value| value);
        let single = moved(points, &checked, weight, |value| f64::from(value as f32));
        Self { checked, double, single }
    }
}

/// Whether the steps of some points are right, in each of some iterations; adds a row for each. `first`
/// are the points that are checked in the first of them.
fn steps_hold(
    x: &Array2<f64>,
    weight: Weight,
    iterations: usize,
    first: &[usize],
    rows: &mut Vec<Vec<String>>,
) -> Result<bool> {
    let fast = MeanShift::new(weight).iterations(iterations).fast();
    let plan = fast.plan(x)?;
    let mut holds = true;
    let mut expected: Option<Expected> = None;
    fast.observe(x, |iteration, points| {
        if let Some(Expected { checked, double, single }) = &expected {
            let off = largest(&(points.select(Axis(0), checked) - double), weight);
            let ok = off <= plan.bound + ROUNDING;
            holds &= ok;
            rows.push(vec![
                format!("{weight:?}"),
                format!("{:?}", plan.engine),
                x.nrows().to_string(),
                iteration.to_string(),
                format!("{off:.1e} {}", if ok { "✓" } else { "✗" }),
                format!("{:.1e}", largest(&(single - double), weight)),
                format!("{:.1e}", plan.bound),
            ]);
        }
        if iteration < iterations {
            let chosen = if iteration == 0 { Ok(first.to_vec()) } else { checked(points) };
            expected = Some(Expected::after(points, chosen.expect("finite points"), weight));
        }
    })?;
    Ok(holds)
}

/// The points whose steps are computed anew: some at random, and the loneliest.
fn checked(points: ArrayView2<f64>) -> Result<Vec<usize>> {
    let n = points.nrows() as f64;
    let mut checked: Vec<usize> =
        Generator::new(1).rand_f64(AT_RANDOM).iter().map(|u| (u * n) as usize).collect();
    checked.extend(loneliest(points)?);
    Ok(checked)
}

/// The points whose nearest neighbour is farthest away.
fn loneliest(points: ArrayView2<f64>) -> Result<Vec<usize>> {
    let mut rows: Vec<usize> = (0..points.nrows()).collect();
    let place = |row: usize| (points[(row, 0)], points[(row, 1)]);
    rows.sort_unstable_by(|&a, &b| place(a).partial_cmp(&place(b)).expect("finite points"));
    // Points in one place are not lonely, and a tree would look at all of them for each.
    let (mut distinct, mut alone) = (Vec::new(), Vec::new());
    for same in rows.chunk_by(|&a, &b| place(a) == place(b)) {
        alone.extend((same.len() == 1).then_some(distinct.len()));
        distinct.push(same[0]);
    }
    let points = points.select(Axis(0), &distinct);
    let nearest = KdTree::new(&points)?.nearest(&points, 2.min(points.nrows()))?;
    let far = |&at: &usize| nearest.distances.row(at).last().copied().unwrap_or_default();
    alone.sort_unstable_by(|a, b| far(b).total_cmp(&far(a)));
    Ok(alone.into_iter().take(LONELY).map(|at| distinct[at]).collect())
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
    let points = points.to_slice().expect("rows one after another").as_chunks::<2>().0;
    let reach = match weight {
        Weight::Gaussian(width) => 39.0 * width, // farther out it is 0, in double precision too
        _ => weight.width(),
    };
    let from = points[row].map(&round);
    let mut sums = [0.0; 3];
    // Where a million points have met, adding up one after the other rounds a million times the same way.
    for points in points.chunks(1 << 10) {
        let mut few = [0.0; 3];
        for point in points {
            let [x, y] = [0, 1].map(|k| round(round(point[k]) - from[k]));
            let squared = x * x + y * y;
            if squared <= reach * reach * 1.001 {
                let w = round(weight.at(round(squared.sqrt())));
                few = [few[0] + w * x, few[1] + w * y, few[2] + w];
            }
        }
        sums = [0, 1, 2].map(|k| sums[k] + few[k]);
    }
    [0, 1].map(|k| from[k] + sums[k] / sums[2])
}

/// The largest of some differences, in widths.
fn largest(differences: &Array2<f64>, weight: Weight) -> f64 {
    differences.iter().fold(0.0, |most: f64, off| most.max(off.abs())) / weight.width()
}

/// Whether points that have converged have the labels that plain mean shift gives them, and a line
/// for each weight.
fn labels_hold(n: usize) -> Result<(String, bool)> {
    let x = points(n);
    let (mut lines, mut holds) = (String::new(), true);
    for (weight, engine) in [
        (Weight::Gaussian(2.5), FastEngine::Interpolation),
        (Weight::Gaussian(2.5), FastEngine::NearPairs),
        (Weight::Epanechnikov(8.0), FastEngine::Moments),
        (Weight::Flat(8.0), FastEngine::Moments),
        (Weight::Triangular(8.0), FastEngine::NearPairs),
        (Weight::Triangular(8.0), FastEngine::Multipole),
        (Weight::Biweight(8.0), FastEngine::Multipole),
    ] {
        eprintln!("  labels, {weight:?}, {engine:?}");
        let shift = MeanShift::new(weight).iterations(20).tolerance(1e-3 * weight.width());
        let [fast, plain] = [shift.fast().engine(engine).run(&x)?, shift.run(&x)?];
        let [fast, plain] = [labels(&fast.points, 1.0)?, labels(&plain.points, 1.0)?];
        let index = adjusted_rand_index(&fast, &plain)?;
        let mark = if index == 1.0 { "✓" } else { "✗" };
        lines += &format!(
            "- Labels of {n} points after {weight:?} by {engine:?}: adjusted Rand index {index} {mark}\n"
        );
        holds &= index == 1.0;
    }
    Ok((lines, holds))
}
