//! Mean shift against plain loops in double precision, and at its limits.

use super::{MeanShift, Precompiled, Weight};
use crate::cluster::labels;
use crate::data;
use crate::neighbors::{AllPairs, KdTree, Lsh, RandomProjections};
use crate::random::Generator;
use ndarray::{Array1, Array2, Axis, array, concatenate, s};

const WEIGHTS: [Weight; 5] = [
    Weight::Gaussian(0.7),
    Weight::Triangular(1.9),
    Weight::Flat(1.3),
    Weight::Epanechnikov(2.0),
    Weight::Biweight(2.2),
];

include!("plain.rs");

/// Points with duplicates, a far outlier and a separate cluster.
fn awkward(generator: &mut Generator, n: usize, d: usize) -> Array2<f64> {
    let mut x = generator.randn_f64((n, d));
    if n > 12 {
        let row = x.row(3).to_owned();
        x.row_mut(4).assign(&row);
        x.row_mut(n - 1).assign(&row);
        x.row_mut(5).fill(1e4);
        x.slice_mut(s![6..10, ..]).mapv_inplace(|v| v + 30.0);
    }
    x
}

fn assert_close<T: Precompiled>(
    found: &Array2<T>,
    expected: &Array2<f64>,
    tolerance: f64,
    context: &str,
) {
    assert_eq!(found.dim(), expected.dim(), "{context}");
    for ((index, &found), expected) in found.indexed_iter().zip(expected) {
        let error = (found.into() - expected).abs();
        assert!(
            error <= tolerance * (1.0 + expected.abs()),
            "{index:?}: {found} for {expected}, {context}"
        );
    }
}

fn every_order_follows_the_formula<T: Precompiled>(tolerance: f64) {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d) in [(1, 2), (2, 2), (31, 1), (40, 2), (47, 3), (33, 7)] {
        let x = awkward(&mut generator, n, d).mapv(T::from_f64);
        for weight in WEIGHTS {
            for (order, batch) in [("in place", 1), ("batches", 7), ("simultaneous", n)] {
                let mean_shift = MeanShift::new(weight).iterations(1).step(0.8);
                let mean_shift = match order {
                    "in place" => mean_shift.in_place(),
                    "batches" => mean_shift.batches(batch),
                    _ => mean_shift.simultaneous(),
                };
                let mut expected = x.mapv(|v| v.into());
                plain_iteration(&mut expected, weight, batch, 0.8);
                let run = mean_shift.run(&x).unwrap();
                let context = format!("({n}, {d}), {weight:?}, {order}, seed {seed}");
                assert_close(&run.points, &expected, tolerance, &context);
                let moved = (&expected - &x.mapv(|v| v.into())).mapv(|v| v * v).sum_axis(Axis(1));
                let largest = moved.fold(0.0_f64, |a, &b| a.max(b)).sqrt();
                assert!(
                    (run.largest_moves[0] - largest).abs() <= tolerance * (1.0 + largest),
                    "{context}"
                );
            }
        }
    }
}

// Whether a point at the radius itself counts depends on the last bit: the flat weight tolerates
// no error there, but random points never come that close.
#[test]
fn every_order_follows_the_formula_in_f32() {
    every_order_follows_the_formula::<f32>(3e-5);
}

#[test]
fn every_order_follows_the_formula_in_f64() {
    every_order_follows_the_formula::<f64>(1e-12);
}

#[test]
fn large_runs_follow_the_formula_on_every_thread() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let x = awkward(&mut generator, 1003, 2);
    for (mean_shift, batch) in [
        (MeanShift::new(Weight::Gaussian(0.7)), 1003),
        (MeanShift::new(Weight::Gaussian(0.7)).batches(500), 500),
    ] {
        let mut expected = x.clone();
        (0..3).for_each(|_| plain_iteration(&mut expected, Weight::Gaussian(0.7), batch, 1.0));
        let run = mean_shift.iterations(3).run(&x).unwrap();
        assert_close(&run.points, &expected, 1e-11, &format!("batch {batch}, seed {seed}"));
    }
}

