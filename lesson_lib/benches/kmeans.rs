//! k-means against scikit-learn and numba, and the ladder of its versions.
//!
//! A case is `version type n d k iterations`; the version is a name in `VERSIONS` with `_` for
//! spaces, and only `fused` is compared with the peers, which know no versions.

mod harness;

use harness::{Times, Worker, measure, milliseconds, ratio, report, serve, table, write_report};
use lesson_lib::{
    cluster::kmeans::{Clusterable, KMeans, VERSIONS, Version},
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

const LADDER: &str = "f32 1500 2 6 5";

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_kmeans.py");
    let mut workers = vec![Some(Worker::ours(&[]))];
    workers.extend(PEERS.map(|peer| Worker::python(&script, peer, &[])));
    let body = against_peers(&mut workers) + &ladder(&mut workers[..1]);
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
    format!("## The ladder\n\n`{LADDER}` for every version.\n\n{}", table(&head, &rows))
}

fn word(version: Version) -> String {
    version.name().replace(' ', "_")
}

/// What a case runs, with its points made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let [version, number, n, d, k, iterations] = case.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let version = VERSIONS.into_iter().find(|known| word(*known) == version)?;
    let settings = KMeans::new(k.parse().ok()?).iterations(iterations.parse().ok()?);
    let x: Array2<f32> = Generator::new(42).rand((n.parse().ok()?, d.parse().ok()?)) * 70.0 - 35.0;
    let start = x.slice(s![..k.parse::<usize>().ok()?, ..]).to_owned();
    match number {
        "f32" => Some(run(version, settings, x, start)),
        "f64" => Some(run(version, settings, x.mapv(f64::from), start.mapv(f64::from))),
        _ => None,
    }
}

fn run<T: Clusterable>(
    version: Version,
    settings: KMeans,
    x: Array2<T>,
    start: Array2<T>,
) -> Box<dyn FnMut()> {
    Box::new(move || drop(black_box(version.run_from(&settings, &x, &start))))
}
