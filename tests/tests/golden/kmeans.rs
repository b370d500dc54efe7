//! k-means against PyTorch 2.15 on a CPU, from the same starting points: the centroids after one and
//! five iterations and at the end, the sizes of the clusters, the inertia. Also what the forum's
//! version 3.1 computes, which divides by one point too many.

use lesson_lib::cluster::Float;
use lesson_lib::cluster::kmeans::{Clusterable, KMeans, Start, VERSIONS, Version};
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

/// Runs `version` as the golden numbers `numbers_of` were made.
fn agrees<T: Clusterable>(
    version: Version,
    x: &Array2<T>,
    run: &Value,
    numbers_of: &str,
    tolerance: f64,
) {
    let start = x.select(Axis(0), &start_rows(run));
    let golden = &run[numbers_of];
    for iterations in [1, 5] {
        let settings = KMeans::new(6).iterations(iterations);
        let found = version.run_from(&settings, x, &start).expect("points");
        let expected = table(&golden[format!("it{iterations}")]);
        let off = largest_difference(&found.centroids, &expected);
        assert!(off <= tolerance, "{version}, {numbers_of}, {iterations} iterations: {off:e}");
    }
    let end = version.run_from(&KMeans::as_posted(6), x, &start).expect("points");
    let off = largest_difference(&end.centroids, &table(&golden["final"]));
    assert!(off <= tolerance, "{version}, {numbers_of}, at the end: {off:e}");
    let mut counts = [0.0; 6];
    end.labels.iter().for_each(|&label| counts[label] += 1.0);
    assert_eq!(counts.to_vec(), numbers(&golden["final_counts"]), "{version}");
    let inertia = golden["inertia"].as_f64().expect("a number");
    assert!((end.inertia - inertia).abs() <= 1e-6 * inertia, "{} for {inertia}", end.inertia);
    let converged_at = golden["converged_at"].as_f64().expect("a number");
    assert_eq!(end.iterations as f64, converged_at, "{version}, {numbers_of}");
}

fn agrees_in_both_types(version: Version, means: &str) {
    let x = data::lesson_blobs().data;
    for name in RUNS {
        let run = &golden()[name];
        agrees(version, &x, run, &format!("{means}_f32"), 1e-4);
        agrees(version, &x.mapv(f64::from), run, &format!("{means}_f64"), 1e-9);
    }
}

#[test]
fn centroids_are_pytorchs_in_every_version() {
    for version in VERSIONS.into_iter().filter(|version| !version.counts_a_zero()) {
        agrees_in_both_types(version, "mean");
    }
}

/// The forum's version 3.1 starts its means from zeros and counts these too: sum / (n + 1).
#[test]
fn the_forums_version_3_1_is_off_by_one_point() {
    agrees_in_both_types(Version::ScatterMeanWithZero, "v3_1");
}

#[test]
fn a_random_start_takes_the_rows_that_pytorch_permutes_to_the_front() {
    let rows = start_rows(&golden()[RUNS[0]]);
    assert_eq!(Generator::new(0).randperm(1500).to_vec()[..6], rows);
    let x = data::lesson_blobs().data;
    let random = KMeans::new(6).start(Start::Random).seed(0).iterations(0).run(&x).expect("points");
    assert_eq!(random.centroids, x.select(Axis(0), &rows));
}
