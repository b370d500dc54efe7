use super::*;
use crate::show::{Output, capture};
use crate::{Error, Result};
use ndarray::{Array2, arr0, array};

/// The lines that a check prints, and its result.
fn run(check: impl FnOnce() -> Result<()>) -> (Result<()>, Vec<String>) {
    let (result, shown) = capture(check);
    let lines = shown.into_iter().map(|output| match output {
        Output::Line(line) => line,
        Output::Block { .. } => panic!("a check shows lines only"),
    });
    (result, lines.collect())
}

/// The one line of a check that holds.
fn line(check: impl FnOnce() -> Result<()>) -> String {
    let (result, lines) = run(check);
    result.unwrap();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].clone()
}

/// The problem of a check that does not hold, which prints nothing.
fn problem(check: impl FnOnce() -> Result<()>) -> String {
    let (result, lines) = run(check);
    assert_eq!(lines, Vec::<String>::new());
    match result.unwrap_err() {
        Error::Check { problem, .. } => problem,
        other => panic!("not a check error: {other}"),
    }
}

#[test]
fn pass_lines_count_the_values() {
    let a = Array2::<f32>::ones((5, 10));
    assert_eq!(line(|| close("one loop", &a, &a, 1e-4)), "✓ one loop: 50 values within 1e-4");
    assert_eq!(line(|| close("mean", 0.67_f32, 0.6699, 0.5)), "✓ mean: 1 value within 0.5");
    assert_eq!(
        line(|| close_with("all", &a, &a, 1e-5, 1e-8)),
        "✓ all: 50 values within rtol 1e-5, atol 1e-8"
    );
    assert_eq!(line(|| equal("shape", a.shape(), [5, 10])), "✓ shape: 2 values equal");
    assert_eq!(line(|| equal("dim", a.dim(), (5, 10))), "✓ dim: 2 values equal");
    assert_eq!(line(|| equal("name", "a", String::from("a").as_str())), "✓ name: 1 value equal");
    assert_eq!(line(|| that("two\nlines", true, "")), "✓ two lines: holds");
    assert_eq!(line(|| rejects("e", Err::<(), _>("no\nway"), "no")), "✓ e: rejected: no way");
}

#[test]
fn shapes_are_compared_first() {
    let column = Array2::<f64>::zeros((3, 1));
    let row = column.t();
    assert_eq!(problem(|| close("t", &row, &column, 1.0)), "got shape (1, 3), expected (3, 1)");
    assert_eq!(problem(|| equal("v", vec![1], 1)), "got shape (1,), expected ()");
}

#[test]
fn nothing_is_no_evidence() {
    let empty = Array2::<f64>::zeros((0, 2));
    let text = "nothing to compare: both have shape (0, 2)";
    assert_eq!(problem(|| close("none", &empty, &empty, 1.0)), text);
    assert_eq!(problem(|| equal("none", &empty, &empty)), text);
}

#[test]
fn a_difference_has_a_place_and_a_size() {
    let expected = array![[1.0, 2.0], [3.0, 4.0]];
    let actual = array![[1.0, 2.5], [3.0, 5.0]];
    assert_eq!(
        problem(|| close("m", &actual, &expected, 0.0)),
        "at [0, 1] got 2.5, expected 2.0 (off by 0.5, allowed 0); 2 of 4 values differ, most at \
         [1, 1] by 1"
    );
    assert_eq!(
        problem(|| close("s", arr0(1.5_f32), 1.0, 1e-3)),
        "got 1.5, expected 1.0 (off by 0.5, allowed 1e-3)"
    );
    let transposed = actual.t();
    assert!(problem(|| equal("t", &transposed, &actual)).starts_with("at [0, 1] got 3.0,"));
}

#[test]
fn the_tolerance_is_relative_above_one() {
    assert!(close("below", 0.5 + 0.9e-3, 0.5, 1e-3).is_ok());
    assert!(close("below", 0.5 + 1.1e-3, 0.5, 1e-3).is_err());
    assert!(close("above", -1000.9, -1000.0, 1e-3).is_ok());
    assert!(close("above", -1001.1, -1000.0, 1e-3).is_err());
    assert!(close("exact", 0.1_f32, 0.1_f32, 0.0).is_ok());
    assert!(close_with("allclose", 0.0, 1e-9, 1e-5, 1e-8).is_ok());
    assert!(close_with("allclose", 1e-9, 0.0, 1e-5, 0.0).is_err());
}

#[test]
fn nan_and_infinity_are_never_near() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    for (actual, expected) in [(nan, nan), (nan, 1.0), (1.0, nan)] {
        let text = problem(|| close("nan", actual, expected, 1e6));
        assert!(text.ends_with("(NaN equals nothing, not even NaN)"), "{text}");
    }
    for (actual, expected) in [(inf, -inf), (1.0, inf), (inf, 1.0), (inf, nan)] {
        assert!(close("inf", actual, expected, 1e6).is_err(), "{actual} {expected}");
    }
    assert!(close("inf", [inf, -inf], [inf, -inf], 0.0).is_ok());
}

#[test]
fn a_senseless_tolerance_is_refused() {
    for tolerance in [-1e-9, f64::NAN, f64::INFINITY] {
        assert!(matches!(close("t", 1.0, 1.0, tolerance), Err(Error::Argument { .. })));
        assert!(matches!(close_with("t", 1.0, 1.0, 0.1, tolerance), Err(Error::Argument { .. })));
    }
}

#[test]
fn rejects_tells_success_from_another_error() {
    let wrong = problem(|| rejects("r", Err::<(), _>("too long"), "shape"));
    assert_eq!(wrong, "expected an error with “shape”, got: too long");
    let none = problem(|| rejects("r", Ok::<_, Error>(3), "shape"));
    assert_eq!(none, "expected an error with “shape”, but it succeeded");
}

#[test]
fn a_solved_exercise_prints_its_checks_and_one_line() {
    let (result, lines) = run(|| exercise("02-ex1", || equal("two", 1 + 1, 2)));
    assert!(result.is_ok());
    assert_eq!(lines, ["✓ two: 1 value equal", "✓ 02-ex1: solved"]);
}

#[test]
fn an_unsolved_exercise_says_so() {
    let unsolved = problem(|| exercise("x", || todo!()));
    assert!(unsolved.starts_with("not solved yet: put your code"), "{unsolved}");
    let hint = problem(|| exercise("x", || todo!("x: sum the rows")));
    assert!(hint.starts_with("not solved yet (sum the rows): put"), "{hint}");
    let panicked = problem(|| exercise("x", || panic!("index 3 out of bounds")));
    assert_eq!(panicked, "your code panicked: index 3 out of bounds");
    let vacuous = problem(|| exercise("x", || Ok(())));
    assert!(vacuous.contains("compares nothing"), "{vacuous}");
    assert_eq!(problem(|| exercise("x", || that("y", false, "look here"))), "look here");
}

#[test]
fn a_graded_check_hands_on_what_went_wrong() {
    assert!(graded(|| Ok(that("a", true, "")?)).is_ok());
    let error = graded(|| Ok(that("a", false, "look here")?)).unwrap_err();
    assert_eq!(error.to_string(), "check failed: a: look here");
    let error = graded(|| Ok("ten".parse::<i32>().map(drop)?)).unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    let error = graded(|| panic!("no")).unwrap_err();
    assert_eq!(error.to_string(), "panic: no");
}
