//! Contracts two labelled arrays to one, and brings one array into a wanted form.

use super::buffer;
use super::element::Element;
use super::gemm;
use super::label::{Label, LabelSet};
use super::leaf::{One, Two};
use super::nest::Nest;
use super::plan::{Method, Roles};
use super::run;
use super::tensor::{Axis, Tensor};
use crate::Result;

/// A matrix product with at most this many columns is a few dot products per row.
const THIN: f64 = 4.0;

/// Multiplies `left` and `right` and sums every label that is not in `result`.
pub(super) fn contract<A: Element>(
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
            let product = gemm::multiply(left, right, roles, result, sizes)?;
            return in_form(product, result, sizes);
        }
    }
    dots(&left, &right, result, sizes)
}

/// Runs the loops over two arrays as they are.
fn dots<A: Element>(
    left: &Tensor<A>,
    right: &Tensor<A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    let nest = Nest::new(left, Some(right), result, sizes);
    let data = run::evaluate(&nest, Two(&left.data, &right.data))?;
    Ok(Tensor::row_major(data, result, sizes))
}

/// The second factor of a matrix product with its columns one behind the other, if they are few:
/// then each row of the first, contiguous in memory, is read once and met by them in turn.
fn thin_columns<A: Element>(
    left: &Tensor<A>,
    right: &Tensor<A>,
    roles: Roles,
    sizes: &[usize],
) -> Result<Option<Tensor<'static, A>>> {
    let is_sum = |axis: &&Axis| roles.sum.contains(axis.label);
    let mut sum: Vec<&Axis> = left.axes.iter().filter(is_sum).collect();
    sum.sort_by_key(|axis| -axis.stride.abs());
    let contiguous = sum.last().is_some_and(|axis| axis.stride == 1);
    if !contiguous || roles.right.volume(sizes) > THIN || roles.left.volume(sizes) <= THIN {
        return Ok(None);
    }
    let outer = (roles.batch | roles.right).iter();
    let labels: Vec<Label> = outer.chain(sum.iter().map(|axis| axis.label)).collect();
    arrange(right, &labels, sizes).map(Some)
}

/// Copies a tensor into row-major order of `result`, summing all other labels.
pub(super) fn arrange<A: Element>(
    tensor: &Tensor<A>,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    check_size::<A>(result, sizes)?;
    let nest = Nest::new(tensor, None, result, sizes);
    let data = run::evaluate(&nest, One(&tensor.data))?;
    Ok(Tensor::row_major(data, result, sizes))
}

/// A result whose elements cannot even be counted is refused before any stride is computed.
fn check_size<A>(result: &[Label], sizes: &[usize]) -> Result<usize> {
    buffer::count::<A>(result.iter().map(|&label| sizes[label as usize]))
}

/// A freshly computed tensor in row-major order of `result`, copied only if it is not yet.
fn in_form<A: Element>(
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
fn sum_out<'a, A: Element>(
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
