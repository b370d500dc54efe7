//! Products of matrices by NVIDIA's library cuBLAS.
#![allow(unsafe_code)]

use super::super::Scalar;
use super::super::backend::Product;
use super::functions::BlasFunctions;
use super::queue::Queue;
use super::toolkit::Toolkit;
use crate::{Error, Result};
use cudarc::cublas::sys::{
    self, cublasComputeType_t as Compute, cublasGemmAlgo_t, cublasHandle_t, cublasMath_t,
    cublasOperation_t, cudaDataType_t as Type,
};
use std::ffi::{c_uint, c_void};
use std::ptr;

/// An open cuBLAS, bound to the queue of one GPU.
#[derive(Debug)]
pub(super) struct Blas {
    functions: BlasFunctions,
    handle: cublasHandle_t,
}

// SAFETY: a handle may be used from any thread, one at a time, which `&mut self` ensures.
unsafe impl Send for Blas {}

const OPERATION: &str = "multiply with cuBLAS";

impl Blas {
    /// # Errors
    /// [`Error::Device`] says how to get cuBLAS when it is missing.
    pub fn open(queue: &Queue) -> Result<Self> {
        let functions = find()?;
        queue.enter(OPERATION)?;
        let mut handle = ptr::null_mut();
        // SAFETY: `handle` can be written, and this thread has a context.
        check(queue, unsafe { (functions.cublasCreate_v2)(&mut handle) })?;
        let blas = Self { functions, handle };
        // SAFETY: the handle was created just now; the stream is never destroyed.
        check(queue, unsafe { (blas.functions.cublasSetStream_v2)(handle, queue.stream()) })?;
        let mode = cublasMath_t::CUBLAS_DEFAULT_MATH;
        // SAFETY: as above. The default mode computes f32 with f32, not with TF32.
        check(queue, unsafe { (blas.functions.cublasSetMathMode)(handle, mode) })?;
        Ok(blas)
    }

    /// `c = a · b`, row-major, for each of `count` matrices: f32 and f64 computed in their own
    /// precision, bf16 summed in f32 and rounded to bf16 at the end.
    pub fn multiply(&mut self, queue: &Queue, product: Product<'_>) -> Result<()> {
        let kind = Arithmetic::of(product.scalar)?;
        let Product { a, b, c, count, m, k, n, .. } = product;
        let [wide, high, deep, batch] = sizes([n, m, k, count])?;
        if wide == 0 || high == 0 || batch == 0 {
            return Ok(());
        }
        queue.enter(OPERATION)?;
        if deep == 0 {
            let bytes = count * m * n * product.scalar.size();
            // SAFETY: `c` has this many bytes: the caller checked the shapes.
            let code =
                unsafe { (queue.driver().cuMemsetD8Async)(c.address(), 0, bytes, queue.stream()) };
            return queue.check(OPERATION, code);
        }
        let pointer = |address: u64| ptr::with_exposed_provenance::<c_void>(address as usize);
        let into = ptr::with_exposed_provenance_mut::<c_void>(c.address() as usize);
        let none = cublasOperation_t::CUBLAS_OP_N;
        let stride = |rows: usize, columns: usize| (rows * columns) as i64;
        let (one, zero) = (kind.number(1.0), kind.number(0.0));
        // cuBLAS takes matrices to lie column after column, so it sees each of ours transposed,
        // and cᵀ = bᵀ · aᵀ.
        // SAFETY: the addresses are of memory of this GPU with `count` matrices each, as the
        // caller checked. `one` and `zero` are numbers of the type that the computation takes.
        let status = unsafe {
            (self.functions.cublasGemmStridedBatchedEx)(
                self.handle,
                none,
                none,
                wide,
                high,
                deep,
                one.as_ptr().cast(),
                pointer(b.address()),
                kind.data,
                wide,
                stride(k, n),
                pointer(a.address()),
                kind.data,
                deep,
                stride(m, k),
                zero.as_ptr().cast(),
                into,
                kind.data,
                wide,
                stride(m, n),
                batch,
                kind.compute,
                cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT,
            )
        };
        check(queue, status)
    }
}

impl Drop for Blas {
    fn drop(&mut self) {
        // SAFETY: the handle was created, and is destroyed once.
        let _ = unsafe { (self.functions.cublasDestroy_v2)(self.handle) };
    }
}

/// What cuBLAS calls a type of numbers, and how it computes with them.
#[derive(Debug, PartialEq)]
struct Arithmetic {
    data: Type,
    compute: Compute,
}

impl Arithmetic {
    fn of(scalar: Scalar) -> Result<Self> {
        let (data, compute) = match scalar {
            Scalar::F32 => (Type::CUDA_R_32F, Compute::CUBLAS_COMPUTE_32F),
            Scalar::F64 => (Type::CUDA_R_64F, Compute::CUBLAS_COMPUTE_64F),
            Scalar::Bf16 => (Type::CUDA_R_16BF, Compute::CUBLAS_COMPUTE_32F),
            other => {
                let problem = format!("cuBLAS multiplies f32, f64 and bf16, not {other}");
                return Err(Error::argument("matmul", problem));
            }
        };
        Ok(Self { data, compute })
    }

