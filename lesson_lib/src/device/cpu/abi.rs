//! What Rust and a compiled kernel share: `shim/context.h`, `shared.h` and `kernels.h` declare the same structures.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_longlong, c_void};
use std::ptr;

/// Lanes of a warp.
pub(super) const LANES: u32 = 32;

/// The file name that messages and debug information give to the text around a kernel's own.
pub(super) use crate::device::translation_unit::AROUND as SHIM_NAME;

/// Where kernel code runs: see [`Context::state`].
pub(super) const IN_DEVICE: u32 = 0;
/// In the kernel's own code, which may be stopped anywhere.
pub(super) const IN_KERNEL: u32 = 1;

/// The kind of a warp call that is `__activemask()`, in its lowest [`KIND_BITS`] bits. It waits for no
/// lane, and is complete when those that can come have come. The other bits tell calls on one line
/// apart.
pub(super) const ACTIVE: c_int = 3;
pub(super) const KIND_BITS: u32 = 4;

/// Runs the threads of a block that have not been started; takes the addresses of the arguments.
pub(super) type Entry = unsafe extern "C" fn(*const *const u64);

/// What a kernel reads of its launch, and where its waits and failures go.
#[repr(C)]
pub(super) struct Context {
    pub thread: [u32; 3],
    pub block: [u32; 3],
    pub block_dim: [u32; 3],
    pub grid_dim: [u32; 3],
    /// The first thread of the block that has not been started.
    pub next: u32,
    /// Threads of the block.
    pub total: u32,
    /// The running thread's number in the block.
    pub current: u32,
    /// [`IN_DEVICE`] unless the kernel's own code runs, or a function of the C library for it.
    pub state: u32,
    pub tally: c_int,
    /// Whether every access is to be reported, not only those outside of buffers.
    pub recording: u32,
    pub dynamic: *mut u8,
    pub fixed: *mut u8,
    /// For each thread what it passes to a warp operation.
    pub shuffle_in: *mut u64,
    /// For each thread what its warp passed, once the operation is complete.
    pub shuffle_out: *mut u64,
    pub buffers: *const Range,
    pub buffer_count: usize,
    pub stack: Range,
    /// The address behind the last access that was checked.
    pub last: usize,
    pub hooks: *const Hooks,
    pub worker: *const c_void,
}

impl Context {
    pub fn new(block_dim: [u32; 3], grid_dim: [u32; 3], hooks: &'static Hooks) -> Self {
        Self {
            thread: [0; 3],
            block: [0; 3],
            block_dim,
            grid_dim,
            next: 0,
            total: block_dim.iter().product(),
            current: 0,
            state: IN_DEVICE,
            tally: 0,
            recording: 0,
            dynamic: ptr::null_mut(),
            fixed: ptr::null_mut(),
            shuffle_in: ptr::null_mut(),
            shuffle_out: ptr::null_mut(),
            buffers: ptr::null(),
            buffer_count: 0,
            stack: Range::default(),
            last: 0,
            hooks,
            worker: ptr::null(),
        }
    }
}

/// A range of addresses.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub start: usize,
    pub bytes: usize,
}

impl Range {
    /// Whether all of `bytes` bytes at `address` lie inside.
    pub fn holds(self, address: usize, bytes: usize) -> bool {
        let offset = address.wrapping_sub(self.start);
        offset < self.bytes && bytes <= self.bytes - offset
    }
}

/// The index along x, y and z of the element with this number, x first.
pub(super) fn index_in(number: u64, [x, y, _]: [u32; 3]) -> [u32; 3] {
    let (x, y) = (u64::from(x), u64::from(y));
    [number % x, number / x % y, number / x / y].map(|index| index as u32)
}

/// The functions that a kernel calls.
#[repr(C)]
pub(super) struct Hooks {
    pub barrier: unsafe extern "C" fn(*const c_void, *const c_char, c_int),
    pub warp: unsafe extern "C" fn(*const c_void, u32, c_int, *const c_char, c_int),
    pub access: unsafe extern "C" fn(*const c_void, usize, usize, c_int, usize),
    pub fail:
        unsafe extern "C" fn(*const c_void, c_int, *const c_char, c_longlong, *const c_char, c_int),
    pub print: unsafe extern "C" fn(*const c_void, *const u8, usize),
    pub allocate: unsafe extern "C" fn(*const c_void, usize) -> *mut c_void,
    pub release: unsafe extern "C" fn(*const c_void, usize, usize),
}

/// A place in the source, as `__FILE__` and `__LINE__` give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeMark {
    pub file: *const c_char,
    pub line: c_int,
}

// SAFETY: the text is a constant of a library that is loaded while its kernels run, and is only
// read.
unsafe impl Send for CodeMark {}
// SAFETY: as above.
unsafe impl Sync for CodeMark {}

/// A declaration of `__shared__` memory: where its variables lie.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub offset: usize,
    pub bytes: usize,
    /// The number of the kernel that declares it; negative when another function does.
    pub owner: c_int,
    pad: c_int,
}

/// The kinds of [`Hooks::fail`].
pub(super) mod failure {
    pub const ASSERT: i32 = 0;
    pub const TRAP: i32 = 1;
    pub const INACTIVE_LANE: i32 = 2;
    pub const INDEX: i32 = 3;
    pub const DIVISION: i32 = 4;
    pub const END: i32 = 5;
    pub const GRID: i32 = 6;
}
