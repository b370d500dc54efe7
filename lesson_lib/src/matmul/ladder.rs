//! The readable steps, from three loops to the array library's product.

use super::operands::{sizes, zeros};
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, Axis, LinalgScalar};

/// The most memory that [`broadcast_all`] takes for its products.
const PRODUCTS_LIMIT: usize = 1 << 30;

/// Multiplies with three nested loops, as the definition says.
///
/// # Errors
/// [`Error::Shape`] if `a` does not have as many columns as `b` has rows; [`Error::Argument`] if
/// memory cannot hold the result.
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::loops(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn loops<T: LinalgScalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (rows, inner, columns) = sizes("matmul::loops", a.shape(), b.shape())?;
    let mut c = zeros("matmul::loops", rows, columns)?;
    for i in 0..rows {
        for j in 0..columns {
            for k in 0..inner {
                c[(i, j)] = c[(i, j)] + a[(i, k)] * b[(k, j)];
            }
        }
    }
    Ok(c)
}

/// Multiplies with two loops; the third is the dot product of a row and a column.
///
/// # Errors
/// As [`loops`].
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::row_dot_column(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn row_dot_column<T: LinalgScalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (rows, _, columns) = sizes("matmul::row_dot_column", a.shape(), b.shape())?;
    let mut c = zeros("matmul::row_dot_column", rows, columns)?;
    for i in 0..rows {
        for j in 0..columns {
            c[(i, j)] = a.row(i).dot(&b.column(j));
        }
    }
    Ok(c)
}

/// Multiplies with one loop: row `i` of `a`, stood up as a column `(k, 1)`, is broadcast over
/// the `n` columns of `b`; the products `(k, n)` summed over `k` are row `i` of the result.
///
/// # Errors
/// As [`loops`].
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::broadcast_rows(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn broadcast_rows<T: LinalgScalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (rows, _, columns) = sizes("matmul::broadcast_rows", a.shape(), b.shape())?;
    let mut c = zeros("matmul::broadcast_rows", rows, columns)?;
    for (row, mut out) in a.rows().into_iter().zip(c.rows_mut()) {
        let products = &row.insert_axis(Axis(1)) * &b.view();
        out.assign(&products.sum_axis(Axis(0)));
    }
    Ok(c)
}

/// Multiplies without a loop: `a` as `(m, k, 1)` times `b` as `(k, n)` gives every product at
/// once, `(m, k, n)`, and the middle axis is summed away.
///
/// # Errors
/// As [`loops`], and [`Error::Argument`] if the products alone take more than 1 GiB.
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::broadcast_all(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn broadcast_all<T: LinalgScalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (m, k, n) = sizes("matmul::broadcast_all", a.shape(), b.shape())?;
    let empty = zeros("matmul::broadcast_all", m, n)?;
    let products = m.saturating_mul(k).saturating_mul(n);
    if products == 0 {
        return Ok(empty);
    }
    if products.saturating_mul(size_of::<T>()) > PRODUCTS_LIMIT {
        let problem = format!("the ({m}, {k}, {n}) products take over 1 GiB: use broadcast_rows");
        return Err(Error::argument("matmul::broadcast_all", problem));
    }
    let products = &a.view().insert_axis(Axis(2)) * &b.view();
    Ok(products.sum_axis(Axis(1)))
}

/// Multiplies with ndarray's own `dot`: one thread, blocked for the caches.
///
/// # Errors
/// As [`loops`].
///
/// ```
/// use lesson_lib::{matmul, ndarray::array};
/// let c = matmul::library(&array![[1., 2.], [3., 4.]], &array![[5.], [6.]])?;
/// assert_eq!(c, array![[17.], [39.]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn library<T: LinalgScalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
    let (m, _, n) = sizes("matmul::library", a.shape(), b.shape())?;
    zeros::<T>("matmul::library", m, n)?;
    Ok(a.dot(b))
}
