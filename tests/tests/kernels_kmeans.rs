//! The k-means kernels on every device, against sums in double precision.

use lesson_lib::Error;
use lesson_lib::cluster::kmeans::{KERNEL_VERSIONS, KMeans, KernelVersion};
use lesson_lib::data;
use lesson_lib::device::{Device, Source};
use lesson_lib::ndarray::{Array2, Axis, array, concatenate, s};
use lesson_lib::random::Generator;
use tests::devices::devices;

const EPSILON: f64 = f32::EPSILON as f64;

/// One version on one device, with numbers that differ from run to run.
struct Bench {
    version: KernelVersion,
    device: Device,
    random: Generator,
}

impl Bench {
    /// Points of a cube 40 wide.
    fn points(&mut self, n: usize, d: usize) -> Array2<f32> {
        self.random.rand((n, d)).mapv(|value: f32| 40.0 * value - 20.0)
    }

    fn takes(&self, k: usize, d: usize) -> bool {
        self.version.takes(self.device.properties(), (k, d))
    }

    /// The centroids after some iterations.
    fn moved(&self, x: &Array2<f32>, start: &Array2<f32>, iterations: usize) -> Array2<f32> {
        let (points, from) = (self.device.upload(x).unwrap(), self.device.upload(start).unwrap());
        let moved = self.version.run(&self.device, &points, &from, iterations);
        let moved = moved.and_then(|moved| moved.download());
        let bits = |x: &Array2<f32>| x.mapv(f32::to_bits);
        assert_eq!(bits(&points.download().unwrap()), bits(x), "{}: the points", self.named());
        assert_eq!(bits(&from.download().unwrap()), bits(start), "{}: the start", self.named());
        moved.unwrap_or_else(|error| panic!("{}: {error}", self.named()))
    }

    fn named(&self) -> String {
        format!("{:?} on {}, seed {}", self.version, self.device, self.random.initial_seed())
    }
}

