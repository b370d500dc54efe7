//! From a matrix to its factors and back.

use super::factors::Svd;
use super::solver::solve;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2};

const NAME: &str = "linalg::svd";

/// The singular value decomposition of `a: (m, n)`, `f32` or `f64`: `u: (m, r)`, `s: (r)` and
/// `vt: (r, n)` with `r = min(m, n)`, whose [product](Svd::product) is `a`.
///
/// It is `torch.linalg.svd(a, full_matrices=False)`, but for the signs, which are fixed here: the
/// largest entry of each column of `u` is positive, and of entries that are equally large, up to
/// rounding, the first. Where singular values are equal, their vectors may be any that span the same
/// space. Pairs of columns (of rows, where these are fewer) are turned in their plane until all are
/// perpendicular to each other, which keeps the digits of small singular values too (M. Hestenes,
/// "Inversion of matrices by biorthogonalization and related results", 1958; J. Demmel and
/// K. Veselić, "Jacobi's method is more accurate than QR", 1992). That happens in double precision
/// for `f32` too.
///
/// # Errors
/// [`Error::Argument`] if a value is NaN or infinite, a singular value is too large for its type, or
/// the iteration does not end.
///
/// ```
/// use lesson_lib::{check, linalg, ndarray::array};
/// let a = array![[3.0_f32, 0.0], [4.0, 5.0]];
/// let svd = linalg::svd(&a)?;
/// check::close("singular values", &svd.s, &array![45_f32.sqrt(), 5_f32.sqrt()], 1e-6)?;
/// check::close("product", &svd.product(), &a, 1e-6)?;
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn svd<T: Decomposable>(a: &ArrayRef2<T>) -> Result<Svd<T>> {
    T::svd(a)
}

impl<T: Decomposable> Svd<T> {
    /// `(u · s) · vt`: the matrix that was taken apart, `(m, n)`; after [`rank`](Self::rank) the
    /// nearest one of that rank.
    ///
    /// ```
    /// use lesson_lib::{linalg, ndarray::array};
    /// let svd = linalg::svd(&array![[0.0, 2.0], [0.0, 0.0]])?;
    /// assert_eq!(svd.product(), array![[0.0, 2.0], [0.0, 0.0]]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn product(&self) -> Array2<T> {
        T::product(self)
    }
}

/// `f32` and `f64`, for which the decomposition is compiled here and not in every notebook cell that
/// calls it.
pub trait Decomposable: Clone {
    /// See [`svd`].
    #[doc(hidden)]
    fn svd(a: &ArrayRef2<Self>) -> Result<Svd<Self>>;

    /// See [`Svd::product`].
    #[doc(hidden)]
    fn product(svd: &Svd<Self>) -> Array2<Self>;
}

macro_rules! decomposable {
    ($float:ty) => {
        impl Decomposable for $float {
            fn svd(a: &ArrayRef2<Self>) -> Result<Svd<Self>> {
                let svd = decompose(&a.mapv(f64::from), f64::from(<$float>::MAX))?;
                let cast = |value: f64| value as $float;
                Ok(Svd { u: svd.u.mapv(cast), s: svd.s.mapv(cast), vt: svd.vt.mapv(cast) })
            }

            fn product(svd: &Svd<Self>) -> Array2<Self> {
                (&svd.u * &svd.s).dot(&svd.vt)
            }
        }
    };
}

decomposable!(f32);
decomposable!(f64);

/// The factors of `a`, whose singular values may be as large as `most`.
fn decompose(a: &ArrayRef2<f64>, most: f64) -> Result<Svd<f64>> {
    let refuse = |problem: String| Err(Error::argument(NAME, problem));
    let dim = a.dim();
    if let Some(((row, column), value)) = a.indexed_iter().find(|(_, value)| !value.is_finite()) {
        return refuse(format!(
            "row {row}, column {column} of a: {dim:?} is {value}: every value must be finite"
        ));
    }
    match solve(a.view()) {
        None => {
            refuse(format!("the iteration for a: {dim:?} does not end: scale or round its values"))
        }
        Some(svd) if svd.s.iter().any(|value| *value > most) => refuse(format!(
            "the values of a: {dim:?} are so large that a singular value overflows: scale them down"
        )),
        Some(svd) => Ok(svd),
    }
}
