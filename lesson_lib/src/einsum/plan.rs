//! The steps of an einsum: which pairs are contracted, and with what result.

use super::bind::Binding;
use super::label::{Label, LabelSet};
use super::order::{self, Strategy};

/// A contraction of two arrays into one.
pub(super) struct Step {
    /// Number of the first array: operands from 0 on, then the results of earlier steps.
    pub(super) left: usize,
    /// Number of the second array.
    pub(super) right: usize,
    /// The axes of the result, in order.
    pub(super) result: Vec<Label>,
}

/// The labels of two arrays, sorted by what becomes of them. Everything a contraction does
/// follows from these: `{batch, left, sum} · {batch, right, sum} → {batch, left, right}`.
#[derive(Clone, Copy)]
pub(super) struct Roles {
    /// In both arrays and in the result.
    pub(super) batch: LabelSet,
    /// In the first array and in the result.
    pub(super) left: LabelSet,
    /// In the second array and in the result.
    pub(super) right: LabelSet,
    /// In both arrays, not in the result: multiplied and summed.
    pub(super) sum: LabelSet,
    /// In one array only and not in the result: summed before the arrays meet.
    pub(super) lone: LabelSet,
}

impl Roles {
    pub(super) fn new(left: LabelSet, right: LabelSet, result: LabelSet) -> Self {
        let both = left & right;
        Roles {
            batch: both & result,
            left: (left - right) & result,
            right: (right - left) & result,
            sum: both - result,
            lone: (left | right) - both - result,
        }
    }

    /// The same roles for the two arrays the other way round.
    pub(super) fn swapped(self) -> Self {
        Roles { left: self.right, right: self.left, ..self }
    }

    /// How the pair is best contracted.
    pub(super) fn method(self, sizes: &[usize]) -> Method {
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
pub(super) enum Method {
    /// Nothing is summed: an elementwise or outer product.
    Product,
    /// Each element is met by one sum only: dot products, matrix times vector.
    Dots,
    /// Rows meet columns: a (batched) matrix product.
    MatrixProduct,
}

/// The pairs to contract. The last result has the output's axes in the output's order.
pub(super) fn steps(binding: &Binding, strategy: Strategy) -> Vec<Step> {
    let output: LabelSet = binding.output.iter().copied().collect();
    let terms = shared_labels(&binding.varying, output);
    let pairs = order::choose(strategy, &terms, output, &binding.sizes);
    let last = pairs.len().saturating_sub(1);
    let mut open: Vec<Option<LabelSet>> = terms.into_iter().map(Some).collect();
    let mut steps = Vec::with_capacity(pairs.len());
    for (i, (left, right)) in pairs.into_iter().enumerate() {
        let (a, b) = (take(&mut open, left), take(&mut open, right));
        let kept = order::kept(a | b, open.iter().flatten().copied(), output);
        let result =
            if i == last { binding.output.clone() } else { natural_order(Roles::new(a, b, kept)) };
        open.push(Some(kept));
        steps.push(Step { left, right, result });
    }
    steps
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