#[test]
fn threads_do_not_change_a_result() {
    let x = data::lesson_blobs().data;
    let on = |threads, mean_shift: MeanShift| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| mean_shift.iterations(2).run(&x)).expect("points")
    };
    let gaussian = MeanShift::new(Weight::Gaussian(2.5));
    for mean_shift in [gaussian, gaussian.sample(150, 4), gaussian.batches(700).sorted(2.0)] {
        assert_eq!(on(1, mean_shift), on(3, mean_shift));
    }
}

#[test]
fn the_origin_and_the_unit_do_not_matter() {
    let x = awkward(&mut Generator::new(2), 40, 2).mapv(|v| (v * 256.0).round() / 256.0);
    let shift = MeanShift::new(Weight::Gaussian(0.7)).iterations(3);
    let here = shift.run(&x).unwrap().points;
    let there = shift.run(&(&x + 1e6)).unwrap().points - 1e6;
    assert_close(&there, &here, 1e-8, "moved by 1e6");
    // Scaling by a power of two changes no digit, even where the squares would overflow.
    for scale in [2.0_f64.powi(-60), 2.0_f64.powi(60)] {
        let wide = MeanShift::new(Weight::Gaussian(0.7 * scale)).iterations(3);
        let single = wide.run(&x.mapv(|v| (v * scale) as f32)).unwrap().points;
        let expected = shift.run(&x.mapv(|v| v as f32)).unwrap().points;
        assert_eq!(single.mapv(|v| f64::from(v) / scale), expected.mapv(f64::from));
    }
}

#[test]
fn widths_beyond_the_data_see_all_or_nothing() {
    let x = array![[0.0_f32, 1.0], [2.0, 5.0], [4.0, 3.0]];
    for weight in
        [Weight::Gaussian, Weight::Triangular, Weight::Flat, Weight::Epanechnikov, Weight::Biweight]
    {
        for wide in [1e30, 1e200] {
            let run = MeanShift::new(weight(wide)).iterations(1).run(&x).unwrap();
            assert_close(&run.points, &array![[2.0, 3.0], [2.0, 3.0], [2.0, 3.0]], 1e-6, "wide");
        }
        for narrow in [1e-30, 1e-300] {
            let run = MeanShift::new(weight(narrow)).run(&x).unwrap();
            assert_eq!((run.points, run.largest_moves), (x.clone(), vec![0.0]));
        }
    }
}

#[test]
fn no_points_and_one_point_stay() {
    for n in [0, 1] {
        let x = Array2::from_elem((n, 3), 7.5_f32);
        for mean_shift in [
            MeanShift::new(Weight::Gaussian(1.0)),
            MeanShift::new(Weight::Triangular(1.0)).in_place(),
            MeanShift::new(Weight::Flat(1.0)).batches(4).sorted(7.0),
            MeanShift::new(Weight::Epanechnikov(1.0)).sample(1, 0),
        ] {
            let run = mean_shift.run(&x).unwrap();
            assert_eq!(
                (run.points, run.largest_moves, run.converged),
                (x.clone(), vec![0.0], true)
            );
        }
    }
}

#[test]
fn a_run_ends_when_it_should() {
    let x = data::lesson_blobs().data;
    let shift = MeanShift::new(Weight::Gaussian(2.5));
    let run = shift.run(&x).unwrap();
    assert!(run.converged && run.iterations < 20 && run.largest_moves.len() == run.iterations);
    assert!(
        *run.largest_moves.last().unwrap() <= 2.5e-3
            && run.largest_moves[run.iterations - 2] > 2.5e-3
    );
    let five = shift.iterations(5).run(&x).unwrap();
    assert_eq!(five.largest_moves, run.largest_moves[..5]);
    assert_eq!(shift.iterations(0).run(&x).unwrap().points, x);
    let early = shift.iterations(50).tolerance(1.0).run(&x).unwrap();
    assert!(early.converged && early.iterations < run.iterations);
    let never = shift.tolerance(0.0).step(0.01).run(&x).unwrap();
    assert_eq!((never.iterations, never.converged), (100, false));
}

