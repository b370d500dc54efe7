//! The readable versions against the fast one, and against numbers worked out by hand.

use super::super::{Clusterable, Clustered, KMeans, Start, VERSIONS, Version, distances};
use super::clouds;
use crate::Error;
use crate::random::Generator;
use ndarray::{Array2, array, s};

fn one_iteration<T: Clusterable>(version: Version, x: &Array2<T>, k: usize) -> Clustered<T> {
    let start = x.slice(s![..k, ..]);
    version.run_from(&KMeans::new(k).iterations(1), x, &start).unwrap()
}

fn assert_close<T: Clusterable>(
    found: &Clustered<T>,
    expected: &Clustered<T>,
    tolerance: f64,
    context: &str,
) {
    for (&found, &expected) in found.centroids.iter().zip(&expected.centroids) {
        let (found, expected): (f64, f64) = (found.into(), expected.into());
        let bound = tolerance * (1.0 + expected.abs());
        assert!((found - expected).abs() <= bound, "{context}: {found} for {expected}");
    }
    let differ = found.labels.iter().zip(&expected.labels).filter(|(a, b)| a != b).count();
    assert!(differ <= usize::from(tolerance > 1e-6), "{context}: {differ} labels");
    // A centroid in the last place of a coordinate beside another adds twice that for each distance.
    let farthest = expected.centroids.iter().fold(0.0_f64, |far, &c| far.max(c.into().abs()));
    let distances = (expected.inertia * expected.labels.len() as f64).sqrt();
    let rounding = 4.0 * f64::EPSILON * farthest * distances;
    let off = (found.inertia - expected.inertia).abs();
    let bound = 10.0 * tolerance * (1.0 + expected.inertia) + rounding;
    assert!(off <= bound, "{context}: inertia off by {off:e}, more than {bound:e}");
}

fn every_version_agrees<T: Clusterable>(x: &Array2<f64>, k: usize, cast: fn(f64) -> T, tol: f64) {
    let x = x.mapv(cast);
    let expected = one_iteration(Version::Fused, &x, k);
    let before = KMeans::new(k).iterations(0).run_from(&x, &x.slice(s![..k, ..])).unwrap();
    let all_have_points = (0..k).all(|cluster| before.labels.iter().any(|&label| label == cluster));
    for version in VERSIONS.into_iter().filter(|version| !version.counts_a_zero()) {
        // What an empty cluster gets is not the same in all.
        if all_have_points || version == Version::Loops {
            let context = format!("{version}, {:?}, k {k}", x.dim());
            assert_close(&one_iteration(version, &x, k), &expected, tol, &context);
        }
    }
    let [all, scatter] = [Version::AllDistances, Version::ScatterAdd];
    let context = format!("v2 and v3, {:?}, k {k}", x.dim());
    assert_close(&one_iteration(all, &x, k), &one_iteration(scatter, &x, k), tol, &context);
}

#[test]
fn every_version_does_what_the_fast_one_does() {
    let mut generator = Generator::from_entropy();
    let sizes =
        [(1, 1, 1), (2, 3, 2), (15, 2, 3), (16, 1, 4), (17, 4, 5), (300, 5, 7), (900, 64, 9)];
    for (n, d, k) in sizes {
        let x = clouds(&mut generator, n, d);
        every_version_agrees::<f64>(&x, k, |value| value, 1e-12);
        every_version_agrees::<f32>(&x, k, |value| value as f32, 1e-5);
        every_version_agrees::<f64>(&(x + 1e6), k, |value| value, 1e-12);
    }
    every_version_agrees::<f64>(&Array2::ones((20, 3)), 4, |value| value, 1e-12);
}

#[test]
fn whole_runs_from_one_seed_are_the_same() {
    let x = clouds(&mut Generator::from_entropy(), 400, 2);
    for seed in 0..10 {
        let settings = KMeans::as_posted(4).seed(seed);
        let [loops, fused] =
            [Version::Loops, Version::Fused].map(|v| v.run(&settings, &x).unwrap());
        assert_eq!((loops.iterations, &loops.labels), (fused.iterations, &fused.labels));
        assert_close(&loops, &fused, 1e-12, "whole runs");
        assert_eq!(fused, settings.run(&x).unwrap());
    }
}

