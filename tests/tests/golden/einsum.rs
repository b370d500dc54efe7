//! einsum against PyTorch: fifty equations with PyTorch's result in float32 and float64, or its
//! refusal.

use lesson_lib::einsum::{Number, einsum};
use lesson_lib::ndarray::{ArrayD, IxDyn};
use serde_json::Value;

/// What a case that PyTorch refuses must say here. The mixed types of the remaining refusal are
/// a compile error in Rust; numpy would promote them.
const REFUSALS: [(&str, usize, &str); 15] = [
    ("ij,jk->ik", 68, "letter `j` is 3 in operand 0 (axis 1) and 4 in operand 1 (axis 0)"),
    ("ij->ij", 70, "names 1 operand, but 2 were given"),
    ("i->i", 72, "operand 0 has 2 axes but 1 letter"),
    ("ii->i", 74, "letter `i` is repeated in operand 0, on axis 0 of size 2 and axis 1 of size 3"),
    ("ij->ii", 76, "letter `i` stands twice in the output"),
    ("ij->", 78, "names 1 operand, but 0 were given"),
    ("i*j->i", 80, "unexpected `*`"),
    ("..ij->ij", 82, "an ellipsis is three dots"),
    ("......ij->ij", 84, "a second `...` for one array"),
    ("ij->...i...", 86, "a second `...` for one array"),
    ("ij-ij", 88, "unexpected `-`"),
    ("ij->ij->ij", 90, "unexpected `-`"),
    ("ij-", 92, "unexpected `-`"),
    ("ij->i,j", 94, "the output is one array"),
    ("é->", 98, "unexpected `é`"),
];

const MIXED_TYPES: usize = 96;

fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/einsum_cases.json");
    let text = std::fs::read_to_string(path).expect("the golden file");
    let file: Value = serde_json::from_str(&text).expect("valid JSON");
    file["cases"].as_array().expect("a list of cases").clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn array(value: &Value) -> ArrayD<f64> {
    let list = |name: &str| value[name].as_array().unwrap();
    let shape: Vec<usize> = list("shape").iter().map(|size| number(size) as usize).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), list("data").iter().map(number).collect()).unwrap()
}

fn run<A: Number>(case: &Value, from: fn(f64) -> A) -> lesson_lib::Result<ArrayD<A>> {
    let operands = case["operands"].as_array().unwrap();
    let operands: Vec<ArrayD<A>> = operands.iter().map(|x| array(x).mapv(from)).collect();
    let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
    einsum(case["equation"].as_str().unwrap(), &views)
}

#[track_caller]
fn assert_close(case: &Value, actual: &ArrayD<f64>, expected: &ArrayD<f64>, tolerance: f64) {
    let id = format!("case {}, {}", case["id"], case["equation"]);
    assert_eq!(actual.shape(), expected.shape(), "{id}");
    for (&x, &y) in actual.iter().zip(expected) {
        let close = (x - y).abs() <= tolerance * (1.0 + y.abs());
        assert!(close || (x.is_nan() && y.is_nan()), "{id}: {x} instead of {y}");
    }
}

#[test]
fn results_agree_with_pytorch() {
    let cases = cases();
    let valid: Vec<_> = cases.iter().filter(|case| case.get("error").is_none()).collect();
    assert_eq!(valid.len(), 34);
    for case in valid {
        let single = run(case, |x| x as f32).unwrap().mapv(f64::from);
        assert_close(case, &single, &array(&case["result"]), 1e-6);
        let double = run(case, |x| x).unwrap();
        assert_close(case, &double, &array(&case["result_f64"]), 1e-14);
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let cases = cases();
    let refused: Vec<_> = cases.iter().filter(|case| case.get("error").is_some()).collect();
    assert_eq!(refused.len(), REFUSALS.len() + 1);
    for case in refused.into_iter().filter(|case| case["id"] != MIXED_TYPES) {
        let (equation, _, expected) =
            REFUSALS.iter().find(|(_, id, _)| case["id"] == *id).expect("a known case");
        assert_eq!(case["equation"], *equation);
        let message = run(case, |x| x).unwrap_err().to_string();
        assert!(message.contains(expected), "case {}: {message}", case["id"]);
    }
}
