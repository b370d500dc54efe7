//! NVIDIA's driver: whether it is there, and what it says when something fails.
#![allow(unsafe_code)]

use super::advice::Code;
use super::functions::DriverFunctions;
use crate::{Error, Result};
use cudarc::driver::sys::{self, CUdevice, CUdevice_attribute};
use std::ffi::{CStr, c_char};
use std::ops::Deref;
use std::ptr;
use std::sync::OnceLock;

/// The oldest driver that the course's kernels run on: NVRTC 12's code needs one of CUDA 12.
const OLDEST: (u32, u32) = (12, 0);

/// The driver, opened and started.
#[derive(Debug)]
pub(super) struct Driver(DriverFunctions);

impl Deref for Driver {
    type Target = DriverFunctions;

    fn deref(&self) -> &DriverFunctions {
        &self.0
    }
}

/// Opens the driver and starts it.
///
/// # Errors
/// [`Error::Device`] says what is missing, and how to get it.
pub(super) fn start(operation: &str) -> Result<&'static Driver> {
    static DRIVER: OnceLock<Driver> = OnceLock::new();
    let driver = match DRIVER.get() {
        Some(driver) => driver,
        None => {
            let opened = open().map_err(|problem| Error::device(operation, problem))?;
            DRIVER.get_or_init(|| opened)
        }
    };
    // SAFETY: the driver is open; starting it again does nothing.
    driver.check(operation, unsafe { (driver.cuInit)(0) })?;
    let version = driver.version();
    if version < OLDEST {
        let ((major, minor), (least, _)) = (version, OLDEST);
        let problem = format!(
            "the driver is for CUDA {major}.{minor}, and {least}.0 is the oldest that runs the \
             course's kernels: install a newer NVIDIA driver"
        );
        return Err(Error::device(operation, problem));
    }
    Ok(driver)
}

fn open() -> Result<Driver, String> {
    // SAFETY: opening a library runs its initialisers; these are the driver's own.
    if !unsafe { sys::is_culib_present() } {
        let help = "NVIDIA's driver (libcuda) is not on this machine. With an NVIDIA GPU: sudo \
                    ubuntu-drivers install (Ubuntu), sudo apt install nvidia-driver (Debian); \
                    without one, use Device::cpu()";
        return Err(help.into());
    }
    // SAFETY: the driver is present, and cudarc never closes it.
    let functions = unsafe { DriverFunctions::of(sys::culib()) };
    functions.map(Driver).map_err(|name| {
        format!(
            "the driver has no function {name}, as every driver since CUDA {}.0 has: install a \
             newer NVIDIA driver",
            OLDEST.0
        )
    })
}

impl Driver {
    /// The error that an answer to `operation` stands for, if any.
    pub fn check(&self, operation: &str, code: Code) -> Result<()> {
        code.result().map_err(|code| self.error(operation, code))
    }

    /// What to say of `code`, and what to do: `out of memory (CUDA_ERROR_OUT_OF_MEMORY): …`.
    pub fn error(&self, operation: &str, code: Code) -> Error {
        let words = self.text(self.0.cuGetErrorString, code);
        let name = self.text(self.0.cuGetErrorName, code);
        let error = match (words, name) {
            (Some(words), Some(name)) => format!("{words} ({name}, {})", code.0),
            _ => format!("error {}, for which this driver has no name", code.0),
        };
        Error::device(operation, format!("{error}: {}", code.advice()))
    }

    fn text(
        &self,
        function: unsafe extern "C" fn(Code, *mut *const c_char) -> Code,
        code: Code,
    ) -> Option<String> {
        let mut text = ptr::null();
        // SAFETY: `text` can be written.
        let known = unsafe { function(code, &mut text) }.is_success() && !text.is_null();
        // SAFETY: the driver's texts end in NUL and stay.
        known.then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
    }

    /// The GPU number `ordinal`.
    pub fn gpu(&self, operation: &str, ordinal: usize) -> Result<CUdevice> {
        let mut count = 0;
        // SAFETY: `count` can be written.
        self.check(operation, unsafe { (self.0.cuDeviceGetCount)(&mut count) })?;
        let number = i32::try_from(ordinal).ok().filter(|number| *number < count);
        let Some(number) = number else {
            return Err(match count {
                0 => self.error(operation, Code::NO_DEVICE),
                1 => Error::device(operation, "there is 1 GPU, and its number is 0"),
                count => {
                    let last = count - 1;
                    let problem = format!("there are {count} GPUs, numbered 0 to {last}");
                    Error::device(operation, problem)
                }
            });
        };
        let mut device = 0;
        // SAFETY: `device` can be written.
        self.check(operation, unsafe { (self.0.cuDeviceGet)(&mut device, number) })?;
        Ok(device)
    }

    /// The CUDA version that the driver is for; 0.0 if it does not say.
    pub fn version(&self) -> (u32, u32) {
        let mut version = 0;
        // SAFETY: `version` can be written.
        let _ = unsafe { (self.0.cuDriverGetVersion)(&mut version) };
        let version = version.unsigned_abs();
        (version / 1000, version % 1000 / 10)
    }

    /// The name of a GPU.
    pub fn name(&self, device: CUdevice) -> Result<String, Code> {
        let mut bytes = [0_u8; 256];
        // SAFETY: `bytes` has the length that is given; the driver ends the name with a NUL.
        unsafe { (self.0.cuDeviceGetName)(bytes.as_mut_ptr().cast(), 256, device) }.result()?;
        let name = CStr::from_bytes_until_nul(&bytes).unwrap_or_default();
        Ok(name.to_string_lossy().into_owned())
    }

    /// A number that a GPU has, such as its multiprocessors; the driver's are never negative.
    pub fn attribute(&self, device: CUdevice, which: CUdevice_attribute) -> Result<u32, Code> {
        let mut value = 0;
        // SAFETY: `value` can be written, and a wrong device is an error of the driver.
        unsafe { (self.0.cuDeviceGetAttribute)(&mut value, which, device) }.result()?;
        Ok(value.unsigned_abs())
    }

    /// All memory of a GPU in bytes.
    pub fn total_memory(&self, device: CUdevice) -> Result<u64, Code> {
        let mut bytes = 0;
        // SAFETY: `bytes` can be written, and a wrong device is an error of the driver.
        unsafe { (self.0.cuDeviceTotalMem_v2)(&mut bytes, device) }.result()?;
        Ok(bytes as u64)
    }
}
