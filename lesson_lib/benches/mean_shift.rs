//! Mean shift against PyTorch, numba and scikit-learn, and against itself.
//!
//! A case is `order type weight n d iterations`. The order is `in_place`, `batches:500`,
//! `simultaneous`, `sample:150` or `sorted:7` (these two in place), or `sklearn`, which
//! only scikit-learn knows; the weight is `gaussian:2.5` or `triangular:8`.

mod harness;

use harness::{Times, Worker, measure, milliseconds, ratio, report, serve, table, write_report};
use lesson_lib::{
    cluster::mean_shift::{MeanShift, Precompiled, Weight},
    data,
    ndarray::Array2,
    random::Generator,
};
use std::{env, hint::black_box, path::Path};

const PEERS: [&str; 4] = ["torch", "torch_compiled", "numba", "sklearn"];

const AGAINST_PEERS: [&str; 9] = [
    "in_place f32 triangular:8 1500 2 5",
    "in_place f32 gaussian:2.5 1500 2 5",
    "batches:500 f32 gaussian:2.5 1500 2 5",
    "simultaneous f32 triangular:8 1500 2 5",
    "simultaneous f32 gaussian:2.5 1500 2 5",
    "simultaneous f32 gaussian:2.5 10000 2 5",
    "batches:500 f32 gaussian:2.5 10000 2 5",
    "simultaneous f32 triangular:8 10000 2 5",
    "simultaneous f64 gaussian:2.5 10000 2 5",
];

/// Cases for ours alone, each with its name.
const VARIANTS: [(&str, &str); 11] = [
    ("all rows, in place", "in_place f32 triangular:8 1500 2 5"),
    ("1 % at random", "sample:15 f32 triangular:8 1500 2 5"),
    ("5 % at random", "sample:75 f32 triangular:8 1500 2 5"),
    ("10 % at random", "sample:150 f32 triangular:8 1500 2 5"),
    ("25 % at random", "sample:375 f32 triangular:8 1500 2 5"),
    ("50 % at random", "sample:750 f32 triangular:8 1500 2 5"),
    ("Gaussian, in place", "in_place f32 gaussian:2.5 1500 2 5"),
    ("Gaussian, sorted, 7 deviations", "sorted:7 f32 gaussian:2.5 1500 2 5"),
    ("Gaussian, sorted, 3 deviations", "sorted:3 f32 gaussian:2.5 1500 2 5"),
    ("Gaussian, 3 coordinates", "in_place f32 gaussian:2.5 1500 3 5"),
    ("Gaussian, 9 coordinates", "in_place f32 gaussian:2.5 1500 9 5"),
];

const SIZES: [usize; 8] = [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000];

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_mean_shift.py");
    let mut workers = vec![Some(Worker::ours(&[]))];
    workers.extend(PEERS.map(|peer| Worker::python(&script, peer, &[])));
    let body =
        against_peers(&mut workers) + &variants(&mut workers[..1]) + &growth(&mut workers[..1]);
    write_report("mean_shift", "Mean shift on the host", &body);
}

fn against_peers(workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["order, type, weight, n, d, iterations".into()];
    head.extend(workers.iter().take(4).map(report::heading));
    head.extend(["PyTorch : ours", "compiled : ours", "numba : ours"].map(String::from));
    let rows = AGAINST_PEERS.map(|case| {
        let times = measure(case, &mut workers[..4]);
        let mut row = vec![case.to_owned()];
        row.extend(times.iter().map(milliseconds));
        row.extend(times[1..].iter().map(|peer| ratio(peer, &times[0])));
        row
    });
    let other = measure("sklearn f32 flat:8 1500 2 5", &mut workers[4..]).remove(0);
    format!(
        "The same work for every program: every iteration looks at all pairs. PyTorch runs the \
         lesson's code: a loop over rows where the order is in place, batches otherwise, where \
         `simultaneous` is a batch of 1250 as in the lesson. Compiled is that batch through \
         `torch.compile`, with the sums written as products of matrices. numba is a compiled loop, \
         parallel over rows where the order allows it.\n\n{}\n\
         scikit-learn's `MeanShift` is another algorithm: copies of the points climb over data \
         that stays, with flat weights, until each arrives. On the 1500 points, bandwidth 8, it \
         takes {} ms.\n\n",
        table(&head, &rows),
        milliseconds(&other),
    )
}

