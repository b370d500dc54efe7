//! The fast version against plain loops in double precision, and at its limits.

mod ladder;

use super::{Clusterable, Clustered, KMeans, Start};
use crate::data;
use crate::neighbors::{KdTree, Lsh, RandomProjections};
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayView1, Axis, array, s};

include!("../plain.rs");

/// Points in clouds, some of them twice.
fn clouds(generator: &mut Generator, n: usize, d: usize) -> Array2<f64> {
    let mut x = generator.randn_f64((n, d));
    for (i, mut row) in x.rows_mut().into_iter().enumerate() {
        row += (i % 4) as f64 * 5.0;
    }
    if n > 9 {
        let copy = x.row(3).to_owned();
        x.row_mut(7).assign(&copy);
    }
    x
}

fn agrees<T: Clusterable>(x: &Array2<f64>, k: usize, cast: fn(f64) -> T, tolerance: f64) {
    let start = x.slice(s![..k, ..]).to_owned();
    let mut expected = start.clone();
    for iteration in 1..5 {
        let (labels, means) = plain_iteration(x, &expected);
        let settings = KMeans::new(k).iterations(iteration);
        let run = settings.run_from(&x.mapv(cast), &start.mapv(cast)).unwrap();
        let context = format!("{:?}, k {k}, iteration {iteration}", x.dim());
        assert_eq!(run.iterations, iteration, "{context}");
        if labels.iter().collect::<std::collections::BTreeSet<_>>().len() < k {
            return; // What an empty cluster gets is not the same.
        }
        for (found, expected) in run.centroids.iter().zip(&means) {
            let found: f64 = (*found).into();
            assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{context}");
        }
        let last: Vec<usize> = plain_iteration(x, &run.centroids.mapv(Into::into)).0;
        let differ = run.labels.iter().zip(&last).filter(|(a, b)| a != b).count();
        assert!(differ <= usize::from(tolerance > 1e-6), "{context}: {differ} labels");
        expected = means;
    }
}

#[test]
fn iterations_agree_with_plain_loops() {
    let mut generator = Generator::from_entropy();
    for (n, d, k) in [
        (1, 1, 1),
        (2, 3, 2),
        (15, 2, 3),
        (16, 1, 4),
        (17, 4, 5),
        (300, 5, 7),
        (5000, 2, 6),
        (900, 64, 9),
    ] {
        let x = clouds(&mut generator, n, d);
        agrees::<f64>(&x, k, |value| value, 1e-12);
        agrees::<f32>(&x, k, |value| value as f32, 1e-5);
    }
}

#[test]
fn every_instruction_set_finds_the_same() {
    use super::nearest::{Lookup, Lookups};
    fn check<T: Lookups>(cast: fn(f64) -> T) {
        let mut generator = Generator::from_entropy();
        for (d, k) in [(1, 1), (2, 6), (3, 5), (4, 2), (5, 1), (9, 20), (64, 33)] {
            let groups = generator.randn_f64(32 * d).mapv(cast).to_vec();
            let centroids = generator.randn_f64(k * d).mapv(cast).to_vec();
            let lookup = Lookup { groups: &groups, centroids: &centroids, d };
            let found: Vec<Vec<u32>> = T::available()
                .into_iter()
                .map(|nearest| {
                    let (mut labels, mut squared) = (vec![0; 32], vec![T::zero(); 32]);
                    nearest.find(&lookup, &mut labels, &mut squared);
                    labels
                })
                .collect();
            assert!(found.iter().all(|labels| *labels == found[0]), "d {d}, k {k}");
        }
    }
    check::<f32>(|value| value as f32);
    check::<f64>(|value| value);
}

#[test]
fn the_inertia_never_rises_and_is_that_of_the_labels() {
    let mut generator = Generator::from_entropy();
    for start in [Start::Random, Start::PlusPlus] {
        for seed in 0..20 {
            let x = clouds(&mut generator, 200, 2);
            let run = KMeans::new(9).start(start).seed(seed).run(&x).unwrap();
            let all: Vec<f64> = run.inertias.iter().copied().chain([run.inertia]).collect();
            assert!(all.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-12)), "{all:?}");
            let of_labels: f64 = (0..200)
                .map(|i| (&x.row(i) - &run.centroids.row(run.labels[i])).mapv(|d| d * d).sum())
                .sum();
            assert!((run.inertia - of_labels).abs() < 1e-9 * of_labels, "{start:?}, seed {seed}");
            assert!(run.converged);
        }
    }
}

