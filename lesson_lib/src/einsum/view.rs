//! Equations that only rename, reorder or repeat axes: their result is a view.
#![allow(unsafe_code)]

use super::equation::{Binding, Label, Name};
use crate::{Error, Result};
use ndarray::{ArrayViewD, Axis, IxDyn, ShapeBuilder};

/// The result of an equation of one operand without a sum as a view of that operand: transposes
/// and diagonals, without a copy, as numpy gives them.
///
/// ```
/// use lesson_lib::einsum::einsum_view;
/// use lesson_lib::prelude::*;
/// let a = array![[1, 2], [3, 4]];
/// assert_eq!(einsum_view("ii->i", &a.view().into_dyn())?, array![1, 4].into_dyn());
/// assert_eq!(einsum_view("ij->ji", &a.view().into_dyn())?, a.t().into_dyn());
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// As [`einsum`](super::einsum); and an equation with several operands or with a sum.
pub fn einsum_view<'a, A>(
    equation: &str,
    operand: &ArrayViewD<'a, A>,
) -> Result<ArrayViewD<'a, A>> {
    let binding = Binding::new(equation, &[operand.shape()])?;
    let summed = binding.operands[0].iter().find(|label| !binding.output.contains(label));
    if let Some(&label) = summed {
        return Err(not_a_view(equation, binding.name(label)));
    }
    let (view, labels) = diagonal(operand.clone(), &binding.operands[0]);
    let axis_of = |label| labels.iter().position(|other| other == label);
    let axes: Vec<usize> = binding.output.iter().filter_map(axis_of).collect();
    Ok(view.permuted_axes(axes))
}

fn not_a_view(equation: &str, summed: Name) -> Error {
    let problem = format!("letter `{summed}` is summed, and a sum is not a view: use einsum");
    Error::argument(format!("einsum_view \"{equation}\""), problem)
}

/// Joins the axes of each repeated label to its diagonal; also returns the labels that remain.
fn diagonal<'a, A>(view: ArrayViewD<'a, A>, labels: &[Label]) -> (ArrayViewD<'a, A>, Vec<Label>) {
    let mut merged: Vec<(Label, usize, isize)> = Vec::with_capacity(labels.len());
    for ((&label, &size), &stride) in labels.iter().zip(view.shape()).zip(view.strides()) {
        match merged.iter_mut().find(|(other, ..)| *other == label) {
            Some((.., sum)) => *sum += stride,
            None => merged.push((label, size, stride)),
        }
    }
    let remaining = merged.iter().map(|&(label, ..)| label).collect();
    (strided(view, &merged), remaining)
}

/// A view of the same memory with other axes. Axes that run backwards are given to ndarray
/// forwards, from their last element, and then reversed.
fn strided<'a, A>(view: ArrayViewD<'a, A>, axes: &[(Label, usize, isize)]) -> ArrayViewD<'a, A> {
    let shape: Vec<usize> = axes.iter().map(|&(_, size, _)| size).collect();
    let strides: Vec<usize> = axes.iter().map(|&(.., stride)| stride.unsigned_abs()).collect();
    let back =
        |&(_, size, stride): &(Label, usize, isize)| (size as isize - 1).max(0) * stride.min(0);
    let lowest = if view.is_empty() { 0 } else { axes.iter().map(back).sum() };
    // SAFETY: index i of a merged axis is index i of each axis it was made of, so the new view
    // reaches only elements of `view`, whose lifetime it keeps; `lowest` is the offset of one.
    let mut result = unsafe {
        let shape = IxDyn(&shape).strides(IxDyn(&strides));
        ArrayViewD::from_shape_ptr(shape, view.as_ptr().offset(lowest))
    };
    for (axis, _) in axes.iter().enumerate().filter(|(_, axis)| axis.2 < 0) {
        result.invert_axis(Axis(axis));
    }
    result
}
