//! DBSCAN against scikit-learn.
//!
//! A case is `eps min_points d path`. The first run of scikit-learn writes its labels beside the
//! points, and ours must be the same.

mod harness;
#[path = "harness/points.rs"]
mod points;

use harness::{Worker, measure, milliseconds, ratio, report, serve, table, write_report};
use lesson_lib::{
    cluster::dbscan::{Crowds, Dbscan},
    data,
    ndarray::Array2,
    random::Generator,
};
use points::{PointsFolder, read};
use std::{env, fs, hint::black_box, path::Path};

/// `eps`, `min_points`, `n` and `d`.
const CASES: [(f64, usize, usize, usize); 6] = [
    (1.0, 5, 1500, 2),
    (1.0, 5, 100_000, 2),
    (0.1, 5, 100_000, 2),
    (1.0, 5, 100_000, 3),
    (3.0, 5, 20_000, 8),
    (30.0, 5, 5000, 64),
];

/// `n`, with an `eps` that leaves each point about ten neighbours.
const SIZES: [usize; 5] = [1000, 10_000, 100_000, 1_000_000, 10_000_000];

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let folder = PointsFolder::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_dbscan.py");
    let mut workers = [Some(Worker::ours(&[])), Worker::python(&script, "sklearn", &[])];
    let body = against_sklearn(&folder, &mut workers) + &growth(&folder, &mut workers[..1]);
    write_report("dbscan", "DBSCAN on the host", &body);
}

fn against_sklearn(folder: &PointsFolder, workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["eps, points, n, d".to_owned()];
    head.extend(workers.iter().map(report::heading));
    head.extend(["scikit-learn : ours", "labels"].map(String::from));
    let rows = CASES.map(|(eps, min_points, n, d)| {
        let x = clouds(n, d);
        let points = folder.write(&format!("points{n}"), &x);
        let times = measure(&format!("{eps} {min_points} {points}"), workers);
        let mut row = vec![format!("{eps} {min_points} {n} {d}")];
        row.extend(times.iter().map(milliseconds));
        row.push(ratio(&times[1], &times[0]));
        row.push(compared(&Dbscan::new(eps, min_points).run(&x).expect("points"), &points).into());
        row
    });
    format!(
        "Points in six clouds with a variance of 5 along each axis, as the lesson's.\n\n{}\n",
        table(&head, &rows)
    )
}

/// How our labels compare with those beside the points.
fn compared(run: &Crowds, points: &str) -> &'static str {
    let path = points.split_once(' ').map_or(points, |(_, path)| path).to_owned() + ".labels";
    let Ok(bytes) = fs::read(&path) else { return "–" };
    fs::remove_file(path).expect("the labels");
    let (labels, _) = bytes.as_chunks::<8>();
    let theirs = labels.iter().map(|label| i64::from_le_bytes(*label));
    if theirs.eq(run.labels.iter().copied()) { "the same" } else { "DIFFERENT" }
}

fn growth(folder: &PointsFolder, ours: &mut [Option<Worker>]) -> String {
    let head = ["n", "ms", "ns for a point"].map(String::from);
    let rows = SIZES.map(|n| {
        let points = folder.write(&format!("growth{n}"), &clouds(n, 2));
        let eps = (1200.0 / n as f64).sqrt();
        let times = measure(&format!("{eps} 5 {points}"), ours).remove(0);
        let each = times.as_ref().map_or(f64::NAN, |times| times.min() / n as f64 * 1e9);
        vec![n.to_string(), milliseconds(&times), format!("{each:.0}")]
    });
    format!(
        "## Growth\n\nTwo coordinates, 5 points; `eps` shrinks so that ten points lie within it, in \
         the mean.\n\n{}",
        table(&head, &rows)
    )
}

/// What a case runs, with its points read.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let [eps, min_points, d, path] = case.split(' ').collect::<Vec<_>>()[..] else { return None };
    let dbscan = Dbscan::new(eps.parse().ok()?, min_points.parse().ok()?);
    let x = read(Path::new(path), d.parse().ok()?)?;
    Some(Box::new(move || drop(black_box(dbscan.run(&x)))))
}

/// Points in six clouds like the lesson's; in the plane they are made as the lesson's are.
fn clouds(n: usize, d: usize) -> Array2<f32> {
    let mut generator = Generator::new(42);
    if d == 2 {
        return data::blobs(6, n / 6, &mut generator).data;
    }
    let centres = generator.rand((6, d)) * 70.0 - 35.0;
    data::blobs_about(&centres, 5.0_f32.sqrt(), &[n / 6; 6], &mut generator).expect("clouds").x
}