#[test]
fn the_result_does_not_depend_on_the_threads() {
    let x = Generator::from_entropy().randn((20_000, 3));
    let run = || KMeans::new(5).iterations(4).run(&x).unwrap();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(run);
    assert_eq!(one, pool(2).install(run));
    assert_eq!(one, pool(7).install(run));
}

#[test]
fn a_shift_or_another_order_of_the_points_changes_no_cluster() {
    let x = data::lesson_blobs().data.mapv(f64::from);
    let start = x.select(Axis(0), &[0, 250, 500, 750, 1000, 1250]);
    let run = KMeans::new(6).run_from(&x, &start).unwrap();
    let moved = KMeans::new(6).run_from(&(&x + 1000.0), &(&start + 1000.0)).unwrap();
    assert_eq!(run.labels, moved.labels);
    let order = Generator::new(4).randperm(1500).to_vec();
    let shuffled = KMeans::new(6).run_from(&x.select(Axis(0), &order), &start).unwrap();
    let labels: Array1<usize> = order.iter().map(|&row| run.labels[row]).collect();
    assert_eq!(shuffled.labels, labels);
}

#[test]
fn plus_plus_never_starts_twice_at_one_point_while_there_are_others() {
    let mut generator = Generator::from_entropy();
    let x = array![[0.0], [0.0], [0.0], [1.0], [2.0], [2.0]];
    for _ in 0..200 {
        let rows = Start::PlusPlus.rows(&x, 3, &mut generator);
        let mut values: Vec<i64> = rows.iter().map(|&row| x[[row, 0]] as i64).collect();
        values.sort_unstable();
        assert_eq!(values, [0, 1, 2]);
    }
    let mut rows = Start::PlusPlus.rows(&x, 6, &mut generator);
    rows.sort_unstable();
    assert_eq!(rows, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn an_empty_cluster_starts_again_at_a_point() {
    let x = array![[0.0], [1.0], [10.0]];
    let run = KMeans::new(2).iterations(1).run_from(&x, &array![[0.0], [-500.0]]).unwrap();
    assert!(x.iter().any(|&point| point == run.centroids[[1, 0]]), "{run:?}");
    let run = KMeans::new(2).run_from(&x, &array![[0.0], [-500.0]]).unwrap();
    assert_eq!(run.inertia, 0.5);
}

#[test]
fn awkward_points_are_no_trouble() {
    let none = KMeans::new(3).run(&Array2::<f32>::zeros((0, 2))).unwrap();
    assert_eq!((none.labels.len(), none.inertia, none.converged), (0, 0.0, true));
    let same = KMeans::new(4).run(&Array2::<f32>::ones((9, 2))).unwrap();
    assert_eq!((same.inertia, same.converged), (0.0, true));
    assert_eq!(same.labels.to_vec(), [0; 9]);
    let one = KMeans::new(1).run(&array![[3.0_f32, 4.0]]).unwrap();
    assert_eq!(one.centroids, array![[3.0, 4.0]]);
    // Squares of these leave the range of the numbers, and those of the next ones vanish.
    for size in [1e30_f32, 1e-30] {
        let x = array![[0.0, 0.0], [1.0, 0.0], [9.0, 0.0], [10.0, 1.0]] * size;
        let run = KMeans::new(2).run_from(&x, &x.slice(s![..2, ..]).to_owned()).unwrap();
        assert_eq!(run.labels.to_vec(), [0, 0, 1, 1], "{size}");
        assert!((run.centroids[[1, 0]] / size - 9.5).abs() < 1e-5, "{size}");
    }
    let far = data::lesson_blobs().data + 1e5;
    let run = KMeans::new(6).run(&far).unwrap();
    assert!(run.converged && run.inertias.len() < 100, "{}", run.inertias.len());
}

#[test]
fn what_cannot_be_clustered_is_an_error() {
    let x = array![[1.0, 2.0], [f64::NAN, 4.0]];
    let fine = array![[1.0, 2.0], [3.0, 4.0]];
    let says = |result: crate::Result<Clustered<f64>>, expected: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("k-means") && error.contains(expected), "{error}");
    };
    says(KMeans::new(2).run(&x), "row 1, column 0 is NaN");
    says(KMeans::new(0).run(&fine), "at least one cluster");
    says(KMeans::new(3).run(&fine), "2 points cannot make 3 clusters");
    says(KMeans::new(1).tolerance(-1.0).run(&fine), "the tolerance must be a distance");
    says(KMeans::new(1).run(&Array2::zeros((3, 0))), "at least one coordinate");
    says(KMeans::new(2).run_from(&fine, &array![[1.0], [2.0]]), "(2, 2)");
    says(
        KMeans::new(1).run_from(&fine, &array![[1.0, f64::INFINITY]]),
        "centroid 0, column 1 is inf",
    );
    says(KMeans::new(1).run_from(&fine, &array![[1.0, 1e300]]), "too far");
}

