//! Comparing two sets of values, element by element.

use super::{Numeric, Tolerance, Values, ValuesOf, pass, tolerance::short};
use crate::error::shape_text;
use crate::text::{count, counted};
use crate::{Error, Result};
use std::fmt::Debug;

/// Checks that `actual` and `expected` have one shape and differ nowhere by more than
/// `tolerance · max(1, |expected|)`: an absolute tolerance for numbers up to 1, a relative one
/// above.
///
/// NaN equals nothing, not even NaN; an infinity equals itself. `f32` and `f64` may be mixed: all
/// comparing is done in `f64`.
///
/// # Errors
/// [`Error::Check`] says where the first difference is, how many there are, and the largest;
/// also when the shapes differ or there is nothing to compare. [`Error::Argument`] refuses a
/// tolerance that is negative or not finite.
///
/// ```
/// use lesson_lib::{check, ndarray::array};
/// let product = array![[1.0_f32, 2.0], [3.0, 4.0]].dot(&array![0.5, 0.25]);
/// check::close("row · column", &product, [1.0, 2.5], 1e-6)?;
/// let error = check::close("row · column", &product, [1.0, 2.0], 1e-6).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "check failed: row · column: at [1] got 2.5, expected 2.0 (off by 0.5, allowed 2e-6); \
///      1 of 2 values differs"
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn close<A, B>(name: &str, actual: A, expected: B, tolerance: f64) -> Result<()>
where
    A: Values<Item: Numeric>,
    B: Values<Item: Numeric>,
{
    check_close(name, &actual, &expected, Tolerance::Within(tolerance).validated("check::close")?)
}

/// Checks as `torch.allclose` does: `|actual − expected| ≤ atol + rtol · |expected|` everywhere.
///
/// # Errors
/// As [`close`].
///
/// ```
/// use lesson_lib::check;
/// check::close_with("a third", 0.3333, 1.0 / 3.0, 1e-3, 0.0)?;
/// assert!(check::close_with("a third", 0.3333, 1.0 / 3.0, 1e-5, 1e-8).is_err());
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn close_with<A, B>(name: &str, actual: A, expected: B, rtol: f64, atol: f64) -> Result<()>
where
    A: Values<Item: Numeric>,
    B: Values<Item: Numeric>,
{
    let tolerance = Tolerance::Allclose { rtol, atol }.validated("check::close_with")?;
    check_close(name, &actual, &expected, tolerance)
}

/// Checks that `actual` and `expected` have one shape and the same values.
///
/// # Errors
/// [`Error::Check`] as for [`close`].
///
/// ```
/// use lesson_lib::{check, ndarray::Array2};
/// check::equal("shape", Array2::<f32>::zeros((5, 10)).shape(), [5, 10])?;
/// check::equal("rows", Array2::<f32>::zeros((5, 10)).nrows(), 5)?;
/// let error = check::equal("labels", vec![0, 1, 1], [0, 1, 2]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "check failed: labels: at [2] got 1, expected 2; 1 of 3 values differs"
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn equal<A, B>(name: &str, actual: A, expected: B) -> Result<()>
where
    A: Values<Item: PartialEq>,
    B: ValuesOf<A::Item>,
{
    let shapes = (actual.lengths(), expected.lengths());
    let mut same = actual.values().zip(expected.values()).map(|(a, b)| a == b);
    let compared = all_same(&shapes, &mut same, &|i| texts_at(&actual, &expected, i));
    report(name, compared, "equal")
}

fn check_close<A, B>(name: &str, actual: &A, expected: &B, tolerance: Tolerance) -> Result<()>
where
    A: Values<Item: Numeric>,
    B: Values<Item: Numeric>,
{
    report(name, agree(actual, expected, tolerance), &format!("within {tolerance}"))
}

/// Prints the pass line with the number of values, or turns the problem into an error.
fn report(name: &str, compared: Result<usize, String>, verdict: &str) -> Result<()> {
    let n = compared.map_err(|problem| Error::check(name, problem))?;
    pass(name, &format!("{} {verdict}", counted(n, "value")));
    Ok(())
}

/// The number of values that agree, or what differs.
pub(crate) fn agree<A, B>(actual: &A, expected: &B, tolerance: Tolerance) -> Result<usize, String>
where
    A: Values<Item: Numeric>,
    B: Values<Item: Numeric>,
{
    let shapes = (actual.lengths(), expected.lengths());
    let pairs = actual.values().zip(expected.values());
    let mut pairs = pairs.map(|(a, b)| (a.to_f64(), b.to_f64()));
    all_close(&shapes, &mut pairs, tolerance, &|i| texts_at(actual, expected, i))
}