#[test]
fn the_observer_sees_every_iteration_once() {
    let x = data::lesson_blobs().data;
    let shift = MeanShift::new(Weight::Triangular(8.0)).in_place().iterations(3);
    let mut seen = vec![];
    let run = shift.observe(&x, |number, points| seen.push((number, points.to_owned()))).unwrap();
    assert_eq!(seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!((&seen[0].1, &seen[3].1), (&x, &run.points));
    assert_eq!(seen[1].1, shift.iterations(1).run(&x).unwrap().points);
    assert_eq!(run, shift.run(&x).unwrap());
}

#[test]
fn a_sample_of_everything_is_everything_but_for_the_extra_weight() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let x = awkward(&mut generator, 60, 2);
    let run = MeanShift::new(Weight::Triangular(1.9)).iterations(1).sample(60, 3).run(&x).unwrap();
    for (row, found) in x.rows().into_iter().zip(run.points.rows()) {
        let weights = x.map_axis(Axis(1), |other| {
            let difference = &other - &row;
            Weight::Triangular(1.9).at((&difference * &difference).sum().sqrt()) + 1e-4
        });
        let expected = weights.dot(&x) / weights.sum();
        let error =
            (&expected - &found).mapv(f64::abs).sum() / (1.0 + expected.mapv(f64::abs).sum());
        assert!(error < 1e-10, "{found} for {expected}, seed {seed}");
    }
}

#[test]
fn a_sample_finds_the_clusters_too() {
    let blobs = data::lesson_blobs();
    let shift = MeanShift::new(Weight::Triangular(8.0)).in_place().iterations(5);
    let error = |shift: MeanShift| {
        let points = shift.run(&blobs.data).unwrap().points;
        let distance = |(i, row): (usize, ndarray::ArrayView1<f32>)| {
            let difference = &row - &blobs.centroids.row(i / 250);
            f64::from((&difference * &difference).sum().sqrt())
        };
        points.rows().into_iter().enumerate().map(distance).sum::<f64>() / 1500.0
    };
    let (all, tenth, few) = (error(shift), error(shift.sample(150, 1)), error(shift.sample(3, 1)));
    assert!(all < 0.3 && tenth < 0.5 && few > 1.0, "{all}, {tenth}, {few}");
    let [one, two] = [1, 2].map(|seed| shift.sample(150, seed).run(&blobs.data).unwrap());
    assert_ne!(one, two);
}

/// Every row of a sample has the same chance, and none comes twice.
#[test]
fn samples_are_fair() {
    let x = Array2::from_shape_fn((40, 1), |(i, _)| i as f64);
    let mut sum = Array2::<f64>::zeros((40, 1));
    let mut distinct = std::collections::BTreeSet::new();
    for seed in 0..2000 {
        // A flat weight over everything: each row moves to the mean of its sample.
        let run = MeanShift::new(Weight::Flat(1e3)).iterations(1).sample(3, seed).run(&x).unwrap();
        sum += &run.points;
        distinct.extend(run.points.iter().map(|mean| (mean * 3.0).round() as i64));
    }
    assert!(sum.iter().all(|sum| (sum / 2000.0 - 19.5).abs() < 1.0), "{sum}");
    assert!(*distinct.first().unwrap() >= 3 && *distinct.last().unwrap() <= 114);
}

