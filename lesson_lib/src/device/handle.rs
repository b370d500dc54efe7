//! A handle to a device, and how one is chosen.

use super::backend::{Backend, MemoryInfo};
use super::{Kind, Properties, cpu, cuda};
use crate::show::Show;
use crate::{Error, Result};
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
    pub fn same_device(&self, other: &Device) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (!self.is_cuda() && !other.is_cuda())
    }

    /// Free and total memory.
    ///
    /// # Errors
    /// [`Error::Device`] when the device does not answer.
    pub fn memory(&self) -> Result<MemoryInfo> {
        self.0.memory()
    }

    /// Waits until everything that was launched has ended.
    ///
    /// # Errors
    /// [`Error::Fault`] of a kernel launched before.
    pub fn synchronize(&self) -> Result<()> {
        self.0.synchronize()
    }

    pub(super) fn backend(&self) -> &dyn Backend {
        &*self.0
    }

    /// Whether `other` is this very backend. Not [`same_device`](Device::same_device): the processor and the checked
    /// processor share memory, but not what they have compiled.
    pub(super) fn same_backend(&self, other: &Device) -> bool {
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
