//! The general product, by the `gemm` crate.
#![allow(unsafe_code)]

use super::Real;
use ndarray::{Array2, ArrayRef2};

/// `c = a · b` for `a: (m, k)`, `b: (k, n)` with any strides and `c: (m, n)`, none of them empty.
pub(super) fn multiply<T: Real>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    c: &mut Array2<T>,
    threads: usize,
) {
    let ((m, k), n) = (a.dim(), b.ncols());
    let (a_strides, b_strides) = (a.strides(), b.strides());
    let (c_rows, c_columns) = (c.strides()[0], c.strides()[1]);
    // SAFETY: pointers and strides are those of live arrays whose sizes the caller has matched,
    // and `c` is borrowed mutably, so that it overlaps neither operand.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            c_columns,
            c_rows,
            false,
            a.as_ptr(),
            a_strides[1],
            a_strides[0],
            b.as_ptr(),
            b_strides[1],
            b_strides[0],
            T::zero(),
            T::one(),
            false,
            false,
            false,
            if threads == 1 { gemm::Parallelism::None } else { gemm::Parallelism::Rayon(threads) },
        );
    }
}
