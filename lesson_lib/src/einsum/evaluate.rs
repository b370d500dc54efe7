//! From an equation and operands to the result.

use super::equation::Binding;
use super::execute::{Arithmetic, execute};
use super::plan::{Strategy, contractions};
use super::rank::{Rank, RankDimension};
use crate::{Error, Result};
use ndarray::{Array, ArrayD, ArrayViewD};

/// A number type of einsum: `f32`, `f64`, `i32` and `i64`.
///
/// Integers wrap around on overflow, as numpy's and PyTorch's do.
pub trait Number: Arithmetic {
    /// [`einsum_with`] for this type, compiled with the library: a generic function would be
    /// compiled again in every notebook cell that calls it.
    #[doc(hidden)]
    fn einsum(
        strategy: Strategy,
        equation: &str,
        operands: &[ArrayViewD<Self>],
    ) -> Result<ArrayD<Self>>;
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            fn einsum(
                strategy: Strategy,
                equation: &str,
                operands: &[ArrayViewD<Self>],
            ) -> Result<ArrayD<Self>> {
                evaluate(strategy, equation, operands)
            }
        }
    )*};
}

number!(f32, f64, i32, i64);

/// Computes `equation` over `operands`: arrays are multiplied along the letters that they share,
/// and letters that are not in the output are summed. [`einsum!`](crate::einsum!) is the convenient
/// form.
///
/// It accepts all that numpy and PyTorch accept: an output after `->` or implied, spaces, small
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
pub fn einsum<A: Number>(equation: &str, operands: &[ArrayViewD<A>]) -> Result<ArrayD<A>> {
    einsum_with(Strategy::Auto, equation, operands)
}

/// [`einsum`] with a chosen [`Strategy`] for the order of contractions.
///
/// # Errors
/// As [`einsum`].
pub fn einsum_with<A: Number>(
    strategy: Strategy,
    equation: &str,
    operands: &[ArrayViewD<A>],
) -> Result<ArrayD<A>> {
    A::einsum(strategy, equation, operands)
}

fn evaluate<A: Arithmetic>(
    strategy: Strategy,
    equation: &str,
    operands: &[ArrayViewD<A>],
) -> Result<ArrayD<A>> {
    let shapes: Vec<&[usize]> = operands.iter().map(|operand| operand.shape()).collect();
    let binding = Binding::new(equation, &shapes)?;
    let shape = binding.output_shape();
    let data = execute(&binding, &contractions(&binding, strategy), operands)?;
    ArrayD::from_shape_vec(shape.as_slice(), data)
        .map_err(|_| Error::shape("einsum", [&shape[..]], "the result cannot be indexed"))
}

/// [`einsum`] whose result has a number of axes known to the compiler; called by
/// [`einsum!`](crate::einsum!), which counts the letters.
///
/// # Errors
/// As [`einsum`], and an equation whose result has another number of axes.
pub fn einsum_of_rank<const RANK: usize, A: Number>(
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
