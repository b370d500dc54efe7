use super::{FastEngine, FastMeanShift};
use crate::cluster::mean_shift::{MeanShift, Weight};
use crate::cluster::{adjusted_rand_index, labels};
use crate::data::lesson_blobs;
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayView1, Axis, array, concatenate, s};
use rayon::ThreadPoolBuilder;

/// Every engine with every weight that goes with it, of about this width.
fn all(width: f64) -> Vec<(FastEngine, Weight)> {
    vec![
        (FastEngine::NearPairs, Weight::Gaussian(width / 2.0)),
        (FastEngine::NearPairs, Weight::Triangular(width)),
        (FastEngine::NearPairs, Weight::Flat(width)),
        (FastEngine::NearPairs, Weight::Epanechnikov(width)),
        (FastEngine::NearPairs, Weight::Biweight(width)),
        (FastEngine::Moments, Weight::Flat(width)),
        (FastEngine::Moments, Weight::Epanechnikov(width)),
        (FastEngine::Multipole, Weight::Triangular(width)),
        (FastEngine::Multipole, Weight::Flat(width)),
        (FastEngine::Multipole, Weight::Epanechnikov(width)),
        (FastEngine::Multipole, Weight::Biweight(width)),
        (FastEngine::Interpolation, Weight::Gaussian(width / 2.0)),
    ]
}

/// The largest difference from plain mean shift, in widths.
fn error(fast: FastMeanShift, x: &Array2<f64>) -> f64 {
    let points = fast.run(x).unwrap().points - fast.shift.run(x).unwrap().points;
    points.iter().fold(0.0, |most: f64, off| most.max(off.abs())) / fast.shift.weight.width()
}

fn holds(x: &Array2<f64>, width: f64, context: &str) {
    for (engine, weight) in all(width) {
        for iterations in [1, 4] {
            let fast = MeanShift::new(weight).iterations(iterations).fast().engine(engine);
            let error = error(fast, x);
            // An iteration makes the errors of those before it smaller, or hardly larger.
            let context = format!("{engine:?}, {weight:?}, {iterations} iterations of {context}");
            assert!(error <= 2.0 * fast.accuracy, "{error:e}: {context}");
        }
    }
}

#[test]
fn every_engine_agrees_with_plain_mean_shift() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d) in [(0, 2), (1, 1), (2, 3), (17, 1), (300, 1), (1500, 2), (1001, 3)] {
        for width in [0.01, 0.2, 3.0] {
            let x = generator.rand_f64((n, d)) - 0.5;
            holds(&x, width, &format!("{n} points of {d}, width {width}, seed {seed}"));
        }
    }
}

#[test]
fn clumps_lines_and_lattices_are_no_exception() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let clumps = generator.randn_f64((400, 2)) * 0.01
        + &(Array2::from_shape_fn((400, 2), |(i, k)| ((i * 7 + k) % 5) as f64));
    holds(&clumps, 1.0, &format!("clumps, seed {seed}"));
    let copies = concatenate![Axis(0), clumps.slice(s![..50, ..]), clumps.slice(s![..50, ..])];
    holds(&copies, 1.0, &format!("every point twice, seed {seed}"));
    holds(&Array2::ones((100, 2)), 1.0, "one point, a hundred times");
    // Points exactly at the radius, and exactly on the sides of cells and boxes.
    holds(&Array2::from_shape_fn((400, 2), |(i, k)| [i / 20, i % 20][k] as f64), 2.0, "a lattice");
    holds(&Array2::from_shape_fn((200, 2), |(i, _)| i as f64 / 4.0), 1.0, "a diagonal");
    holds(
        &Array2::from_shape_fn((200, 3), |(i, k)| if k == 1 { i as f64 } else { 0.0 }),
        2.5,
        "a line",
    );
}

