//! The kernels for fast mean shift on every device, against the plain one in double precision.

use lesson_lib::cluster::mean_shift::fast::{FastEngine, FastMeanShift};
use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
use lesson_lib::device::{Device, Source};
use lesson_lib::ndarray::{Array2, Axis, array, concatenate};
use lesson_lib::random::Generator;
use lesson_lib::{Error, data};
use tests::devices::devices;

const WEIGHTS: [fn(f64) -> Weight; 5] =
    [Weight::Gaussian, Weight::Triangular, Weight::Flat, Weight::Epanechnikov, Weight::Biweight];

/// How far from the plain mean shift points may be after an iteration, in widths.
const ACCURACY: f64 = 4e-6;

/// An engine on a device, or the one that is chosen there, with numbers that differ from run to run.
struct Bench {
    engine: Option<FastEngine>,
    device: Device,
    random: Generator,
}

impl Bench {
    fn fast(&self, shift: MeanShift) -> FastMeanShift {
        self.engine.map_or(shift.fast(), |engine| shift.fast().engine(engine))
    }

    /// The weights that the engine takes.
    fn weights(&self) -> &'static [fn(f64) -> Weight] {
        if self.engine == Some(FastEngine::Interpolation) { &WEIGHTS[..1] } else { &WEIGHTS }
    }

    fn moved(&self, shift: MeanShift, x: &Array2<f32>) -> Array2<f32> {
        let run = self.fast(shift).run_on(&self.device, x);
        run.unwrap_or_else(|error| panic!("{}: {error}", self.named())).points
    }

    /// Asserts that an iteration is the plain one's, up to the accuracy and the rounding of coordinates.
    fn is_right(&self, x: &Array2<f32>, weight: Weight, step: f64) {
        let shift = MeanShift::new(weight).iterations(1).step(step);
        let expected = shift.run(&x.mapv(f64::from)).unwrap().points;
        let found = self.moved(shift, x);
        let apart = expected.iter().zip(&found).map(|(&expected, &found)| {
            let rounding = f64::from(f32::EPSILON) * (expected.abs() + 1e-37);
            (expected - f64::from(found)).abs() - rounding
        });
        let farthest = apart.fold(0.0, f64::max) / weight.width();
        let context = format!("{weight:?}, step {step}, {:?}, {}", x.dim(), self.named());
        assert!(farthest <= ACCURACY * step, "{farthest:e} widths off: {context}");
    }

    fn are_right(&self, x: &Array2<f32>, width: f64) {
        for weight in self.weights() {
            self.is_right(x, weight(width), 1.0);
        }
    }

    fn named(&self) -> String {
        format!("{:?} on {}, seed {}", self.engine, self.device, self.random.initial_seed())
    }
}

