//! Mean shift without a look at all pairs, against mean shift with one, and against its relatives.
//!
//! A case is `method weight:width iterations d path`. The method is `fast`, `plain`, `mean_shift_pp` or
//! `grid_shift`, or scikit-learn's `sklearn` or `sklearn_binned`; the iterations are at most so many for
//! those that stop by themselves.

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../harness/points.rs"]
mod points;
mod relatives;

use harness::{
    Times, Worker, is_short, measure, milliseconds, ratio, report, serve, table, write_report,
};
use lesson_lib::{
    cluster::{
        adjusted_rand_index, labels,
        mean_shift::{MeanShift, Weight},
    },
    data,
    ndarray::{Array1, Array2},
    plot,
    random::Generator,
};
use points::{PointsFolder, read};
use std::{collections::HashMap, env, fs, hint::black_box, path::Path, process::Command};

/// Points of the growth, and up to how many of them a look at all pairs is waited for.
const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
const MOST_PAIRS: usize = 100_000;

/// Lines of the growth.
const KINDS: usize = 7;

/// Points for which relatives are compared.
const COMPARED: [usize; 2] = [12_000, 120_000];

/// The points of the lesson.
const LESSON: f64 = 1500.0;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.iter().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--peak") {
        return print_peak(&arguments[at + 1]);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_fast_mean_shift.py");
    let folder = PointsFolder::new();
    let mut workers = vec![Some(Worker::ours(&[]))];
    workers.extend(["sklearn", "sklearn_binned"].map(|peer| Worker::python(&script, peer, &[])));
    let mut cases = Cases {
        folder: &folder,
        ours: &mut workers[..1],
        points: HashMap::new(),
        known: HashMap::new(),
    };
    let body = large(&mut cases)
        + &growth(&mut cases)
        + &accuracy()
        + &relatives_compared(&folder, &mut workers);
    write_report("fast_mean_shift", "Mean shift without all pairs, on the host", &body);
}

/// A radius that reaches as many points however many there are: among the lesson's, 8.
fn shrunk(n: usize) -> f64 {
    8.0 * (LESSON / n as f64).sqrt()
}

/// Five iterations of our own, each case measured once, whichever tables it stands in.
struct Cases<'a> {
    folder: &'a PointsFolder,
    ours: &'a mut [Option<Worker>],
    points: HashMap<usize, String>,
    known: HashMap<String, Option<Times>>,
}

impl Cases<'_> {
    fn times(&mut self, kind: &str, n: usize) -> Option<Times> {
        let case = self.case(kind, n);
        let ours = &mut *self.ours;
        self.known.entry(case.clone()).or_insert_with(|| measure(&case, ours).remove(0)).clone()
    }

    fn case(&mut self, kind: &str, n: usize) -> String {
        let folder = self.folder;
        let points = self.points.entry(n);
        let points = points.or_insert_with(|| folder.write(&format!("points{n}"), &blobs(n)));
        format!("{kind} 5 {points}")
    }
}

/// Seconds that a million points and ten million ones should take, where the work grows with their
/// number.
const AIMS: [(usize, f64); 2] = [(1_000_000, 1.5), (10_000_000, 16.0)];