#[test]
fn a_point_far_away_changes_nothing() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for distance in [20.0, 1e6, 1e12, 1e40] {
        let mut x = generator.rand_f64((300, 2)) * 8.0;
        x.row_mut(100).fill(distance);
        x.row_mut(200).assign(&array![-distance, 4.0]);
        x.row_mut(201).assign(&array![-distance, 4.5]);
        holds(&x, 1.0, &format!("points {distance:e} away, seed {seed}"));
    }
}

#[test]
fn units_and_places_do_not_matter() {
    let x = Generator::new(5).rand_f64((300, 2)) * 6.0;
    for (scale, offset) in [(1e-150, 0.0), (1e-3, 1e3), (1.0, -1e7), (1e150, 0.0)] {
        holds(&(&x * scale + offset), scale, &format!("times {scale:e} plus {offset:e}"));
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let x = generator.randn_f64((400, 2)) * 2.0;
    let order = generator.randperm(400).to_vec();
    for (engine, weight) in all(1.0) {
        let fast = MeanShift::new(weight).iterations(3).fast().engine(engine);
        let [points, shuffled] =
            [&x, &x.select(Axis(0), &order)].map(|x| fast.run(x).unwrap().points);
        let off = (points.select(Axis(0), &order) - shuffled)
            .iter()
            .fold(0.0, |a: f64, b| a.max(b.abs()));
        assert!(off < 1e-6, "{engine:?}, {weight:?}, seed {seed}: {off:e}");
    }
}

/// The hardest points for a series: all weigh next to nothing, from as far as they still count.
#[test]
fn the_bound_holds_for_a_lonely_point() {
    for (n, accuracy) in [(1_000, 1e-3), (8_000, 1e-6), (8_000, 1e-9)] {
        let weight = Weight::Gaussian(1.0);
        let mut generator = Generator::new(n as u64);
        for distance in [3.0, 3.7, 4.2, 4.6, 5.3, 6.5] {
            let mut x = generator.randn_f64((n, 2)) * 0.05;
            x.row_mut(0).assign(&array![distance, 0.3 * distance]);
            let fast = MeanShift::new(weight).iterations(1).fast().accuracy(accuracy);
            for engine in [FastEngine::Interpolation, FastEngine::NearPairs] {
                let fast = fast.engine(engine);
                let bound = fast.plan(&x).unwrap().bound;
                let off = error(fast, &x);
                assert!(off <= bound && bound <= accuracy, "{engine:?}: {off:e}, {bound:e}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let x = Generator::new(8).randn_f64((20_000, 2)) * 5.0;
    for (engine, weight) in all(1.0) {
        let fast = MeanShift::new(weight).iterations(3).fast().engine(engine);
        let runs = [1, 2, 3].map(|threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fast.run(&x).unwrap())
        });
        assert!(runs.iter().all(|run| run == &runs[0]), "{engine:?}, {weight:?}");
    }
}

#[test]
fn points_that_have_met_move_as_one_and_stay_in_their_rows() {
    let x = lesson_blobs().data.mapv(f64::from);
    for (engine, weight) in all(6.0) {
        let shift = MeanShift::new(weight);
        let (fast, plain) = (shift.fast().engine(engine).run(&x).unwrap(), shift.run(&x).unwrap());
        let context = format!("{engine:?}, {weight:?}");
        assert_eq!((fast.iterations, fast.converged), (plain.iterations, true), "{context}");
        let [fast, plain] = [fast, plain].map(|run| labels(&run.points, 1.0).unwrap());
        assert_eq!(adjusted_rand_index(&fast, &plain).unwrap(), 1.0, "{context}");
    }
}

#[test]
fn a_row_that_counts_three_times_is_three_rows() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for d in 1..=3 {
        let x = generator.rand_f64((200, d));
        let times = generator.rand_f64(200).mapv(|u| (5.0 * u).floor() + 1.0);
        let rows: Vec<usize> = (0..200).flat_map(|i| vec![i; times[i] as usize]).collect();
        for (engine, weight) in all(0.3) {
            let fast = MeanShift::new(weight).iterations(3).fast().engine(engine);
            let repeated = fast.shift.run(&x.select(Axis(0), &rows)).unwrap().points;
            // Only their proportion matters.
            for share in [1.0, 1e-6] {
                let counted = fast.run_counted(&x, &(&times * share)).unwrap().points;
                let off = counted.select(Axis(0), &rows) - &repeated;
                let off = off.iter().fold(0.0, |most: f64, off| most.max(off.abs()));
                assert!(
                    off < 2e-6 * weight.width(),
                    "{engine:?}, {weight:?}, seed {seed}: {off:e}"
                );
            }
        }
    }
}

/// Points that look at a crowd as it hardly counts any more, so that all that they see is small.
#[test]
fn the_bound_holds_for_stand_ins() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (d, distance, spread) in [(2, 0.9, 0.03), (2, 0.97, 0.008), (3, 0.8, 0.04), (2, 0.3, 0.08)]
    {
        // The first few hundred are the lonely ones.
        let mut x = (generator.rand_f64((3000, d)) - 0.5) * spread;
        x.slice_mut(s![..600, 0]).mapv_inplace(|coordinate| coordinate + distance);
        let counts = Array1::from_shape_fn(3000, |i| if i < 600 { 1.0 } else { 1e4 });
        for weight in [Weight::Triangular(1.0), Weight::Biweight(1.0)] {
            for accuracy in [1e-2, 1e-6] {
                let fast = MeanShift::new(weight).iterations(1).fast().accuracy(accuracy);
                let fast = fast.engine(FastEngine::Multipole);
                let bound = fast.plan(&x).unwrap().bound;
                let points = fast.run_counted(&x, &counts).unwrap().points;
                for row in [0, 1, 299, 599, 2999] {
                    let off = &points.row(row) - &moved(&x, &counts, weight, row);
                    let off = off.dot(&off).sqrt();
                    let context = format!("{d}, {distance}, {weight:?}, {accuracy:e}, seed {seed}");
                    assert!(off <= bound + 1e-12, "off by {off:e}, bound {bound:e}: {context}");
                }
            }
        }
    }
}

/// Crowds whose points are the next numbers to each other: the sides of their boxes are rounding.
#[test]
fn crowds_as_small_as_rounding_are_seen_too() {
    let crowded = |i: usize, k: usize| {
        let next = |place: f64| f64::from_bits(place.to_bits() + (((i / 2) >> k) & 1) as u64);
        [next([1.1, 1.2][k]), next([1.6, 1.3][k])][i % 2]
    };
    let mut x = Array2::from_shape_fn((3000, 2), |(i, k)| crowded(i, k));
    // So many stand apart that none are merged.
    let apart = Generator::new(9).rand_f64((2000, 2));
    x.slice_mut(s![1000.., ..]).assign(&apart);
    let counts = Array1::ones(3000);
    for weight in [Weight::Biweight(1.0), Weight::Triangular(1.0)] {
        let fast = MeanShift::new(weight).iterations(1).fast().accuracy(1e-10);
        let points = fast.engine(FastEngine::Multipole).run(&x).unwrap().points;
        for row in [0, 1, 6, 7, 1000] {
            let off = &points.row(row) - &moved(&x, &counts, weight, row);
            let off = off.dot(&off).sqrt();
            assert!(off < 1e-12, "{weight:?}, row {row}: off by {off:e}");
        }
    }
}

/// Where a row moves to in one iteration, in widths of `weight`.
fn moved(x: &Array2<f64>, counts: &Array1<f64>, weight: Weight, row: usize) -> Array1<f64> {
    let from = x.row(row).to_owned();
    let differences = x - &from;
    let share = |difference: ArrayView1<f64>| {
        weight.at(difference.dot(&difference).sqrt()) / weight.at(0.0)
    };
    let weights = counts * &differences.rows().into_iter().map(share).collect::<Array1<f64>>();
    from + weights.dot(&differences) / weights.sum()
}

/// A light point beside a heavy crowd that it is hardly within reach of.
#[test]
fn the_bound_holds_for_a_point_that_counts_next_to_nothing() {
    let weight = Weight::Gaussian(1.0);
    for (heavy, distance) in [(1e3, 5.0), (1e6, 6.5), (1e9, 7.5)] {
        let x = array![[0.0, 0.0], [0.01, 0.0], [distance, 0.0]];
        let counts = array![heavy, heavy, 1.0];
        let expected = moved(&x, &counts, weight, 2);
        for engine in [FastEngine::Interpolation, FastEngine::NearPairs] {
            let fast = MeanShift::new(weight).iterations(1).fast().engine(engine);
            let points = fast.run_counted(&x, &counts).unwrap().points;
            let off = (points[(2, 0)] - expected[0]).abs();
            assert!(off <= fast.accuracy, "{engine:?}, {heavy:e}: off by {off:e}");
        }
    }
}

/// Lonely points close together, between two crowds that each of them is hardly within reach of.
#[test]
fn the_bound_holds_where_lonely_points_could_move_as_one() {
    for gap in [1e-5, 1e-8, 1e-11, 1e-14] {
        let x = Array2::from_shape_fn((96, 1), |(i, _)| match i {
            0..32 => -0.9999,
            32..64 => (i as f64 - 47.0) * gap,
            _ => 0.9999,
        });
        let counts = Array1::from_shape_fn(96, |i| if (32..64).contains(&i) { 1.0 } else { 5e3 });
        for (engine, weight) in all(1.0) {
            let fast = MeanShift::new(weight).iterations(1).fast().engine(engine);
            let points = fast.run_counted(&x, &counts).unwrap().points;
            for row in [32, 47, 63] {
                let off = (points[(row, 0)] - moved(&x, &counts, weight, row)[0]).abs();
                let off = off / weight.width();
                assert!(off <= fast.accuracy, "{engine:?}, {weight:?}, {gap:e}: off by {off:e}");
            }
        }
    }
}

#[test]
fn a_longer_step_needs_more_exact_ones() {
    let x = lesson_blobs().data.mapv(f64::from);
    for step in [0.5, 3.0] {
        let fast = MeanShift::new(Weight::Gaussian(2.5)).step(step).iterations(1).fast();
        let bound = fast.plan(&x).unwrap().bound;
        let off = error(fast, &x);
        assert!(off <= bound && bound <= fast.accuracy, "{step}: {off:e}, {bound:e}");
    }
}

#[test]
fn counts_that_points_cannot_have_are_refused() {
    let (x, fast) = (array![[0.0], [1.0]], MeanShift::new(Weight::Flat(1.0)).fast());
    for (counts, part) in [
        (array![1.0], "(2, 1) and (1,)"),
        (array![1.0, 0.0], "row 1 cannot count 0 times"),
        (array![-1.0, 1.0], "row 0 cannot count -1 times"),
        (array![1.0, f64::NAN], "row 1 cannot count NaN times"),
        (array![1.0, f64::INFINITY], "row 1 cannot count inf times"),
    ] {
        let error = fast.run_counted(&x, &counts).unwrap_err().to_string();
        assert!(error.contains("mean shift") && error.contains(part), "{error}");
    }
    assert!(fast.run_counted(&Array2::<f64>::zeros((0, 2)), &array![]).is_ok());
}

#[test]
fn f32_is_f64_rounded() {
    let x = Generator::new(2).randn((500, 2));
    let fast = MeanShift::new(Weight::Gaussian(0.3)).iterations(2).fast();
    let expected = fast.run(&x.mapv(f64::from)).unwrap().points.mapv(|value| value as f32);
    assert_eq!(fast.run(&x).unwrap().points, expected);
}

#[test]
fn an_observer_sees_every_iteration() {
    let x = Generator::new(3).randn_f64((200, 2));
    for (engine, weight) in all(1.0) {
        let fast = MeanShift::new(weight).iterations(3).fast().engine(engine);
        let mut seen = Vec::new();
        let run = fast.observe(&x, |i, points| seen.push((i, points.to_owned()))).unwrap();
        assert_eq!(seen.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!((&seen[0].1, &seen[3].1), (&x, &run.points));
    }
}

#[test]
fn a_step_that_is_too_long_is_refused_with_its_iteration() {
    let x = Generator::new(4).rand_f64((100, 1));
    let shift = MeanShift::new(Weight::Epanechnikov(0.1)).step(1e200).iterations(50);
    let error = shift.fast().run(&x).unwrap_err().to_string();
    assert!(error.contains("left the range") && error.contains("step"), "{error}");
}

#[test]
fn plans_follow_the_weight_and_the_points() {
    let mut generator = Generator::new(6);
    let (dense, sparse) = (generator.rand_f64((20_000, 2)), generator.rand_f64((20_000, 2)) * 1e3);
    let engine = |weight, x: &Array2<f64>| {
        let plan = MeanShift::new(weight).fast().plan(x).unwrap();
        assert!(plan.to_string().contains(&format!("{:?}", plan.engine)), "{plan}");
        plan.engine
    };
    assert_eq!(engine(Weight::Gaussian(0.3), &dense), FastEngine::Interpolation);
    assert_eq!(engine(Weight::Gaussian(0.3), &sparse), FastEngine::NearPairs);
    assert_eq!(engine(Weight::Triangular(0.1), &dense), FastEngine::NearPairs);
    assert_eq!(engine(Weight::Triangular(0.5), &dense), FastEngine::Multipole);
    assert_eq!(engine(Weight::Biweight(0.5), &dense), FastEngine::Multipole);
    assert_eq!(engine(Weight::Flat(0.3), &dense), FastEngine::Moments);
    assert_eq!(engine(Weight::Epanechnikov(0.3), &dense), FastEngine::Moments);
    let within = MeanShift::new(Weight::Flat(0.1)).fast().plan(&dense).unwrap().points_within_reach;
    assert!((within / (20_000.0 * 0.0314) - 1.0).abs() < 0.2, "{within}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let x = Generator::new(7).rand_f64((10, 2));
    let refused = |fast: FastMeanShift, part: &str| {
        let error = fast.run(&x).unwrap_err().to_string();
        assert!(error.contains("mean shift") && error.contains(part), "{error}");
        assert_eq!(fast.plan(&x).unwrap_err().to_string(), error);
    };
    let shift = MeanShift::new(Weight::Gaussian(1.0));
    refused(shift.fast().engine(FastEngine::Moments), "no polynomial");
    refused(shift.fast().engine(FastEngine::Multipole), "has no edge");
    refused(
        MeanShift::new(Weight::Biweight(1.0)).fast().engine(FastEngine::Moments),
        "more moments",
    );
    refused(
        MeanShift::new(Weight::Flat(1.0)).fast().engine(FastEngine::Interpolation),
        "has an edge",
    );
    refused(shift.in_place().fast(), "simultaneous");
    refused(shift.batches(5).fast(), "simultaneous");
    refused(shift.sample(5, 1).fast(), "simultaneous");
    refused(shift.sorted(3.0).fast(), "simultaneous");
    refused(MeanShift::new(Weight::Flat(-1.0)).fast(), "above 0");
    for accuracy in [0.0, -1.0, 1.0, f64::NAN] {
        refused(shift.fast().accuracy(accuracy), &format!("not {accuracy}"));
    }
    let fast = shift.fast();
    for (points, part) in [
        (array![[0.0, f64::NAN]], "row 0"),
        (Array2::zeros((3, 0)), "(3, 0)"),
        (Array2::zeros((3, 4)), "three coordinates"),
    ] {
        let error = fast.run(&points).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