#[test]
fn a_window_of_all_rows_is_everything_in_sorted_order() {
    let x = awkward(&mut Generator::new(9), 50, 2);
    let shift = MeanShift::new(Weight::Gaussian(1e6)).iterations(2);
    let (all, sorted) = (shift.run(&x).unwrap(), shift.sorted(1.0).run(&x).unwrap());
    assert_close(&sorted.points, &all.points, 1e-9, "sorted");
}

#[test]
fn the_sorted_window_is_an_approximation() {
    let x = data::lesson_blobs().data;
    let shift = MeanShift::new(Weight::Gaussian(2.5)).in_place().iterations(5);
    let (all, sorted) = (shift.run(&x).unwrap().points, shift.sorted(7.0).run(&x).unwrap().points);
    let rmse = (all - sorted).mapv(|v| v * v).mean().unwrap().sqrt();
    assert!((0.1..1.0).contains(&rmse), "{rmse}");
}

/// The forum's program on the lesson's points, computed with PyTorch's functions in NumPy.
#[test]
fn the_posted_window_is_the_forums() {
    let x = data::lesson_blobs().data.mapv(f64::from);
    let shift = MeanShift::new(Weight::Gaussian(2.5)).in_place().iterations(5);
    let all = shift.run(&x).unwrap().points;
    for (deviations, expected) in [(1.0, 1.50100445), (3.0, 0.51647920), (7.0, 0.38387066)] {
        let posted = shift.sorted_as_posted(deviations).run(&x).unwrap().points;
        let rmse = (&all - posted).mapv(|v| v * v).mean().unwrap().sqrt();
        assert!((rmse - expected).abs() < 1e-8, "{deviations}: {rmse}");
    }
}

#[test]
fn a_row_outside_all_windows_stays() {
    let x = array![[3.0, 4.0], [0.0, 1.0], [-2.0, 0.0]];
    let run = MeanShift::new(Weight::Flat(0.1)).sorted_as_posted(1.0).run(&x).unwrap();
    assert_eq!((run.points, run.converged), (x, true));
}

/// Near 10 million an `f32` is a whole number: smaller steps are rounded away.
#[test]
fn a_run_ends_where_rounding_swallows_the_steps() {
    let x = data::lesson_blobs().data + 1e7_f32;
    let run = MeanShift::new(Weight::Gaussian(2.5)).run(&x).unwrap();
    assert!(run.converged && run.iterations < 100, "{} iterations", run.iterations);
    let again = MeanShift::new(Weight::Gaussian(2.5)).iterations(1).run(&run.points).unwrap();
    assert_eq!((again.points, again.largest_moves), (run.points, vec![0.0]));
}

#[test]
fn points_that_meet_are_a_cluster() {
    let clouds: Vec<_> =
        (0..3).map(|i| Generator::new(i).randn((40, 3)) * 0.2 + i as f32 * 10.0).collect();
    let views: Vec<_> = clouds.iter().map(|cloud| cloud.view()).collect();
    let x = concatenate(Axis(0), &views).unwrap();
    let run = MeanShift::new(Weight::Epanechnikov(3.0)).run(&x).unwrap();
    let expected: Vec<usize> = (0..120).map(|i| i / 40).collect();
    assert_eq!(labels(&run.points, 0.1).unwrap().to_vec(), expected);
}

#[track_caller]
fn refused(mean_shift: MeanShift, x: &Array2<f64>, expected: &str) {
    let error = mean_shift.run(x).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn settings_out_of_range_are_refused() {
    let x = array![[0.0, 0.0], [1.0, 1.0]];
    let shift = MeanShift::new(Weight::Gaussian(1.0));
    for width in [0.0, -2.5, f64::NAN, f64::INFINITY] {
        refused(MeanShift::new(Weight::Triangular(width)), &x, "above 0");
    }
    for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(shift.step(step), &x, "step must be a number above 0");
    }
    for tolerance in [-1.0, f64::NAN] {
        refused(shift.tolerance(tolerance), &x, "tolerance must be a distance");
    }
    refused(shift.batches(0), &x, "at least one row");
    refused(shift.sample(0, 1), &x, "1 to 2 of them, not 0");
    refused(shift.sample(3, 1), &x, "1 to 2 of them, not 3");
    for deviations in [0.0, f64::NAN] {
        refused(shift.sorted(deviations), &x, "deviations above 0");
    }
}

