//! DBSCAN against the plain walk, and at its limits.

use super::{Crowds, Dbscan};
use crate::data;
use crate::neighbors::{AllPairs, KdTree, Neighbors, UniformGrid};
use crate::random::Generator;
use ndarray::{Array2, Axis, array};

include!("plain.rs");

/// Compares the run, and that with the neighbours that each search finds, with the plain walk.
fn agrees(x: &Array2<f64>, eps: f64, min_points: usize, context: &str) {
    let expected = plain_dbscan(x, eps, min_points);
    let dbscan = Dbscan::new(eps, min_points);
    let run = dbscan.run(x).unwrap();
    let context = format!("eps {eps}, {min_points} points, {context}");
    assert_eq!(run.labels.to_vec(), expected, "{context}");
    let counts = AllPairs::new(x).unwrap().count_within(x, eps).unwrap();
    assert_eq!(run.is_core, counts.mapv(|count| count >= min_points), "{context}");
    assert_eq!(run.clusters as i64, expected.iter().max().map_or(0, |last| last + 1), "{context}");
    for search in [
        Box::new(AllPairs::new(x).unwrap()) as Box<dyn Neighbors>,
        Box::new(KdTree::new(x).unwrap()),
        Box::new(UniformGrid::new(x).unwrap()),
    ] {
        assert_eq!(dbscan.run_with(x, &*search).unwrap(), run, "by a search, {context}");
    }
}

#[test]
fn every_version_agrees_with_the_plain_walk() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d) in [(1, 1), (2, 2), (60, 1), (200, 2), (200, 3), (120, 4), (90, 9), (60, 64)] {
        let x = generator.randn_f64((n, d));
        let typical = (d as f64).sqrt();
        for share in [0.05, 0.1, 0.2, 0.4, 0.8, 1.5] {
            for min_points in [1, 2, 3, 5, 12] {
                agrees(&x, share * typical, min_points, &format!("({n}, {d}), seed {seed}"));
            }
        }
    }
}

/// Points whose distances are often exactly `eps`, and border points of several clusters.
#[test]
fn points_at_eps_itself_are_neighbours() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for d in [1, 2, 3, 4] {
        for extent in [3, 6, 12] {
            let x = generator.randint(0, extent, (90, d)).unwrap().mapv(|value| value as f64);
            for (eps, min_points) in [(1.0, 3), (1.0, 5), (2.0, 6), (2.0_f64.sqrt(), 5), (5.0, 30)]
            {
                agrees(&x, eps, min_points, &format!("whole numbers, d {d}, seed {seed}"));
            }
        }
    }
}

#[test]
fn a_border_point_between_clusters_joins_the_first() {
    // The middle point has three neighbours, but is no core point of four.
    let x = array![[0.0], [6.0], [5.0], [5.5], [5.2], [1.0], [0.5], [0.8], [3.0]];
    let run = Dbscan::new(2.0, 4).run(&x).unwrap();
    assert_eq!(run.labels, array![0, 1, 1, 1, 1, 0, 0, 0, 0]);
    assert!(!run.is_core[8] && run.clusters == 2);
}

/// The example in the documentation of scikit-learn's `DBSCAN`.
#[test]
fn the_labels_are_those_of_scikit_learns_example() {
    let x = array![[1.0, 2.0], [2.0, 2.0], [2.0, 3.0], [8.0, 7.0], [8.0, 8.0], [25.0, 80.0]];
    assert_eq!(Dbscan::new(3.0, 2).run(&x).unwrap().labels, array![0, 0, 0, 1, 1, -1]);
}

#[test]
fn awkward_points_are_no_trouble() {
    let mut generator = Generator::from_entropy();
    let cloud = generator.randn_f64((80, 2));
    let mut far = cloud.clone();
    far.row_mut(7).assign(&array![1e14, 1e-3]);
    far.row_mut(8).assign(&array![-1e140, 0.0]);
    for (name, x) in [
        ("all the same", Array2::from_elem((40, 2), 0.1)),
        ("some far away", far),
        ("an offset", &cloud + 1e7),
        ("a transposed layout", generator.randn_f64((3, 70)).reversed_axes()),
    ] {
        for min_points in [1, 4, 41] {
            agrees(&x, 0.3, min_points, name);
        }
    }
    for size in [1e-140, 1e-20, 1e20, 1e140] {
        agrees(&(&cloud * size), 0.3 * size, 4, &format!("size {size}"));
    }
    let none = Dbscan::new(1.0, 5).run(&Array2::<f32>::zeros((0, 2))).unwrap();
    assert_eq!((none.labels.len(), none.clusters, none.noise()), (0, 0, 0));
    let alone = Dbscan::new(1.0, 2).run(&array![[3.0_f32, 4.0]]).unwrap();
    assert_eq!((alone.labels, alone.clusters), (array![-1], 0));
}

