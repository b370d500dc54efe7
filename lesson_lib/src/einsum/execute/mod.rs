//! Carries out the contractions of a plan on arrays in memory.
//!
//! | file | what it does, in the order of a call |
//! |---|---|
//! | `tensor` | reads an operand in place: a label and a stride for each axis |
//! | `contract` | takes a pair and chooses between `matrix_product` and `loop_nest` |
//! | `arrange` | copies an array into another order of axes, and sums axes away |
//! | `matrix_product` | multiplies matrices by the `gemm` crate |
//! | `loop_nest` | writes a sum of products as loops over strided arrays |
//! | `run_nest` | runs those loops: chooses the innermost one, and the one to distribute |
//! | `parallel` | distributes tasks over the threads |
//! | `inner_kernel` | the innermost loop, vectorized by the compiler |
//! | `reductions` | its sums, pairwise for accuracy |
//! | `buffer` | memory for results, written once |
//! | `arithmetic` | what all of them need of a number |

mod arithmetic;
mod arrange;
mod buffer;
mod contract;
mod inner_kernel;
mod loop_nest;
mod matrix_product;
mod parallel;
mod reductions;
mod run_nest;
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
