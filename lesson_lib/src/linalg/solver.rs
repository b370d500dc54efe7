//! The decomposition itself, by one-sided Jacobi rotations in double precision.

use super::factors::Svd;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

/// The most passes over all pairs; ten are usual.
const SWEEPS: usize = 60;
/// A column whose square is below this, where the largest entry is about 1, counts as zero: its
/// products would lose their digits.
const ZERO: f64 = 1e-280;
/// Entries whose sizes differ by less than this share may differ by rounding alone.
const SAME_SIZE: f64 = 1e-9;

/// One part of the matrix: the two vectors, whose lengths are 1, and the singular value.
struct Part {
    left: Vec<f64>,
    value: f64,
    right: Vec<f64>,
}

/// The factors of `a: (m, n)`, all of whose values are finite; `None` if the rotations do not end.
pub(super) fn solve(a: ArrayView2<f64>) -> Option<Svd<f64>> {
    let is_wide = a.nrows() < a.ncols();
    let tall = if is_wide { a.t() } else { a };
    let (length, scale) = (tall.nrows(), power_of_two(a));
    let mut columns = with_unit_vectors(tall, scale);
    orthogonalize(&mut columns, length)?;
    let mut parts: Vec<Part> = columns.into_iter().map(|column| part(column, length)).collect();
    parts.sort_by(|a, b| b.value.total_cmp(&a.value));
    fill_up(&mut parts);
    for part in &mut parts {
        part.value *= scale;
        if is_wide {
            std::mem::swap(&mut part.left, &mut part.right);
        }
        fix_signs(part);
    }
    Some(assembled(&parts, a.dim()))
}

/// A power of two near the largest value: dividing by it rounds nothing, and no square is then too
/// large.
fn power_of_two(a: ArrayView2<f64>) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    let largest = a.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    f64::from_bits(largest.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// The columns of `a` in units of `scale`, each followed by a row of the identity: what turns the
/// columns then makes the right singular vectors of these.
fn with_unit_vectors(a: ArrayView2<f64>, scale: f64) -> Vec<Vec<f64>> {
    let n = a.ncols();
    let unit = |i: usize| (0..n).map(move |j| f64::from(u8::from(i == j)));
    let columns = a.columns().into_iter().enumerate();
    columns
        .map(|(i, column)| column.iter().map(|value| value / scale).chain(unit(i)).collect())
        .collect()
}

/// Turns the columns until the first `length` entries of any two are perpendicular.
fn orthogonalize(columns: &mut [Vec<f64>], length: usize) -> Option<()> {
    (0..SWEEPS).any(|_| !sweep(columns, length)).then_some(())
}

/// Makes each pair of columns perpendicular once, which disturbs other pairs; whether there was
/// anything to do. The longest column comes first, so that there is soon less and less
/// (P. de Rijk, "A one-sided Jacobi algorithm for computing the singular value decomposition on a
/// vector computer", 1989).
fn sweep(columns: &mut [Vec<f64>], length: usize) -> bool {
    let mut squares: Vec<f64> = columns.iter().map(|column| square(&column[..length])).collect();
    let perpendicular = f64::EPSILON * (length as f64).sqrt();
    let mut turned = false;
    for i in 0..columns.len() {
        let rest = i..columns.len();
        let longest = rest.max_by(|&a, &b| squares[a].total_cmp(&squares[b])).unwrap_or(i);
        columns.swap(i, longest);
        squares.swap(i, longest);
        for j in i + 1..columns.len() {
            let (head, tail) = columns.split_at_mut(j);
            let (first, second) = (&mut head[i], &mut tail[0]);
            let product = dot(&first[..length], &second[..length]);
            let size = (squares[i] * squares[j]).sqrt();
            if squares[j] < ZERO || product.abs() <= perpendicular * size {
                continue;
            }
            let tangent = tangent(squares[i], squares[j], product);
            rotate(first, second, tangent);
            squares[i] += tangent * product;
            // Taking the same from a small square would leave only rounding errors of it.
            squares[j] = square(&second[..length]);
            turned = true;
        }
    }
    turned
}

/// The tangent of the smaller angle that makes two columns perpendicular, by their squares and
/// their product.
fn tangent(first: f64, second: f64, product: f64) -> f64 {
    let cotangent_of_double = (first - second) / (2.0 * product);
    1.0_f64.copysign(cotangent_of_double)
        / (cotangent_of_double.abs() + cotangent_of_double.hypot(1.0))
}

fn rotate(first: &mut [f64], second: &mut [f64], tangent: f64) {
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for (a, b) in first.iter_mut().zip(second) {
        (*a, *b) = (cosine * *a + sine * *b, cosine * *b - sine * *a);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    ArrayView1::from(a).dot(&ArrayView1::from(b))
}

fn square(a: &[f64]) -> f64 {
    dot(a, a)
}

/// A column that is perpendicular to all others, with the right singular vector behind it.
fn part(mut left: Vec<f64>, length: usize) -> Part {
    let right = left.split_off(length);
    let square = square(&left);
    let value = if square < ZERO { 0.0 } else { square.sqrt() };
    left.iter_mut().for_each(|entry| *entry /= value);
    Part { left, value, right }
}

/// Gives parts whose value is zero, the last ones, a left vector that is perpendicular to those
/// before.
fn fill_up(parts: &mut [Part]) {
    for i in 0..parts.len() {
        let (before, rest) = parts.split_at_mut(i);
        if rest[0].value == 0.0 {
            let left = &mut rest[0].left;
            *left = axis_least_used(before, left.len());
            // What rounding leaves of the others the second time takes away.
            (0..2).for_each(|_| subtract_all(left, before));
        }
    }
}

/// The unit vector of the axis along which these parts reach least.
fn axis_least_used(parts: &[Part], length: usize) -> Vec<f64> {
    let mut used = vec![0.0; length];
    for part in parts {
        used.iter_mut().zip(&part.left).for_each(|(sum, entry)| *sum += entry * entry);
    }
    let least = (0..length).min_by(|&a, &b| used[a].total_cmp(&used[b])).unwrap_or(0);
    (0..length).map(|axis| f64::from(u8::from(axis == least))).collect()
}

/// What is left of a vector without its shares of these parts, with length 1.
fn subtract_all(vector: &mut [f64], parts: &[Part]) {
    for part in parts {
        let share = dot(vector, &part.left);
        vector.iter_mut().zip(&part.left).for_each(|(entry, other)| *entry -= share * other);
    }
    let length = square(vector).sqrt();
    vector.iter_mut().for_each(|entry| *entry /= length);
}

/// Turns both vectors of a part around where that makes the largest entry of the left one positive.
///
/// Both signs are right, and which one comes out depends on the method. Of entries that are equally
/// large the first decides.
fn fix_signs(part: &mut Part) {
    let largest = part.left.iter().fold(0.0_f64, |largest, entry| largest.max(entry.abs()));
    let decides = |entry: &&f64| entry.abs() >= largest * (1.0 - SAME_SIZE);
    if part.left.iter().find(decides).is_some_and(|entry| *entry < 0.0) {
        part.left.iter_mut().chain(&mut part.right).for_each(|entry| *entry = -*entry);
    }
}

fn assembled(parts: &[Part], (m, n): (usize, usize)) -> Svd<f64> {
    let r = parts.len();
    Svd {
        u: Array2::from_shape_fn((m, r), |(row, i)| parts[i].left[row]),
        s: Array1::from_iter(parts.iter().map(|part| part.value)),
        vt: Array2::from_shape_fn((r, n), |(i, column)| parts[i].right[column]),
    }
}
