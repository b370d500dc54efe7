//! Arrays print as PyTorch prints them: `data/print_cases.json`, written by `print_cases.py`.

use lesson_lib::ndarray::{ArrayD, IxDyn, Slice};
use lesson_lib::show::{PrintElement, PrintOptions, text_with};
use serde_json::Value;
use std::{fmt::Debug, str::FromStr};

#[test]
fn numbers_and_layout_are_those_of_torch() {
    let golden: Value = serde_json::from_str(include_str!("../../data/print_cases.json")).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    for case in cases {
        match case["dtype"].as_str().unwrap() {
            "float32" => compare::<f32>(case),
            "float64" => compare::<f64>(case),
            "int64" => compare::<i64>(case),
            "uint8" => compare::<u8>(case),
            "bool" => compare::<bool>(case),
            other => panic!("no element type {other}"),
        }
    }
}

/// Prints the array of `case`, and a view of every other element of a larger one.
fn compare<A: PrintElement + Clone + Debug + Default + FromStr<Err: Debug>>(case: &Value) {
    let shape: Vec<usize> = list(&case["shape"]);
    let values = case["values"].as_str().unwrap().split_whitespace();
    let values: Vec<A> = values.map(|text| text.parse().unwrap()).collect();
    let array = ArrayD::from_shape_vec(shape.clone(), values).unwrap();
    let expected = expected_text(case, A::DTYPE, &shape);
    assert_eq!(text_with(&array, &options(&case["options"])), expected, "{case}");

    let doubled: Vec<usize> = shape.iter().map(|n| 2 * n).collect();
    let mut spread = ArrayD::<A>::default(IxDyn(&doubled));
    let mut view = spread.slice_each_axis_mut(|_| Slice::new(0, None, 2));
    view.assign(&array);
    assert_eq!(text_with(&view, &options(&case["options"])), expected, "view: {case}");
}

/// Torch's text with the words of Rust for truth values, then the element type and the shape.
fn expected_text(case: &Value, dtype: &str, shape: &[usize]) -> String {
    let numbers = case["text"].as_str().unwrap().replace("True", "true").replace("False", "false");
    let kind = match shape {
        [n] => format!("{dtype} ({n},)"),
        _ => format!("{dtype} {shape:?}").replace('[', "(").replace(']', ")"),
    };
    let linewidth = case["options"]["linewidth"].as_u64().unwrap_or(80) as usize;
    let fits = !numbers.contains('\n') && numbers.len() + 2 + kind.len() <= linewidth;
    format!("{numbers}{}{kind}", if fits { "  " } else { "\n" })
}

fn options(json: &Value) -> PrintOptions {
    let size = |value: &Value| value.as_u64().unwrap() as usize;
    let options = json.as_object().unwrap().iter();
    options.fold(PrintOptions::new(), |options, (name, value)| match name.as_str() {
        "precision" => options.precision(size(value)),
        "linewidth" => options.linewidth(size(value)),
        "threshold" => options.threshold(size(value)),
        "edgeitems" => options.edgeitems(size(value)),
        "sci_mode" => options.sci_mode(value.as_bool().unwrap()),
        other => panic!("no option {other}"),
    })
}

fn list(json: &Value) -> Vec<usize> {
    json.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}
