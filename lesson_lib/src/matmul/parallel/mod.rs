//! The fast step: picks the fastest way for the shapes.

mod microkernel;
mod panels;
mod real;
mod skinny;
mod vector;

pub use real::Real;

use super::operands::{sizes, zeros};
use crate::Result;
use crate::gemm::{Matrix, Parallelism, strided_gemm_over};
use ndarray::{Array2, ArrayRef2, linalg::general_mat_mul};

#[cfg(test)]
pub(super) use microkernel::Microkernels;
#[cfg(test)]
pub(super) use skinny::multiply as multiply_skinny;

/// Up to this many multiply-adds, rearranging an operand costs more than it saves, and the array
/// library's own product is the fastest.
const SMALL: usize = 1 << 16;

/// Up to this many multiply-adds, one core is done before others have woken up.
const ONE_CORE: usize = 1 << 22;

/// Up to this many columns, reading `a` is the whole cost, and every row is read once.
const SKINNY: usize = 20;

/// The most bytes of `b` that stay in the second-level cache while rows of `a` pass by.
const CACHED: usize = 1 << 17;

/// Multiplies with the vector unit of every core.
///
/// A tall `a` against few columns, as a batch of pictures against ten weights, runs at the speed
/// of memory: each row of `a` is read once, and its products with all columns stay in registers.
/// A small product goes to the array library, any other through the blocked product of the
/// `gemm` crate. Views with any strides are read in place; a tall `a` in column order, such as a
/// transposed wide one, is not read row by row and takes longer.
///
/// Sums run in another order than in [`loops`](super::loops), so results differ by rounding; `NaN`
/// and infinities come out in the same cells.
///
/// # Errors
/// As [`loops`](super::loops).
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::parallel(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn parallel<T: Real>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (m, k, n) = sizes("matmul::parallel", a.shape(), b.shape())?;
    let mut c = zeros("matmul::parallel", m, n)?;
    if m == 0 || n == 0 || k == 0 {
        return Ok(c);
    }
    let work = m.saturating_mul(k).saturating_mul(n);
    let threads = if work <= ONE_CORE { 1 } else { rayon::current_num_threads() };
    if work <= SMALL {
        general_mat_mul(T::one(), a, b, T::zero(), &mut c);
    } else if is_skinny(a, b) {
        skinny::multiply(T::fastest(), a, b, &mut c, threads);
    } else if is_skinny(&b.t(), &a.t()) {
        // c = a · b is also cᵀ = bᵀ · aᵀ.
        let mut transposed = Array2::zeros((n, m));
        skinny::multiply(T::fastest(), &b.t(), &a.t(), &mut transposed, threads);
        c.assign(&transposed.t());
    } else {
        multiply_blocked(a, b, &mut c, threads);
    }
    Ok(c)
}

/// The blocked product, for any shapes and strides.
fn multiply_blocked<T: Real>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    c: &mut Array2<T>,
    threads: usize,
) {
    let parallelism = if threads == 1 { Parallelism::None } else { Parallelism::Rayon(threads) };
    let out = c.as_slice_mut().expect("`zeros` is row-major");
    strided_gemm_over(&Matrix::of_array(a), &Matrix::of_array(b), out, parallelism);
}

/// Whether `a` has contiguous rows and `b` so few columns that they stay in the cache.
fn is_skinny<T>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> bool {
    a.strides()[1] == 1 && b.ncols() <= SKINNY && b.len() * size_of::<T>() <= CACHED
}
