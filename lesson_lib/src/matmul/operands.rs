//! Checks of the operands that every step makes before it multiplies.

use crate::{Error, Result};
use ndarray::{Array2, LinalgScalar};

/// The sizes `(m, k, n)` of the product of `a: (m, k)` and `b: (k, n)`, by their shapes.
pub(super) fn sizes(operation: &str, a: &[usize], b: &[usize]) -> Result<(usize, usize, usize)> {
    let (m, k, rows, n) = (a[0], a[1], b[0], b[1]);
    if k == rows {
        return Ok((m, k, n));
    }
    let help = format!("the {k} columns of the first meet the {rows} rows of the second");
    Err(Error::shape(operation, [a, b], help))
}

/// A result of `(m, n)` zeros, or an error if memory cannot hold it.
pub(super) fn zeros<T: LinalgScalar>(operation: &str, m: usize, n: usize) -> Result<Array2<T>> {
    let too_large = || Error::argument(operation, format!("a result of ({m}, {n}) is too large"));
    let cells = m.checked_mul(n).ok_or_else(too_large)?;
    // A matrix without cells may still have one enormous side, which ndarray refuses by panicking.
    m.max(1).checked_mul(n.max(1)).filter(|&n| isize::try_from(n).is_ok()).ok_or_else(too_large)?;
    Vec::<T>::new().try_reserve_exact(cells).map_err(|_| too_large())?;
    Ok(Array2::zeros((m, n)))
}
