//! What einsum takes on a device: buffers of any number of axes.

use crate::device::{Buffer, BufferView, Element};
use ndarray::Dimension;

/// A buffer of any number of axes, as an operand of [`DeviceEinsum`](super::DeviceEinsum).
pub trait BufferOperand<T> {
    /// The buffer without its number of axes in the type.
    fn view(&self) -> BufferView<'_, T>;
}

impl<T: Element, D: Dimension> BufferOperand<T> for Buffer<T, D> {
    fn view(&self) -> BufferView<'_, T> {
        Buffer::view(self)
    }
}
