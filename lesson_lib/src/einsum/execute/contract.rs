//! Contracts two labelled arrays to one, by the method that suits their sizes.

use super::arithmetic::Arithmetic;
use super::arrange::{arrange, check_size};
use super::inner_kernel::Products;
use super::loop_nest::LoopNest;
use super::matrix_product;
use super::run_nest::run_nest;
use super::tensor::{StridedAxis, Tensor};
use crate::Result;
use crate::einsum::equation::{Label, LabelSet};
use crate::einsum::plan::{Method, Roles};

/// A matrix product with at most this many columns is computed as a few dot products per row.
const THIN: f64 = 4.0;

/// Multiplies `left` and `right` and sums every label that is not in `result`.
pub(super) fn contract<A: Arithmetic>(
    left: Tensor<A>,
    right: Tensor<A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    check_size::<A>(result, sizes)?;
    let kept = result.iter().copied().collect();
    let roles = Roles::new(left.labels(), right.labels(), kept);
    let left = sum_out(left, roles.lone, sizes)?;
    let right = sum_out(right, roles.lone, sizes)?;
    if roles.method(sizes) == Method::MatrixProduct {
        if let Some(columns) = thin_columns(&left, &right, roles, sizes)? {
            return dots(&left, &columns, result, sizes);
        }
        if let Some(rows) = thin_columns(&right, &left, roles.swapped(), sizes)? {
            return dots(&rows, &right, result, sizes);
        }
        if A::HAS_GEMM {
            let product = matrix_product::multiply(left, right, roles, result, sizes)?;
            return in_form(product, result, sizes);
        }
    }
    dots(&left, &right, result, sizes)
}

/// Runs the loops over two arrays where they lie.
fn dots<A: Arithmetic>(
    left: &Tensor<A>,
    right: &Tensor<A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    let nest = LoopNest::new(left, Some(right), result, sizes);
    let data = run_nest(&nest, Products(&left.data, &right.data))?;
    Ok(Tensor::row_major(data, result, sizes))
}

/// The second factor of a matrix product with its columns contiguous, if they are few and the rows
/// of the first are contiguous: each row is then read once, for its dot products with all columns.
fn thin_columns<A: Arithmetic>(
    left: &Tensor<A>,
    right: &Tensor<A>,
    roles: Roles,
    sizes: &[usize],
) -> Result<Option<Tensor<'static, A>>> {
    let is_sum = |axis: &&StridedAxis| roles.sum.contains(axis.label);
    let mut sum: Vec<&StridedAxis> = left.axes.iter().filter(is_sum).collect();
    sum.sort_by_key(|axis| -axis.stride.abs());
    let contiguous = sum.last().is_some_and(|axis| axis.stride == 1);
    if !contiguous || roles.right.volume(sizes) > THIN || roles.left.volume(sizes) <= THIN {
        return Ok(None);
    }
    let outer = (roles.batch | roles.right).iter();
    let labels: Vec<Label> = outer.chain(sum.iter().map(|axis| axis.label)).collect();
    arrange(right, &labels, sizes).map(Some)
}

/// A computed tensor in row-major order of `result`, copied only if it is in another order.
fn in_form<A: Arithmetic>(
    tensor: Tensor<'static, A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    let long = result.iter().copied().filter(|&label| sizes[label as usize] > 1);
    if long.eq(tensor.axes.iter().map(|axis| axis.label)) {
        return Ok(tensor);
    }
    arrange(&tensor, result, sizes)
}

/// Sums the labels of `lone` that the tensor has.
fn sum_out<'a, A: Arithmetic>(
    tensor: Tensor<'a, A>,
    lone: LabelSet,
    sizes: &[usize],
) -> Result<Tensor<'a, A>> {
    if (tensor.labels() & lone).is_empty() {
        return Ok(tensor);
    }
    let kept = tensor.axes.iter().map(|axis| axis.label).filter(|&label| !lone.contains(label));
    arrange(&tensor, &kept.collect::<Vec<_>>(), sizes)
}