fn large(cases: &mut Cases) -> String {
    let head =
        ["weight, n", "ms for 5 iterations", "aim", "ns for a point and iteration", "most memory"];
    let aims = if is_short() { &AIMS[..1] } else { &AIMS };
    let mut rows = Vec::new();
    for &(n, aim) in aims {
        let radius = shrunk(n);
        for (weight, has_aim) in [
            ("gaussian:2.5".to_owned(), true),
            ("epanechnikov:8".into(), n == AIMS[0].0),
            ("biweight:8".into(), false),
            ("triangular:8".into(), false),
            (format!("gaussian:{}", radius / 3.2), false),
            (format!("epanechnikov:{radius}"), true),
            (format!("flat:{radius}"), false),
            (format!("triangular:{radius}"), false),
        ] {
            // Minutes, from which nothing new is to be learnt.
            if n > AIMS[0].0 && ["biweight:8", "triangular:8"].contains(&weight.as_str()) {
                continue;
            }
            let kind = format!("fast {weight}");
            let times = cases.times(&kind, n);
            let each = times.as_ref().map_or(f64::NAN, |times| times.min() / (5 * n) as f64 * 1e9);
            rows.push(vec![
                format!("{weight} {n}"),
                milliseconds(&times),
                if has_aim { format!("{:.0}", aim * 1e3) } else { "–".into() },
                format!("{each:.0}"),
                format!("{:.2} GB", peak(&cases.case(&kind, n))),
            ]);
        }
    }
    format!(
        "Points of the lesson's six clouds, more of them, in single precision; computed in double. \
         Widths are the lesson's, 2.5 and 8, or smaller, so that as many points are within reach \
         however many there are. The memory is that of a process with its points, in which one run \
         has taken place. At a fixed radius ten times the points have ten times as many others within \
         reach, and boxes take √10 times as long for each: 1.5 s for a million would be 47 s for ten \
         million.\n\n{}\n",
        table(&head.map(String::from), &rows)
    )
}

fn growth(cases: &mut Cases) -> String {
    let kinds: [(&str, &dyn Fn(usize) -> String); KINDS] = [
        ("all pairs, Gaussian 2.5", &|_| "plain gaussian:2.5".into()),
        ("fast, Gaussian 2.5", &|_| "fast gaussian:2.5".into()),
        ("fast, Epanechnikov 8", &|_| "fast epanechnikov:8".into()),
        ("fast, triangular 8", &|_| "fast triangular:8".into()),
        ("fast, Gaussian, as many within reach", &|n| format!("fast gaussian:{}", shrunk(n) / 3.2)),
        ("fast, Epanechnikov, as many within reach", &|n| {
            format!("fast epanechnikov:{}", shrunk(n))
        }),
        ("fast, triangular, as many within reach", &|n| format!("fast triangular:{}", shrunk(n))),
    ];
    let mut seconds = [const { Vec::<(f64, f64)>::new() }; KINDS];
    let mut rows = Vec::new();
    for n in SIZES {
        let mut row = vec![n.to_string()];
        for (k, (name, kind)) in kinds.iter().enumerate() {
            let slow = (name.starts_with("all pairs") && n > MOST_PAIRS)
                || (*name == "fast, triangular 8" && n > AIMS[0].0);
            let skipped = slow || (is_short() && n > 100_000);
            let times = if skipped { None } else { cases.times(&kind(n), n) };
            seconds[k].extend(times.as_ref().map(|times| (n as f64, times.min())));
            row.push(milliseconds(&times));
        }
        rows.push(row);
    }
    for (name, from) in [("slope from 1000 on", 1e3), ("slope from 10 000 on", 1e4)] {
        let slopes = seconds.iter().map(|line| slope(line, from));
        rows.push(std::iter::once(name.into()).chain(slopes).collect());
    }
    let mut head = vec!["n".to_owned()];
    head.extend(kinds.iter().map(|(name, _)| (*name).to_owned()));
    format!(
        "## Growth\n\nMilliseconds for five iterations. A slope is that on logarithmic axes, by least \
         squares: 1 where ten times the points take ten times as long, 2 where they take a hundred \
         times as long.\n\n{}\n{}",
        table(&head, &rows),
        picture_of_growth(&kinds.map(|(name, _)| name), &seconds)
    )
}

/// The slope of a line through the logarithms, of so many points and more.
fn slope(line: &[(f64, f64)], from: f64) -> String {
    let points: Vec<(f64, f64)> =
        line.iter().filter(|(n, _)| *n >= from).map(|(n, t)| (n.ln(), t.ln())).collect();
    if points.len() < 2 {
        return "–".into();
    }
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / count, b + y / count));
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), (a, b)| {
        (above + (a - x) * (b - y), below + (a - x) * (a - x))
    });
    format!("{:.2}", above / below)
}