#[test]
fn points_that_are_not_finite_or_too_far_out_are_refused() {
    let shift = MeanShift::new(Weight::Gaussian(1.0));
    refused(shift, &array![[0.0, 0.0], [1.0, f64::NAN]], "row 1, column 1 is NaN");
    refused(shift, &array![[f64::INFINITY]], "row 0, column 0 is inf");
    refused(shift, &Array2::zeros((3, 0)), "at least one coordinate");
    refused(shift, &array![[1e308], [-1e308]], "too far out");
    let away = shift.step(1e200).iterations(9);
    refused(away, &array![[0.0], [0.5], [0.7]], "smaller step");
}

#[test]
fn an_exact_search_moves_points_to_the_same_places() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d) in [(0, 2), (1, 1), (2, 2), (60, 2), (47, 3), (33, 7)] {
        let x = awkward(&mut generator, n, d);
        for weight in &WEIGHTS[1..] {
            let shift = MeanShift::new(*weight).iterations(3).step(0.8);
            let context = format!("({n}, {d}), {weight:?}, seed {seed}");
            let (run, near) = (shift.run(&x).unwrap(), shift.run_with(&x, |x| KdTree::new(x)));
            let near = near.unwrap();
            assert_close(&near.points, &run.points, 1e-9, &context);
            assert_eq!((near.iterations, near.converged), (run.iterations, run.converged));
            let single = shift.run_with(&x.mapv(|v| v as f32), |x| AllPairs::new(x)).unwrap();
            // A distance that is the radius but for rounding counts or not.
            if !matches!(weight, Weight::Flat(_)) {
                assert_close(&single.points, &run.points, 1e-4, &context);
            }
        }
    }
}

#[test]
fn a_search_that_misses_points_still_moves_all() {
    let x = data::lesson_blobs().data;
    let shift = MeanShift::new(Weight::Triangular(8.0)).iterations(5);
    let near = shift.run_with(&x, |x| {
        let hashes = RandomProjections::normal(2, 16, 16.0, &mut Generator::new(11))?;
        Lsh::new(x, &hashes, 8)
    });
    let near = near.unwrap();
    assert_eq!(labels(&near.points, 1.0).unwrap().iter().max(), Some(&5));
    let apart = &near.points - &shift.run(&x).unwrap().points;
    assert!(apart.iter().all(|apart| apart.abs() < 0.1));
    assert!(apart.iter().any(|apart| apart.abs() > 1e-6));
}

#[test]
fn a_search_needs_a_radius_and_the_points() {
    let x = array![[0.0, 0.0], [1.0, 0.0]];
    let refusal = |shift: MeanShift| {
        shift.run_with(&x, |x| KdTree::new(x)).expect_err("must be refused").to_string()
    };
    assert!(refusal(MeanShift::new(Weight::Gaussian(1.0))).contains("Epanechnikov"));
    let flat = MeanShift::new(Weight::Flat(1.0));
    for shift in [flat.in_place(), flat.batches(1), flat.sample(1, 0), flat.sorted(3.0)] {
        assert!(refusal(shift).contains("simultaneous"), "{shift:?}");
    }
    assert!(refusal(flat.step(-1.0)).contains("step"));
    let other = flat.run_with(&x, |_| KdTree::new(&array![[0.0, 1.0]])).expect_err("one for two");
    assert!(other.to_string().contains("built from"), "{other}");
    let not_finite = flat.run_with(&array![[f64::NAN]], |x| KdTree::new(x));
    assert!(not_finite.expect_err("NaN").to_string().contains("NaN"));
}
