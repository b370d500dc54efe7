//! The general matrix product, by the `gemm` crate: the one place that hands it pointers.
#![allow(unsafe_code)]

use ndarray::{ArrayRef2, LinalgScalar};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

pub(crate) use ::gemm::Parallelism;

/// Sums of more terms are split in halves, so that the rounding error grows only with the logarithm
/// of their length. The crate adds up some hundred terms in registers, and then one such sum after
/// another to the result.
pub(crate) const LONG_SUM: usize = 1 << 16;

/// The same for a result of one row or one column, for which the crate adds one term after another.
const LONG_SUM_OF_VECTORS: usize = 1 << 11;

/// Below this number of multiplications another thread is done later than this one.
const PARALLEL_WORK: usize = 1 << 18;

/// A matrix with any strides whose elements can all be read.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    first: *const T,
    rows: usize,
    columns: usize,
    row_stride: isize,
    column_stride: isize,
    elements: PhantomData<&'a [T]>,
}

// SAFETY: a matrix only reads its elements, as a `&[T]` does.
unsafe impl<T: Sync> Send for Matrix<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Matrix<'_, T> {}

impl<'a, T> Matrix<'a, T> {
    /// The matrix of `(rows, columns)` in `data` whose element `[i, j]` lies at
    /// `start + i * row_stride + j * column_stride`.
    ///
    /// # Panics
    /// When an element lies outside `data`.
    pub(crate) fn in_slice(
        data: &'a [T],
        start: isize,
        (rows, columns): (usize, usize),
        [row_stride, column_stride]: [isize; 2],
    ) -> Self {
        if rows > 0 && columns > 0 {
            let row_reach = (rows as isize - 1) * row_stride;
            let column_reach = (columns as isize - 1) * column_stride;
            let lowest = start + row_reach.min(0) + column_reach.min(0);
            let highest = start + row_reach.max(0) + column_reach.max(0);
            assert!(lowest >= 0 && highest < data.len() as isize, "a matrix outside its slice");
        }
        let first = data.as_ptr().wrapping_offset(start);
        Matrix { first, rows, columns, row_stride, column_stride, elements: PhantomData }
    }

    /// A whole slice as a row-major matrix.
    ///
    /// # Panics
    /// When `data` has too few elements.
    pub(crate) fn row_major(data: &'a [T], (rows, columns): (usize, usize)) -> Self {
        Matrix::in_slice(data, 0, (rows, columns), [columns as isize, 1])
    }

    /// The columns before column `at`, and those from there on.
    fn halves_of_columns(self, at: usize) -> [Self; 2] {
        let first = self.first.wrapping_offset(at as isize * self.column_stride);
        [Matrix { columns: at, ..self }, Matrix { first, columns: self.columns - at, ..self }]
    }

    /// The rows before row `at`, and those from there on.
    fn halves_of_rows(self, at: usize) -> [Self; 2] {
        let first = self.first.wrapping_offset(at as isize * self.row_stride);
        [Matrix { rows: at, ..self }, Matrix { first, rows: self.rows - at, ..self }]
    }

    /// An array of two axes, whatever its strides.
    pub(crate) fn of_array(array: &'a ArrayRef2<T>) -> Self {
        let ((rows, columns), strides) = (array.dim(), array.strides());
        let (row_stride, column_stride) = (strides[0], strides[1]);
        let first = array.as_ptr();
        Matrix { first, rows, columns, row_stride, column_stride, elements: PhantomData }
    }
}

/// Writes `a · b`, row-major, to every element of `out`. Long sums of any shape keep their digits,
/// whatever the number of threads.
///
/// # Panics
/// When the sizes do not agree, and for numbers other than `f32` and `f64`.
pub(crate) fn strided_gemm<T: LinalgScalar + Send + Sync>(
    a: &Matrix<'_, T>,
    b: &Matrix<'_, T>,
    out: &mut [MaybeUninit<T>],
    parallelism: Parallelism,
) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    assert!(b.rows == k && out.len() == m * n, "sizes that do not agree");
    if out.is_empty() || k == 0 {
        return out.fill(MaybeUninit::new(T::zero()));
    }
    let longest = if m == 1 || n == 1 { LONG_SUM_OF_VECTORS } else { LONG_SUM };
    if k <= longest {
        return multiply(a, b, out, parallelism);
    }
    let ([a, more_a], [b, more_b]) = (a.halves_of_columns(k / 2), b.halves_of_rows(k / 2));
    let mut more = vec![T::zero(); m * n];
    let mut first = || strided_gemm(&a, &b, out, parallelism);
    let mut second = || strided_gemm_over(&more_a, &more_b, &mut more, parallelism);
    let alone = matches!(parallelism, Parallelism::None);
    if alone || k.saturating_mul(m * n) <= PARALLEL_WORK {
        first();
        second();
    } else {
        rayon::join(first, second);
    }
    for (sum, more) in out.iter_mut().zip(more) {
        // SAFETY: `first` has written every element.
        sum.write(unsafe { sum.assume_init() } + more);
    }
}

