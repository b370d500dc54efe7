//! From an equation and operands to the result.

use super::bind::Binding;
use super::buffer;
use super::contract::{arrange, contract};
use super::element::Element;
use super::operand::{Rank, RankDimension};
use super::order::Strategy;
use super::parse::Equation;
use super::plan;
use super::tensor::Tensor;
use crate::{Error, Result};
use ndarray::{Array, ArrayD, ArrayViewD};

/// Computes `equation` over `operands`: letters that repeat are multiplied along, letters that are
/// not in the output are summed. [`einsum!`](crate::einsum!) is the convenient form.
///
/// All that numpy and PyTorch accept is accepted: an output after `->` or implied, spaces, small
/// and capital letters, `...`, axes of size 1 that broadcast, repeated letters (the diagonal),
/// empty axes, any number of operands. If the output leaves out the `...` of the inputs, its axes
/// are summed as PyTorch does; numpy rejects that. Operands may be views with any strides; a view
/// that skips elements, such as every second column, is copied before it is used.
///
/// ```
/// use lesson_lib::einsum::einsum;
/// use lesson_lib::prelude::*;
/// let a = array![[1.0, 2.0], [3.0, 4.0]];
/// let x = array![10.0, 1.0];
/// let y = einsum("ij,j->i", &[a.view().into_dyn(), x.view().into_dyn()])?;
/// assert_eq!(y, array![12.0, 34.0].into_dyn());
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// An equation that cannot be read, with a caret under the place; operands that do not fit it,
/// with the letter, the operands and the sizes; a result that does not fit in memory.
pub fn einsum<A: Element>(equation: &str, operands: &[ArrayViewD<A>]) -> Result<ArrayD<A>> {
    einsum_with(Strategy::Auto, equation, operands)
}

/// [`einsum`] with a chosen [`Strategy`] for the order of contractions.
///
/// # Errors
/// As [`einsum`].
pub fn einsum_with<A: Element>(
    strategy: Strategy,
    equation: &str,
    operands: &[ArrayViewD<A>],
) -> Result<ArrayD<A>> {
    A::einsum(strategy, equation, operands)
}

/// [`einsum_with`] itself; every [`Element`] has its own copy of it in this crate.
pub(super) fn evaluate<A: Element>(
    strategy: Strategy,
    equation: &str,
    operands: &[ArrayViewD<A>],
) -> Result<ArrayD<A>> {
    let equation = Equation::parse(equation)?;
    let shapes: Vec<&[usize]> = operands.iter().map(|operand| operand.shape()).collect();
    let binding = Binding::new(&equation, &shapes)?;
    let shape = binding.output_shape();
    let data = if binding.sizes.contains(&0) {
        buffer::zeros(buffer::count::<A>(shape.iter().copied())?)?
    } else {
        compute(&binding, strategy, operands)?
    };
    ArrayD::from_shape_vec(shape.as_slice(), data)
        .map_err(|_| Error::shape("einsum", [&shape[..]], "the result cannot be indexed"))
}

/// [`einsum`] whose result has a number of axes known to the compiler; called by
/// [`einsum!`](crate::einsum!), which counts the letters.
///
/// # Errors
/// As [`einsum`], and an equation whose result has another number of axes.
pub fn einsum_of_rank<const RANK: usize, A: Element>(
    equation: &str,
    operands: &[ArrayViewD<A>],
) -> Result<Array<A, <Rank<RANK> as RankDimension>::Dimension>>
where
    Rank<RANK>: RankDimension,
{
    let result = einsum(equation, operands)?;
    let shape = result.shape().to_vec();
    result.into_dimensionality().map_err(|_| {
        let problem = format!("the result does not have {RANK} axes");
        Error::shape(format!("einsum \"{equation}\""), [&shape[..]], problem)
    })
}

/// The elements of the output in row-major order; no axis is empty.
fn compute<A: Element>(
    binding: &Binding,
    strategy: Strategy,
    operands: &[ArrayViewD<A>],
) -> Result<Vec<A>> {
    let read = |(view, labels): (_, &Vec<_>)| Some(Tensor::read(view, labels));
    let mut tensors: Vec<Option<Tensor<A>>> =
        operands.iter().zip(&binding.operands).map(read).collect();
    for step in plan::steps(binding, strategy) {
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
