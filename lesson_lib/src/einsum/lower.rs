//! An equation lowered to batched matrix products, for a device that has those.
//!
//! Every step is `{batch, left, sum} · {batch, sum, right} → {batch, left, right}` once both
//! arrays have their axes in that order, which a kernel for one operand sees to: diagonals, sums
//! of letters that no other array has, permutations.

use super::bind::Binding;
use super::label::{Label, LabelSet, MAX_LABELS};
use super::order::Strategy;
use super::parse::Equation;
use super::plan::{self, Roles};
use crate::{Error, Result};

/// The axes of an array, one letter each.
pub(crate) type Letters = String;

/// What a device does for one equation. Arrays are numbered: operands from 0, then each step's
/// result.
#[derive(Debug)]
pub(crate) struct Lowering {
    /// The letters of each operand; one that broadcasts over an axis has no letter there.
    pub(crate) operands: Vec<Letters>,
    /// The axes of each operand that have letters.
    pub(crate) kept_axes: Vec<Vec<usize>>,
    /// The products, in order.
    pub(crate) steps: Vec<Product>,
    /// The letters of the output.
    pub(crate) output: Letters,
    /// The shape of the output.
    pub(crate) output_shape: Vec<usize>,
}

/// One batched matrix product.
#[derive(Debug)]
pub(crate) struct Product {
    /// The first array's number, and its letters as the product wants them.
    pub(crate) left: (usize, Letters),
    /// The second array's.
    pub(crate) right: (usize, Letters),
    /// The result's letters.
    pub(crate) result: Letters,
    /// The result's shape.
    pub(crate) shape: Vec<usize>,
    /// How many products, and the sizes of each: `(m, k) · (k, n)`.
    pub(crate) sizes: [usize; 4],
}

/// Lowers `equation` for operands of these shapes.
///
/// # Errors
/// As [`einsum`](super::einsum()); more letters than there are names.
pub(crate) fn lower(equation: &str, shapes: &[&[usize]]) -> Result<Lowering> {
    let parsed = Equation::parse(equation)?;
    let binding = Binding::new(&parsed, shapes)?;
    let names = Names::new(&parsed, &binding)?;
    let varies = |operand: usize, label: &Label| binding.varying[operand].contains(*label);
    let axes = |operand: usize| {
        let labels = binding.operands[operand].iter().enumerate();
        labels.filter(move |(_, label)| varies(operand, label))
    };
    let count = binding.operands.len();
    let operands = (0..count).map(|k| axes(k).map(|(_, &label)| names.of(label)).collect());
    let kept_axes = (0..count).map(|k| axes(k).map(|(axis, _)| axis).collect());
    Ok(Lowering {
        operands: operands.collect(),
        kept_axes: kept_axes.collect(),
        steps: products(&binding, &names),
        output: binding.output.iter().map(|&label| names.of(label)).collect(),
        output_shape: binding.output_shape(),
    })
}

fn products(binding: &Binding, names: &Names) -> Vec<Product> {
    let mut sets = binding.varying.clone();
    let mut products = Vec::new();
    for step in plan::steps(binding, Strategy::Auto) {
        let result: LabelSet = step.result.iter().copied().collect();
        // Letters that neither array varies along are put in at the end, by broadcasting.
        let result = result & (sets[step.left] | sets[step.right]);
        let roles = Roles::new(sets[step.left], sets[step.right], result);
        let volume = |labels: LabelSet| labels.iter().map(|l| binding.sizes[l as usize]).product();
        let letters = |parts: [LabelSet; 3]| -> Letters {
            parts.into_iter().flat_map(LabelSet::iter).map(|label| names.of(label)).collect()
        };
        let kept = [roles.batch, roles.left, roles.right];
        let shape = kept.into_iter().flat_map(LabelSet::iter).map(|l| binding.sizes[l as usize]);
        products.push(Product {
            left: (step.left, letters([roles.batch, roles.left, roles.sum])),
            right: (step.right, letters([roles.batch, roles.sum, roles.right])),
            result: letters(kept),
            shape: shape.collect(),
            sizes: [roles.batch, roles.left, roles.sum, roles.right].map(volume),
        });
        sets.push(result);
    }
    products
}

/// A letter for every label: its own, or a free one for an axis of `...`.
struct Names(Vec<char>);

impl Names {
    fn new(equation: &Equation, binding: &Binding) -> Result<Self> {
        let used = |letter: &char| equation.text().contains(*letter);
        let mut free = ('a'..='z').chain('A'..='Z').filter(|letter| !used(letter));
        let name = |text: String| match text.chars().collect::<Vec<_>>()[..] {
            [letter] => Some(letter),
            _ => free.next(),
        };
        let names: Option<Vec<char>> =
            binding.names.iter().map(ToString::to_string).map(name).collect();
        names.map(Names).ok_or_else(|| {
            let problem =
                format!("at most 52 axes of up to {MAX_LABELS} can be lowered to products");
            Error::argument(format!("einsum \"{}\"", equation.text()), problem)
        })
    }

    fn of(&self, label: Label) -> char {
        self.0[label as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_becomes_a_batched_product() {
        let lowering = lower("bij,kbj->ikb", &[&[2, 3, 4], &[5, 2, 4]]).unwrap();
        let step = &lowering.steps[0];
        assert_eq!((step.left.1.as_str(), step.right.1.as_str()), ("bij", "bjk"));
        assert_eq!((step.result.as_str(), step.sizes), ("bik", [2, 3, 4, 5]));
        assert_eq!((lowering.output.as_str(), lowering.output_shape), ("ikb", vec![3, 5, 2]));
    }

    #[test]
    fn broadcast_axes_have_no_letter() {
        let lowering = lower("ij,ij->ij", &[&[1, 4], &[3, 4]]).unwrap();
        assert_eq!(lowering.operands, ["j", "ij"]);
        assert_eq!(lowering.kept_axes, [vec![1], vec![0, 1]]);
    }

    #[test]
    fn ellipsis_axes_get_free_letters() {
        let lowering = lower("...a,ab->...b", &[&[2, 3, 4], &[4, 5]]).unwrap();
        assert_eq!(lowering.operands, ["cda", "ab"]);
        assert_eq!(lowering.output, "cdb");
    }
}
