//! The error messages of einsum: which operand, which letter, which sizes, and where.

use super::label::Name;
use crate::Error;

/// A fault in the equation itself, with a caret under byte `at`.
fn syntax(text: &str, at: usize, problem: &str) -> Error {
    let indent = text[..at].chars().count();
    Error::argument("einsum", format!("{problem}\n    {text}\n    {:indent$}^", ""))
}

pub(super) fn unexpected_symbol(text: &str, at: usize, symbol: char) -> Error {
    let help = match symbol {
        ',' => "the output is one array, so no comma may follow `->`",
        '-' | '>' => "the arrow is written `->`, without a space and only once",
        _ => "axes are named by the letters a-z and A-Z",
    };
    syntax(text, at, &format!("unexpected `{symbol}` in the equation: {help}"))
}

pub(super) fn lone_dot(text: &str, at: usize) -> Error {
    syntax(text, at, "unexpected `.` in the equation: an ellipsis is three dots, `...`")
}

pub(super) fn second_ellipsis(text: &str, at: usize) -> Error {
    syntax(text, at, "a second `...` for one array: one stands for all axes without a letter")
}

pub(super) fn repeated_in_output(text: &str, at: usize, letter: char) -> Error {
    let problem = format!("letter `{letter}` stands twice in the output: write it once");
    syntax(text, at, &problem)
}

pub(super) fn unknown_in_output(text: &str, at: usize, letter: char) -> Error {
    let problem =
        format!("letter `{letter}` of the output is in no operand, so its size is unknown");
    syntax(text, at, &problem)
}

/// Names the operation in errors about shapes.
fn operation(text: &str) -> String {
    format!("einsum \"{text}\"")
}

pub(super) fn operand_count(text: &str, expected: usize, found: usize) -> Error {
    let plural = if expected == 1 { "" } else { "s" };
    let were = if found == 1 { "was" } else { "were" };
    let problem =
        format!("the equation names {expected} operand{plural}, but {found} {were} given");
    Error::argument(operation(text), problem)
}

pub(super) fn axis_count(
    text: &str,
    shapes: &[&[usize]],
    operand: usize,
    letters: usize,
    ellipsis: bool,
) -> Error {
    let axes = shapes[operand].len();
    let plural = |n: usize, one: &'static str, more: &'static str| if n == 1 { one } else { more };
    let help = if ellipsis {
        "`...` cannot stand for fewer than 0 axes"
    } else {
        "name every axis, or let `...` stand for the rest"
    };
    Error::shape(
        operation(text),
        shapes.iter().copied(),
        format!(
            "operand {operand} has {axes} {} but {letters} {}: {help}",
            plural(axes, "axis", "axes"),
            plural(letters, "letter", "letters"),
        ),
    )
}

pub(super) fn too_many_axes(text: &str, shapes: &[&[usize]]) -> Error {
    Error::shape(
        operation(text),
        shapes.iter().copied(),
        format!("at most {} different axes can be told apart", super::label::MAX_LABELS),
    )
}

/// Letter `name` has `size` on `axis` of `operand`, and another size at `earlier` (operand, axis).
pub(super) fn size_mismatch(
    text: &str,
    shapes: &[&[usize]],
    name: Name,
    earlier: (usize, usize),
    (operand, axis): (usize, usize),
) -> Error {
    let size = shapes[operand][axis];
    let before = shapes[earlier.0][earlier.1];
    let help = if earlier.0 == operand {
        format!(
            "letter `{name}` is repeated in operand {operand}, on axis {} of size {before} and \
             axis {axis} of size {size}: a diagonal needs equal sizes",
            earlier.1
        )
    } else {
        format!(
            "letter `{name}` is {before} in operand {} (axis {}) and {size} in operand {operand} \
             (axis {axis}): one letter has one size, or 1 to broadcast",
            earlier.0, earlier.1
        )
    };
    Error::shape(operation(text), shapes.iter().copied(), help)
}
