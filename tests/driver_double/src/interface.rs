//! How the libraries ask the test to run a kernel: they have no compiler for a GPU, and the test has the
//! CPU device. C's layout, because both sides have statics and memory of their own.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::{ptr, slice};

/// Bytes of the libraries.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawBytes {
    start: *mut u8,
    length: usize,
}

/// The value of a `__constant__` variable.
#[repr(C)]
#[derive(Debug)]
pub struct RawConstant {
    pub name: *const c_char,
    pub value: RawBytes,
}

/// A launch whose turn has come.
#[repr(C)]
#[derive(Debug)]
pub struct RawLaunch {
    pub kernel: *const c_char,
    pub blocks: [u32; 3],
    pub threads: [u32; 3],
    pub shared: u32,
    pub arguments: *const RawBytes,
    pub argument_count: usize,
    pub constants: *const RawConstant,
    pub constant_count: usize,
}

impl RawBytes {
    pub fn of(bytes: &mut [u8]) -> Self {
        Self { start: bytes.as_mut_ptr(), length: bytes.len() }
    }

    /// # Safety
    /// The libraries made it, and have not taken the memory back.
    unsafe fn copied(self) -> Vec<u8> {
        // SAFETY: as the caller promises.
        unsafe { slice::from_raw_parts(self.start, self.length) }.to_vec()
    }
}

/// A launch whose turn has come, for the test to run.
#[derive(Debug)]
pub struct KernelLaunch {
    /// The kernel's name, as its source has it.
    pub kernel: String,
    /// Blocks of the grid.
    pub blocks: [u32; 3],
    /// Threads of a block.
    pub threads: [u32; 3],
    /// Bytes of `extern __shared__` memory.
    pub shared: usize,
    /// For each parameter the bytes of its value or, for a pointer, the memory from there to the end
    /// of its allocation; what is written there is the kernel's result.
    pub arguments: Vec<Vec<u8>>,
    /// The module's variables.
    pub constants: Vec<(String, Vec<u8>)>,
}

impl KernelLaunch {
    /// Reads `raw`, has `run` run it, and writes its results back.
    ///
    /// # Safety
    /// The libraries made `raw` and wait for its result.
    pub unsafe fn answer(
        raw: *const RawLaunch,
        run: impl FnOnce(&mut Self) -> Result<(), u32>,
    ) -> u32 {
        // SAFETY: as the caller promises; each list is as long as it says, and each text ends in NUL.
        let (mut launch, arguments) = unsafe {
            let raw = &*raw;
            let arguments = slice::from_raw_parts(raw.arguments, raw.argument_count);
            let constants = slice::from_raw_parts(raw.constants, raw.constant_count);
            let text = |text| CStr::from_ptr(text).to_string_lossy().into_owned();
            let constants = constants.iter().map(|one| (text(one.name), one.value.copied()));
            let launch = Self {
                kernel: text(raw.kernel),
                blocks: raw.blocks,
                threads: raw.threads,
                shared: raw.shared as usize,
                arguments: arguments.iter().map(|bytes| bytes.copied()).collect(),
                constants: constants.collect(),
            };
            (launch, arguments)
        };
        let answer = run(&mut launch);
        for (bytes, result) in arguments.iter().zip(&launch.arguments) {
            let length = bytes.length.min(result.len());
            // SAFETY: the libraries wait, and `length` bytes are there on both sides.
            unsafe { ptr::copy_nonoverlapping(result.as_ptr(), bytes.start, length) };
        }
        answer.err().unwrap_or(0)
    }
}
