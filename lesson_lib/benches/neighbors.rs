//! Neighbours against SciPy and scikit-learn, and the searches against each other.
//!
//! A case is `question d path`: `count:1` and `list:1` ask for the neighbours within 1 of every
//! point of the file, `nearest:5` for the five nearest. Each run builds the search first. Ours is
//! a worker for each search, which it learns from the environment.

mod harness;
#[path = "harness/points.rs"]
mod points;

use harness::{
    Times, Worker, is_short, measure, milliseconds, ratio, report, serve, table, write_report,
};
use lesson_lib::{
    data,
    ndarray::Array2,
    neighbors::{AllPairs, BallTree, KdTree, Lsh, Neighbors, RandomProjections, UniformGrid},
    plot,
    random::Generator,
};
use points::{PointsFolder, read};
use std::{env, hint::black_box, path::Path};

/// Where a worker finds the name of its search.
const SEARCH: &str = "LESSON_SEARCH";

const AGAINST_PEERS: [(&str, usize); 5] = [
    ("count:1", 100_000),
    ("list:1", 100_000),
    ("nearest:5", 100_000),
    ("count:0.1", 1_000_000),
    ("nearest:5", 1_000_000),
];

const SIZES: [usize; 5] = [1000, 10_000, 100_000, 1_000_000, 10_000_000];

const DIMENSIONS: [usize; 6] = [2, 4, 8, 16, 32, 64];

fn main() {
    if let Ok(search) = env::var(SEARCH) {
        return serve(&search.clone(), move |case| prepare(&search, case));
    }
    let folder = PointsFolder::new();
    let ours = |search: &str| Some(Worker::ours(&[(SEARCH, search)]));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_neighbors.py");
    let peers = ["scipy", "sklearn"].map(|peer| Worker::python(&script, peer, &[]));
    let mut workers = vec![ours("grid"), ours("kd_tree")];
    workers.extend(peers);
    let mut body = against_peers(&folder, &mut workers);
    body += &growth(&folder, &mut workers[..2]);
    let searches = ["all_pairs", "kd_tree", "ball_tree", "lsh"];
    body += &dimensions(&folder, &mut searches.map(ours));
    write_report("neighbors", "Neighbours on the host", &body);
}

fn against_peers(folder: &PointsFolder, workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["question, n".into()];
    head.extend(workers.iter().map(report::heading));
    head.extend(["SciPy : faster of ours", "scikit-learn : faster of ours"].map(String::from));
    let rows = AGAINST_PEERS.map(|(question, n)| {
        let points = folder.write(&format!("blobs{n}"), &blobs(n));
        let times = measure(&format!("{question} {points}"), workers);
        let mut row = vec![format!("{question} {n}")];
        row.extend(times.iter().map(milliseconds));
        let ours = if is_faster(&times[1], &times[0]) { &times[1] } else { &times[0] };
        row.extend(times[2..].iter().map(|peer| ratio(peer, ours)));
        row
    });
    format!(
        "Points of the lesson's six clouds, more of them. Every program builds its search and asks \
         it about all points: how many lie within a radius (`count:1`), which ones (`list:1`), or \
         the nearest five, itself among them. SciPy is `cKDTree`; scikit-learn counts with \
         `KDTree`, which uses one thread, and lists with `NearestNeighbors`.\n\n{}\n",
        table(&head, &rows)
    )
}

fn is_faster(a: &Option<Times>, b: &Option<Times>) -> bool {
    a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a.min() < b.min())
}

/// Ten neighbours for every point, in the mean, however many points there are.
fn growth(folder: &PointsFolder, workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["n".to_owned()];
    for question in ["count", "5 nearest"] {
        head.extend(
            workers.iter().map(|worker| format!("{question}, {}", report::heading(worker))),
        );
    }
    head.push("ns for a point's 5 nearest, kd_tree".into());
    let mut seconds = [const { Vec::new() }; 4];
    let rows = SIZES.map(|n| {
        let points = folder.write(&format!("growth{n}"), &blobs(n));
        let radius = (1200.0 / n as f64).sqrt();
        let count = measure(&format!("count:{radius} {points}"), workers);
        let nearest = measure(&format!("nearest:5 {points}"), workers);
        let mut row = vec![n.to_string()];
        row.extend(count.iter().chain(&nearest).map(milliseconds));
        for (seconds, times) in seconds.iter_mut().zip(count.iter().chain(&nearest)) {
            seconds.push(times.as_ref().map_or(f64::NAN, Times::min));
        }
        let each = nearest[1].as_ref().map_or(f64::NAN, |times| times.min() / n as f64 * 1e9);
        row.push(format!("{each:.0}"));
        row
    });
    format!(
        "## Growth\n\nThe radius shrinks so that ten points lie within it, in the mean.\n\n{}\n{}",
        table(&head, &rows),
        picture_of_growth(&seconds)
    )
}

