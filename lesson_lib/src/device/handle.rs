//! The handle of a device, and which device is taken.

use super::backend::{Backend, MemoryInfo, Product};
use super::{Buffer, BufferView, Element, Kind, Module, Properties, Source, cpu, cuda};
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{ArrayRef, IntoDimension, Ix2};
use std::sync::Arc;
use std::{env, fmt};

/// A device that runs kernels: an NVIDIA GPU, or this machine's processor. Cheap to clone.
///
/// ```no_run
/// use lesson_lib::{device::{Device, Launch}, ndarray::{Array1, array}};
///
/// let device = Device::best()?;
/// let add = device.compile(r#"
///     // a: (n), b: (n), sum: (n)
///     extern "C" __global__ void add(const float* a, const float* b, float* sum, int n) {
///         int i = blockIdx.x * blockDim.x + threadIdx.x;
///         if (i < n) sum[i] = a[i] + b[i];
///     }
/// "#)?.kernel("add")?;
/// let (a, b) = (device.upload(&array![1_f32, 2.0])?, device.upload(&array![10_f32, 20.0])?);
/// let mut sum = device.zeros(2)?;
/// add.launch(Launch::over(2), (&a, &b, &mut sum, 2))?;
/// assert_eq!(sum.download()?, array![11.0, 22.0]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct Device(Arc<dyn Backend>);

impl Device {
    /// This machine's processor, at full speed: finds accesses far outside a buffer, but not
    /// races. [`Device::checked`] finds more.
    pub fn cpu() -> Self {
        Device(cpu::device(cpu::Mode::Fast))
    }

    /// This machine's processor with every access checked: bounds, races in shared memory, and
    /// shared memory read before it was written. Some ten times slower than [`Device::cpu`].
    pub fn checked() -> Self {
        Device(cpu::device(cpu::Mode::Checked))
    }

    /// The NVIDIA GPU number `ordinal`, from 0.
    ///
    /// # Errors
    /// [`Error::Device`] says what is missing: GPU, driver, or the compiler library NVRTC.
    pub fn cuda(ordinal: usize) -> Result<Self> {
        Ok(Device(cuda::device(ordinal)?))
    }

    /// The first GPU where there is one, else the processor. The environment variable
    /// `LESSON_DEVICE` decides instead: `cuda`, `cpu` or `checked`.
    ///
    /// # Errors
    /// [`Error::Device`] when `LESSON_DEVICE` asks for a GPU that cannot be used, and
    /// [`Error::Argument`] when it names none of these.
    pub fn best() -> Result<Self> {
        match env::var("LESSON_DEVICE").as_deref() {
            Err(_) | Ok("") => Ok(Self::cuda(0).unwrap_or_else(|_| Self::cpu())),
            Ok("cuda") => Self::cuda(0),
            Ok("cpu") => Ok(Self::cpu()),
            Ok("checked") => Ok(Self::checked()),
            Ok(other) => Err(Error::argument(
                "Device::best",
                format!("LESSON_DEVICE is “{other}”; write cuda, cpu or checked"),
            )),
        }
    }

    /// What the device is and what it allows.
    pub fn properties(&self) -> &Properties {
        self.0.properties()
    }

    /// Whether it is an NVIDIA GPU.
    pub fn is_cuda(&self) -> bool {
        self.properties().kind == Kind::Cuda
    }

    /// Whether this and `other` are one device, so that a buffer of one is a buffer of the other.
    pub fn is(&self, other: &Device) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (!self.is_cuda() && !other.is_cuda())
    }

    /// Free and total memory.
    ///
    /// # Errors
    /// [`Error::Device`] when the device does not answer.
    pub fn memory(&self) -> Result<MemoryInfo> {
        self.0.memory()
    }

    /// Copies `array`, owned or a view, to the device.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] with the sizes.
    pub fn upload<T: Element, D: ndarray::Dimension>(
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
    pub fn zeros_of<T: Element, S: IntoDimension>(&self, shape: S) -> Result<Buffer<T, S::Dim>> {
        Buffer::zeros(self, shape.into_dimension())
    }

    /// Compiles CUDA C: text, or a [`Source`] read from a file.
    ///
    /// # Errors
    /// [`Error::Compile`] with the compiler's messages; [`Error::Device`] when there is no compiler.
    pub fn compile(&self, source: impl Into<Source>) -> Result<Module> {
        Module::compile(self, &source.into())
    }

    /// Waits until everything that was launched has ended.
    ///
    /// # Errors
    /// [`Error::Fault`] of a kernel launched before.
    pub fn synchronize(&self) -> Result<()> {
        self.0.synchronize()
    }

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
            if !device.is(self) {
                let problem = format!(
                    "a buffer is on {device}, the product runs on {self}: move it with `.to(&device)`"
                );
                return Err(Error::argument("matmul", problem));
            }
        }
        let (a, b, c) = (a.memory(), b.memory(), c.memory_mut());
        self.0.multiply(Product { scalar: T::SCALAR, a, b, c, count: 1, m, k, n })
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
        self.0.multiply(Product { scalar: T::SCALAR, a, b, c, count, m, k, n })
    }

    pub(super) fn backend(&self) -> &dyn Backend {
        &*self.0
    }

    /// Whether `other` is this very backend. Not [`is`](Device::is): the processor and the checked
    /// processor share memory, but not what they have compiled.
    pub(super) fn has_backend_of(&self, other: &Device) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    #[cfg(test)]
    pub(super) fn of(backend: Arc<dyn Backend>) -> Self {
        Device(backend)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.properties().name)
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Device({self})")
    }
}

impl Show for Device {
    fn text(&self) -> String {
        self.properties().text()
    }
}
