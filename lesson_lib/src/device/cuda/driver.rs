//! NVIDIA's driver: whether it is there, and what it says when something fails.
#![allow(unsafe_code)]

use crate::{Error, Result};
use cudarc::driver::result::{self, DriverError};
use cudarc::driver::sys::{self, CUdevice, CUdevice_attribute, CUresult};
use std::ffi::CStr;

/// The oldest driver that the course's kernels run on: NVRTC 12's code needs one of CUDA 12.
const OLDEST: (u32, u32) = (12, 0);

/// Opens the driver and starts it.
///
/// # Errors
/// [`Error::Device`] says what is missing, and how to get it.
pub(super) fn start(operation: &str) -> Result<()> {
    // SAFETY: opening a library runs its initialisers; these are the driver's own.
    if !unsafe { sys::is_culib_present() } {
        let help = "NVIDIA's driver (libcuda) is not on this machine. With an NVIDIA GPU: sudo \
                    ubuntu-drivers install (Ubuntu), sudo apt install nvidia-driver (Debian); \
                    without one, use Device::cpu()";
        return Err(Error::device(operation, help));
    }
    result::init().map_err(|error| Error::device(operation, start_problem(error.0)))?;
    let version = version();
    if version < OLDEST {
        let ((major, minor), (least, _)) = (version, OLDEST);
        let problem = format!(
            "the driver is for CUDA {major}.{minor}, and {least}.0 is the oldest that runs the \
             course's kernels: install a newer NVIDIA driver"
        );
        return Err(Error::device(operation, problem));
    }
    Ok(())
}

/// Why the driver did not start.
fn start_problem(code: CUresult) -> String {
    match code {
        CUresult::CUDA_ERROR_NO_DEVICE => no_gpu(),
        CUresult::CUDA_ERROR_STUB_LIBRARY => "the libcuda that was found is the toolkit's stub, \
            not the driver: remove the folder `stubs` from LD_LIBRARY_PATH"
            .into(),
        CUresult::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH => "the driver's library and its kernel \
            module have different versions: restart the machine after the driver's update"
            .into(),
        code => format!("the driver does not start: {}", text(code)),
    }
}

fn no_gpu() -> String {
    "the driver is here, but it finds no GPU: `nvidia-smi` shows what it sees, and \
     CUDA_VISIBLE_DEVICES may hide some"
        .into()
}

/// The GPU number `ordinal`. The driver was started.
pub(super) fn gpu(operation: &str, ordinal: usize) -> Result<CUdevice> {
    let failed = |error: DriverError| Error::device(operation, text(error.0));
    let count = result::device::get_count().map_err(failed)?;
    let number = i32::try_from(ordinal).ok().filter(|number| *number < count);
    match (number, count) {
        (Some(number), _) => result::device::get(number).map_err(failed),
        (None, 0) => Err(Error::device(operation, no_gpu())),
        (None, 1) => Err(Error::device(operation, "there is 1 GPU, and its number is 0")),
        (None, count) => {
            let last = count - 1;
            Err(Error::device(operation, format!("there are {count} GPUs, numbered 0 to {last}")))
        }
    }
}

/// The CUDA version that the driver is for; 0.0 if it does not say.
pub(super) fn version() -> (u32, u32) {
    let mut version = 0;
    // SAFETY: the driver is present, and `version` can be written.
    let _ = unsafe { sys::cuDriverGetVersion(&mut version) };
    let version = version.unsigned_abs();
    (version / 1000, version % 1000 / 10)
}

/// The name of a GPU.
pub(super) fn name(device: CUdevice) -> Result<String, DriverError> {
    let mut bytes = [0_u8; 256];
    // SAFETY: `bytes` has the length that is given; the driver ends the name with a NUL.
    unsafe { sys::cuDeviceGetName(bytes.as_mut_ptr().cast(), 256, device) }.result()?;
    let name = CStr::from_bytes_until_nul(&bytes).unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

/// A number that a GPU has, such as its multiprocessors; the driver's are never negative.
pub(super) fn attribute(device: CUdevice, which: CUdevice_attribute) -> Result<u32, DriverError> {
    let mut value = 0;
    // SAFETY: `value` can be written, and a wrong device is an error of the driver.
    unsafe { sys::cuDeviceGetAttribute(&mut value, which, device) }.result()?;
    Ok(value.unsigned_abs())
}

/// All memory of a GPU in bytes.
pub(super) fn total_memory(device: CUdevice) -> Result<u64, DriverError> {
    let mut bytes = 0;
    // SAFETY: `bytes` can be written, and a wrong device is an error of the driver.
    unsafe { sys::cuDeviceTotalMem_v2(&mut bytes, device) }.result()?;
    Ok(bytes as u64)
}

/// What the driver says about one of its errors: `out of memory (CUDA_ERROR_OUT_OF_MEMORY)`.
pub(super) fn text(code: CUresult) -> String {
    match DriverError(code).error_string() {
        Ok(words) => format!("{} ({code:?})", words.to_string_lossy()),
        Err(_) => format!("{code:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_without_gpu_and_a_stub_are_told_apart() {
        assert!(start_problem(CUresult::CUDA_ERROR_NO_DEVICE).contains("finds no GPU"));
        assert!(start_problem(CUresult::CUDA_ERROR_STUB_LIBRARY).contains("stub"));
        let mismatch = start_problem(CUresult::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH);
        assert!(mismatch.contains("restart the machine"), "{mismatch}");
    }
}
