//! An equation lowered to batched matrix products.
//!
//! Every product is `{batch, left, sum} · {batch, sum, right} → {batch, left, right}`. A kernel
//! brings each array into that form first: it reads diagonals, sums the letters that no other
//! array and no output has, and permutes axes.

use crate::einsum::equation::{Binding, Label, LabelSet, MAX_LABELS, Name};
use crate::einsum::plan::{Roles, Strategy, contractions};
use crate::{Error, Result};

/// The axes of an array, one letter each.
pub(super) type Letters = String;

/// What a device computes for one equation. Arrays are numbered: operands from 0 on, then the
/// result of each product.
#[derive(Debug)]
pub(super) struct Lowering {
    /// The letters of each operand; one that broadcasts over an axis has no letter there.
    pub(super) operands: Vec<Letters>,
    /// The axes of each operand that have letters.
    pub(super) kept_axes: Vec<Vec<usize>>,
    /// The products, in order.
    pub(super) products: Vec<BatchedProduct>,
    /// The letters of the output.
    pub(super) output: Letters,
    /// The shape of the output.
    pub(super) output_shape: Vec<usize>,
}

/// One batched matrix product.
#[derive(Debug)]
pub(super) struct BatchedProduct {
    /// The first array's number, and its letters in the order that the product takes.
    pub(super) left: (usize, Letters),
    /// The second array's.
    pub(super) right: (usize, Letters),
    /// The result's letters.
    pub(super) result: Letters,
    /// The result's shape.
    pub(super) shape: Vec<usize>,
    /// How many products, and the sizes of each: `(m, k) · (k, n)`.
    pub(super) sizes: [usize; 4],
}

/// Lowers `equation` for operands of these shapes.
///
/// # Errors
/// As [`einsum`](crate::einsum::einsum()); more axes than there are letters.
pub(super) fn lower(equation: &str, shapes: &[&[usize]]) -> Result<Lowering> {
    let binding = Binding::new(equation, shapes)?;
    let alphabet = Alphabet::new(&binding)?;
    let varies = |operand: usize, label: &Label| binding.varying[operand].contains(*label);
    let axes = |operand: usize| {
        let labels = binding.operands[operand].iter().enumerate();
        labels.filter(move |(_, label)| varies(operand, label))
    };
    let count = binding.operands.len();
    let operands = (0..count).map(|k| axes(k).map(|(_, &label)| alphabet.letter(label)).collect());
    let kept_axes = (0..count).map(|k| axes(k).map(|(axis, _)| axis).collect());
    Ok(Lowering {
        operands: operands.collect(),
        kept_axes: kept_axes.collect(),
        products: products(&binding, &alphabet),
        output: binding.output.iter().map(|&label| alphabet.letter(label)).collect(),
        output_shape: binding.output_shape(),
    })
}

fn products(binding: &Binding, alphabet: &Alphabet) -> Vec<BatchedProduct> {
    let mut sets = binding.varying.clone();
    let mut products = Vec::new();
    for step in contractions(binding, Strategy::Auto) {
        let result: LabelSet = step.result.iter().copied().collect();
        // Letters along which neither array varies are added at the end, by broadcasting.
        let result = result & (sets[step.left] | sets[step.right]);
        let roles = Roles::new(sets[step.left], sets[step.right], result);
        let volume = |labels: LabelSet| labels.iter().map(|l| binding.size(l)).product();
        let letters = |parts: [LabelSet; 3]| -> Letters {
            parts.into_iter().flat_map(LabelSet::iter).map(|label| alphabet.letter(label)).collect()
        };
        let kept = [roles.batch, roles.left, roles.right];
        let shape = kept.into_iter().flat_map(LabelSet::iter).map(|l| binding.size(l));
        products.push(BatchedProduct {
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

/// The letter of every label: its own, or a free one for an axis of `...`.
struct Alphabet(Vec<char>);

impl Alphabet {
    fn new(binding: &Binding) -> Result<Self> {
        let text = binding.equation.text();
        let mut free = ('a'..='z').chain('A'..='Z').filter(|&letter| !text.contains(letter));
        let letter = |name: &Name| match *name {
            Name::Letter(letter) => Some(letter),
            Name::Ellipsis(_) => free.next(),
        };
        let letters: Option<Vec<char>> = binding.names.iter().map(letter).collect();
        letters.map(Alphabet).ok_or_else(|| {
            let problem =
                format!("at most 52 axes of up to {MAX_LABELS} can be lowered to products");
            Error::argument(format!("einsum \"{text}\""), problem)
        })
    }

    fn letter(&self, label: Label) -> char {
        self.0[label as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_becomes_a_batched_product() {
        let lowering = lower("bij,kbj->ikb", &[&[2, 3, 4], &[5, 2, 4]]).unwrap();
        let step = &lowering.products[0];
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
