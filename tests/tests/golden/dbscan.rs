//! DBSCAN against scikit-learn: the label of every point, and the core points.
//! `tests/data/dbscan.py` made the file.

use lesson_lib::cluster::Float;
use lesson_lib::cluster::dbscan::Dbscan;
use lesson_lib::data;
use lesson_lib::ndarray::Array2;
use lesson_lib::neighbors::{BallTree, KdTree};
use serde_json::Value;

fn golden() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/dbscan.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    golden["cases"].as_array().expect("cases").clone()
}

fn whole_numbers(value: &Value) -> Vec<i64> {
    value.as_array().expect("a list").iter().map(|each| each.as_i64().expect("a number")).collect()
}

/// The points of a case; `None` for the lesson's.
fn points(case: &Value) -> Option<Array2<f64>> {
    let rows = case.get("x")?.as_array().expect("rows");
    let row = |row: &Value| row.as_array().expect("a row").clone();
    let values: Vec<f64> =
        rows.iter().flat_map(row).map(|value| value.as_f64().expect("a number")).collect();
    let shape = (rows.len(), values.len() / rows.len());
    Some(Array2::from_shape_vec(shape, values).expect("rows of one length"))
}

fn agrees<T: Float>(case: &Value, x: &Array2<T>) {
    let (eps, min_points) = (case["eps"].as_f64(), case["min_points"].as_u64());
    let dbscan = Dbscan::new(eps.expect("eps"), min_points.expect("a count") as usize);
    let (labels, core) = (whole_numbers(&case["labels"]), whole_numbers(&case["core"]));
    let (kd_tree, ball_tree) = (KdTree::new(x).expect("points"), BallTree::new(x).expect("points"));
    for run in [dbscan.run(x), dbscan.run_with(x, &kd_tree), dbscan.run_with(x, &ball_tree)] {
        let run = run.expect("points");
        assert_eq!(run.labels.to_vec(), labels, "{}, {dbscan:?}", case["name"]);
        let is_core = (0..x.nrows()).filter(|&row| run.is_core[row]).map(|row| row as i64);
        assert_eq!(is_core.collect::<Vec<_>>(), core, "{}, {dbscan:?}", case["name"]);
    }
}

#[test]
fn labels_and_core_points_are_scikit_learns() {
    let cases = golden();
    assert!(cases.len() > 10);
    for case in &cases {
        match points(case) {
            Some(x) => agrees(case, &x),
            None => agrees(case, &data::lesson_blobs().data),
        }
    }
}
