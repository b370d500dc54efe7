//! Arrays in the memory of a device.

use super::Device;
use super::backend::{BufferSpan, Memory};
use super::element::{DeviceValue, bytes_of, bytes_of_mut};
use crate::error::shape_text;
use crate::show::{self, Show};
use crate::{Error, Result};
use ndarray::{Array, ArrayRef, Dimension, IntoDimension, IxDyn};
use std::marker::PhantomData;

/// An array in the memory of a [`Device`], row-major and without gaps; freed when dropped.
///
/// It knows its element type and its shape, so that a launch can be checked against the kernel.
pub struct Buffer<T, D = IxDyn> {
    memory: Box<dyn Memory>,
    device: Device,
    dim: D,
    element: PhantomData<T>,
}

impl Device {
    /// Copies `array`, owned or a view, to the device.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the sizes.
    pub fn upload<T: DeviceValue, D: Dimension>(
        &self,
        array: &ArrayRef<T, D>,
    ) -> Result<Buffer<T, D>> {
        Buffer::from_array(self, array)
    }

    /// A buffer of `f32` zeros of this shape, as PyTorch's `zeros`: `device.zeros((5, 10))`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the sizes.
    pub fn zeros<S: IntoDimension>(&self, shape: S) -> Result<Buffer<f32, S::Dim>> {
        self.zeros_of(shape)
    }

    /// A buffer of zeros of any type: `device.zeros_of::<i32, _>(10)`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the sizes.
    pub fn zeros_of<T: DeviceValue, S: IntoDimension>(
        &self,
        shape: S,
    ) -> Result<Buffer<T, S::Dim>> {
        Buffer::zeros(self, shape.into_dimension())
    }
}

impl<T: DeviceValue, D: Dimension> Buffer<T, D> {
    fn zeros(device: &Device, dim: D) -> Result<Self> {
        let bytes = bytes_in::<T, D>(&dim)?;
        let memory = device.backend().allocate(bytes)?;
        Ok(Self { memory, device: device.clone(), dim, element: PhantomData })
    }

    fn from_array(device: &Device, array: &ArrayRef<T, D>) -> Result<Self> {
        let dim = array.raw_dim();
        bytes_in::<T, D>(&dim)?;
        let standard = array.as_standard_layout();
        let memory = device.backend().upload(bytes_of(standard.as_slice().unwrap_or_default()))?;
        Ok(Self { memory, device: device.clone(), dim, element: PhantomData })
    }

    /// Copies `array` into the buffer.
    ///
    /// # Errors
    /// [`Error::Shape`] when the shapes differ.
    pub fn copy_from(&mut self, array: &ArrayRef<T, D>) -> Result<()> {
        if array.shape() != self.shape() {
            return Err(Error::shape(
                "copy_from",
                [self.shape(), array.shape()],
                "both must have the same shape",
            ));
        }
        let standard = array.as_standard_layout();
        self.memory.write(bytes_of(standard.as_slice().unwrap_or_default()))
    }

    /// Copies the buffer back to the host, after everything launched has ended.
    ///
    /// # Errors
    /// The fault of a kernel launched before, if the device reports it only now.
    pub fn download(&self) -> Result<Array<T, D>> {
        let mut array = Array::from_elem(self.dim.clone(), T::default());
        self.memory.read(bytes_of_mut(array.as_slice_mut().unwrap_or_default()))?;
        Ok(array)
    }

    /// A copy on another device, or another copy on the same.
    ///
    /// # Errors
    /// Those of [`download`](Buffer::download) and of [`Device::upload`].
    pub fn to(&self, device: &Device) -> Result<Self> {
        Self::from_array(device, &self.download()?)
    }

    /// The same numbers in another shape; nothing is copied.
    ///
    /// # Errors
    /// [`Error::Shape`] when the numbers of elements differ.
    pub fn reshape<E: IntoDimension>(self, shape: E) -> Result<Buffer<T, E::Dim>> {
        let dim = shape.into_dimension();
        if dim.size_checked() != Some(self.len()) {
            return Err(Error::shape(
                "reshape",
                [self.shape(), dim.slice()],
                "the numbers of elements differ",
            ));
        }
        Ok(Buffer { memory: self.memory, device: self.device, dim, element: PhantomData })
    }
}

impl<T, D: Dimension> Buffer<T, D> {
    /// The size along each axis.
    pub fn shape(&self) -> &[usize] {
        self.dim.slice()
    }

    /// The sizes as ndarray's dimension, `(rows, columns)` for a matrix after `.into_pattern()`.
    pub fn raw_dim(&self) -> D {
        self.dim.clone()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.dim.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The device that holds it.
    pub fn device(&self) -> &Device {
        &self.device
    }

    pub(super) fn memory(&self) -> &dyn Memory {
        &*self.memory
    }

    pub(super) fn memory_mut(&mut self) -> &mut dyn Memory {
        &mut *self.memory
    }
}

impl<T: DeviceValue, D: Dimension> Buffer<T, D> {
    /// The buffer to be read, without the number of axes in its type.
    pub fn view(&self) -> BufferView<'_, T> {
        let memory = self.memory();
        BufferView { memory, device: &self.device, shape: self.shape(), element: PhantomData }
    }
}

/// A borrowed [`Buffer`] without the number of axes in its type.
#[derive(Clone, Copy)]
pub struct BufferView<'a, T> {
    memory: &'a dyn Memory,
    device: &'a Device,
    shape: &'a [usize],
    element: PhantomData<T>,
}

impl<'a, T: DeviceValue> BufferView<'a, T> {
    /// The size along each axis.
    pub fn shape(&self) -> &'a [usize] {
        self.shape
    }

    /// The device that holds the buffer.
    pub fn device(&self) -> &'a Device {
        self.device
    }

    /// The same elements in another shape of the same size.
    pub(crate) fn with_shape<'b>(self, shape: &'b [usize]) -> BufferView<'b, T>
    where
        'a: 'b,
    {
        debug_assert_eq!(elements_in(shape), elements_in(self.shape));
        BufferView { shape, ..self }
    }

    pub(super) fn memory(&self) -> &'a dyn Memory {
        self.memory
    }

    pub(super) fn span(&self) -> BufferSpan {
        let (start, elements) = (self.memory.address(), elements_in(self.shape));
        BufferSpan { start, elements, element_size: size_of::<T>() }
    }
}

fn elements_in(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// The bytes of an array of this shape.
fn bytes_in<T, D: Dimension>(dim: &D) -> Result<usize> {
    let elements = dim.slice().iter().try_fold(1_usize, |n, &size| n.checked_mul(size));
    let bytes = elements.and_then(|n| n.checked_mul(size_of::<T>()));
    bytes.filter(|bytes| isize::try_from(*bytes).is_ok()).ok_or_else(|| {
        Error::shape("allocate", [dim.slice()], "it has more elements than there are addresses")
    })
}

impl<T: DeviceValue + show::PrintElement, D: Dimension> Show for Buffer<T, D> {
    fn text(&self) -> String {
        match self.download() {
            Ok(array) => format!("{}  on {}", array.text(), self.device),
            Err(error) => error.to_string(),
        }
    }
}

impl<T: DeviceValue, D: Dimension> std::fmt::Debug for Buffer<T, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer of {} {} on {}", T::LAYOUT, shape_text(self.shape()), self.device)
    }
}