#[test]
fn single_precision_gives_the_labels_of_double() {
    let x = data::lesson_blobs().data;
    let wide = x.mapv(f64::from);
    let dbscan = Dbscan::new(1.0, 5);
    let run = dbscan.run(&x).unwrap();
    assert_eq!(run, dbscan.run(&wide).unwrap());
    assert_eq!(run.labels.to_vec(), plain_dbscan(&wide, 1.0, 5));
}

/// The same grouping, whatever the numbers; border points between clusters aside.
fn same_groups(a: &Crowds, b: &Crowds) -> bool {
    let core = |run: &Crowds| {
        let rows = (0..run.labels.len()).filter(|&row| run.is_core[row]);
        rows.map(|row| run.labels[row]).collect::<ndarray::Array1<i64>>()
    };
    let index = crate::cluster::adjusted_rand_index(&core(a), &core(b)).unwrap();
    index == 1.0 && a.noise() == b.noise() && a.clusters == b.clusters
}

#[test]
fn another_order_or_a_shift_changes_no_cluster() {
    let mut generator = Generator::from_entropy();
    // Multiples of 2⁻¹⁰, so that shifting rounds nothing.
    let x = generator.randn_f64((3000, 2)).mapv(|value| (value * 8192.0).round() / 1024.0);
    let run = Dbscan::new(0.5, 6).run(&x).unwrap();
    assert!(run.clusters > 1 && run.noise() > 1);
    assert_eq!(Dbscan::new(0.5, 6).run(&(&x - 4096.0)).unwrap(), run);
    assert_eq!(Dbscan::new(2.0, 6).run(&(&x * 4.0)).unwrap(), run);
    let order = generator.randperm(3000).to_vec();
    let mut shuffled = Dbscan::new(0.5, 6).run(&x.select(Axis(0), &order)).unwrap();
    let (labels, is_core) = (shuffled.labels.clone(), shuffled.is_core.clone());
    for (row, &before) in order.iter().enumerate() {
        (shuffled.labels[before], shuffled.is_core[before]) = (labels[row], is_core[row]);
    }
    assert_eq!(shuffled.is_core, run.is_core);
    assert!(same_groups(&shuffled, &run));
}

#[test]
fn the_result_does_not_depend_on_the_threads() {
    let x = Generator::from_entropy().randn((30_000, 2));
    let run = || Dbscan::new(0.02, 5).run(&x).unwrap();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(run);
    assert!(one.clusters > 10);
    assert!(one == pool(2).install(run) && one == pool(7).install(run));
    let search = KdTree::new(&x).unwrap();
    assert_eq!(Dbscan::new(0.02, 5).run_with(&x, &search).unwrap(), one);
}

#[test]
fn shapes_that_are_not_round_are_found() {
    let mut generator = Generator::new(3);
    let moons = data::moons(1000, 0.05, &mut generator).unwrap();
    let run = Dbscan::new(0.15, 5).run(&moons.x).unwrap();
    let truth = moons.labels.mapv(|label| label as i64);
    assert!(crate::cluster::adjusted_rand_index(&run.labels, &truth).unwrap() > 0.98, "{run:?}");
}

#[test]
fn what_cannot_be_clustered_is_an_error() {
    let fine = array![[1.0, 2.0], [3.0, 4.0]];
    let says = |result: crate::Result<Crowds>, expected: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("DBSCAN") && error.contains(expected), "{error}");
    };
    says(Dbscan::new(1.0, 2).run(&array![[1.0, f64::NAN]]), "row 0, column 1 is NaN");
    says(Dbscan::new(1.0, 0).run(&fine), "min_points must be at least 1");
    says(Dbscan::new(0.0, 2).run(&fine), "above 0");
    says(Dbscan::new(-1.0, 2).run(&fine), "from 0 on, not -1");
    says(Dbscan::new(f64::INFINITY, 2).run(&fine), "not inf");
    says(Dbscan::new(1.0, 2).run(&Array2::<f64>::zeros((3, 0))), "at least one coordinate");
    let other = KdTree::new(&array![[1.0, 2.0]]).unwrap();
    says(Dbscan::new(1.0, 2).run_with(&fine, &other), "built from the same points");
}