fn for_each(name: &str, test: impl Fn(&mut Bench)) {
    for device in devices(name) {
        for engine in [Some(FastEngine::NearPairs), Some(FastEngine::Interpolation)] {
            test(&mut Bench { engine, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

#[test]
fn every_engine_is_right_around_its_blocks() {
    for_each("every_engine_is_right_around_its_blocks", |bench| {
        for n in [1, 2, 3, 31, 32, 33, 127, 128, 129, 257] {
            for d in [1, 2, 3] {
                // In space, cells far apart cost the careful mode much.
                let width = if d == 3 { 1.5 } else { 0.4 };
                let x = bench.random.randn((n, d));
                bench.are_right(&x, width);
            }
        }
    });
}

#[test]
fn every_engine_is_right_for_any_width_and_step() {
    for_each("every_engine_is_right_for_any_width_and_step", |bench| {
        for (d, widths) in [(1, [0.01, 0.3, 4.0]), (2, [0.1, 0.8, 3.0]), (3, [0.9, 2.0, 9.0])] {
            let x: Array2<f32> = bench.random.randn((150, d));
            for width in widths {
                bench.are_right(&x, width);
            }
            for step in [0.3, 1.7] {
                bench.is_right(&x, Weight::Gaussian(1.0), step);
            }
        }
    });
}

/// Less accuracy is cheaper, and is kept.
#[test]
fn an_accuracy_is_a_bound() {
    for_each("an_accuracy_is_a_bound", |bench| {
        let x: Array2<f32> = bench.random.randn((300, 2));
        let shift = MeanShift::new(Weight::Gaussian(0.6)).iterations(1);
        let expected = shift.run(&x.mapv(f64::from)).unwrap().points;
        for accuracy in [0.1, 1e-2, 1e-4, 1e-12] {
            let run = bench.fast(shift).accuracy(accuracy).run_on(&bench.device, &x).unwrap();
            let apart = run.points.mapv(f64::from) - &expected;
            let farthest = apart.fold(0.0_f64, |far, apart| far.max(apart.abs())) / 0.6;
            assert!(
                farthest <= accuracy.max(ACCURACY),
                "{accuracy}: {farthest:e}, {}",
                bench.named()
            );
        }
    });
}

/// More points in a cell than a block adds up, so that pieces are added to each other; and more than a
/// tile of the sort.
#[test]
fn crowds_are_cut_into_pieces() {
    for_each("crowds_are_cut_into_pieces", |bench| {
        let n = if bench.device.is_cuda() { 20_003 } else { 6300 };
        for d in [1, 2, 3] {
            // So near to each other that hardly ever an edge of a cell is between them.
            let crowd: Array2<f32> = bench.random.randn((n - 10, d)) * 0.001;
            let others: Array2<f32> = bench.random.randn((10, d)) * 2.0;
            bench.is_right(&concatenate![Axis(0), crowd, others], Weight::Gaussian(1.0), 1.0);
        }
    });
}

/// A lonely point is pulled by a far crowd alone: a series is right where it is small, too.
#[test]
fn a_far_crowd_pulls_at_a_lonely_point() {
    for_each("a_far_crowd_pulls_at_a_lonely_point", |bench| {
        let crowd: Array2<f32> = bench.random.randn((1500, 2)) * 0.1;
        for distance in [3.0, 4.0, 4.6, 5.3, 6.0] {
            let lonely = array![[distance, 0.3], [-0.6 * distance, -0.8 * distance]];
            bench.is_right(&concatenate![Axis(0), crowd, lonely], Weight::Gaussian(1.0), 1.0);
        }
    });
}

#[test]
fn awkward_points_are_no_trouble() {
    for_each("awkward_points_are_no_trouble", |bench| {
        for d in [1, 2, 3] {
            let cloud: Array2<f32> = bench.random.randn((120, d));
            bench.are_right(&Array2::from_elem((150, d), 0.1), 1.0);
            bench.are_right(&concatenate![Axis(0), cloud, cloud], 1.0);
            bench.are_right(&(&cloud - 1000.0), 1.0);
            // On the edges of cells, and at distances that are just a width.
            let corners = bench.random.randint(-4, 4, (120, d)).unwrap();
            let corners = corners.mapv(|value| value as f32);
            for width in [1.0, 2.0, 3.0, 0.7] {
                if d < 3 || width > 0.9 {
                    bench.are_right(&corners, width);
                }
            }
        }
    });
}

/// Neither memory nor a wrong answer.
#[test]
fn points_far_away_cost_nothing() {
    const NAME: &str = "points_far_away_cost_nothing";
    for_each(NAME, far_away);
    for device in devices(NAME) {
        far_away(&mut Bench { engine: None, device, random: Generator::from_entropy() });
    }
}

fn far_away(bench: &mut Bench) {
    for d in [1, 2, 3] {
        let mut x: Array2<f32> = bench.random.randn((200, d));
        x.row_mut(17).fill(1e6);
        x.row_mut(18).fill(-1e5);
        bench.are_right(&x, 1.0);
        x.row_mut(19).fill(1e14);
        if bench.engine == Some(FastEngine::Interpolation) {
            let fast = bench.fast(MeanShift::new(Weight::Gaussian(1.0)));
            let error = fast.run_on(&bench.device, &x).unwrap_err().to_string();
            assert!(error.contains("too many widths"), "{error}");
        } else {
            bench.are_right(&x, 1.0);
        }
    }
}

/// Where sums are exact they stay exactly where they are.
#[test]
fn points_far_apart_stay_and_points_in_one_place_stay() {
    for_each("points_far_apart_stay_and_points_in_one_place_stay", |bench| {
        let far = Array2::from_shape_fn((97, 2), |(i, k)| (i * 100 + k) as f32 + 0.1);
        let same = Array2::from_shape_fn((97, 2), |(_, k)| k as f32 - 3.7);
        for weight in bench.weights() {
            let shift = MeanShift::new(weight(3.0)).iterations(2);
            assert_eq!(bench.moved(shift, &same), same, "{:?}, {}", weight(3.0), bench.named());
            bench.are_right(&far, 3.0);
            if bench.engine == Some(FastEngine::NearPairs) {
                assert_eq!(bench.moved(shift, &far), far, "{:?}, {}", weight(3.0), bench.named());
            }
        }
    });
}

#[test]
fn the_widest_weights_bring_all_points_to_their_mean() {
    for_each("the_widest_weights_bring_all_points_to_their_mean", |bench| {
        let x: Array2<f32> = bench.random.randn((75, 2));
        let mean = x.mapv(f64::from).mean_axis(Axis(0)).unwrap();
        for weight in bench.weights() {
            for width in [1e9, 1e12, 1e36, 1e300] {
                let moved = bench.moved(MeanShift::new(weight(width)).iterations(1), &x);
                let apart = moved.mapv(f64::from) - &mean;
                let close = apart.iter().all(|apart| apart.abs() < 1e-6);
                assert!(close, "{:?}: {apart}, {}", weight(width), bench.named());
            }
        }
    });
}

#[test]
fn the_size_of_the_numbers_does_not_matter() {
    for_each("the_size_of_the_numbers_does_not_matter", |bench| {
        let x: Array2<f32> = bench.random.randn((90, 2));
        for size in [1e-30, 1e-12, 1e15, 1e30] {
            bench.are_right(&(&x * size), 0.5 * f64::from(size));
        }
    });
}

#[test]
fn two_runs_give_the_same_bits() {
    for_each("two_runs_give_the_same_bits", |bench| {
        let n = if bench.device.is_cuda() { 300_007 } else { 900 };
        let x: Array2<f32> = bench.random.randn((n, 2));
        for weight in bench.weights() {
            let shift = MeanShift::new(weight(0.3)).iterations(2);
            let first = bench.fast(shift).run_on(&bench.device, &x).unwrap();
            for _ in 0..2 {
                let again = bench.fast(shift).run_on(&bench.device, &x).unwrap();
                assert_eq!(again, first, "{}", bench.named());
            }
        }
    });
}

/// The host has other kernels, other orders and double precision throughout.
#[test]
fn a_device_ends_where_the_host_does() {
    let single = data::lesson_blobs().data;
    let x = single.mapv(f64::from);
    for_each("a_device_ends_where_the_host_does", |bench| {
        let shift = MeanShift::new(Weight::Gaussian(2.5));
        let expected = shift.run(&x).unwrap();
        let found = bench.fast(shift).run_on(&bench.device, &single).unwrap();
        assert!(found.converged && expected.converged, "{}", bench.named());
        assert_eq!(found.iterations, expected.iterations, "{}", bench.named());
        let apart = found.points.mapv(f64::from) - expected.points;
        assert!(apart.iter().all(|apart| apart.abs() < 1e-4), "{}", bench.named());
        for (found, expected) in found.largest_moves.iter().zip(expected.largest_moves) {
            assert!((found - expected).abs() < 1e-4, "{}", bench.named());
        }
    });
}

#[test]
fn a_run_ends_as_its_settings_say() {
    for_each("a_run_ends_as_its_settings_say", |bench| {
        let x: Array2<f32> = bench.random.randn((60, 2));
        let shift = MeanShift::new(Weight::Gaussian(1.0));
        let run = |shift: MeanShift| bench.fast(shift).run_on(&bench.device, &x).unwrap();
        let none = run(shift.iterations(0));
        assert_eq!((none.points, none.iterations, none.converged), (x.clone(), 0, false));
        assert_eq!(run(shift.iterations(3)).largest_moves.len(), 3);
        let early = run(shift.iterations(50).tolerance(0.1));
        assert!(early.converged && early.iterations < 50);
        assert!(early.largest_moves.iter().rev().skip(1).all(|&largest| largest > 0.1));
        let none = Array2::zeros((0, 2));
        let empty = bench.fast(shift).run_on(&bench.device, &none).unwrap();
        assert_eq!(empty, shift.run(&none).unwrap());
    });
}

/// A Gaussian is left to `NearPairs` where few points share a cell. Points stand in another order then than
/// where `NearPairs` is asked for, and sums are rounded otherwise.
#[test]
fn without_a_choice_every_weight_has_its_engine() {
    let mut random = Generator::from_entropy();
    let spread: Array2<f32> = random.randn((130, 2)) * 3.0;
    let crowd: Array2<f32> = random.randn((3000, 2));
    for device in devices("without_a_choice_every_weight_has_its_engine") {
        let chosen = |weight: Weight, x: &Array2<f32>, engine| {
            let fast = MeanShift::new(weight).iterations(1).fast();
            let run = |fast: FastMeanShift| fast.run_on(&device, x).unwrap().points;
            (run(fast), run(fast.engine(engine)))
        };
        for weight in &WEIGHTS[1..] {
            let (found, expected) = chosen(weight(0.7), &spread, FastEngine::NearPairs);
            assert_eq!(found, expected, "{device}");
        }
        let gaussian = Weight::Gaussian(0.7);
        let (found, expected) = chosen(gaussian, &crowd, FastEngine::Interpolation);
        assert_eq!(found, expected, "{device}");
        let (found, others) = chosen(gaussian, &spread, FastEngine::Interpolation);
        let (_, expected) = chosen(gaussian, &spread, FastEngine::NearPairs);
        assert_ne!(found, others, "{device}");
        assert!((found - expected).iter().all(|apart| apart.abs() < 2e-6), "{device}");
    }
}

#[test]
fn where_blocks_are_many_a_gpu_is_right() {
    for_each("where_blocks_are_many_a_gpu_is_right", |bench| {
        if bench.device.is_cuda() {
            for (d, width) in [(1, 1e-3), (2, 0.02), (3, 0.2)] {
                let x: Array2<f32> = bench.random.rand((20_011, d));
                bench.are_right(&x, width);
            }
        }
    });
}

#[test]
fn what_cannot_be_moved_is_an_error() {
    for device in devices("what_cannot_be_moved_is_an_error") {
        let x = array![[0_f32, 1.0], [2.0, 3.0]];
        let refused = |fast: FastMeanShift, x: &Array2<f32>, expected: &str| {
            let error = fast.run_on(&device, x).unwrap_err();
            let text = error.to_string();
            assert!(text.starts_with("mean shift") && text.contains(expected), "{text}");
            error
        };
        let fast = MeanShift::new(Weight::Gaussian(1.0)).fast();
        refused(fast, &array![[0.0, f32::NAN]], "row 0, column 1 is NaN");
        let error = refused(fast, &Array2::zeros((3, 4)), "`MeanShift::run_on` takes any number");
        assert!(matches!(error, Error::Shape { .. }));
        refused(fast, &Array2::zeros((3, 0)), "at least one coordinate");
        refused(MeanShift::new(Weight::Flat(0.0)).fast(), &x, "above 0");
        refused(MeanShift::new(Weight::Flat(1.0)).fast().engine(FastEngine::Interpolation), &x, "");
        let moments = MeanShift::new(Weight::Flat(1.0)).fast().engine(FastEngine::Moments);
        refused(moments, &x, "a device has no `Moments`");
        let by_cells = fast.engine(FastEngine::Interpolation);
        refused(by_cells, &array![[0.0, 1e-3], [3e30, -3e30]], "too many widths");
        let away = MeanShift::new(Weight::Gaussian(3e38)).iterations(500).step(20.0).fast();
        refused(away, &x, "a smaller step than 20");
    }
}

#[test]
fn every_engine_is_described_in_the_file() {
    let source = Source::file("fast_mean_shift.cu").unwrap();
    for line in ["// near_pairs  ", "// interpolation  "] {
        assert!(source.as_written().contains(line), "{line}");
    }
}
