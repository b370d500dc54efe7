//! Comparing two sets of values, element by element.

use super::{Number, Tolerance, Values, pass, tolerance::short};
use crate::error::shape_text;
use crate::{Error, Result};

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
    A: Values<Item: Number>,
    B: Values<Item: Number>,
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
    A: Values<Item: Number>,
    B: Values<Item: Number>,
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
    B: Values<Item = A::Item>,
{
    let compared = compare(&actual, &expected, |a, b| a == b)
        .and_then(|outcome| outcome.verdict(|_, _| String::new()));
    match compared {
        Ok(n) => pass(name, &format!("{} equal", counted(n))),
        Err(problem) => return Err(Error::check(name, problem)),
    }
    Ok(())
}

fn check_close<A, B>(name: &str, actual: &A, expected: &B, tolerance: Tolerance) -> Result<()>
where
    A: Values<Item: Number>,
    B: Values<Item: Number>,
{
    match agree(actual, expected, tolerance) {
        Ok(n) => pass(name, &format!("{} within {tolerance}", counted(n))),
        Err(problem) => return Err(Error::check(name, problem)),
    }
    Ok(())
}

/// The number of values that agree, or what differs.
pub(crate) fn agree<A, B>(actual: &A, expected: &B, tolerance: Tolerance) -> Result<usize, String>
where
    A: Values<Item: Number>,
    B: Values<Item: Number>,
{
    let outcome = compare(actual, expected, |a, b| tolerance.accepts(*a, *b))?;
    let several = outcome.differing > 1;
    let problem = outcome.verdict(|a, b| distance(a.to_f64(), b.to_f64(), tolerance));
    match largest_difference(actual, expected) {
        Some((place, size)) if several => {
            problem.map_err(|text| format!("{text}, most{place} by {}", short(size)))
        }
        _ => problem,
    }
}

/// How two sets of values compare.
struct Outcome<A, B> {
    count: usize,
    differing: usize,
    first: Option<Difference<A, B>>,
}

/// Two values that differ, and where.
struct Difference<A, B> {
    place: String,
    actual: A,
    expected: B,
}

impl<A: std::fmt::Debug, B: std::fmt::Debug> Outcome<A, B> {
    /// The number of values where all agree; otherwise the message, in which `note` comments on
    /// the first difference.
    fn verdict(self, note: impl FnOnce(&A, &B) -> String) -> Result<usize, String> {
        let Some(Difference { place, actual, expected }) = self.first else {
            return Ok(self.count);
        };
        let note = note(&actual, &expected);
        let head = format!("{place} got {actual:?}, expected {expected:?}{note}");
        let verb = if self.differing == 1 { "differs" } else { "differ" };
        Err(match self.count {
            1 => head.trim_start().to_owned(),
            n => format!("{}; {} of {} {verb}", head.trim_start(), self.differing, counted(n)),
        })
    }
}

/// Compares value by value; two shapes that differ, or nothing to compare, is an error already.
fn compare<A: Values, B: Values>(
    actual: &A,
    expected: &B,
    same: impl Fn(&A::Item, &B::Item) -> bool,
) -> Result<Outcome<A::Item, B::Item>, String> {
    let shape = same_shape(&actual.lengths(), &expected.lengths())?;
    let mut outcome = Outcome { count: shape.iter().product(), differing: 0, first: None };
    for (i, (actual, expected)) in actual.values().zip(expected.values()).enumerate() {
        if !same(&actual, &expected) {
            outcome.differing += 1;
            let difference = || Difference { place: place(i, &shape), actual, expected };
            outcome.first = Some(outcome.first.unwrap_or_else(difference));
        }
    }
    Ok(outcome)
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

/// Where the numbers are furthest apart and how far, NaN left aside.
fn largest_difference<A, B>(actual: &A, expected: &B) -> Option<(String, f64)>
where
    A: Values<Item: Number>,
    B: Values<Item: Number>,
{
    let pairs = actual.values().zip(expected.values());
    let sizes = pairs.map(|(a, b)| (a.to_f64() - b.to_f64()).abs()).enumerate();
    let (i, size) = sizes.filter(|(_, size)| !size.is_nan()).max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((place(i, &actual.lengths()), size))
}

fn counted(n: usize) -> String {
    if n == 1 { "1 value".into() } else { format!("{n} values") }
}
