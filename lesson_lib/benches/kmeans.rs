//! k-means against scikit-learn and numba, and the ladder of its versions.
//!
//! A case is `version type n d k iterations`; the version is a name in `VERSIONS` with `_` for
//! spaces, and only `fused` is compared with the peers, which know no versions. A worker in whose
//! environment `LESSON_KERNELS` stands launches the kernels instead, whatever the version.

mod harness;

use harness::{Times, Worker, measure, milliseconds, ratio, report, serve, table, write_report};
use lesson_lib::{
    cluster::kmeans::{Clusterable, KMeans, Start, VERSIONS, Version},
    device::Device,
    ndarray::{Array2, s},
    random::Generator,
};
use std::{env, hint::black_box, path::Path};

const PEERS: [&str; 2] = ["sklearn", "numba"];

const AGAINST_PEERS: [&str; 9] = [
    "fused f32 1500 2 6 20",
    "fused f32 1000000 2 6 20",
    "fused f64 1000000 2 6 20",
    "fused f32 1000000 2 32 20",
    "fused f32 1000000 3 8 20",
    "fused f32 100000 16 16 20",
    "fused f32 100000 64 64 20",
    "fused f64 100000 64 64 20",
    "fused f32 20000 200 100 20",
];

const EVERYWHERE: [&str; 3] =
    ["fused f32 1500 2 6 20", "fused f32 1000000 2 6 20", "fused f32 10000000 2 6 20"];

/// Tells a worker to launch kernels.
const KERNELS: &str = "LESSON_KERNELS";

const LADDER: &str = "f32 1500 2 6 5";

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return match env::var(KERNELS) {
            Ok(_) => serve_kernels(),
            Err(_) => serve("ours", prepare),
        };
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_kmeans.py");
    let mut workers = vec![Some(Worker::ours(&[]))];
    workers.extend(PEERS.map(|peer| Worker::python(&script, peer, &[])));
    let body = against_peers(&mut workers) + &ladder(&mut workers[..1]);
    let body = body + &everywhere(&script, workers);
    write_report("kmeans", "k-means on the host", &body);
}

fn against_peers(workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["type, n, d, k, iterations".into()];
    head.extend(workers.iter().map(report::heading));
    head.extend(["scikit-learn : ours", "numba : ours"].map(String::from));
    let rows = AGAINST_PEERS.map(|case| {
        let times = measure(case, workers);
        let mut row = vec![case.trim_start_matches("fused ").to_owned()];
        row.extend(times.iter().map(milliseconds));
        row.extend(times[1..].iter().map(|peer| ratio(peer, &times[0])));
        row
    });
    format!(
        "Lloyd's iterations, from the first k points, over points that are uniform in a cube, so \
         that nobody is done before the last. scikit-learn runs `KMeans(algorithm=\"lloyd\")`, \
         which finds distances by a matrix product; numba is a compiled loop over the points with \
         sums for each thread. Ours copies the points into its own layout first, which is part of \
         its time.\n\n{}\n",
        table(&head, &rows)
    )
}

fn ladder(ours: &mut [Option<Worker>]) -> String {
    let mut first: Option<Times> = None;
    let head = ["version", "ms", "times as fast as the first", "idea"].map(String::from);
    let rows = VERSIONS.map(|version| {
        let times = measure(&format!("{} {LADDER}", word(version)), ours).remove(0);
        let speed_up = match &first {
            Some(_) => ratio(&first, &times),
            None => "–".into(),
        };
        let row =
            vec![version.to_string(), milliseconds(&times), speed_up, version.idea().to_owned()];
        first = first.take().or(times);
        row
    });
    format!("## The ladder\n\n`{LADDER}` for every version.\n\n{}\n", table(&head, &rows))
}

/// The same work by every program that there is, on the host and on a GPU, if there is one.
fn everywhere(script: &Path, mut workers: Vec<Option<Worker>>) -> String {
    workers.truncate(2);
    workers.insert(1, Some(Worker::ours(&[(KERNELS, "1")])));
    workers.push(Worker::python(script, "torch", &[]));
    workers.extend(Worker::python(script, "torch_cuda", &[]).map(Some));
    let mut head = vec!["type, n, d, k, iterations".into()];
    head.extend(workers.iter().map(report::heading));
    let rows = EVERYWHERE.map(|case| {
        let mut row = vec![case.trim_start_matches("fused ").to_owned()];
        row.extend(measure(case, &mut workers).iter().map(milliseconds));
        row
    });
    format!(
        "## On the host and on a device\n\nPyTorch runs the forum's version 3: all distances, \
         their argmin, and sums by `index_add_`. Times on a device include the copies of the points \
         there and of the labels back. The CPU device is no GPU: it runs the kernels' code on the \
         host, and its times say nothing about one.\n\n{}",
        table(&head, &rows)
    )
}

fn serve_kernels() {
    let device = Device::best().expect("a device");
    let name = if device.is_cuda() {
        format!("kernels on {device}")
    } else {
        "kernels on the CPU device".into()
    };
    serve(&name, move |case| {
        let (settings, x) = settings_and_points(case)?;
        let (settings, device) = (settings.start(Start::Random), device.clone());
        Some(Box::new(move || drop(black_box(settings.run_on(&device, &x)))))
    });
}

fn word(version: Version) -> String {
    version.name().replace(' ', "_")
}

/// What a case runs, with its points made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let (version, rest) = case.split_once(' ')?;
    let version = VERSIONS.into_iter().find(|known| word(*known) == version)?;
    let (settings, x) = settings_and_points(case)?;
    let [number, _, _, k, _] = rest.split(' ').collect::<Vec<_>>()[..] else { return None };
    let start = x.slice(s![..k.parse::<usize>().ok()?, ..]).to_owned();
    match number {
        "f32" => Some(run(version, settings, x, start)),
        "f64" => Some(run(version, settings, x.mapv(f64::from), start.mapv(f64::from))),
        _ => None,
    }
}

fn settings_and_points(case: &str) -> Option<(KMeans, Array2<f32>)> {
    let numbers = case.split(' ').skip(2).map(|number| number.parse().ok());
    let [n, d, k, iterations] = numbers.collect::<Option<Vec<usize>>>()?[..] else { return None };
    let x = Generator::new(42).rand((n, d)) * 70.0 - 35.0;
    Some((KMeans::new(k).iterations(iterations), x))
}

fn run<T: Clusterable>(
    version: Version,
    settings: KMeans,
    x: Array2<T>,
    start: Array2<T>,
) -> Box<dyn FnMut()> {
    Box::new(move || drop(black_box(version.run_from(&settings, &x, &start))))
}
