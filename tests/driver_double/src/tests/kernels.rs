//! The rules about modules, launches, NVRTC and cuBLAS.
#![allow(unsafe_code)]

use super::{allocated, broke, broke_nothing, fresh, open};
use crate::codes::{INVALID_HANDLE, INVALID_IMAGE, INVALID_VALUE};
use crate::cublas::*;
use crate::memory::{cuMemFreeAsync, cuMemFreeHost};
use crate::module::*;
use crate::nvrtc::*;
use crate::rules::state;
use crate::stream::cuStreamSynchronize;
use std::ffi::{CStr, CString, c_void};
use std::ptr;

/// A kernel `f(float4* a, int n)`, with the header and the macro that the library puts around it.
fn source() -> CString {
    const HEADER: &str = include_str!("../../../../lesson_lib/src/device/parameters.h");
    const ENTRY: &str = include_str!("../../../../lesson_lib/src/device/cuda/nvrtc/entry.h");
    let text = format!(
        "{HEADER}{ENTRY}\n__global__ void f(float4* a, int n) {{ a[n].x = 1; }}\n__CU_ENTRY(0, f)\n"
    );
    CString::new(text).unwrap()
}

/// A program of NVRTC, not compiled.
fn program() -> usize {
    let (text, mut program) = (source(), 0);
    // SAFETY: the text ends in NUL, and the result can be written.
    unsafe {
        assert_eq!(nvrtcCreateProgram(&mut program, text.as_ptr(), ptr::null(), 0, 0, 0), 0);
    }
    program
}

fn compile(program: usize, architecture: &CStr) -> u32 {
    let options = [architecture.as_ptr()];
    // SAFETY: there is one option, which ends in NUL.
    unsafe { nvrtcCompileProgram(program, 1, options.as_ptr()) }
}

/// A loaded module, and its kernel.
fn loaded() -> [usize; 2] {
    let (mut program, mut size, mut module, mut function) = (program(), 0, 0, 0);
    assert_eq!(compile(program, c"--gpu-architecture=sm_80"), 0);
    // SAFETY: the results can be written, the code has room, and the name ends in NUL.
    unsafe {
        assert_eq!(nvrtcGetCUBINSize(program, &mut size), 0);
        let mut code = vec![0_u8; size];
        assert_eq!(nvrtcGetCUBIN(program, code.as_mut_ptr()), 0);
        assert_eq!(nvrtcDestroyProgram(&mut program), 0);
        assert_eq!(cuModuleLoadData(&mut module, code.as_ptr().expose_provenance()), 0);
        let name = c"_Z1fP6float4i".as_ptr();
        assert_eq!(cuModuleGetFunction(&mut function, module, name), 0);
    }
    [module, function]
}

/// Launches `f` with `threads` in its one block and `shared` bytes, on memory at `address`.
fn launch(function: usize, [threads, shared]: [u32; 2], address: u64, stream: usize) -> u32 {
    let (a, n) = (address, 0_i32);
    let values: [*const c_void; 2] = [(&raw const a).cast(), (&raw const n).cast()];
    let values = values.as_ptr().expose_provenance();
    cuLaunchKernel(function, 1, 1, 1, threads, 1, 1, shared, stream, values, 0)
}

#[test]
fn a_sound_launch_breaks_no_rule() {
    let (_alone, stream) = open();
    let [module, function] = loaded();
    assert_eq!(launch(function, [1024, 48 << 10], allocated(16, stream), stream), 0);
    assert_eq!([cuStreamSynchronize(stream), cuModuleUnload(module)], [0, 0]);
    broke_nothing();
}

#[test]
fn a_block_has_a_limit() {
    let (_alone, stream) = open();
    let [_, function] = loaded();
    assert_eq!(launch(function, [1025, 0], allocated(16, stream), stream), INVALID_VALUE);
    broke("[1025, 1, 1] threads in a block");
}

#[test]
fn shared_memory_has_a_limit_until_more_is_allowed() {
    let (_alone, stream) = open();
    let ([_, function], address) = (loaded(), allocated(16, stream));
    assert_eq!(cuFuncSetAttribute(function, 8, 99 << 10), 0);
    assert_eq!(launch(function, [1, 99 << 10], address, stream), 0);
    broke_nothing();
    assert_eq!(launch(function, [1, (99 << 10) + 1], address, stream), INVALID_VALUE);
    broke("101377 bytes of shared memory");
}

#[test]
fn every_parameter_needs_a_value() {
    let (_alone, stream) = open();
    let ([_, function], address) = (loaded(), allocated(16, stream));
    let values = [(&raw const address).cast::<c_void>(), ptr::null()];
    let values = values.as_ptr().expose_provenance();
    assert_eq!(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, values, 0), INVALID_VALUE);
    broke("parameter 1 of f has no value");
}