/// With wide buckets all share one, with narrow ones none do.
fn hashed(centroids: &Array2<f64>, width: f64) -> crate::Result<Lsh> {
    let hashes = RandomProjections::normal(centroids.ncols(), 8, width, &mut Generator::new(3))?;
    Lsh::new(centroids, &hashes, 1)
}

#[test]
fn an_exact_search_finds_the_same_clusters() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d, k, scale) in [(1, 1, 1, 1.0), (40, 2, 3, 1.0), (90, 3, 5, 1e9), (60, 16, 4, 1e-9)] {
        let x = clouds(&mut generator, n, d) * scale;
        let settings = KMeans::new(k).iterations(4).seed(seed);
        let (run, context) = (settings.run(&x).unwrap(), format!("({n}, {d}), k {k}, seed {seed}"));
        let by_tree = settings.run_with(&x, |centroids| KdTree::new(centroids)).unwrap();
        let wide = settings.run_with(&x, |centroids| hashed(centroids, 1e9 * scale)).unwrap();
        let blind = settings.run_with(&x, |centroids| hashed(centroids, 1e-9 * scale)).unwrap();
        for found in [by_tree, wide, blind] {
            assert_eq!(found.labels, run.labels, "{context}");
            let apart = (&found.centroids - &run.centroids).mapv(f64::abs);
            assert!(apart.iter().all(|&apart| apart <= 1e-9 * scale * 100.0), "{context}");
            assert!((found.inertia - run.inertia).abs() <= 1e-9 * run.inertia + 1e-18, "{context}");
        }
    }
}

#[test]
fn hashes_cost_accuracy_and_no_points() {
    let x = data::lesson_blobs().data;
    let settings = KMeans::new(6).iterations(10).seed(1);
    let exact = settings.run(&x).unwrap();
    let hashed = settings.run_with(&x, |centroids| hashed(centroids, 10.0)).unwrap();
    assert!(hashed.inertia > exact.inertia, "{hashed:?}");
    assert_eq!((hashed.labels.len(), hashed.iterations), (1500, 10));
}

#[test]
fn a_search_that_does_not_fit_is_refused() {
    let x = data::lesson_blobs().data;
    let other = KMeans::new(3).run_with(&x, |_| KdTree::new(&array![[0.0, 1.0]]));
    let message = other.expect_err("one centroid for three").to_string();
    assert!(message.contains("(3, 2)") && message.contains("built from"), "{message}");
    let failed = KMeans::new(3).run_with(&x, |centroids| hashed(centroids, -1.0));
    assert!(failed.expect_err("a bucket's width").to_string().contains("width"));
    let empty = Array2::<f32>::zeros((0, 2));
    let run = KMeans::new(3).run_with(&empty, |centroids| KdTree::new(centroids)).unwrap();
    assert_eq!((run.labels.len(), run.inertia), (0, 0.0));
}
