//! The inner loops of every set of instructions against plain loops in double precision.

use super::{InnerLoops, PackedPoints, Profile, Query, Threads, Unit};
use crate::cluster::Float;
use crate::cluster::weight::Weight;
use crate::random::Generator;
use ndarray::{Array2, array};

/// The largest relative error of 2^x over many x.
fn largest_error<T: InnerLoops>(lowest: f64) -> f64 {
    let mut generator = Generator::from_entropy();
    let errors = generator.rand_f64(1_000_000).mapv(|share: f64| {
        let x = T::from_f64(share * lowest);
        let expected = f64::exp2(x.into());
        [x.fast_exp2::<false>(), x.fast_exp2::<true>()]
            .map(|found| (found.into() / expected - 1.0).abs())
            .into_iter()
            .fold(0.0, f64::max)
    });
    errors.fold(0.0, |a: f64, &b| a.max(b))
}

#[test]
fn powers_of_two_keep_their_error_bound() {
    assert!(largest_error::<f32>(-124.9) < 1.5e-7, "{}", largest_error::<f32>(-124.9));
    assert!(largest_error::<f64>(-1020.9) < 4e-16, "{}", largest_error::<f64>(-1020.9));
}

#[test]
fn powers_of_two_are_exact_at_their_ends() {
    fn at<T: InnerLoops>(x: f64) -> f64 {
        T::from_f64(x).fast_exp2::<false>().into()
    }
    for x in [f64::NEG_INFINITY, f64::NAN, -1e30] {
        assert_eq!((at::<f32>(x), at::<f64>(x)), (0.0, 0.0));
    }
    assert_eq!([at::<f32>(0.0), at::<f64>(-0.0), at::<f32>(-3.0)], [1.0, 1.0, 0.125]);
    assert_eq!((at::<f32>(-125.0), at::<f64>(-1021.0)), (0.0, 0.0));
}

const WEIGHTS: [Weight; 5] = [
    Weight::Gaussian(1.3),
    Weight::Triangular(2.1),
    Weight::Flat(1.7),
    Weight::Epanechnikov(2.4),
    Weight::Biweight(2.6),
];

/// `Σ w / w(0)` and `Σ w/w(0) · (p − q)` by the formula, and a bound for the sum of the terms'
/// absolute values.
fn plain_sums<T: Float>(weight: Weight, x: &Array2<T>, from: &[T]) -> (f64, Vec<f64>, f64) {
    let (mut sum, mut offset, mut size) = (0.0, vec![0.0; from.len()], 0.0);
    for row in x.rows() {
        let difference: Vec<f64> =
            row.iter().zip(from).map(|(&p, &q)| p.into() - q.into()).collect();
        let distance = difference.iter().map(|d| d * d).sum::<f64>().sqrt();
        let w = weight.at(distance) / weight.at(0.0);
        sum += w;
        offset.iter_mut().zip(&difference).for_each(|(sum, d)| *sum += w * d);
        size += (1.0 + distance) * (1.0 + distance);
    }
    (sum, offset, size)
}

fn every_inner_loop_agrees_with_a_plain_loop<T: InnerLoops>(tolerance: f64) {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (number, inner_loop) in T::available().into_iter().enumerate() {
        for n in [1, 2, 7, 8, 15, 16, 17, 33, 250, 4097, 4700] {
            for d in [1, 2, 3, 4, 5, 8, 11] {
                let x = generator.randn_f64((n, d)).mapv(|v| T::from_f64(2.0 * v));
                let points = PackedPoints::with_inner_loop(&x, inner_loop);
                for weight in WEIGHTS {
                    let range = n / 5..n - n / 7;
                    let part = x.slice(ndarray::s![range.clone(), ..]).to_owned();
                    let from = x.row(n / 2).to_vec();
                    let mut offset = vec![0.0; d];
                    let query = Query { profile: Profile::new(weight, 1.0), from: &from, range };
                    let sum = points.weighted_sums(&query, Threads::One, &mut offset);
                    let (expected, expected_offset, size) = plain_sums(weight, &part, &from);
                    let context =
                        format!("inner loop {number} ({n}, {d}), {weight:?}, seed {seed}");
                    let close = |a: f64, b: f64| (a - b).abs() <= tolerance * size;
                    assert!(close(sum, expected), "{sum} for {expected}, {context}");
                    for (a, b) in offset.iter().zip(expected_offset) {
                        assert!(close(*a, b), "{a} for {b}, {context}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_inner_loop_agrees_with_a_plain_loop_in_f32() {
    every_inner_loop_agrees_with_a_plain_loop::<f32>(2e-6);
}

#[test]
fn every_inner_loop_agrees_with_a_plain_loop_in_f64() {
    every_inner_loop_agrees_with_a_plain_loop::<f64>(1e-14);
}

#[test]
fn any_range_of_positions_can_be_seen() {
    for d in 1..=6 {
        let x = Array2::from_shape_fn((50, d), |(i, _)| i as f32);
        let points = PackedPoints::new(&x);
        let from = vec![0.0; d];
        for (start, end) in (0..=50).flat_map(|start| (start..=50).map(move |end| (start, end))) {
            let mut offset = vec![0.0; d];
            let query = Query { profile: Profile::uniform(), from: &from, range: start..end };
            let count = points.weighted_sums(&query, Threads::One, &mut offset);
            let sum = (start..end).sum::<usize>() as f64;
            let expected = ((end - start) as f64, vec![sum; d]);
            assert_eq!((count, offset), expected, "{start}..{end}, {d} coordinates");
        }
    }
}

#[test]
fn threads_do_not_change_a_sum() {
    let x = Generator::new(3).randn((200_000, 2));
    let points = PackedPoints::new(&x);
    let profile = Profile::new(Weight::Gaussian(1.0), 1.0);
    let [mut one, mut many] = [[0.0; 2]; 2];
    let query = Query { profile, from: &[0.1, 0.2], range: 7..199_990 };
    let weight = points.weighted_sums(&query, Threads::One, &mut one);
    let same = points.weighted_sums(&query, Threads::All, &mut many);
    assert_eq!((weight, one), (same, many));
}

#[test]
fn a_radius_includes_its_points_exactly() {
    for radius in [0.1_f32, 1.0, 3.0_f32.sqrt(), 7.3e-5, 123.456] {
        let x = array![[radius], [-radius], [radius.next_up()], [0.0]];
        let profile = Profile::new(Weight::Flat(f64::from(radius)), 1.0);
        let query = Query { profile, from: &[0.0], range: 0..4 };
        let count = PackedPoints::new(&x).weighted_sums(&query, Threads::One, &mut [0.0]);
        assert!(count == 3.0 || radius * radius == radius.next_up() * radius.next_up(), "{radius}");
    }
}

#[test]
fn units_keep_every_bit() {
    for width in [1e-30, 0.3, 2.5, 1e30] {
        let x = Generator::new(1).randn((10, 2)) * 1e-3;
        let unit = Unit::new("test", &x, width).unwrap();
        let mut back = unit.apply(&x);
        unit.undo(&mut back);
        assert_eq!(back, x, "{width}");
    }
}
