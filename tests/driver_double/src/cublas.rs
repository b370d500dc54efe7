//! The functions of cuBLAS, with plain loops behind them.
#![allow(unsafe_code)]

use crate::host;
use crate::rules::{
    Answer, BlasHandle, CONTEXT, CURRENT, Matrices, Needs, Number, Product, State, Work, call,
};

/// Statuses of cuBLAS.
const NOT_INITIALIZED: u32 = 1;
const INVALID_VALUE: u32 = 7;
const EXECUTION_FAILED: u32 = 13;
const NOT_SUPPORTED: u32 = 15;

/// `CUBLAS_OP_N`, the matrices as they are.
const AS_THEY_ARE: u32 = 0;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cublasCreate_v2(handle: *mut usize) -> u32 {
    const NAME: &str = "cublasCreate_v2";
    call(NAME, Needs::Nothing, |state| {
        if state.fault.is_some() || CURRENT.get() != CONTEXT {
            return Err(NOT_INITIALIZED);
        }
        let new = state.handle();
        state.blas.insert(new, BlasHandle::default());
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, handle, new) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cublasDestroy_v2(handle: usize) -> u32 {
    const NAME: &str = "cublasDestroy_v2";
    call(NAME, Needs::Nothing, |state| {
        known(state, NAME, handle)?;
        state.blas.remove(&handle);
        Ok(())
    })
}

fn known<'s>(state: &'s mut State, function: &str, handle: usize) -> Answer<&'s mut BlasHandle> {
    if !state.blas.contains_key(&handle) {
        let rule = "the handle does not exist, or no more";
        return Err(state.broke(function, rule, NOT_INITIALIZED));
    }
    Ok(state.blas.entry(handle).or_default())
}

#[unsafe(no_mangle)]
pub extern "C" fn cublasSetStream_v2(handle: usize, stream: usize) -> u32 {
    const NAME: &str = "cublasSetStream_v2";
    call(NAME, Needs::Nothing, |state| {
        known(state, NAME, handle)?.stream = stream;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cublasSetMathMode(handle: usize, mode: u32) -> u32 {
    const NAME: &str = "cublasSetMathMode";
    call(NAME, Needs::Nothing, |state| {
        known(state, NAME, handle)?;
        must(state, NAME, mode == 0, "only the default mode keeps all digits of f32")
    })
}

fn must(state: &mut State, function: &str, holds: bool, rule: &str) -> Answer {
    if holds { Ok(()) } else { Err(state.broke(function, rule, INVALID_VALUE)) }
}

/// A matrix operand as cuBLAS is given it.
struct Operand {
    address: u64,
    leading: i32,
    stride: i64,
    rows: usize,
    columns: usize,
}

#[unsafe(no_mangle)]
pub extern "C" fn cublasGemmStridedBatchedEx(
    handle: usize,
    of_a: u32,
    of_b: u32,
    m: i32,
    n: i32,
    k: i32,
    alpha: usize,
    a: u64,
    type_of_a: u32,
    leading_of_a: i32,
    stride_of_a: i64,
    b: u64,
    type_of_b: u32,
    leading_of_b: i32,
    stride_of_b: i64,
    beta: usize,
    c: u64,
    type_of_c: u32,
    leading_of_c: i32,
    stride_of_c: i64,
    count: i32,
    compute: u32,
    _: i32,
) -> u32 {
    call(GEMM, Needs::Nothing, |state| {
        let stream = known(state, GEMM, handle)?.stream;
        if state.fault.is_some() || CURRENT.get() != CONTEXT {
            return Err(EXECUTION_FAILED);
        }
        let is_plain = of_a == AS_THEY_ARE && of_b == AS_THEY_ARE;
        must(state, GEMM, is_plain, "the double transposes no matrix")?;
        let types = [type_of_a, type_of_b, type_of_c];
        let number = number(types, compute).ok_or(NOT_SUPPORTED)?;
        must(state, GEMM, m >= 0 && n >= 0 && k >= 0 && count >= 0, "a size is negative")?;
        let [m, n, k, count] = [m, n, k, count].map(|size| size as usize);
        let factor = |state: &mut State, at| {
            let value = factor(number, at).ok_or(INVALID_VALUE);
            value.map_err(|code| state.broke(GEMM, "a factor cannot be read", code))
        };
        let (alpha, beta) = (factor(state, alpha)?, factor(state, beta)?);
        let operand = |address, leading, stride, rows, columns| Operand {
            address,
            leading,
            stride,
            rows,
            columns,
        };
        let a = matrices(state, number, count, operand(a, leading_of_a, stride_of_a, m, k))?;
        let b = matrices(state, number, count, operand(b, leading_of_b, stride_of_b, k, n))?;
        let c = matrices(state, number, count, operand(c, leading_of_c, stride_of_c, m, n))?;
        let product = Product { number, size: [m, k, n], count, a, b, c, alpha, beta };
        let places = [a.place, b.place, c.place];
        state.enqueue(GEMM, stream, &places, Work::Multiply(Box::new(product)))
    })
}

const GEMM: &str = "cublasGemmStridedBatchedEx";

/// The type, by the numbers of `cudaDataType_t` and `cublasComputeType_t`.
fn number(types: [u32; 3], compute: u32) -> Option<Number> {
    match (types, compute) {
        ([0, 0, 0], 68) => Some(Number::F32),
        ([1, 1, 1], 70) => Some(Number::F64),
        ([14, 14, 14], 68) => Some(Number::Bf16),
        _ => None,
    }
}

fn factor(number: Number, at: usize) -> Option<f64> {
    if number == Number::F64 {
        return Some(f64::from_ne_bytes(host::read(at, 8)?.try_into().ok()?));
    }
    Some(f32::from_ne_bytes(host::read(at, 4)?.try_into().ok()?).into())
}

/// The operand's matrices, which must all lie in one allocation.
fn matrices(state: &mut State, number: Number, count: usize, of: Operand) -> Answer<Matrices> {
    let Operand { rows, columns, .. } = of;
    let fits = of.leading >= 0 && of.leading as usize >= rows.max(1) && of.stride >= 0;
    must(state, GEMM, fits, "a leading dimension is less than the rows")?;
    let (leading, stride) = (of.leading as usize, of.stride as usize);
    let last = count.saturating_sub(1) * stride;
    let numbers = last + columns.saturating_sub(1) * leading + rows;
    let place = state.device_bytes(GEMM, of.address, numbers * number.size())?;
    Ok(Matrices { place, leading, stride })
}
