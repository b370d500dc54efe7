use super::choice::{SIDES, TERMS, choose, radius};
use super::loops::{CellPlace, Loops, TensorShape};
use super::series::{LineError, coefficients, polynomials};
use super::tensors::{Convolution, Strides, Tensors};
use crate::random::Generator;

#[test]
fn a_series_is_the_gaussian() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (offset, side) in [(0.0, 1.0), (1.0, 1.0), (-3.0, 0.75), (2.0, 2.0)] {
        let series = coefficients(offset, side, 16);
        for _ in 0..20 {
            let places = generator.rand_f64(2) * 2.0 - 1.0;
            let [at_x, at_y] = [places[0], places[1]].map(|place| polynomials(place, 16));
            let sum: f64 = (0..256).map(|i| series[i] * at_x[i / 16] * at_y[i % 16]).sum();
            let z = side * (offset + (places[0] - places[1]) / 2.0);
            assert!((sum - (-0.5 * z * z).exp()).abs() < 1e-9, "{offset}, {side}, seed {seed}");
        }
    }
}

#[test]
fn longer_series_and_shorter_sides_are_more_exact() {
    let errors = TERMS.map(|terms| LineError::probed(0, 1.0, terms).error[0]);
    assert!(errors.is_sorted_by(|a, b| a > b), "{errors:?}");
    let errors = [2.0, 1.0, 0.5].map(|side| LineError::probed(1, side, 8).error[0]);
    assert!(errors.is_sorted_by(|a, b| a > b), "{errors:?}");
}

/// The bound takes what a few places of a cell tell for the largest error anywhere in it.
#[test]
fn probes_find_nearly_the_largest_errors() {
    for (terms, side) in TERMS.into_iter().flat_map(|terms| SIDES.map(|side| (terms, side))) {
        for offset in 0..(9.0 / side) as usize + 2 {
            let few = LineError::probed(offset, side, terms);
            let many = LineError::probed_at(61, offset, side, terms);
            let worse = |few: [f64; 2], many: [f64; 2], range: std::ops::Range<f64>| {
                let pairs = few.into_iter().zip(many);
                let counting = pairs.filter(|(few, many)| range.contains(few) && *many < range.end);
                counting.map(|(few, many)| many / few).fold(0.0, f64::max)
            };
            // Below these ranges there is rounding; the bound never takes relative errors above.
            let absolute = worse(few.error, many.error, 1e-12..9.0);
            let relative = worse(few.relative_error, many.relative_error, 1e-9..0.05);
            let context = format!("{terms} terms, side {side}, offset {offset}");
            assert!(absolute.max(relative) < 4.0 / 3.0, "{absolute}, {relative}: {context}");
        }
    }
}

#[test]
fn choices_keep_the_accuracy_they_are_asked_for() {
    for d in 1..=3 {
        for accuracy in [1e-2, 1e-4, 1e-6] {
            let choice = choose([1_000_000, d], 1e6, accuracy, |_| 1e4).unwrap();
            assert!(choice.bound <= accuracy, "{choice:?}");
            assert!(choice.reach as f64 * choice.side >= radius(1e6, accuracy / 2.0));
        }
    }
}

/// Spreads points into cells, convolves and reads, and compares with sums over all pairs.
fn cells_agree_with_pairs(d: usize, terms: usize) {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let (side, reach, shape) = (0.5, 20, TensorShape { terms, d });
    // Two cells close together, one beyond the reach of all, and one that is diagonal to the first.
    let places: Vec<Vec<u32>> = [0, 1, 60, 3]
        .iter()
        .map(|&place| (0..d as u32).map(|k| place + (place + k) % 2).collect())
        .collect();
    let counts = vec![70; d];
    let strides = Strides::new(&counts, reach).unwrap();
    let mut cells: Vec<(u64, Vec<u32>)> =
        places.into_iter().map(|places| (strides.number(&places), places)).collect();
    cells.sort();
    let centers: Vec<Vec<f64>> = cells
        .iter()
        .map(|(_, places)| places.iter().map(|&p| (f64::from(p) + 0.5) * side).collect())
        .collect();
    let points: Vec<Vec<f64>> = centers
        .iter()
        .map(|center| {
            let inside = generator.rand_f64((5, d)) - 0.5;
            (0..5 * d).map(|i| center[i % d] + side * inside[(i / d, i % d)]).collect()
        })
        .collect();
    let loops = Loops::fastest();
    let mut values = vec![0.0; cells.len() * shape.len()];
    for (i, tensor) in values.chunks_exact_mut(shape.len()).enumerate() {
        let cell = CellPlace { center: &centers[i], scale: 2.0 / side };
        loops.spread(shape, &points[i], &[1.0, 2.0, 1.0, 1.0, 3.0], &cell, tensor);
    }
    let numbers = cells.iter().map(|(number, _)| *number).collect();
    let convolution = Convolution::new(shape, &strides, (reach, side), loops);
    let tensors = convolution.run(Tensors { cells: numbers, values });
    let all: Vec<(&[f64], f64)> = points
        .iter()
        .flat_map(|points| points.chunks_exact(d).zip([1.0, 2.0, 1.0, 1.0, 3.0]))
        .collect();
    for (i, tensor) in tensors.values.chunks_exact(shape.len()).enumerate() {
        let mut gradients = vec![0.0; 5 * d];
        let cell = CellPlace { center: &centers[i], scale: 2.0 / side };
        loops.read(shape, &points[i], &cell, tensor, &mut gradients);
        for (point, gradient) in points[i].chunks_exact(d).zip(gradients.chunks_exact(d)) {
            let weight = |other: &[f64]| {
                let squared: f64 = point.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum();
                (-0.5 * squared).exp()
            };
            let total: f64 = all.iter().map(|(other, count)| count * weight(other)).sum();
            for k in 0..d {
                let offset: f64 = all
                    .iter()
                    .map(|(other, count)| count * weight(other) * (other[k] - point[k]))
                    .sum();
                let found = gradient[k] * 2.0 / side;
                let off = (found - offset / total).abs();
                assert!(
                    off < if terms == 4 { 1e-2 } else { 1e-6 },
                    "{d}, {terms}: {off:e}, seed {seed}"
                );
            }
        }
    }
}

#[test]
fn cells_reach_each_other_as_pairs_of_points_do() {
    for terms in TERMS {
        (1..=3).for_each(|d| cells_agree_with_pairs(d, terms));
    }
}

#[test]
fn cells_that_are_too_many_are_not_numbered() {
    assert!(Strides::new(&[1 << 30, 1 << 30], 5).is_some());
    assert!(Strides::new(&[1 << 30, 1 << 30, 1 << 30], 5).is_none());
}
