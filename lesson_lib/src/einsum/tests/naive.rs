//! The definition of einsum, as slow and as plain as it can be written: one loop over every
//! combination of all indices. It shares nothing with the library, not even the parser.

use ndarray::{ArrayD, ArrayViewD};
use std::collections::BTreeMap;

/// Computes `equation` in f64. The equation must be valid.
pub(super) fn einsum(equation: &str, operands: &[ArrayViewD<f64>]) -> ArrayD<f64> {
    let equation = equation.replace(' ', "");
    let (inputs, output) = match equation.split_once("->") {
        Some((inputs, output)) => (inputs, Some(output)),
        None => (equation.as_str(), None),
    };
    let terms: Vec<&str> = inputs.split(',').collect();
    let rank = terms.iter().zip(operands).map(|(term, x)| ellipsis(term, x.ndim())).max().unwrap();
    let axes: Vec<Vec<char>> = terms
        .iter()
        .zip(operands)
        .map(|(term, x)| expand(term, ellipsis(term, x.ndim()), rank))
        .collect();
    let output = match output {
        Some(output) => expand(output, rank, rank),
        None => implicit(&axes),
    };
    let mut sizes = BTreeMap::new();
    for (axes, x) in axes.iter().zip(operands) {
        for (&axis, &size) in axes.iter().zip(x.shape()) {
            let known = sizes.entry(axis).or_insert(1);
            *known = if size == 1 { *known } else { size };
        }
    }
    sum_over_all(&axes, &output, &sizes, operands)
}

fn sum_over_all(
    axes: &[Vec<char>],
    output: &[char],
    sizes: &BTreeMap<char, usize>,
    operands: &[ArrayViewD<f64>],
) -> ArrayD<f64> {
    let shape: Vec<usize> = output.iter().map(|axis| sizes[axis]).collect();
    let mut result = ArrayD::zeros(shape);
    let turns: usize = sizes.values().product();
    for turn in 0..turns {
        let mut rest = turn;
        let mut at = BTreeMap::new();
        for (&axis, &size) in sizes {
            at.insert(axis, rest % size);
            rest /= size;
        }
        let product: f64 = axes
            .iter()
            .zip(operands)
            .map(|(axes, x)| {
                let one = |(axis, &size): (&char, &usize)| if size == 1 { 0 } else { at[axis] };
                x[axes.iter().zip(x.shape()).map(one).collect::<Vec<_>>().as_slice()]
            })
            .product();
        result[output.iter().map(|axis| at[axis]).collect::<Vec<_>>().as_slice()] += product;
    }
    result
}

/// How many axes the `...` of `term` stands for.
fn ellipsis(term: &str, axes: usize) -> usize {
    if term.contains("...") { axes + 3 - term.len() } else { 0 }
}

/// Writes `...` as the last `count` of `rank` digits.
fn expand(term: &str, count: usize, rank: usize) -> Vec<char> {
    let digits: String = (rank - count..rank).map(|axis| char::from(b'0' + axis as u8)).collect();
    term.replace("...", &digits).chars().collect()
}

fn implicit(axes: &[Vec<char>]) -> Vec<char> {
    let all: Vec<char> = axes.concat();
    let mut output: Vec<char> = all.clone();
    output.retain(|axis| axis.is_ascii_digit() || all.iter().filter(|a| *a == axis).count() == 1);
    output.sort_unstable();
    output.dedup();
    output
}
