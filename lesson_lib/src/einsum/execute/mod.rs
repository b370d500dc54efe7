//! Carries out the contractions of a plan on arrays in memory.
//!
//! 1. `tensor` reads each operand where it lies, with a label and a stride for each axis.
//! 2. `contract` takes a pair, has `arrange` sum the labels that only one of the two has and the result lacks, and
//!    chooses between a `matrix_product`, by the `gemm` crate, and a `loop_nest`.
//! 3. `run` runs a loop nest: it chooses the loop to distribute over the threads (`parallel`) and
//!    the innermost one.
//! 4. `inner_kernel` is that innermost loop, vectorized by the compiler; `reductions` are its sums.
//!
//! Results are written once, to memory from `buffer`. `arithmetic` is what numbers must be able to
//! do.

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
