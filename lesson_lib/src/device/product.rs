//! Matrix products by the vendor's library; on the CPU, by the `gemm` crate.

use super::backend::Product;
use super::{Buffer, BufferView, Device, Element};
use crate::{Error, Result};
use ndarray::Ix2;

impl Device {
    /// `a: (m, k)` times `b: (k, n)` by the vendor's library: cuBLAS on a GPU, the host's
    /// [`gemm`](https://docs.rs/gemm) on the CPU.
    ///
    /// # Errors
    /// [`Error::Shape`] when the inner sizes differ; [`Error::Device`] when cuBLAS is missing.
    pub fn matmul<T: Element>(
        &self,
        a: &Buffer<T, Ix2>,
        b: &Buffer<T, Ix2>,
    ) -> Result<Buffer<T, Ix2>> {
        let mut c = self.zeros_of((a.shape()[0], b.shape()[1]))?;
        self.matmul_into(a, b, &mut c)?;
        Ok(c)
    }

    /// As [`matmul`](Device::matmul), into a buffer that is there already, `c: (m, n)`.
    ///
    /// # Errors
    /// Those of [`matmul`](Device::matmul).
    pub fn matmul_into<T: Element>(
        &self,
        a: &Buffer<T, Ix2>,
        b: &Buffer<T, Ix2>,
        c: &mut Buffer<T, Ix2>,
    ) -> Result<()> {
        let (m, k, n) = (a.shape()[0], a.shape()[1], b.shape()[1]);
        if b.shape()[0] != k || c.shape() != [m, n] {
            let shapes = [a.shape(), b.shape(), c.shape()];
            return Err(Error::shape("matmul", shapes, "they must be (m, k), (k, n) and (m, n)"));
        }
        for device in [a.device(), b.device(), c.device()] {
            if !device.same_device(self) {
                let problem = format!(
                    "a buffer is on {device}, the product runs on {self}: move it with `.to(&device)`"
                );
                return Err(Error::argument("matmul", problem));
            }
        }
        let (a, b, c) = (a.memory(), b.memory(), c.memory_mut());
        self.backend().multiply(Product { scalar: T::SCALAR, a, b, c, count: 1, m, k, n })
    }

    /// `c = a · b` for `count` matrices one after another, by the vendor's library:
    /// `a: (count, m, k)`, `b: (count, k, n)`, `c: (count, m, n)`, in whatever shapes the buffers
    /// have.
    ///
    /// # Panics
    /// When a buffer has another number of elements.
    ///
    /// # Errors
    /// [`Error::Device`] when cuBLAS is missing.
    pub(crate) fn matmul_batched<T: Element>(
        &self,
        a: BufferView<'_, T>,
        b: BufferView<'_, T>,
        c: &mut Buffer<T>,
        [count, m, k, n]: [usize; 4],
    ) -> Result<()> {
        let elements = [a.span().elements, b.span().elements, c.len()];
        assert_eq!(elements, [count * m * k, count * k * n, count * m * n]);
        let (a, b, c) = (a.memory(), b.memory(), c.memory_mut());
        self.backend().multiply(Product { scalar: T::SCALAR, a, b, c, count, m, k, n })
    }
}
