//! An equation as batched matrix products, one after another.

use super::lower::{BatchedProduct, Letters, Lowering};
use super::{BufferOperand, generated};
use crate::device::{Buffer, BufferView, Device, Element};
use crate::{Error, Result};
use ndarray::IxDyn;

/// Computes the products of `lowering`. The last result is the output, but for the order of its
/// axes and those of size 1.
pub(super) fn compute<T: Element>(
    device: &Device,
    lowering: Lowering,
    operands: &[&dyn BufferOperand<T>],
) -> Result<Buffer<T>> {
    let letters = lowering.operands.into_iter().zip(&lowering.kept_axes);
    let mut arrays: Vec<Lettered<T>> = operands
        .iter()
        .zip(letters)
        .map(|(operand, (letters, axes))| Lettered::operand(*operand, letters, axes))
        .collect();
    for product in lowering.products {
        arrays.push(multiply(device, &arrays, product)?);
    }
    let last = arrays.pop().ok_or_else(|| Error::argument("einsum", "no operand"))?;
    finish(device, last, &lowering.output)?.reshape(IxDyn(&lowering.output_shape))
}

fn multiply<'a, T: Element>(
    device: &Device,
    arrays: &[Lettered<'a, T>],
    product: BatchedProduct,
) -> Result<Lettered<'a, T>> {
    let left = arrange(device, &arrays[product.left.0], &product.left.1)?;
    let right = arrange(device, &arrays[product.right.0], &product.right.1)?;
    let mut result = device.zeros_of(IxDyn(&product.shape))?;
    device.matmul_batched(left.view(), right.view(), &mut result, product.sizes)?;
    Ok(Lettered { letters: product.result, shape: product.shape, data: Data::Result(result) })
}

/// An operand or a result, with a letter for each axis.
struct Lettered<'a, T> {
    letters: Letters,
    shape: Vec<usize>,
    data: Data<'a, T>,
}

enum Data<'a, T> {
    Operand(BufferView<'a, T>),
    Result(Buffer<T>),
}

impl<'a, T: Element> Lettered<'a, T> {
    /// An operand without its axes of size 1 that have no letter.
    fn operand(operand: &'a dyn BufferOperand<T>, letters: Letters, axes: &[usize]) -> Self {
        let view = operand.view();
        let shape = axes.iter().map(|&axis| view.shape()[axis]).collect();
        Lettered { letters, shape, data: Data::Operand(view) }
    }

    fn view(&self) -> BufferView<'_, T> {
        match &self.data {
            Data::Operand(view) => view.with_shape(&self.shape),
            Data::Result(buffer) => buffer.view(),
        }
    }
}

/// An array in the order that a product takes.
enum Arranged<'a, T> {
    InPlace(BufferView<'a, T>),
    Copy(Buffer<T>),
}

impl<T: Element> Arranged<'_, T> {
    fn view(&self) -> BufferView<'_, T> {
        match self {
            Arranged::InPlace(view) => *view,
            Arranged::Copy(buffer) => buffer.view(),
        }
    }
}

/// The array with its axes in the order of `wanted`; axes that `wanted` lacks are summed.
fn arrange<'a, T: Element>(
    device: &Device,
    array: &'a Lettered<'_, T>,
    wanted: &Letters,
) -> Result<Arranged<'a, T>> {
    if array.letters == *wanted {
        return Ok(Arranged::InPlace(array.view()));
    }
    copy(device, array, wanted).map(Arranged::Copy)
}

fn copy<T: Element>(
    device: &Device,
    array: &Lettered<'_, T>,
    wanted: &Letters,
) -> Result<Buffer<T>> {
    let equation = format!("{}->{wanted}", array.letters);
    generated::run(device, &equation, &[array.view()])
}

fn finish<T: Element>(
    device: &Device,
    last: Lettered<'_, T>,
    output: &Letters,
) -> Result<Buffer<T>> {
    match last.data {
        Data::Result(buffer) if last.letters == *output => Ok(buffer),
        _ => copy(device, &last, output),
    }
}
