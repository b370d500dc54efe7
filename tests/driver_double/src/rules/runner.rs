//! Has a launch run by the test.
#![allow(unsafe_code)]

use super::{Answer, Launch};
use crate::interface::{RawBytes, RawConstant, RawLaunch};
use std::ffi::CString;

/// A function of the test that runs kernels; it returns the driver's code for how that ended.
#[derive(Clone, Copy, Debug)]
pub struct Runner(pub unsafe extern "C" fn(*const RawLaunch) -> u32);

impl Runner {
    /// Runs `launch`; `values` are its values and what its pointers lead to, written in place.
    pub fn launch(
        self,
        launch: &Launch,
        constants: &[(String, Vec<u8>)],
        values: &mut [Vec<u8>],
    ) -> Answer {
        let text = |text: &str| CString::new(text).unwrap_or_default();
        let kernel = text(&launch.kernel.name);
        let arguments: Vec<RawBytes> = values.iter_mut().map(|value| RawBytes::of(value)).collect();
        let names: Vec<CString> = constants.iter().map(|(name, _)| text(name)).collect();
        let mut copies: Vec<Vec<u8>> = constants.iter().map(|(_, value)| value.clone()).collect();
        let constants: Vec<RawConstant> = names
            .iter()
            .zip(&mut copies)
            .map(|(name, value)| RawConstant { name: name.as_ptr(), value: RawBytes::of(value) })
            .collect();
        let raw = RawLaunch {
            kernel: kernel.as_ptr(),
            blocks: launch.blocks,
            threads: launch.threads,
            shared: launch.shared,
            arguments: arguments.as_ptr(),
            argument_count: arguments.len(),
            constants: constants.as_ptr(),
            constant_count: constants.len(),
        };
        // SAFETY: the test gave a function of this type, and all that `raw` leads to lives until
        // it returns.
        match unsafe { (self.0)(&raw) } {
            0 => Ok(()),
            code => Err(code),
        }
    }
}
