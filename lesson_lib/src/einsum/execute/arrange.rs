//! Copies a labelled array into the order of axes that is wanted, and sums the axes that are not.

use super::arithmetic::Arithmetic;
use super::buffer;
use super::inner_kernel::Elements;
use super::loop_nest::LoopNest;
use super::run_nest::run_nest;
use super::tensor::Tensor;
use crate::Result;
use crate::einsum::equation::Label;

/// Copies a tensor into row-major order of `result`, summing all other labels.
pub(super) fn arrange<A: Arithmetic>(
    tensor: &Tensor<A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    check_size::<A>(result, sizes)?;
    let nest = LoopNest::new(tensor, None, result, sizes);
    let data = run_nest(&nest, Elements(&tensor.data))?;
    Ok(Tensor::row_major(data, result, sizes))
}

/// A result whose elements cannot even be counted is refused before any stride is computed.
pub(super) fn check_size<A>(result: &[Label], sizes: &[usize]) -> Result<usize> {
    buffer::count::<A>(result.iter().map(|&label| sizes[label as usize]))
}