/// The mean of n points times n / (n + 1), and the origin for none.
#[test]
fn the_mistake_of_version_3_1_is_one_zero() {
    let x = array![[2.0, 4.0], [4.0, 8.0], [90.0, 30.0]];
    let start = array![[3.0, 6.0], [-500.0, 0.0], [90.0, 30.0]];
    let run = |version: Version| {
        version.run_from(&KMeans::new(3).iterations(1), &x, &start).unwrap().centroids
    };
    let wrong = run(Version::ScatterMeanWithZero);
    assert_eq!(wrong, array![[2.0, 4.0], [0.0, 0.0], [45.0, 15.0]]);
    let right = array![[3.0, 6.0], [-500.0, 0.0], [90.0, 30.0]];
    assert_eq!([run(Version::AllDistances), run(Version::ScatterAdd)], [right.clone(), right]);
}

/// The example of the course's forum: six points, two centroids, and the distances between them.
#[test]
fn six_points_join_two_centroids() {
    let x = array![[1.0, 2.0], [1.0, 4.0], [1.0, 0.0], [10.0, 2.0], [10.0, 4.0], [10.0, 0.0]];
    let start = array![[10.5, 2.0], [1.5, 2.0]];
    let rounded = |value: f64| (value * 1e3).round() / 1e3;
    let first = distances(&x.slice(s![..3, ..]), &start).unwrap().reversed_axes().mapv(rounded);
    assert_eq!(first, array![[9.5, 9.708, 9.708], [0.5, 2.062, 2.062]]);
    let second = distances(&x.slice(s![3.., ..]), &start).unwrap().reversed_axes().mapv(rounded);
    assert_eq!(second, array![[0.5, 2.062, 2.062], [8.5, 8.732, 8.732]]);
    for version in VERSIONS {
        let run = version.run_from(&KMeans::new(2).iterations(0), &x, &start).unwrap();
        let members = [0, 1].map(|cluster| -> Vec<usize> {
            (0..6).filter(|&row| run.labels[row] == cluster).collect()
        });
        assert_eq!(members, [[3, 4, 5], [0, 1, 2]], "{version}");
    }
}

#[test]
fn distances_keep_what_squares_would_lose() {
    let x = array![[3e200, 4e200], [0.0, 0.0]];
    let found = distances(&x, &array![[0.0, 0.0]]).unwrap();
    assert!((found[(0, 0)] / 5e200 - 1.0_f64).abs() < 1e-15 && found[(1, 0)] == 0.0, "{found}");
    let x = array![[3e30_f32, 4e30]];
    assert_eq!(distances(&x, &array![[0.0, 0.0]]).unwrap(), array![[5e30]]);
    assert!(distances(&array![[f64::NAN]], &array![[0.0]]).unwrap()[(0, 0)].is_nan());
    assert_eq!(
        distances(&Array2::<f32>::zeros((0, 2)), &Array2::zeros((3, 2))).unwrap().dim(),
        (0, 3)
    );
    let zeros = distances(&Array2::<f64>::zeros((2, 2)), &Array2::zeros((1, 2))).unwrap();
    assert_eq!(zeros, array![[0.0], [0.0]]);
}

#[test]
fn awkward_points_are_no_trouble_to_any_version() {
    for version in VERSIONS {
        let none = version.run(&KMeans::new(3), &Array2::<f32>::zeros((0, 2))).unwrap();
        assert_eq!((none.labels.len(), none.inertia, none.converged), (0, 0.0, true), "{version}");
        let same = version.run(&KMeans::as_posted(4), &Array2::<f32>::zeros((9, 2))).unwrap();
        assert_eq!((same.inertia, same.labels.to_vec()), (0.0, vec![0; 9]), "{version}");
        let far = array![[0.0_f32], [1e30], [3e30]];
        let run = version.run(&KMeans::new(3).start(Start::Random), &far).unwrap();
        assert!(run.centroids.iter().all(|value| value.is_finite()), "{version}");
    }
}

#[test]
fn what_a_version_cannot_take_is_an_error() {
    for version in VERSIONS {
        let x = array![[1.0, f64::NAN]];
        let error = version.run(&KMeans::as_posted(1), &x).unwrap_err();
        assert!(error.to_string().contains("row 0, column 1 is NaN"), "{version}: {error}");
    }
    // Only those with all differences at once take the memory for them.
    let many = Array2::<f32>::zeros((1 << 21, 2));
    for version in [Version::AllDistances, Version::ScatterAdd, Version::ScatterMeanWithZero] {
        let run = version.run(&KMeans::new(100).start(Start::Random).iterations(0), &many);
        assert!(run.unwrap_err().to_string().contains("over 1 GiB"), "{version}");
    }
    let error = distances(&Array2::<f32>::zeros((3, 2)), &Array2::zeros((2, 3))).unwrap_err();
    assert!(matches!(error, Error::Shape { .. }) && error.to_string().contains("(3, 2)"));
}