// What follows knows no type of array: generic code is compiled anew by every notebook cell that
// calls it, so the generic functions above only hand their values on.

/// The shapes of what was found and of what was expected.
type Shapes = (Vec<usize>, Vec<usize>);

/// The texts of the two values at a position.
type Texts<'a> = &'a dyn Fn(usize) -> (String, String);

fn texts_at<A: Values, B: Values>(actual: &A, expected: &B, i: usize) -> (String, String) {
    let text = |value: Option<&dyn Debug>| value.map_or_else(String::new, |v| format!("{v:?}"));
    let (actual, expected) = (actual.values().nth(i), expected.values().nth(i));
    (text(actual.as_ref().map(|v| v as _)), text(expected.as_ref().map(|v| v as _)))
}

/// The number of values when all are the `same`, or what differs.
fn all_same(
    shapes: &Shapes,
    same: &mut dyn Iterator<Item = bool>,
    texts: Texts,
) -> Result<usize, String> {
    let shape = same_shape(&shapes.0, &shapes.1)?;
    let mut differing = Differing::default();
    for (i, _) in same.enumerate().filter(|(_, same)| !same) {
        differing.add(i);
    }
    differing.verdict(&shape, texts, "")
}

/// The number of values when all `pairs` are close, or what differs.
fn all_close(
    shapes: &Shapes,
    pairs: &mut dyn Iterator<Item = (f64, f64)>,
    tolerance: Tolerance,
    texts: Texts,
) -> Result<usize, String> {
    let shape = same_shape(&shapes.0, &shapes.1)?;
    let mut differing = Differing::default();
    let (mut note, mut largest) = (String::new(), None);
    for (i, (actual, expected)) in pairs.enumerate() {
        if !tolerance.accepts(actual, expected) {
            if differing.count == 0 {
                note = distance(actual, expected, tolerance);
            }
            differing.add(i);
            let size = (actual - expected).abs();
            if !size.is_nan() && largest.is_none_or(|(_, most)| size >= most) {
                largest = Some((i, size));
            }
        }
    }
    let several = differing.count > 1;
    let problem = differing.verdict(&shape, texts, &note);
    match largest {
        Some((i, size)) if several => {
            problem.map_err(|text| format!("{text}, most{} by {}", place(i, &shape), short(size)))
        }
        _ => problem,
    }
}

/// How many values differ, and the position of the first.
#[derive(Default)]
struct Differing {
    count: usize,
    first: usize,
}

impl Differing {
    fn add(&mut self, i: usize) {
        if self.count == 0 {
            self.first = i;
        }
        self.count += 1;
    }

    /// The number of values where all agree; otherwise the message, in which `note` comments on
    /// the first difference.
    fn verdict(&self, shape: &[usize], texts: Texts, note: &str) -> Result<usize, String> {
        let n = shape.iter().product();
        if self.count == 0 {
            return Ok(n);
        }
        let (actual, expected) = texts(self.first);
        let head = format!("{} got {actual}, expected {expected}{note}", place(self.first, shape));
        let verb = if self.count == 1 { "differs" } else { "differ" };
        Err(match n {
            1 => head.trim_start().to_owned(),
            n => {
                let (differing, all) = (count(self.count), counted(n, "value"));
                format!("{}; {differing} of {all} {verb}", head.trim_start())
            }
        })
    }
}

fn same_shape(actual: &[usize], expected: &[usize]) -> Result<Vec<usize>, String> {
    let texts = (shape_text(actual), shape_text(expected));
    if actual != expected {
        return Err(format!("got shape {}, expected {}", texts.0, texts.1));
    }
    if actual.contains(&0) {
        return Err(format!("nothing to compare: both have shape {}", texts.0));
    }
    Ok(actual.to_vec())
}

/// ` at [1, 0]` for the row-major position `i`; nothing for a single value.
fn place(mut i: usize, shape: &[usize]) -> String {
    let mut index = Vec::new();
    for size in shape.iter().rev() {
        index.insert(0, (i % size).to_string());
        i /= size;
    }
    if index.is_empty() { String::new() } else { format!(" at [{}]", index.join(", ")) }
}

/// The comment on two numbers that differ.
fn distance(actual: f64, expected: f64, tolerance: Tolerance) -> String {
    if actual.is_nan() || expected.is_nan() {
        return " (NaN equals nothing, not even NaN)".into();
    }
    let off = short((actual - expected).abs());
    if expected.is_infinite() {
        return format!(" (off by {off})");
    }
    format!(" (off by {off}, allowed {})", short(tolerance.allowed(expected)))
}