/// Saves the picture beside the page, unless this is one look, and returns what shows it there.
fn picture_of_growth(names: &[&str; KINDS], seconds: &[Vec<(f64, f64)>; KINDS]) -> String {
    const FILE: &str = "fast-mean-shift-growth.png";
    if !is_short() {
        let lines = names.iter().zip(seconds).filter(|(_, line)| !line.is_empty());
        let figure = lines.fold(plot::Figure::new(), |figure, (name, line)| {
            let (n, seconds): (Vec<f64>, Vec<f64>) = line.iter().copied().unzip();
            figure.line(&n, &seconds).name(*name)
        });
        let figure = figure.log_x().log_y().title("How does the time grow?").x_label("points");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/results").join(FILE);
        figure.y_label("seconds for 5 iterations").save(path).expect("a picture");
    }
    format!("![Seconds by the number of points, on logarithmic axes]({FILE})\n\n")
}

/// How far each accuracy is off, beside single precision with all pairs.
fn accuracy() -> String {
    let x = blobs(12_000).mapv(f64::from);
    let shift = MeanShift::new(Weight::Gaussian(2.5)).iterations(1);
    let oracle = shift.run(&x).expect("points").points;
    let off = |points: Array2<f64>| {
        let off = (points - &oracle).iter().fold(0.0_f64, |most, off| most.max(off.abs()));
        format!("{:.1e}", off / 2.5)
    };
    let mut rows = vec![vec![
        "all pairs, f32".into(),
        "–".into(),
        off(shift.run(&x.mapv(|value| value as f32)).expect("points").points.mapv(f64::from)),
    ]];
    for accuracy in [1e-2, 1e-4, 1e-6, 1e-8] {
        let fast = shift.fast().accuracy(accuracy);
        let plan = fast.plan(&x).expect("a plan").to_string();
        rows.push(vec![plan, format!("{accuracy:.0e}"), off(fast.run(&x).expect("points").points)]);
    }
    let head = ["plan", "accuracy asked for", "largest error"].map(String::from);
    format!(
        "## Accuracy\n\nOne iteration with a Gaussian, 2.5 wide, on 12 000 points, against all pairs \
         in double precision; lengths in widths.\n\n{}\n",
        table(&head, &rows)
    )
}

fn relatives_compared(folder: &PointsFolder, workers: &mut [Option<Worker>]) -> String {
    let mut rows = Vec::new();
    let sizes = if is_short() { &COMPARED[..1] } else { &COMPARED[..] };
    for &n in sizes {
        let points = folder.write(&format!("compared{n}"), &blobs(n));
        let path = points.split_once(' ').expect("d and the path").1;
        let mut first: Option<Times> = None;
        for (method, weight, worker) in [
            ("fast", "gaussian:2.5", 0),
            ("fast", "flat:8", 0),
            ("plain", "flat:8", 0),
            ("mean_shift_pp", "flat:8", 0),
            ("grid_shift", "flat:8", 0),
            ("sklearn_binned", "flat:8", 2),
            ("sklearn", "flat:8", 1),
        ] {
            // Climbing copies of every point take hours.
            if n > MOST_PAIRS && ["plain", "sklearn"].contains(&method) {
                continue;
            }
            let case = format!("{method} {weight} 100 {points}");
            let times = measure(&case, &mut workers[worker..=worker]).remove(0);
            let program = report::heading(&workers[worker]);
            let mut row = vec![format!("{program}: {method} {weight} {n}"), milliseconds(&times)];
            row.push(if first.is_some() { ratio(&times, &first) } else { "1".into() });
            row.extend(agreement(Path::new(path), method, n));
            first = first.or(times);
            rows.push(row);
        }
    }
    let head = ["method", "ms", "times as long as the first", "clusters", "adjusted Rand index"];
    format!(
        "## Relatives\n\nUntil they stop by themselves, 100 iterations at most, and the labels. \
         `fast` and `plain` let the data move until no point moves farther than a thousandth of the \
         width. MeanShift++ (Jang and Jiang, 2021) lets points move to the mean of the 3 × 3 cells \
         around them, GridShift (Kumar and others, 2022) lets whole cells move; both are our own \
         programs, on one thread. scikit-learn's lets copies of the points climb over data that \
         stays, or with `bin_seeding` of the occupied cells only. The index is 1 where the labels \
         are those of the clouds that the points were drawn from; two of the six lie close \
         together.\n\n{}",
        table(&head.map(String::from), &rows)
    )
}

