//! k-means against PyTorch 2.15 on a CPU, from the same starting points: the centroids after one and
//! five iterations and at the end, the sizes of the clusters, the inertia. Also what the forum's
//! last version computes, which divides by one point too many.

use lesson_lib::cluster::Float;
use lesson_lib::cluster::kmeans::{Clusterable, KMeans, Start};
use lesson_lib::data;
use lesson_lib::ndarray::{Array2, Axis};
use lesson_lib::random::Generator;
use serde_json::Value;

const RUNS: [&str; 2] = ["A_randperm_seed0", "B_first_six"];

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/kmeans.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|each| each.as_f64().expect("a number")).collect()
}

fn table(value: &Value) -> Array2<f64> {
    let rows: Vec<f64> = value.as_array().expect("rows").iter().flat_map(numbers).collect();
    Array2::from_shape_vec((rows.len() / 2, 2), rows).expect("two columns")
}

fn start_rows(run: &Value) -> Vec<usize> {
    numbers(&run["init_indices"]).into_iter().map(|row| row as usize).collect()
}

fn largest_difference<T: Float>(found: &Array2<T>, expected: &Array2<f64>) -> f64 {
    let differences = found.iter().zip(expected).map(|(&a, b)| (a.into() - b).abs());
    differences.fold(0.0, f64::max)
}

fn agrees<T: Clusterable>(x: &Array2<T>, run: &Value, numbers_of: &str, tolerance: f64) {
    let start = x.select(Axis(0), &start_rows(run));
    let golden = &run[numbers_of];
    for iterations in [1, 5] {
        let found = KMeans::new(6).iterations(iterations).run_from(x, &start).expect("points");
        let expected = table(&golden[format!("it{iterations}")]);
        let off = largest_difference(&found.centroids, &expected);
        assert!(off <= tolerance, "{numbers_of}, {iterations} iterations: {off:e}");
    }
    let end = KMeans::new(6).tolerance(1e-8).iterations(50).run_from(x, &start).expect("points");
    let off = largest_difference(&end.centroids, &table(&golden["final"]));
    assert!(off <= tolerance, "{numbers_of}, at the end: {off:e}");
    let mut counts = [0.0; 6];
    end.labels.iter().for_each(|&label| counts[label] += 1.0);
    assert_eq!(counts.to_vec(), numbers(&golden["final_counts"]));
    let inertia = golden["inertia"].as_f64().expect("a number");
    assert!((end.inertia - inertia).abs() <= 1e-6 * inertia, "{} for {inertia}", end.inertia);
    assert_eq!(end.iterations as f64, golden["converged_at"].as_f64().expect("a number"));
}

#[test]
fn centroids_are_pytorchs() {
    let x = data::lesson_blobs().data;
    for name in RUNS {
        let run = &golden()[name];
        agrees(&x, run, "mean_f32", 1e-4);
        agrees(&x.mapv(f64::from), run, "mean_f64", 1e-9);
    }
}

#[test]
fn a_random_start_takes_the_rows_that_pytorch_permutes_to_the_front() {
    let rows = start_rows(&golden()[RUNS[0]]);
    assert_eq!(Generator::new(0).randperm(1500).to_vec()[..6], rows);
    let x = data::lesson_blobs().data;
    let random = KMeans::new(6).start(Start::Random).seed(0).iterations(0).run(&x).expect("points");
    assert_eq!(random.centroids, x.select(Axis(0), &rows));
}

/// The forum's last version starts its means from zeros and counts these too.
#[test]
fn the_forums_means_are_off_by_one_point() {
    let x = data::lesson_blobs().data.mapv(f64::from);
    for name in RUNS {
        let run = &golden()[name];
        let mut centroids = x.select(Axis(0), &start_rows(run));
        for iteration in 1..=5 {
            let one = KMeans::new(6).iterations(0).run_from(&x, &centroids).expect("points");
            let (mut sums, mut counts) = (Array2::zeros((6, 2)), vec![1.0; 6]);
            for (row, &label) in x.rows().into_iter().zip(&one.labels) {
                sums.row_mut(label).scaled_add(1.0, &row);
                counts[label] += 1.0;
            }
            for (mut sum, count) in sums.rows_mut().into_iter().zip(counts) {
                sum /= count;
            }
            centroids = sums;
            if let Some(expected) = run["v3_1_f64"].get(format!("it{iteration}")) {
                let off = largest_difference(&centroids, &table(expected));
                assert!(off <= 1e-9, "{name}, {iteration} iterations: {off:e}");
            }
        }
    }
}
