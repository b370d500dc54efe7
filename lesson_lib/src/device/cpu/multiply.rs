//! Matrix products by the host's own library.
#![allow(unsafe_code)]

use crate::device::Scalar;
use crate::device::backend::Product;
use crate::{Error, Result};
use gemm::Parallelism;

/// Below this number of multiplications one thread is faster than several.
const PARALLEL_WORK: usize = 1 << 20;

/// `c = a · b`, matrix by matrix.
///
/// # Errors
/// [`Error::Argument`] for numbers other than `f32` and `f64`.
pub(super) fn multiply(product: &Product<'_>) -> Result<()> {
    match product.scalar {
        Scalar::F32 => products(product, 0_f32, 1.0),
        Scalar::F64 => products(product, 0_f64, 1.0),
        other => {
            let problem = format!("the CPU multiplies f32 and f64, not {other}");
            return Err(Error::argument("matmul", problem));
        }
    }
    Ok(())
}

fn products<T: Copy + 'static>(product: &Product<'_>, zero: T, one: T) {
    let &Product { count, m, k, n, .. } = product;
    let at = |address: u64| std::ptr::with_exposed_provenance_mut::<T>(address as usize);
    let (a, b, c) = (at(product.a.address()), at(product.b.address()), at(product.c.address()));
    let work = m.saturating_mul(k).saturating_mul(n);
    let parallelism = if work > PARALLEL_WORK { Parallelism::Rayon(0) } else { Parallelism::None };
    for matrix in 0..count {
        // SAFETY: `Product` promises that the memories hold `count` matrices of these sizes,
        // row-major, on this device; `c` is borrowed alone, so that it overlaps neither operand.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c.add(matrix * m * n),
                1,
                n as isize,
                false,
                a.add(matrix * m * k).cast_const(),
                1,
                k as isize,
                b.add(matrix * k * n).cast_const(),
                1,
                n as isize,
                zero,
                one,
                false,
                false,
                false,
                parallelism,
            );
        }
    }
}