fn for_each(name: &str, test: impl Fn(&mut Bench)) {
    for device in devices(name) {
        for version in KERNEL_VERSIONS {
            test(&mut Bench { version, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

/// What rounding can make of one squared distance of `d` coordinates: ε of it for each of a few
/// operations. Two distances nearer to each other than this may change places.
fn doubt(d: usize, squared: f64) -> f64 {
    (d as f64 + 4.0) * EPSILON * squared
}

/// The squared distances of a point to all centroids, in double precision.
fn squares(x: &Array2<f32>, i: usize, centroids: &Array2<f32>) -> Vec<f64> {
    let square = |(&a, &b): (&f32, &f32)| (f64::from(a) - f64::from(b)).powi(2);
    centroids.rows().into_iter().map(|row| x.row(i).iter().zip(row).map(square).sum()).collect()
}

/// Asserts that `moved` is one iteration from `start`, up to rounding.
///
/// The kernels add differences to the old centroid: a sum of n terms is off by at most n ε of the
/// sum of their sizes. A cluster with a point that lies as near to another centroid, but for rounding, is
/// left out; random points hardly ever do.
fn assert_one_iteration(bench: &Bench, x: &Array2<f32>, start: &Array2<f32>, moved: &Array2<f32>) {
    let ((n, d), k) = (x.dim(), start.nrows());
    assert_eq!(moved.dim(), (k, d), "{}", bench.named());
    let (mut sums, mut sizes) = (Array2::<f64>::zeros((k, d)), Array2::<f64>::zeros((k, d)));
    let (mut counts, mut unclear) = (vec![0.0; k], vec![false; k]);
    for i in 0..n {
        let squares = squares(x, i, start);
        let nearest = (0..k).min_by(|&a, &b| squares[a].total_cmp(&squares[b])).unwrap();
        for other in (0..k).filter(|&other| other != nearest) {
            if squares[other] - squares[nearest] <= 2.0 * doubt(d, squares[other]) {
                (unclear[nearest], unclear[other]) = (true, true);
            }
        }
        counts[nearest] += 1.0;
        for j in 0..d {
            let difference = f64::from(x[(i, j)]) - f64::from(start[(nearest, j)]);
            sums[(nearest, j)] += difference;
            sizes[(nearest, j)] += difference.abs();
        }
    }
    for ((c, j), &before) in start.indexed_iter().filter(|((c, _), _)| !unclear[*c]) {
        let (before, found, count) = (f64::from(before), f64::from(moved[(c, j)]), counts[c]);
        let shift = if count == 0.0 { 0.0 } else { sums[(c, j)] / count };
        let size = if count == 0.0 { 0.0 } else { (count + 2.0) * sizes[(c, j)] / count };
        let bound = if count == 0.0 { 0.0 } else { EPSILON * (before.abs() + shift.abs() + size) };
        assert!(
            (found - before - shift).abs() <= bound,
            "{} ({n}, {d}), k {k}: centroid {c}, column {j} is {found}, not {} ± {bound:e}",
            bench.named(),
            before + shift,
        );
    }
}

fn is_right(bench: &mut Bench, (n, d): (usize, usize), k: usize) {
    if bench.takes(k, d) {
        let (x, start) = (bench.points(n, d), bench.points(k, d));
        let moved = bench.moved(&x, &start, 1);
        assert_one_iteration(bench, &x, &start, &moved);
    }
}

#[test]
fn every_version_is_right_around_its_blocks() {
    for_each("every_version_is_right_around_its_blocks", |bench| {
        // Threads of blocks, and the points that they read at a time, on as many blocks as there are.
        let pieces = [2, 4, 32, 64, 96, 128, 256, 512, 1024, 4096];
        for n in
            [1].into_iter().chain(pieces.iter().flat_map(|piece| [piece - 1, *piece, piece + 1]))
        {
            is_right(bench, (n, 2), 6);
        }
    });
}

#[test]
fn every_version_is_right_with_any_number_of_centroids() {
    for_each("every_version_is_right_with_any_number_of_centroids", |bench| {
        for k in [1, 2, 3, 7, 8, 10, 11, 21, 22, 31, 32, 33, 100] {
            is_right(bench, (700, 2), k);
            is_right(bench, (5, 2), k);
        }
    });
}

#[test]
fn every_version_is_right_with_any_number_of_columns() {
    for_each("every_version_is_right_with_any_number_of_columns", |bench| {
        let sizes = [
            (1, 1, 1),
            (300, 1, 5),
            (257, 3, 4),
            (129, 5, 70),
            (200, 17, 3),
            (90, 64, 64),
            (70, 300, 4),
        ];
        for (n, d, k) in sizes {
            is_right(bench, (n, d), k);
        }
    });
}

#[test]
fn many_blocks_are_right_on_a_gpu() {
    for_each("many_blocks_are_right_on_a_gpu", |bench| {
        if bench.device.is_cuda() {
            is_right(bench, (1_000_003, 2), 6);
            is_right(bench, (1_000_003, 2), 32);
            is_right(bench, (300_007, 5), 40);
        }
    });
}

#[test]
fn iterations_follow_each_other() {
    for_each("iterations_follow_each_other", |bench| {
        let (x, mut expected) = (bench.points(600, 2), bench.points(5, 2));
        let start = expected.clone();
        for iterations in 0..5 {
            let moved = bench.moved(&x, &start, iterations);
            if bench.version.is_deterministic() {
                assert_eq!(moved, expected, "{}, {iterations}", bench.named());
            }
            let close = (&moved - &expected).iter().all(|off| off.abs() < 1e-4);
            assert!(close, "{}, {iterations}: {moved} for {expected}", bench.named());
            expected = bench.moved(&x, &expected, 1);
        }
    });
}

#[test]
fn a_fixed_order_gives_the_same_bits_every_time() {
    for_each("a_fixed_order_gives_the_same_bits_every_time", |bench| {
        if bench.version.is_deterministic() {
            let n = if bench.device.is_cuda() { 500_009 } else { 3001 };
            let mut sizes = vec![(2, 6), (2, 32), (5, 9)];
            sizes.retain(|&(d, k)| bench.takes(k, d));
            for (d, k) in sizes {
                let (x, start) = (bench.points(n, d), bench.points(k, d));
                let first = bench.moved(&x, &start, 3);
                for _ in 0..3 {
                    assert_eq!(bench.moved(&x, &start, 3), first, "{}", bench.named());
                }
            }
        }
    });
}

/// Whole numbers are exact, whatever the order of sums: the ties between centroids must be too.
#[test]
fn of_equally_near_centroids_the_first_counts() {
    for_each("of_equally_near_centroids_the_first_counts", |bench| {
        let x = Array2::from_shape_fn((33 * 33, 2), |(i, j)| [i / 33, i % 33][j] as f32 - 16.0);
        for start in [
            array![[-8.0, -8.0], [8.0, -8.0], [-8.0, 8.0], [8.0, 8.0]],
            array![[8.0, 0.0], [-8.0, 0.0], [0.0, 8.0], [0.0, -8.0], [0.0, 0.0]],
            array![[3.0, 3.0], [3.0, 3.0], [-2.0, 1.0]],
            array![[4.0, 4.0], [4.0, 4.0]],
            array![[-1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [500.0, 0.0]],
        ] {
            let (mut sums, mut counts) = (start.mapv(|_| 0.0), vec![0.0; start.nrows()]);
            for i in 0..x.nrows() {
                let squares = squares(&x, i, &start);
                let least = squares.iter().copied().fold(f64::INFINITY, f64::min);
                let nearest = squares.iter().position(|&square| square == least).unwrap();
                let mut sum = sums.row_mut(nearest);
                sum += &(&x.row(i) - &start.row(nearest));
                counts[nearest] += 1.0;
            }
            let expected = Array2::from_shape_fn(start.dim(), |(c, j)| match counts[c] {
                0.0 => start[(c, j)],
                count => start[(c, j)] + sums[(c, j)] / count,
            });
            assert_eq!(bench.moved(&x, &start, 1), expected, "{} from {start}", bench.named());
        }
    });
}

/// Centroids on top of each other, on a line, and a long way from the points, and points far outside of
/// them all: what a grid over the centroids might get wrong.
#[test]
fn centroids_may_lie_anywhere() {
    for_each("centroids_may_lie_anywhere", |bench| {
        let x = bench.points(500, 2);
        let near = bench.points(9, 2);
        let line =
            Array2::from_shape_fn((9, 2), |(c, j)| if j == 0 { c as f32 * 2.1 } else { 0.3 });
        let twice = concatenate![Axis(0), near, near];
        let far = concatenate![Axis(0), near, near.mapv(|value| value * 100.0)];
        for start in [&near * 1e-4, &near + 300.0, near.clone(), line, twice, far] {
            let moved = bench.moved(&x, &start, 1);
            assert_one_iteration(bench, &x, &start, &moved);
        }
        let scattered =
            bench.points(300, 2) * bench.random.rand((300, 1)).mapv(|v: f32| v.powi(8) * 1e4);
        let moved = bench.moved(&scattered, &near, 1);
        assert_one_iteration(bench, &scattered, &near, &moved);
    });
}

#[test]
fn an_empty_cluster_keeps_its_centroid() {
    for_each("an_empty_cluster_keeps_its_centroid", |bench| {
        let x = bench.points(130, 2);
        let start = array![[-900.0, 1.0], [0.0, 0.0], [900.5, 2.5]];
        let moved = bench.moved(&x, &start, 3);
        assert_eq!(
            moved.select(Axis(0), &[0, 2]),
            start.select(Axis(0), &[0, 2]),
            "{}",
            bench.named()
        );
        let same = Array2::from_elem((97, 2), 7.25);
        let expected = array![[7.25, 7.25], [9.0, 9.0]];
        assert_eq!(
            bench.moved(&same, &array![[7.0, 7.0], [9.0, 9.0]], 2),
            expected,
            "{}",
            bench.named()
        );
    });
}

#[test]
fn no_points_and_no_iterations_move_nothing() {
    for_each("no_points_and_no_iterations_move_nothing", |bench| {
        let start = bench.points(3, 2);
        assert_eq!(bench.moved(&Array2::zeros((0, 2)), &start, 3), start, "{}", bench.named());
        let x = bench.points(10, 2);
        assert_eq!(bench.moved(&x, &start, 0), start, "{}", bench.named());
    });
}

/// Sums are of differences: far from 0 they lose only what the numbers themselves lose.
#[test]
fn points_far_from_zero_keep_their_means() {
    for_each("points_far_from_zero_keep_their_means", |bench| {
        for (offset, spread) in [(1e5, 1.0), (1e7, 100.0), (0.0, 1e-15), (0.0, 1e15)] {
            let (x, start) =
                (bench.points(300, 2) * spread + offset, bench.points(5, 2) * spread + offset);
            let moved = bench.moved(&x, &start, 1);
            assert_one_iteration(bench, &x, &start, &moved);
        }
    });
}

/// It joins the first centroid, which then is near to nothing.
#[test]
fn a_point_that_is_no_number_spoils_the_first_centroid_alone() {
    for_each("a_point_that_is_no_number_spoils_the_first_centroid_alone", |bench| {
        for bad in [f32::NAN, f32::INFINITY] {
            let (mut x, start) = (bench.points(201, 2), bench.points(4, 2));
            x[(77, 0)] = bad;
            let moved = bench.moved(&x, &start, 1);
            assert!(!moved[(0, 0)].is_finite(), "{}: {moved}", bench.named());
            let rows: Vec<usize> = (0..201).filter(|&row| row != 77).collect();
            let expected = bench.moved(&x.select(Axis(0), &rows), &start, 1);
            let close = (&moved - &expected).slice(s![1.., ..]).iter().all(|off| off.abs() < 1e-4);
            assert!(close, "{}: {moved} for {expected}", bench.named());
            let again = bench.moved(&x, &start, 2);
            assert!(
                again.slice(s![1.., ..]).iter().all(|v| v.is_finite()),
                "{}: {again}",
                bench.named()
            );
        }
    });
}

#[test]
fn what_cannot_be_clustered_is_an_error() {
    for_each("what_cannot_be_clustered_is_an_error", |bench| {
        let (version, device) = (bench.version, &bench.device);
        let x = device.zeros((5, 2)).unwrap();
        for shape in [(2, 3), (0, 2)] {
            let error = version.run(device, &x, &device.zeros(shape).unwrap(), 1).unwrap_err();
            assert!(matches!(error, Error::Shape { .. }), "{version}: {error}");
            assert!(error.to_string().contains("(5, 2)"), "{version}: {error}");
        }
        for (k, d) in [(33, 2), (3, 3), (100_000, 64)] {
            let [x, start] = [(5, d), (k, d)].map(|shape| device.zeros(shape).unwrap());
            let run = version.run(device, &x, &start, 1);
            match run {
                Ok(moved) => assert!(bench.takes(k, d) && moved.shape() == [k, d], "{version}"),
                Err(error) => {
                    let says = error.to_string().contains("v1_atomics takes any number");
                    assert!(!bench.takes(k, d) && says, "{version}: {error}");
                }
            }
        }
    });
}

#[test]
fn the_best_version_takes_what_there_is() {
    for device in devices("the_best_version_takes_what_there_is") {
        for (k, d) in [(1, 1), (6, 2), (32, 2), (33, 2), (64, 64), (100_000, 64)] {
            let best = KernelVersion::best(device.properties(), (k, d));
            assert!(best.takes(device.properties(), (k, d)), "{best} for k {k}, d {d}");
        }
    }
}

#[test]
fn a_device_clusters_as_the_host_does() {
    let x = data::lesson_blobs().data;
    for device in devices("a_device_clusters_as_the_host_does") {
        for seed in 0..4 {
            for settings in [KMeans::new(6), KMeans::as_posted(6), KMeans::new(9).iterations(3)] {
                let settings = settings.seed(seed);
                let (expected, found) =
                    (settings.run(&x).unwrap(), settings.run_on(&device, &x).unwrap());
                let context = format!("{settings:?} on {device}");
                let off = (&found.centroids - &expected.centroids)
                    .fold(0.0_f32, |far, v| far.max(v.abs()));
                assert!(off < 1e-3, "{context}: {off:e} off");
                let differ =
                    found.labels.iter().zip(&expected.labels).filter(|(a, b)| a != b).count();
                assert!(differ <= 1, "{context}: {differ} labels");
                assert!((found.inertia / expected.inertia - 1.0).abs() < 1e-5, "{context}");
                assert_eq!(found.converged, expected.converged, "{context}");
                assert!(found.iterations < expected.iterations + 8, "{context}: {found:?}");
            }
        }
    }
}

#[test]
fn a_device_labels_points_of_any_size() {
    let mut random = Generator::from_entropy();
    for device in devices("a_device_labels_points_of_any_size") {
        for (size, d) in [(1.0, 1), (1e30, 2), (1e-30, 2), (1.0, 7)] {
            let x = random.randn((100, d)) * size;
            let settings = KMeans::new(4).iterations(2);
            let (found, expected) =
                (settings.run_on(&device, &x).unwrap(), settings.run(&x).unwrap());
            assert_eq!(found.labels, expected.labels, "{device}, seed {}", random.initial_seed());
        }
        let none = KMeans::new(3).run_on(&device, &Array2::zeros((0, 2))).unwrap();
        assert_eq!((none.labels.len(), none.inertia, none.converged), (0, 0.0, true));
        let error = KMeans::new(1).run_on(&device, &array![[f32::NAN]]).unwrap_err().to_string();
        assert!(error.contains("row 0, column 0 is NaN"), "{error}");
    }
}

/// The kernels that serve several versions.
const SHARED: [&str; 4] =
    ["kmeans_assign", "kmeans_cells", "kmeans_means", "kmeans_means_of_parts"];

#[test]
fn every_kernel_of_the_file_is_in_the_list() {
    let source = Source::file("kmeans.cu").unwrap();
    let after = source.as_written().split("__global__ void").skip(1);
    let names = after.filter_map(|text| text[text.find("kmeans_")?..].split('(').next());
    let versions: Vec<&str> = names.filter(|name| !SHARED.contains(name)).collect();
    assert_eq!(versions, KERNEL_VERSIONS.map(KernelVersion::kernel_name));
    for version in KERNEL_VERSIONS {
        let line = format!("// {}  ", version.name().replacen('_', " ", 1));
        assert!(source.as_written().contains(&line), "{line}");
    }
}