/// [`strided_gemm`] for a sum that the crate can be left alone with.
fn multiply<T: LinalgScalar>(
    a: &Matrix<'_, T>,
    b: &Matrix<'_, T>,
    out: &mut [MaybeUninit<T>],
    parallelism: Parallelism,
) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    // SAFETY: a `Matrix` is made only where all its elements can be read, and its lifetime keeps
    // them borrowed; `out` has the `m * n` elements of a row-major result, is borrowed mutably, so
    // that it overlaps neither operand, and is only written.
    unsafe {
        ::gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr().cast::<T>(),
            1,
            n as isize,
            false,
            a.first,
            a.column_stride,
            a.row_stride,
            b.first,
            b.column_stride,
            b.row_stride,
            T::zero(),
            T::one(),
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// [`strided_gemm`] to elements that have values already.
pub(crate) fn strided_gemm_over<T: LinalgScalar + Send + Sync>(
    a: &Matrix<'_, T>,
    b: &Matrix<'_, T>,
    out: &mut [T],
    parallelism: Parallelism,
) {
    // SAFETY: both types have one layout, and `strided_gemm` writes numbers only, so that `out`
    // stays initialised.
    let out = unsafe { &mut *(ptr::from_mut(out) as *mut [MaybeUninit<T>]) };
    strided_gemm(a, b, out, parallelism);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array, s};

    const A: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    #[test]
    fn strides_may_be_any() {
        let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let b = a.slice(s![..;-1, ..]).reversed_axes();
        let mut c = Array2::zeros((2, 2));
        let out = c.as_slice_mut().unwrap();
        let (left, right) = (Matrix::of_array(&a), Matrix::of_array(&b));
        strided_gemm_over(&left, &right, out, Parallelism::None);
        assert_eq!(c, array![[32.0, 14.0], [77.0, 32.0]]);
        // The same `b` within a slice: its first element is `a[1, 0]`.
        let right = Matrix::in_slice(&A, 3, (3, 2), [1, -3]);
        let mut again = [0.0; 4];
        strided_gemm_over(&left, &right, &mut again, Parallelism::None);
        assert_eq!(again, [32.0, 14.0, 77.0, 32.0]);
    }

    #[test]
    fn sums_of_nothing_are_zero() {
        let (a, b) = (Matrix::row_major(&A[..0], (2, 0)), Matrix::row_major(&A[..0], (0, 3)));
        let mut out = [1.0; 6];
        strided_gemm_over(&a, &b, &mut out, Parallelism::None);
        assert_eq!(out, [0.0; 6]);
        strided_gemm_over(
            &Matrix::row_major(&A[..0], (0, 2)),
            &b_of(2),
            &mut [],
            Parallelism::None,
        );
    }

    fn b_of(rows: usize) -> Matrix<'static, f64> {
        Matrix::row_major(&A, (rows, 3))
    }

    #[test]
    #[should_panic(expected = "outside its slice")]
    fn a_matrix_must_lie_in_its_slice() {
        Matrix::in_slice(&A, 1, (2, 3), [3, 1]);
    }

    #[test]
    #[should_panic(expected = "outside its slice")]
    fn a_matrix_that_runs_backwards_must_too() {
        Matrix::in_slice(&A, 3, (3, 2), [-2, 1]);
    }

    #[test]
    #[should_panic(expected = "do not agree")]
    fn sizes_must_agree() {
        strided_gemm_over(&b_of(2), &b_of(2), &mut [0.0; 6], Parallelism::None);
    }
}
