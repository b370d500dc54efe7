//! The fast step: which of the fast ways suits the shapes.

mod gemm;
mod kernel;
mod skinny;
mod vector;

use super::operands::{sizes, zeros};
use crate::Result;
use ndarray::{Array2, ArrayRef2, LinalgScalar};

#[cfg(test)]
pub(super) use kernel::Kernels;
#[cfg(test)]
pub(super) use skinny::multiply as multiply_skinny;

/// The numbers that have vector instructions of their own: `f32` and `f64`.
pub trait Element: LinalgScalar + Send + Sync + kernel::Kernels {}

impl Element for f32 {}
impl Element for f64 {}

/// Fewer multiply-adds than this take less time than packing and waking threads for them.
const SMALL: usize = 1 << 18;

/// Up to this many columns, reading `a` is the whole cost, and every row is read once.
const SKINNY: usize = 24;

/// Multiplies with the vector unit of every core.
///
/// A tall `a` against few columns, as a batch of pictures against ten weights, runs at the speed
/// of memory: each row of `a` is read once, and its products with all columns stay in registers.
/// Anything else goes through the blocked product of the `gemm` crate. Transposed and strided
/// views are as good as owned arrays. Sums run in another order than in [`loops`](super::loops),
/// so that results differ from it by rounding; `NaN` and infinities arrive where they do there.
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
pub fn parallel<T: Element>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (m, k, n) = sizes("matmul::parallel", a, b)?;
    let mut c = zeros("matmul::parallel", m, n)?;
    if m.saturating_mul(k).saturating_mul(n) <= SMALL {
        gemm::multiply(a, b, &mut c);
    } else if n <= SKINNY && rows_are_contiguous(a) {
        skinny::multiply(T::fastest(), a, b, &mut c);
    } else if m <= SKINNY && rows_are_contiguous(&b.t()) {
        let mut transposed = Array2::zeros((n, m));
        skinny::multiply(T::fastest(), &b.t(), &a.t(), &mut transposed);
        c.assign(&transposed.t());
    } else {
        gemm::multiply(a, b, &mut c);
    }
    Ok(c)
}

fn rows_are_contiguous<T>(a: &ArrayRef2<T>) -> bool {
    a.strides()[1] == 1
}
