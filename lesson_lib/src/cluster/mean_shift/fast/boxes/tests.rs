use super::moments::{PointMoments, WeightedSums};
use crate::random::Generator;
use std::array;

/// The sums over points one by one.
fn plain_sums<const D: usize>(points: &[[f64; D]], from: [f64; D], fall: f64) -> WeightedSums<D> {
    let mut sums = WeightedSums { weights: 0.0, offsets: [0.0; D] };
    for point in points {
        let difference: [f64; D] = array::from_fn(|k| point[k] - from[k]);
        let weight = 1.0 - fall * difference.iter().map(|x| x * x).sum::<f64>();
        sums.weights += weight;
        (0..D).for_each(|k| sums.offsets[k] += weight * difference[k]);
    }
    sums
}

fn moments_stand_for_their_points<const D: usize>() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let mut place = |_| array::from_fn(|_| generator.rand_f64(1)[0] - 0.5);
    let points: Vec<[f64; D]> = (0..20).map(&mut place).collect();
    let [middle, other, from] = array::from_fn(&mut place);
    let relative =
        |point: &[f64; D], to: [f64; D]| -> [f64; D] { array::from_fn(|k| point[k] - to[k]) };
    let mut moments = PointMoments::NONE;
    points.iter().for_each(|point| moments.add_point(&relative(point, middle), 1.0));
    let moved = moments.moved(&relative(&middle, other));
    for fall in [0.0, 0.7] {
        let expected = plain_sums(&points, from, fall);
        for (moments, place) in [(moments, middle), (moved, other)] {
            let sums = moments.sums_from(&relative(&from, place), fall);
            let mut off = (sums.weights - expected.weights).abs();
            (0..D).for_each(|k| off = off.max((sums.offsets[k] - expected.offsets[k]).abs()));
            assert!(off < 1e-13, "{D} coordinates, fall {fall}, seed {seed}: {off:e}");
        }
    }
}

#[test]
fn the_moments_of_points_stand_for_them_seen_from_anywhere() {
    moments_stand_for_their_points::<1>();
    moments_stand_for_their_points::<2>();
    moments_stand_for_their_points::<3>();
}

#[test]
fn a_point_that_counts_three_times_is_three_points() {
    let [mut once, mut thrice] = [PointMoments::<2>::NONE; 2];
    (0..3).for_each(|_| once.add_point(&[0.5, -0.25], 1.0));
    thrice.add_point(&[0.5, -0.25], 3.0);
    assert_eq!(once, thrice);
}
