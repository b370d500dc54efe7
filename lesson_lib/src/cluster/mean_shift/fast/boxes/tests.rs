use super::field::Field;
use super::moments::{PointMoments, WeightedSums};
use super::nodes::Nodes;
use super::pairs::{Chunks, PairLoop, Reach};
use super::point_box::{PointBox, boxes_of, measure, squared_distances};
use super::separation::Separation;
use super::stand_ins::StandIns;
use crate::cluster::mean_shift::Weight;
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

/// The box of some points, and what stands in for them.
fn box_of<const D: usize>(points: &[[f64; D]]) -> (PointBox<D>, StandIns) {
    let counts = vec![1.0; points.len()];
    let mut boxes = boxes_of(points.len());
    measure(&mut boxes, points, &counts);
    let stand_ins = StandIns::new(&boxes, &Nodes::new(), points, &counts);
    (boxes.swap_remove(0), stand_ins)
}

/// The largest difference, by a share of the sum of the weights.
fn off<const D: usize>(a: &WeightedSums<D>, b: &WeightedSums<D>) -> f64 {
    let offsets = (0..D).map(|k| (a.offsets[k] - b.offsets[k]).abs());
    offsets.fold((a.weights - b.weights).abs(), f64::max) / b.weights
}

/// What points of a box see of those of another one, by the nodes of both, and one by one.
fn nodes_see_what_points_see<const D: usize>(weight: Weight, sides: f64) -> [f64; 2] {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let direction = generator.randn_f64(D);
    let away = 0.6 / direction.dot(&direction).sqrt();
    let mut place = |apart: f64| -> [f64; D] {
        let within = generator.rand_f64(D);
        array::from_fn(|k| (within[k] - 0.5) * sides + apart * away * direction[k])
    };
    let seen: Vec<[f64; D]> = (0..512).map(|_| place(1.0)).collect();
    let seeing: Vec<[f64; D]> = (0..512).map(|_| place(0.0)).collect();
    let ((other, stand_ins), (asks, _), nodes) = (box_of(&seen), box_of(&seeing), Nodes::new());
    let (pair_loop, reach) = (PairLoop::fastest(), Reach::new(weight, weight.width()));
    let range = stand_ins.chunks_of::<D>(0).expect("many points");
    let chunks = Chunks::new::<D>(&seen, &vec![1.0; seen.len()]);
    let whole = 0..(seen.len() / super::pairs::LANES) as u32;
    let sees = |chunks: &Chunks, from: &[f64; D], range: &std::ops::Range<u32>| {
        pair_loop.sums(chunks, from, std::slice::from_ref(range), reach)
    };
    let mut field = Field::zero(&nodes, &asks);
    field.add(|node| sees(&stand_ins.chunks, node, &range));
    let worst = seeing.iter().map(|place| off(&field.at(place), &sees(&chunks, place, &whole)));
    let worst = worst.fold(0.0, f64::max);
    // The least share that is said to be kept.
    let distances = squared_distances(&asks, &other);
    let share = (0..160).map(|i| 1e-14 * 1.25_f64.powi(i)).find(|&share| {
        let separation = Separation::OfCone { slope: 1.0 / weight.width(), share };
        separation.is_enough(Some(&asks), Some(&other), distances)
    });
    assert!(worst.is_finite(), "{D} coordinates, sides {sides}, seed {seed}");
    [worst, share.unwrap_or(f64::INFINITY)]
}

#[test]
fn a_triangular_weight_is_seen_as_well_as_is_said() {
    for sides in [0.02, 0.1, 0.2] {
        let weight = Weight::Triangular(1.0);
        for [worst, share] in [
            nodes_see_what_points_see::<2>(weight, sides),
            nodes_see_what_points_see::<3>(weight, sides),
        ] {
            assert!(share < 1.0, "sides {sides}: nothing is said");
            assert!(worst <= share + 1e-13, "sides {sides}: off by {worst:e}, said {share:e}");
        }
    }
}

#[test]
fn nodes_see_a_polynomial_exactly() {
    for weight in [Weight::Flat(1.3), Weight::Epanechnikov(1.3), Weight::Biweight(1.3)] {
        let worst = [
            nodes_see_what_points_see::<1>(weight, 0.3)[0],
            nodes_see_what_points_see::<2>(weight, 0.3)[0],
            nodes_see_what_points_see::<3>(weight, 0.3)[0],
        ];
        assert!(worst.iter().all(|&worst| worst < 1e-12), "{weight:?}: {worst:?}");
    }
}

#[test]
fn a_field_is_the_same_in_a_box_within() {
    let x = Generator::new(3).rand_f64((300, 2));
    let points: Vec<[f64; 2]> = x.rows().into_iter().map(|row| [row[0], row[1]]).collect();
    let (nodes, (whole, _), (part, _)) = (Nodes::new(), box_of(&points), box_of(&points[..20]));
    let mut field = Field::zero(&nodes, &whole);
    field.add(|&[x, y]| WeightedSums { weights: x.sin() + y, offsets: [x * y, x - y.exp()] });
    let within = field.within(&nodes, &part);
    for place in &points[..20] {
        assert!(off(&within.at(place), &field.at(place)) < 1e-13);
    }
}