    /// A factor as the computation takes it: a double for f64, else a float.
    fn number(&self, value: f32) -> [u8; 8] {
        if self.compute == Compute::CUBLAS_COMPUTE_64F {
            return f64::from(value).to_ne_bytes();
        }
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&value.to_ne_bytes());
        bytes
    }
}

/// Sizes as cuBLAS takes them.
fn sizes<const N: usize>(sizes: [usize; N]) -> Result<[i32; N]> {
    let mut small = [0; N];
    for (small, size) in small.iter_mut().zip(sizes) {
        *small = i32::try_from(size).map_err(|_| {
            Error::argument("matmul", format!("cuBLAS takes sizes up to {}, not {size}", i32::MAX))
        })?;
    }
    Ok(small)
}

/// Statuses of cuBLAS, with what to do.
const STATUSES: [(c_uint, &str, &str); 9] = [
    (1, "NOT_INITIALIZED", "the GPU may have too little memory left: drop buffers"),
    (3, "ALLOC_FAILED", "the GPU has too little memory left: drop buffers"),
    (7, "INVALID_VALUE", WRONGLY),
    (8, "ARCH_MISMATCH", "this cuBLAS does not know the GPU: install a CUDA toolkit that does"),
    (11, "MAPPING_ERROR", "the GPU's memory could not be read: restart the kernel of the notebook"),
    (13, "EXECUTION_FAILED", "its kernel did not run: restart the kernel of the notebook"),
    (
        14,
        "INTERNAL_ERROR",
        "restart the kernel of the notebook; if that does not help, install a CUDA toolkit as new \
         as the driver",
    ),
    (15, "NOT_SUPPORTED", "this GPU cannot multiply such matrices"),
    (16, "LICENSE_ERROR", "install a CUDA toolkit that this account may use"),
];
const WRONGLY: &str = "the course's library called cuBLAS wrongly; restart the kernel of the notebook, \
                       and report the message";

/// The error that a status stands for, if any. cuBLAS does not say which kernel has ended all work;
/// the driver does.
fn check(queue: &Queue, status: c_uint) -> Result<()> {
    if status == 0 {
        return Ok(());
    }
    queue.wait(OPERATION)?;
    let known = STATUSES.iter().find(|(known, ..)| *known == status);
    let (name, advice) = known.map_or(("UNKNOWN", WRONGLY), |&(_, name, advice)| (name, advice));
    Err(Error::device(OPERATION, format!("cuBLAS says {name} ({status}): {advice}")))
}

/// cuBLAS, from a toolkit or where the system's loader finds it.
fn find() -> Result<BlasFunctions> {
    // A toolkit that the loader does not know: once open, a library is found by its bare name.
    for toolkit in Toolkit::installed() {
        for file in ["cublasLt", "cublas"].map(|stem| toolkit.library(stem)).into_iter().flatten() {
            // SAFETY: opening a library runs its initialisers; these are NVIDIA's. It stays open.
            if let Ok(library) = unsafe { libloading::Library::new(file) } {
                std::mem::forget(library);
            }
        }
    }
    // SAFETY: as above.
    if unsafe { sys::is_culib_present() } {
        // SAFETY: cuBLAS is present, and cudarc never closes it.
        return unsafe { BlasFunctions::of(sys::culib()) }.map_err(|name| {
            let help = format!(
                "this cuBLAS has no function {name}, as every one since CUDA 12.0 has: install a \
                 newer CUDA toolkit"
            );
            Error::device(OPERATION, help)
        });
    }
    let help = "NVIDIA's library cuBLAS is not on this machine: install a CUDA toolkit (Debian, \
                Ubuntu: sudo apt install nvidia-cuda-toolkit)";
    Err(Error::device(OPERATION, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f32_is_computed_as_f32_and_integers_are_refused() {
        let arithmetic = |scalar| Arithmetic::of(scalar).unwrap();
        assert_eq!(arithmetic(Scalar::F32).compute, Compute::CUBLAS_COMPUTE_32F);
        assert_eq!(arithmetic(Scalar::F32).number(1.0)[..4], 1.0_f32.to_ne_bytes());
        assert_eq!(arithmetic(Scalar::F64).number(1.0), 1.0_f64.to_ne_bytes());
        assert_eq!(arithmetic(Scalar::Bf16).data, Type::CUDA_R_16BF);
        let error = Arithmetic::of(Scalar::I32).unwrap_err().to_string();
        assert_eq!(error, "matmul: cuBLAS multiplies f32, f64 and bf16, not i32");
    }

    #[test]
    fn sizes_that_cublas_cannot_take_are_refused() {
        assert_eq!(sizes([0, 7, i32::MAX as usize]).unwrap(), [0, 7, i32::MAX]);
        let error = sizes([1, 1 << 31]).unwrap_err().to_string();
        assert_eq!(error, "matmul: cuBLAS takes sizes up to 2147483647, not 2147483648");
    }
}
