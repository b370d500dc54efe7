//! Matrix products by the `gemm` crate, as cuBLAS computes them on a GPU.
#![allow(unsafe_code)]

use crate::device::Scalar;
use crate::device::backend::{Memory, Product};
use crate::gemm::{Matrix, Parallelism, strided_gemm_over};
use crate::{Error, Result};
use ndarray::LinalgScalar;
use std::slice;

/// Below this number of multiplications one thread is faster than several.
const PARALLEL_WORK: usize = 1 << 20;

/// `c = a · b`, matrix by matrix.
///
/// # Errors
/// [`Error::Argument`] for numbers other than `f32` and `f64`.
pub(super) fn multiply(product: &Product<'_>) -> Result<()> {
    match product.scalar {
        Scalar::F32 => products::<f32>(product),
        Scalar::F64 => products::<f64>(product),
        other => {
            let problem = format!("the CPU multiplies f32 and f64, not {other}");
            return Err(Error::argument("matmul", problem));
        }
    }
    Ok(())
}

fn products<T: LinalgScalar + Send + Sync>(product: &Product<'_>) {
    let &Product { count, m, k, n, .. } = product;
    // SAFETY: `Product` promises that the memories hold `count` matrices of these sizes, row-major,
    // on this device; `c` is borrowed mutably, so that it overlaps neither operand.
    let (a, b, c) = unsafe {
        (
            slice::from_raw_parts(at::<T>(product.a), count * m * k),
            slice::from_raw_parts(at::<T>(product.b), count * k * n),
            slice::from_raw_parts_mut(at::<T>(product.c), count * m * n),
        )
    };
    let work = m.saturating_mul(k).saturating_mul(n);
    let parallelism = if work > PARALLEL_WORK { Parallelism::Rayon(0) } else { Parallelism::None };
    for matrix in 0..count {
        let a = Matrix::row_major(&a[matrix * m * k..][..m * k], (m, k));
        let b = Matrix::row_major(&b[matrix * k * n..][..k * n], (k, n));
        strided_gemm_over(&a, &b, &mut c[matrix * m * n..][..m * n], parallelism);
    }
}

fn at<T>(memory: &dyn Memory) -> *mut T {
    std::ptr::with_exposed_provenance_mut(memory.address() as usize)
}
