//! Mean shift against the lesson's own code in PyTorch 2.15 on a CPU: after one and five
//! iterations, in `f32` and in `f64` from the same points, and the numbers on the way.

use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
use lesson_lib::data;
use lesson_lib::einsum;
use lesson_lib::ndarray::{Array2, Axis, s};
use serde_json::Value;
use std::{fmt::Debug, str::FromStr};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/mean_shift");

/// How far an order of summation of its own may take a result in `f32`, in data units; PyTorch's
/// own results are up to 7e-5 from its `f64` ones.
const SINGLE: f64 = 2e-4;
const DOUBLE: f64 = 1e-9;

fn read(name: &str) -> String {
    let path = format!("{FOLDER}/{name}");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn points<T: FromStr<Err: Debug>>(name: &str) -> Array2<T> {
    let text = read(name);
    let values = text.split([',', '\n']).filter(|value| !value.is_empty());
    let values: Vec<T> = values.map(|value| value.parse().expect("a number")).collect();
    Array2::from_shape_vec((1500, 2), values).expect("1500 points")
}

fn largest_difference(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    (a - b).iter().fold(0.0, |largest, difference| largest.max(difference.abs()))
}

fn agrees_with_pytorch(mean_shift: MeanShift, name: &str) {
    for iterations in [1, 5] {
        let mean_shift = mean_shift.iterations(iterations);
        let x = data::lesson_blobs().data;
        let file = format!("{name}_it{iterations}");
        let torch_single = points::<f32>(&format!("{file}.csv")).mapv(f64::from);
        let torch_double = points::<f64>(&format!("{file}.f64.csv"));
        let single = mean_shift.run(&x).expect("points").points.mapv(f64::from);
        let double = mean_shift.run(&x.mapv(f64::from)).expect("points").points;
        for (what, difference, tolerance) in [
            ("f32 : PyTorch f32", largest_difference(&single, &torch_single), SINGLE),
            ("f32 : PyTorch f64", largest_difference(&single, &torch_double), SINGLE),
            ("f64 : PyTorch f64", largest_difference(&double, &torch_double), DOUBLE),
        ] {
            println!("{file}, {what}: {difference:e}");
            assert!(difference <= tolerance, "{file}, {what}: {difference:e}");
        }
    }
}

#[test]
fn row_after_row_with_triangular_weights() {
    agrees_with_pytorch(MeanShift::new(Weight::Triangular(8.0)).in_place(), "X_seq_tri8");
}

#[test]
fn row_after_row_with_gaussian_weights() {
    agrees_with_pytorch(MeanShift::new(Weight::Gaussian(2.5)).in_place(), "X_seq_gauss2.5");
}

#[test]
fn batch_after_batch() {
    let gaussian = MeanShift::new(Weight::Gaussian(2.5));
    agrees_with_pytorch(gaussian.batches(500), "X_batch_gauss2.5_bs500");
    agrees_with_pytorch(gaussian.batches(1250), "X_batch_gauss2.5_bs1250");
}

/// The numbers under `key` in the order in which they are written.
fn recorded(key: &str) -> Vec<f64> {
    fn flatten(value: &Value, numbers: &mut Vec<f64>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| flatten(value, numbers)),
            value => numbers.push(value.as_f64().expect("a number")),
        }
    }
    let values: Value = serde_json::from_str(&read("notebook_values.json")).expect("JSON");
    let mut numbers = Vec::new();
    flatten(&values[key], &mut numbers);
    assert!(!numbers.is_empty(), "no {key}");
    numbers
}

fn assert_close<'a>(key: &str, found: impl IntoIterator<Item = &'a f32>, relative: f64) {
    let found: Vec<f64> = found.into_iter().map(|&value| value.into()).collect();
    let expected = recorded(key);
    assert_eq!(found.len(), expected.len(), "{key}");
    for (found, expected) in found.iter().zip(expected) {
        let tolerance = relative * (1.0 + expected.abs());
        assert!((found - expected).abs() <= tolerance, "{key}: {found} for {expected}");
    }
}

#[test]
fn the_numbers_on_the_way_are_the_notebooks() {
    let x_all = data::lesson_blobs().data; // (1500, 2)
    assert_close("midp", &x_all.mean_axis(Axis(0)).expect("points"), 1e-6);
    let x = x_all.row(0);
    assert_close("x", x, 0.0);
    let difference = &x - &x_all; // (1500, 2)
    assert_close("x_minus_X_8", difference.slice(s![..8, ..]), 0.0);
    let squared = einsum!("ij,ij->i", difference, difference).expect("an equation");
    let distance = squared.sqrt(); // (1500)
    assert_close("dist_8", distance.slice(s![..8]), 1e-6);
    let weight = distance.mapv(|d| Weight::Gaussian(2.5).at(d)); // (1500)
    assert_close("weight_3", weight.slice(s![..3]), 1e-6);
}

#[test]
fn the_batch_of_five_is_the_notebooks() {
    let x_all = data::lesson_blobs().data; // (1500, 2)
    let weight = Array2::from_shape_fn((5, 1500), |(i, j)| {
        let difference = &x_all.row(i) - &x_all.row(j);
        Weight::Gaussian(2.0).at(difference.dot(&difference).sqrt())
    });
    let num = einsum!("ij,jk->ik", weight, x_all).expect("an equation"); // (5, 2)
    assert_close("num_einsum", &num, 1e-5);
    let div = weight.sum_axis(Axis(1)); // (5)
    assert_close("div", &div, 1e-5);
    let run = MeanShift::new(Weight::Gaussian(2.0)).batches(5).iterations(1).run(&x_all);
    assert_close("num_over_div", run.expect("points").points.slice(s![..5, ..]), 1e-6);
}
