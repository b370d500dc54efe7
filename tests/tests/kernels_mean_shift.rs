//! The mean shift kernels on every device, against sums in double precision.

use lesson_lib::Error;
use lesson_lib::cluster::mean_shift::{KERNEL_VERSIONS, KernelVersion, MeanShift, Weight};
use lesson_lib::data;
use lesson_lib::device::{Device, Source};
use lesson_lib::ndarray::{Array2, Axis, array, s};
use lesson_lib::random::Generator;
use tests::devices::devices;

const EPSILON: f64 = f32::EPSILON as f64;

const WEIGHTS: [fn(f64) -> Weight; 5] =
    [Weight::Gaussian, Weight::Triangular, Weight::Flat, Weight::Epanechnikov, Weight::Biweight];

/// One version on one device, with numbers that differ from run to run.
struct Bench {
    version: KernelVersion,
    device: Device,
    random: Generator,
}

impl Bench {
    /// Points of a square 40 wide.
    fn points(&mut self, n: usize, d: usize) -> Array2<f32> {
        self.random.rand((n, d)).mapv(|value: f32| 40.0 * value - 20.0)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(self.random.rand(1)[0])
    }

    /// One of the weights, as wide as a part of the square.
    fn weight(&mut self) -> Weight {
        WEIGHTS[(self.share() * 5.0) as usize % 5](0.5 + 10.0 * self.share())
    }

    /// One iteration, into a buffer that held NaN before.
    fn moved(&self, x: &Array2<f32>, weight: Weight, step: f64) -> Array2<f32> {
        let from = self.device.upload(x).unwrap();
        let mut to = self.device.upload(&Array2::from_elem(x.dim(), f32::NAN)).unwrap();
        let done = self.version.iterate(&self.device, &from, &mut to, weight, step);
        let moved = done.and_then(|()| to.download());
        let bits = |x: &Array2<f32>| x.mapv(f32::to_bits);
        assert_eq!(bits(&from.download().unwrap()), bits(x), "{}: the points", self.named());
        moved.unwrap_or_else(|error| panic!("{}: {error}", self.named()))
    }

    fn named(&self) -> String {
        format!("{:?} on {}, seed {}", self.version, self.device, self.random.initial_seed())
    }

    /// How many rows row `i` sees as they have moved.
    fn moved_before(&self, i: usize) -> usize {
        match self.version {
            KernelVersion::InPlace => i,
            KernelVersion::Batch { size } => i / size * size,
            _ => 0,
        }
    }

    fn all_at_once(&self) -> bool {
        self.moved_before(1000) == 0
    }
}

