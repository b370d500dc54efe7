//! Carries out the contractions of a plan on arrays in memory.

mod arithmetic;
mod arrange;
mod buffer;
mod contract;
mod inner_kernel;
mod loop_nest;
mod matrix_product;
mod parallel;
mod reductions;
mod run;
mod tensor;

pub use arithmetic::Arithmetic;

use super::equation::Binding;
use super::plan::Contraction;
use crate::Result;
use arrange::arrange;
use contract::contract;
use ndarray::ArrayViewD;
use tensor::Tensor;

/// The elements of the output in row-major order.
///
/// # Errors
/// A result that does not fit in memory.
pub(super) fn execute<A: Arithmetic>(
    binding: &Binding,
    contractions: &[Contraction],
    operands: &[ArrayViewD<A>],
) -> Result<Vec<A>> {
    if binding.sizes.contains(&0) {
        return buffer::zeros(buffer::count::<A>(binding.output_shape().into_iter())?);
    }
    let read = |(view, labels): (_, &Vec<_>)| Some(Tensor::read(view, labels));
    let mut tensors: Vec<Option<Tensor<A>>> =
        operands.iter().zip(&binding.operands).map(read).collect();
    for step in contractions {
        let pair = (tensors[step.left].take(), tensors[step.right].take());
        if let (Some(left), Some(right)) = pair {
            tensors.push(Some(contract(left, right, &step.result, &binding.sizes)?));
        }
    }
    match (operands.len(), tensors.into_iter().flatten().next()) {
        (1, Some(single)) => Ok(arrange(&single, &binding.output, &binding.sizes)?.into_data()),
        (_, Some(result)) => Ok(result.into_data()),
        (_, None) => Ok(vec![]),
    }
}