fn variants(ours: &mut [Option<Worker>]) -> String {
    let mut first: Option<Times> = None;
    let head = ["ours alone", "case", "ms", "times as fast as the first"].map(String::from);
    let rows = VARIANTS.map(|(name, case)| {
        let times = measure(case, ours).remove(0);
        let speed_up = match &first {
            Some(_) => ratio(&first, &times),
            None => "–".into(),
        };
        let row = vec![name.into(), case.into(), milliseconds(&times), speed_up];
        first = first.take().or(times);
        row
    });
    format!("## Fewer points, more coordinates\n\n{}\n", table(&head, &rows))
}

fn growth(ours: &mut [Option<Worker>]) -> String {
    let head = ["n", "ms for 5 iterations", "ns for a pair"].map(String::from);
    let rows = SIZES.map(|n| {
        let times = measure(&format!("simultaneous f32 gaussian:2.5 {n} 2 5"), ours).remove(0);
        let pairs = 5.0 * (n * n) as f64;
        let nanoseconds = times.as_ref().map_or(f64::NAN, |times| times.min() / pairs * 1e9);
        vec![n.to_string(), milliseconds(&times), format!("{nanoseconds:.3}")]
    });
    format!(
        "## Growth\n\nSimultaneous, f32, Gaussian 2.5, 2 coordinates: four times the work for \
         twice the points, once there are enough of them for two threads.\n\n{}",
        table(&head, &rows)
    )
}

/// What a case runs, with its points made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let [order, number, weight, n, d, iterations] = case.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let settings = settings(order, weight)?.iterations(iterations.parse().ok()?);
    let x = points(n.parse().ok()?, d.parse().ok()?);
    match number {
        "f32" => Some(run(settings, x)),
        "f64" => Some(run(settings, x.mapv(f64::from))),
        _ => None,
    }
}

fn settings(order: &str, weight: &str) -> Option<MeanShift> {
    let weight = match weight.split_once(':')? {
        ("gaussian", width) => Weight::Gaussian(width.parse().ok()?),
        ("triangular", width) => Weight::Triangular(width.parse().ok()?),
        _ => return None,
    };
    let settings = MeanShift::new(weight);
    Some(match order.split_once(':').unwrap_or((order, "")) {
        ("in_place", _) => settings.in_place(),
        ("simultaneous", _) => settings,
        ("batches", size) => settings.batches(size.parse().ok()?),
        ("sample", k) => settings.in_place().sample(k.parse().ok()?, 0),
        ("sorted", deviations) => settings.in_place().sorted(deviations.parse().ok()?),
        _ => return None,
    })
}

fn run<T: Precompiled>(settings: MeanShift, x: Array2<T>) -> Box<dyn FnMut()> {
    Box::new(move || drop(black_box(settings.run(&x))))
}

/// Points in six clouds like the lesson's; with 1500 in the plane they are the lesson's.
fn points(n: usize, d: usize) -> Array2<f32> {
    let mut generator = Generator::new(42);
    if d == 2 && n.is_multiple_of(6) {
        return data::blobs(6, n / 6, &mut generator).data;
    }
    let centres = generator.rand((6, d)) * 70.0 - 35.0;
    let sizes: [usize; 6] = std::array::from_fn(|k| n / 6 + usize::from(k < n % 6));
    data::blobs_about(&centres, 5.0_f32.sqrt(), &sizes, &mut generator).expect("clouds").x
}