fn for_each(name: &str, test: impl Fn(&mut Bench)) {
    for device in devices(name) {
        for version in KERNEL_VERSIONS {
            test(&mut Bench { version, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

/// The kernels that take any number of columns, with batches of every kind.
fn for_each_of_any_width(name: &str, test: impl Fn(&mut Bench)) {
    let batches = [1, 2, 5, 33, 1000].map(|size| KernelVersion::Batch { size });
    for device in devices(name) {
        for version in [KernelVersion::V1Naive].into_iter().chain(batches) {
            test(&mut Bench { version, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

/// The weight at distance `r`, written once more: in widths, without the factor that a mean loses.
fn weight_at(weight: Weight, r: f64) -> f64 {
    match weight {
        Weight::Gaussian(_) => (-r * r / 2.0).exp(),
        Weight::Triangular(_) => (1.0 - r).max(0.0),
        Weight::Flat(_) => f64::from(r <= 1.0),
        Weight::Epanechnikov(_) => (1.0 - r * r).max(0.0),
        Weight::Biweight(_) => (1.0 - r * r).max(0.0).powi(2),
    }
}

/// Asserts that `moved` is one iteration from `x`, up to rounding.
///
/// Each row is held against the rows that it has seen, so that errors do not add up from row to row.
/// Coordinates and distances are off by some ε of themselves. Weights fall with the distance, so
/// that bounds a weight from both sides, also where a flat one ends; the sums add ε a term.
fn assert_one_iteration(
    bench: &Bench,
    x: &Array2<f32>,
    moved: &Array2<f32>,
    weight: Weight,
    step: f64,
) {
    let (n, d) = x.dim();
    assert_eq!(moved.dim(), (n, d));
    for i in 0..n {
        let seen = bench.moved_before(i);
        let row = |j: usize| if j < seen { moved.row(j) } else { x.row(j) };
        let own = x.row(i);
        let (mut sum, mut mass, mut doubt) = (vec![0.0; d], 0.0, 0.0);
        let (mut sizes, mut doubts) = (vec![0.0; d], vec![0.0; d]);
        for j in 0..n {
            let other = row(j);
            let far = |k: usize| f64::from(other[k]) - f64::from(own[k]);
            let size = |k: usize| f64::from(other[k].abs()) + f64::from(own[k].abs());
            let r = (0..d).map(|k| far(k).powi(2)).sum::<f64>().sqrt() / weight.width();
            let blur = 2.0 * EPSILON * (0..d).map(size).sum::<f64>() / weight.width();
            let blur = blur + (4.0 + d as f64) * EPSILON * r;
            let w = weight_at(weight, r);
            let off = weight_at(weight, (r - blur).max(0.0)) - weight_at(weight, r + blur);
            let off = if i == j { 0.0 } else { off + 4.0 * EPSILON * w + 1e-37 };
            mass += w;
            doubt += off;
            for k in 0..d {
                sum[k] += w * far(k);
                sizes[k] += w * far(k).abs();
                doubts[k] += off * far(k).abs() + 2.0 * EPSILON * w * size(k);
            }
        }
        for k in 0..d {
            let shift = sum[k] / mass;
            let bound = step.abs() * (doubts[k] + doubt * shift.abs()) / (mass - doubt).max(1.0)
                + step.abs() * (n as f64 + 16.0) * EPSILON * (sizes[k] / mass + shift.abs())
                + 2.0 * EPSILON * (f64::from(own[k].abs()) + (step * shift).abs());
            let (found, expected) = (f64::from(moved[(i, k)]), f64::from(own[k]) + step * shift);
            assert!(
                (found - expected).abs() <= bound,
                "{} {weight:?}, step {step}, ({n}, {d}): row {i}, column {k} is {found}, not {expected} ± {bound:e}",
                bench.named(),
            );
        }
    }
}

fn is_right(bench: &mut Bench, (n, d): (usize, usize), weight: Weight, step: f64) {
    let x = bench.points(n, d);
    let moved = bench.moved(&x, weight, step);
    assert_one_iteration(bench, &x, &moved, weight, step);
}

/// What a thread, a warp, a block or a tile holds, in points.
const PIECES: [usize; 8] = [4, 8, 16, 32, 64, 128, 256, 512];

#[test]
fn every_version_is_right_around_its_blocks_and_tiles() {
    for_each("every_version_is_right_around_its_blocks_and_tiles", |bench| {
        let around = PIECES.into_iter().flat_map(|piece| [piece - 1, piece, piece + 1]);
        for n in [1, 2].into_iter().chain(around).chain([769]) {
            // A GPU takes all weights; the processor draws one.
            let all = if bench.device.is_cuda() { 4 } else { 1 };
            for _ in 0..all {
                let weight = bench.weight();
                is_right(bench, (n, 2), weight, 1.0);
            }
        }
    });
}

#[test]
fn every_version_is_right_with_every_weight_on_1500_points() {
    for_each("every_version_is_right_with_every_weight_on_1500_points", |bench| {
        for weight in WEIGHTS {
            let (width, step) = (0.5 + 10.0 * bench.share(), 1.5 * bench.share());
            is_right(bench, (1500, 2), weight(width), step);
        }
    });
}

#[test]
fn many_blocks_are_right_on_a_gpu() {
    for_each("many_blocks_are_right_on_a_gpu", |bench| {
        // More points than all warps of v5 move at a time.
        let n = if bench.version == KernelVersion::V5OneLaunch { 9001 } else { 4099 };
        if bench.device.is_cuda() {
            let weight = bench.weight();
            is_right(bench, (n, 2), weight, 1.0);
        }
    });
}

#[test]
fn any_number_of_columns_and_any_batch_is_right() {
    for_each_of_any_width("any_number_of_columns_and_any_batch_is_right", |bench| {
        for shape in [(1, 1), (2, 1), (33, 3), (70, 1), (129, 5), (40, 17)] {
            let weight = WEIGHTS[(bench.share() * 5.0) as usize % 5](4.0 + 30.0 * bench.share());
            is_right(bench, shape, weight, 1.0);
        }
    });
}

#[test]
fn iterations_follow_each_other_exactly() {
    for_each("iterations_follow_each_other_exactly", |bench| {
        let x = bench.points(67, 2);
        let weight = bench.weight();
        let start = bench.device.upload(&x).unwrap();
        let mut expected = x.clone();
        for iterations in 0..5 {
            let moved = bench.version.run(&bench.device, &start, weight, iterations).unwrap();
            let moved = moved.download().unwrap();
            assert_eq!(moved, expected, "{}, {weight:?}, {iterations}", bench.named());
            assert_eq!(start.download().unwrap(), x, "{}: the points", bench.named());
            expected = bench.moved(&expected, weight, 1.0);
        }
    });
}

#[test]
fn the_best_version_is_one_of_those_that_move_all_at_once() {
    for device in devices("the_best_version_is_one_of_those_that_move_all_at_once") {
        for (n, d) in [(1, 2), (1500, 2), (10_000, 2), (1_000_000, 2), (1500, 3)] {
            let best = KernelVersion::best(device.properties(), (n, d));
            assert!(best.columns().is_none_or(|columns| columns == d), "{best} for ({n}, {d})");
            let orders = [KernelVersion::InPlace, KernelVersion::Batch { size: 256 }];
            assert!(!orders.contains(&best), "{best} for ({n}, {d})");
        }
    }
}

#[test]
fn no_points_give_no_points() {
    for_each("no_points_give_no_points", |bench| {
        let none = Array2::zeros((0, 2));
        assert_eq!(bench.moved(&none, Weight::Flat(1.0), 1.0), none, "{}", bench.named());
        let start = bench.device.upload(&none).unwrap();
        let moved = bench.version.run(&bench.device, &start, Weight::Flat(1.0), 3).unwrap();
        assert_eq!(moved.shape(), [0, 2], "{}", bench.named());
    });
}

/// Points out of each other's reach, and points in one place, stay exactly where they are.
#[test]
fn points_without_a_reason_to_move_stay() {
    for_each("points_without_a_reason_to_move_stay", |bench| {
        let far = Array2::from_shape_fn((97, 2), |(i, k)| (i * 100 + k) as f32 + 0.1);
        let same = Array2::from_shape_fn((97, 2), |(_, k)| k as f32 - 3.7);
        for weight in WEIGHTS {
            assert_eq!(bench.moved(&far, weight(3.0), 1.0), far, "{}", bench.named());
            assert_eq!(bench.moved(&same, weight(3.0), 1.0), same, "{}", bench.named());
            let x = bench.points(97, 2);
            assert_eq!(bench.moved(&x, weight(3.0), 0.0), x, "{}", bench.named());
        }
    });
}

/// A width of almost nothing moves no point; one beyond everything brings all to their mean.
#[test]
fn the_narrowest_and_the_widest_weights_are_right() {
    for_each("the_narrowest_and_the_widest_weights_are_right", |bench| {
        for weight in WEIGHTS {
            let x = bench.points(75, 2);
            assert_eq!(bench.moved(&x, weight(1e-30), 1.0), x, "{}", bench.named());
            let moved = bench.moved(&x, weight(1e30), 1.0);
            assert_one_iteration(bench, &x, &moved, weight(1e30), 1.0);
        }
    });
}

/// Far from 0 too, points keep their distances: the sums are of differences.
#[test]
fn points_far_from_zero_lose_only_what_their_numbers_lose() {
    for_each("points_far_from_zero_lose_only_what_their_numbers_lose", |bench| {
        let x = bench.points(90, 2) + 100_000.0;
        for weight in WEIGHTS {
            let moved = bench.moved(&x, weight(7.0), 1.0);
            assert_one_iteration(bench, &x, &moved, weight(7.0), 1.0);
            assert!((moved - &x).iter().all(|shift| shift.abs() <= 20.0), "{}", bench.named());
        }
    });
}

#[test]
fn the_order_of_the_rows_does_not_matter_where_all_move_at_once() {
    for_each("the_order_of_the_rows_does_not_matter_where_all_move_at_once", |bench| {
        if bench.all_at_once() {
            let (x, weight) = (bench.points(131, 2), bench.weight());
            let reversed = x.slice(s![..;-1, ..]).to_owned();
            let moved = bench.moved(&reversed, weight, 1.0).slice(s![..;-1, ..]).to_owned();
            assert_one_iteration(bench, &x, &moved, weight, 1.0);
        }
    });
}

/// With two points a distance apart, what a point moves tells the other's weight: right to 2 units
/// in the last place, and what rounding the exponent makes of it.
#[test]
fn the_exponential_keeps_its_bound() {
    for_each("the_exponential_keeps_its_bound", |bench| {
        for i in 1..=96 {
            let r = i as f32 / 8.0;
            let moved = bench.moved(&array![[0.0, 0.0], [r, 0.0]], Weight::Gaussian(1.0), 1.0);
            let r = f64::from(r);
            let w = (-r * r / 2.0).exp();
            let (found, expected) = (f64::from(moved[(0, 0)]), r * w / (1.0 + w));
            let error = (found / expected - 1.0).abs();
            assert!(error <= (8.0 + 2.0 * r * r) * EPSILON, "{}, {r}: {error:e}", bench.named());
        }
    });
}

#[test]
fn a_row_that_is_no_number_stays_none_and_reaches_the_others() {
    for_each("a_row_that_is_no_number_stays_none_and_reaches_the_others", |bench| {
        for bad in [f32::NAN, f32::INFINITY] {
            for weight in WEIGHTS {
                let mut x = bench.points(70, 2);
                x[(41, 1)] = bad;
                let moved = bench.moved(&x, weight(5.0), 1.0);
                let row = moved.index_axis(Axis(0), 41);
                assert!(row.iter().all(|value| value.is_nan()), "{}: {row}", bench.named());
                let later = if bench.all_at_once() { 0 } else { 42 };
                let column = moved.slice(s![later.., 1]);
                assert!(column.iter().all(|value| value.is_nan()), "{}: {column}", bench.named());
            }
        }
    });
}

#[test]
fn what_cannot_be_moved_is_an_error() {
    for_each("what_cannot_be_moved_is_an_error", |bench| {
        let (version, device) = (bench.version, &bench.device);
        let (x, mut other) = (device.zeros((5, 2)).unwrap(), device.zeros((2, 5)).unwrap());
        let error = version.iterate(device, &x, &mut other, Weight::Flat(1.0), 1.0).unwrap_err();
        assert!(matches!(error, Error::Shape { .. }), "{version}: {error}");
        assert!(error.to_string().contains("(5, 2) and (2, 5)"), "{version}: {error}");
        for width in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-42, 1e300] {
            let error = version.run(device, &x, Weight::Gaussian(width), 1).unwrap_err();
            assert!(matches!(error, Error::Argument { .. }), "{version}: {error}");
            assert!(error.to_string().contains("width"), "{version}: {error}");
        }
        let mut moved = device.zeros((5, 2)).unwrap();
        let error = version.iterate(device, &x, &mut moved, Weight::Flat(1.0), f64::NAN);
        assert!(error.unwrap_err().to_string().contains("step"), "{version}");
        if version.columns().is_some() {
            let x = device.zeros((5, 3)).unwrap();
            let error = version.run(device, &x, Weight::Flat(1.0), 0).unwrap_err();
            assert!(error.to_string().contains("(5, 3)"), "{version}: {error}");
        }
    });
}

#[test]
fn a_batch_of_no_rows_is_an_error() {
    for device in devices("a_batch_of_no_rows_is_an_error") {
        let x = device.zeros((5, 2)).unwrap();
        let none = KernelVersion::Batch { size: 0 };
        let error = none.run(&device, &x, Weight::Flat(1.0), 1).unwrap_err();
        assert!(error.to_string().contains("at least one row"), "{error}");
    }
}

/// The host's mean shift is other code, and in double precision.
#[test]
fn a_device_moves_points_as_the_host_does() {
    let single = data::lesson_blobs().data;
    let x = single.mapv(f64::from);
    for device in devices("a_device_moves_points_as_the_host_does") {
        for weight in [Weight::Gaussian(2.5), Weight::Triangular(8.0), Weight::Epanechnikov(7.0)] {
            let shift = MeanShift::new(weight).iterations(2).step(0.9);
            for shift in [shift, shift.in_place(), shift.batches(400), shift.batches(2000)] {
                let expected = shift.run(&x).unwrap().points;
                let found = shift.run_on(&device, &single).unwrap().mapv(f64::from);
                let farthest = (found - expected).fold(0.0_f64, |far, off| far.max(off.abs()));
                assert!(farthest < 1e-4, "{shift:?} on {device}: {farthest:e} off");
            }
        }
    }
}

#[test]
fn points_of_any_width_move_in_any_order() {
    let mut random = Generator::from_entropy();
    for device in devices("points_of_any_width_move_in_any_order") {
        for d in [1, 3] {
            let x = random.randn((40, d));
            let shift = MeanShift::new(Weight::Gaussian(0.8)).iterations(3);
            for shift in [shift, shift.in_place(), shift.batches(7)] {
                let expected = shift.run(&x).unwrap().points;
                let found = shift.run_on(&device, &x).unwrap();
                let close = (found - expected).iter().all(|off| off.abs() < 1e-5);
                assert!(close, "{shift:?} on {device}, seed {}", random.initial_seed());
            }
        }
    }
}

#[test]
fn settings_that_a_device_cannot_keep_are_an_error() {
    let shift = MeanShift::new(Weight::Gaussian(1.0));
    let x = array![[0_f32, 1.0], [2.0, 3.0]];
    for device in devices("settings_that_a_device_cannot_keep_are_an_error") {
        let refused = |shift: MeanShift, x: &Array2<f32>, expected: &str| {
            let error = shift.run_on(&device, x).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        refused(shift, &x, "give the iterations");
        refused(shift.iterations(5).tolerance(0.1), &x, "give the iterations");
        refused(shift.iterations(5).sample(1, 0), &x, "leave out sample");
        refused(shift.iterations(5).sorted(2.0), &x, "leave out sample");
        refused(shift.iterations(5).batches(0), &x, "at least one row");
        let away = MeanShift::new(Weight::Gaussian(3e38)).iterations(500).step(20.0);
        refused(away, &x, "a smaller step than 20");
        refused(shift.iterations(5), &array![[0.0, f32::NAN]], "row 0, column 1");
        let none = Array2::zeros((0, 2));
        assert_eq!(shift.iterations(5).run_on(&device, &none).unwrap(), none);
        assert_eq!(shift.iterations(0).run_on(&device, &x).unwrap(), x);
    }
}

#[test]
fn every_kernel_of_the_file_is_in_the_list() {
    let source = Source::file("mean_shift.cu").unwrap();
    let after = source.as_written().split("__global__ void").skip(1);
    let names = after.filter_map(|text| text[text.find("mean_shift_")?..].split('(').next());
    let listed = KERNEL_VERSIONS.map(KernelVersion::kernel_name);
    assert_eq!(names.collect::<Vec<_>>(), listed);
}
