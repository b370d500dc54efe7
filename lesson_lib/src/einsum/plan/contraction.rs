//! The contractions of an einsum: which pairs of arrays meet, and what results.

use super::order::{self, Strategy};
use crate::einsum::equation::{Binding, Label, LabelSet};

/// A contraction of two arrays into one.
pub(crate) struct Contraction {
    /// Number of the first array: operands from 0 on, then the results of earlier contractions.
    pub(crate) left: usize,
    /// Number of the second array.
    pub(crate) right: usize,
    /// The axes of the result, in order.
    pub(crate) result: Vec<Label>,
}

/// The labels of two arrays, sorted by what happens to them. They determine all that a contraction
/// does: `{batch, left, sum} · {batch, right, sum} → {batch, left, right}`.
#[derive(Clone, Copy)]
pub(crate) struct Roles {
    /// In both arrays and in the result.
    pub(crate) batch: LabelSet,
    /// In the first array and in the result.
    pub(crate) left: LabelSet,
    /// In the second array and in the result.
    pub(crate) right: LabelSet,
    /// In both arrays, not in the result: multiplied and summed.
    pub(crate) sum: LabelSet,
    /// In one array only and not in the result: summed before the arrays meet.
    pub(crate) lone: LabelSet,
}

impl Roles {
    pub(crate) fn new(left: LabelSet, right: LabelSet, result: LabelSet) -> Self {
        let both = left & right;
        Roles {
            batch: both & result,
            left: (left - right) & result,
            right: (right - left) & result,
            sum: both - result,
            lone: (left | right) - both - result,
        }
    }

    /// The same roles with the two arrays exchanged.
    pub(crate) fn swapped(self) -> Self {
        Roles { left: self.right, right: self.left, ..self }
    }

    /// How the pair is best contracted.
    pub(crate) fn method(self, sizes: &[usize]) -> Method {
        let [rows, columns, terms] =
            [self.left, self.right, self.sum].map(|labels| labels.volume(sizes));
        if terms == 1.0 {
            Method::Product
        } else if rows > 1.0 && columns > 1.0 {
            Method::MatrixProduct
        } else {
            Method::Dots
        }
    }
}

/// The three ways to contract a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Nothing is summed: an elementwise or outer product.
    Product,
    /// No element is used twice: dot products, or a matrix times a vector.
    Dots,
    /// Every row meets every column: a (batched) matrix product.
    MatrixProduct,
}

/// The pairs to contract, in order. The last result has the output's axes in the output's order.
pub(crate) fn contractions(binding: &Binding, strategy: Strategy) -> Vec<Contraction> {
    let output: LabelSet = binding.output.iter().copied().collect();
    let terms = shared_labels(&binding.varying, output);
    let pairs = order::choose(strategy, &terms, output, &binding.sizes);
    let last = pairs.len().saturating_sub(1);
    let mut open: Vec<Option<LabelSet>> = terms.into_iter().map(Some).collect();
    let mut contractions = Vec::with_capacity(pairs.len());
    for (i, (left, right)) in pairs.into_iter().enumerate() {
        let (a, b) = (take(&mut open, left), take(&mut open, right));
        let kept = order::kept(a | b, open.iter().flatten().copied(), output);
        let result =
            if i == last { binding.output.clone() } else { natural_order(Roles::new(a, b, kept)) };
        open.push(Some(kept));
        contractions.push(Contraction { left, right, result });
    }
    contractions
}

/// The labels of each operand that the output or another operand has too; the rest are summed
/// before the operand meets another, so they cost nothing in any order.
fn shared_labels(terms: &[LabelSet], output: LabelSet) -> Vec<LabelSet> {
    let others = |i| terms.iter().enumerate().filter(move |&(j, _)| j != i).map(|(_, &term)| term);
    terms.iter().enumerate().map(|(i, &term)| order::kept(term, others(i), output)).collect()
}

fn take(open: &mut [Option<LabelSet>], index: usize) -> LabelSet {
    open[index].take().unwrap_or_default()
}

/// The order in which a batched matrix product writes its result without a transposition.
fn natural_order(roles: Roles) -> Vec<Label> {
    [roles.batch, roles.left, roles.right].into_iter().flat_map(LabelSet::iter).collect()
}