/// Saves the picture beside the page, unless this is one look, and returns what shows it there.
fn picture_of_growth(seconds: &[Vec<f64>; 4]) -> String {
    const FILE: &str = "neighbors-growth.png";
    if !is_short() {
        let names = ["count, grid", "count, k-d tree", "5 nearest, grid", "5 nearest, k-d tree"];
        let lines = names.into_iter().zip(seconds);
        let figure = lines.fold(plot::Figure::new(), |figure, (name, seconds)| {
            figure.line(SIZES, seconds).name(name)
        });
        let figure = figure.log_x().log_y().title("How does the time grow?").x_label("points");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/results").join(FILE);
        figure.y_label("seconds").save(path).expect("a picture");
    }
    format!("![Seconds by the number of points, on logarithmic axes]({FILE})\n\n")
}

/// The five nearest of points in twenty clouds, with more and more coordinates.
fn dimensions(folder: &PointsFolder, workers: &mut [Option<Worker>]) -> String {
    let mut head = vec!["d".to_owned()];
    head.extend(workers.iter().map(report::heading));
    head.extend(["recall of lsh", "pairs it looks at"].map(String::from));
    let rows = DIMENSIONS.map(|d| {
        let x = clouds(20_000, d);
        let points = folder.write(&format!("clouds{d}"), &x);
        let mut row = vec![d.to_string()];
        row.extend(measure(&format!("nearest:5 {points}"), workers).iter().map(milliseconds));
        let search = lsh(&x);
        let exact = KdTree::new(&x).and_then(|tree| tree.nearest(&x, 5)).expect("neighbours");
        let recall = search.nearest(&x, 5).and_then(|found| found.recall(&exact)).expect("a share");
        let fraction = search.candidate_fraction(&x, 1.0).expect("a share");
        row.extend([recall, fraction].map(|share| format!("{:.1} %", 100.0 * share)));
        row
    });
    format!(
        "## More coordinates\n\nThe five nearest of each of 20 000 points in twenty clouds, by every \
         search that takes any number of coordinates. `lsh` has eight tables of four hashes, with \
         buckets four times as wide as a cloud's standard deviation.\n\n{}",
        table(&head, &rows)
    )
}

/// What a case runs, with its points read.
fn prepare(search: &str, case: &str) -> Option<Box<dyn FnMut()>> {
    let [question, d, path] = case.split(' ').collect::<Vec<_>>()[..] else { return None };
    let (question, number) = question.split_once(':')?;
    let (question, number): (_, f64) = (question.to_owned(), number.parse().ok()?);
    let x = read(Path::new(path), d.parse().ok()?)?;
    Some(match search {
        "grid" => run(x, question, number, |x| UniformGrid::new(x).expect("a grid")),
        "kd_tree" => run(x, question, number, |x| KdTree::new(x).expect("a tree")),
        "ball_tree" => run(x, question, number, |x| BallTree::new(x).expect("a tree")),
        "all_pairs" => run(x, question, number, |x| AllPairs::new(x).expect("points")),
        "lsh" => run(x, question, number, lsh),
        _ => return None,
    })
}

fn run<N: Neighbors>(
    x: Array2<f32>,
    question: String,
    number: f64,
    build: impl Fn(&Array2<f32>) -> N + 'static,
) -> Box<dyn FnMut()> {
    Box::new(move || {
        let search = build(&x);
        match question.as_str() {
            "count" => drop(black_box(search.count_within(&x, number))),
            "list" => drop(black_box(search.within(&x, number))),
            _ => drop(black_box(search.nearest(&x, number as usize))),
        }
    })
}

fn lsh(x: &Array2<f32>) -> Lsh {
    let width = 4.0 * 5.0_f64.sqrt();
    let hashes = RandomProjections::normal(x.ncols(), 32, width, &mut Generator::new(1));
    Lsh::new(x, &hashes.expect("hashes"), 8).expect("tables")
}

/// `n` points in the lesson's clouds.
fn blobs(n: usize) -> Array2<f32> {
    data::blobs(6, n / 6, &mut Generator::new(42)).data
}

/// `n` points in twenty round clouds of `d` coordinates.
fn clouds(n: usize, d: usize) -> Array2<f32> {
    let mut generator = Generator::new(42);
    let centres = generator.rand((20, d)) * 70.0 - 35.0;
    data::blobs_about(&centres, 5.0_f32.sqrt(), &[n / 20; 20], &mut generator).expect("clouds").x
}