#[test]
fn a_pointer_leads_to_memory_of_the_device() {
    let (_alone, stream) = open();
    let [_, function] = loaded();
    let address = allocated(16, stream);
    assert_eq!(cuMemFreeAsync(address, stream), 0);
    assert_eq!(launch(function, [1, 0], address, stream), INVALID_VALUE);
    broke("parameter 0 of f: ");
}

#[test]
fn a_pointer_is_aligned_to_its_type() {
    let (_alone, stream) = open();
    let [_, function] = loaded();
    assert_eq!(launch(function, [1, 0], allocated(64, stream) + 4, stream), INVALID_VALUE);
    broke("not aligned to its type");
}

#[test]
fn a_module_stays_while_its_kernels_are_to_run() {
    let (_alone, stream) = open();
    let [module, function] = loaded();
    assert_eq!(launch(function, [1, 0], allocated(16, stream), stream), 0);
    assert_eq!(cuModuleUnload(module), 0);
    broke("a kernel of the module is still to run");
}

#[test]
fn a_kernel_goes_with_its_module() {
    let (_alone, stream) = open();
    let [module, function] = loaded();
    assert_eq!(cuModuleUnload(module), 0);
    assert_eq!(launch(function, [1, 0], allocated(16, stream), stream), INVALID_HANDLE);
    broke("its module was unloaded");
}

#[test]
fn what_is_no_machine_code_is_not_loaded() {
    let _open = open();
    let (text, mut module) = ([b'x'; 64], 0);
    let image = text.as_ptr().expose_provenance();
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cuModuleLoadData(&mut module, image) }, INVALID_IMAGE);
}

#[test]
fn a_program_is_compiled_before_its_code_is_read() {
    let _alone = fresh();
    // SAFETY: the result can be written.
    assert_ne!(unsafe { nvrtcGetCUBINSize(program(), &mut 0) }, 0);
    broke("was not compiled");
}

#[test]
fn an_architecture_that_is_not_there_is_an_option_that_is_not_valid() {
    let _alone = fresh();
    assert_eq!(compile(program(), c"--gpu-architecture=sm_12345"), 5);
}

#[test]
fn a_program_is_destroyed_once() {
    let _alone = fresh();
    let program = program();
    let destroy = || {
        let mut program = program;
        // SAFETY: the program can be written.
        unsafe { nvrtcDestroyProgram(&mut program) }
    };
    assert_eq!(destroy(), 0);
    assert_ne!(destroy(), 0);
    broke("the program does not exist, or no more");
}

/// Multiplies matrices of `size` × `size` numbers in `bytes` bytes each, `leading` numbers to a column.
fn multiply(handle: usize, stream: usize, size: i32, leading: i32, bytes: usize) -> u32 {
    let [a, b, c] = [(); 3].map(|()| allocated(bytes, stream));
    let (one, zero) = (1_f32, 0_f32);
    let factor = |number: &f32| ptr::from_ref(number).expose_provenance();
    let (n, ld) = (size, leading);
    cublasGemmStridedBatchedEx(
        handle,
        0,
        0,
        n,
        n,
        n,
        factor(&one),
        a,
        0,
        ld,
        0,
        b,
        0,
        ld,
        0,
        factor(&zero),
        c,
        0,
        ld,
        0,
        1,
        68,
        -1,
    )
}

fn blas() -> usize {
    let mut handle = 0;
    // SAFETY: the result can be written.
    assert_eq!(unsafe { cublasCreate_v2(&mut handle) }, 0);
    handle
}

#[test]
fn a_product_is_put_on_a_stream() {
    let (_alone, stream) = open();
    assert_ne!(multiply(blas(), stream, 2, 2, 16), 0);
    broke("the default stream");
}

#[test]
fn a_products_matrices_lie_in_their_memory() {
    let (_alone, stream) = open();
    let handle = blas();
    assert_eq!(cublasSetStream_v2(handle, stream), 0);
    assert_eq!(multiply(handle, stream, 2, 3, 20), 0);
    broke_nothing();
    assert_ne!(multiply(handle, stream, 2, 3, 19), 0);
    broke("20 bytes from byte 0 of 19");
}

#[test]
fn a_column_is_as_long_as_its_rows() {
    let (_alone, stream) = open();
    let handle = blas();
    assert_eq!(cublasSetStream_v2(handle, stream), 0);
    assert_ne!(multiply(handle, stream, 2, 1, 64), 0);
    broke("leading dimension");
}

#[test]
fn a_planned_answer_is_given_once_and_a_fault_stays() {
    let (_alone, stream) = open();
    state().plan("cuStreamSynchronize", 1, 2);
    assert_eq!([(); 3].map(|()| cuStreamSynchronize(stream)), [0, 2, 0]);
    state().plan("cuStreamSynchronize", 0, 700);
    assert_eq!([(); 3].map(|()| cuStreamSynchronize(stream)), [700; 3]);
    assert_eq!(cuMemFreeHost(0), 700);
    broke_nothing();
}
