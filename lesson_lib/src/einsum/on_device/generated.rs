//! An equation as one generated kernel.

use crate::Result;
use crate::device::{Argument, Buffer, BufferView, Device, Element, IntoArgument, Launch, Source};
use crate::einsum::codegen::codegen;
use ndarray::IxDyn;

/// Runs the kernel of an equation, whose text is generated each time and compiled once.
pub(super) fn run<T: Element>(
    device: &Device,
    equation: &str,
    operands: &[BufferView<'_, T>],
) -> Result<Buffer<T>> {
    let shapes: Vec<&[usize]> = operands.iter().map(BufferView::shape).collect();
    let number = T::SCALAR.cuda_name();
    let kernel = codegen(equation, &shapes, number)?;
    let mut out = device.zeros_of(IxDyn(kernel.output_shape()))?;
    if out.is_empty() {
        return Ok(out);
    }
    let source = Source::text(format!("{equation} {number}"), kernel.source());
    let launch = Launch::over(out.len());
    let mut arguments: Vec<Argument> =
        operands.iter().map(|operand| operand.into_argument()).collect();
    arguments.push((&mut out).into_argument());
    arguments.extend(kernel.sizes().iter().map(|&size| size.into_argument()));
    device.compile_once(source)?.kernel("einsum")?.launch(launch, arguments)?;
    Ok(out)
}