/// How many clusters a method found, and how well they agree with the clouds.
fn agreement(path: &Path, method: &str, n: usize) -> [String; 2] {
    let Ok(bytes) = fs::read(format!("{}.{method}.labels", path.display())) else {
        return ["–".into(), "–".into()];
    };
    let labels: Array1<usize> =
        bytes.as_chunks::<8>().0.iter().map(|label| i64::from_le_bytes(*label) as usize).collect();
    let clouds = Array1::from_shape_fn(n, |i| i / (n / 6));
    let index = adjusted_rand_index(&labels, &clouds).expect("as many labels");
    let clusters = labels.iter().max().map_or(0, |most| most + 1);
    [clusters.to_string(), format!("{index:.4}")]
}

/// What a case runs, with its points read; methods that label leave their labels beside the points.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let [method, weight, iterations, d, path] = case.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let (kind, width) = weight.split_once(':')?;
    let width: f64 = width.parse().ok()?;
    let weight = match kind {
        "gaussian" => Weight::Gaussian(width),
        "triangular" => Weight::Triangular(width),
        "flat" => Weight::Flat(width),
        "epanechnikov" => Weight::Epanechnikov(width),
        "biweight" => Weight::Biweight(width),
        _ => return None,
    };
    let x = read(Path::new(path), d.parse().ok()?)?;
    let iterations: usize = iterations.parse().ok()?;
    let shift = MeanShift::new(weight).iterations(iterations);
    // More iterations than are measured one by one: until it stops, and the labels.
    let labelled = iterations > 5;
    let shift = if labelled { shift.tolerance(1e-3 * width) } else { shift };
    let run: Box<dyn Fn() -> Option<Array1<usize>>> = match method {
        "fast" => Box::new(move || {
            Some(shift.fast().run(&x).ok()?.points).and_then(|p| found(&p, width, labelled))
        }),
        "plain" => Box::new(move || {
            Some(shift.run(&x).ok()?.points).and_then(|p| found(&p, width, labelled))
        }),
        "mean_shift_pp" => Box::new(move || Some(relatives::mean_shift_pp(&x, width, iterations))),
        "grid_shift" => Box::new(move || Some(relatives::grid_shift(&x, width, iterations))),
        _ => return None,
    };
    if labelled && let Some(labels) = run() {
        let bytes: Vec<u8> =
            labels.iter().flat_map(|&label| (label as i64).to_le_bytes()).collect();
        fs::write(format!("{path}.{method}.labels"), bytes).ok()?;
    }
    Some(Box::new(move || drop(black_box(run()))))
}

fn found(points: &Array2<f32>, width: f64, labelled: bool) -> Option<Array1<usize>> {
    if labelled {
        labels(points, width / 8.0).ok()
    } else {
        black_box(points).first().map(|_| Array1::zeros(0))
    }
}

/// The most memory, in GB, that a process of its own takes for a case.
fn peak(case: &str) -> f64 {
    let binary = env::current_exe().expect("the path of this binary");
    let output = Command::new(binary).arg("--peak").arg(case).output().expect("a process");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// Runs a case once and prints the most memory that this process has had, in GB.
fn print_peak(case: &str) {
    prepare(case).expect("a case that there is")();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    println!("{}", kilobytes.unwrap_or(f64::NAN) * 1024.0 / 1e9);
}

/// Points of six clouds like the lesson's.
fn blobs(n: usize) -> Array2<f32> {
    data::blobs(6, n / 6, &mut Generator::new(42)).data
}
