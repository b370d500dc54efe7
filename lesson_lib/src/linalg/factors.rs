//! The three factors of a matrix.

use crate::show::Show;
use crate::{Error, Result};
use ndarray::{Array1, Array2, s};

/// A matrix `a: (m, n)` as a sum of `r = min(m, n)` simple ones: column `i` of `u`, times `s[i]`,
/// times row `i` of `vt`.
///
/// Columns of `u` have length 1 and are perpendicular to each other, and so are rows of `vt`. Only
/// `s` says how much each part counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<T> {
    /// The left singular vectors, as columns: `(m, r)`. In each the largest entry is positive.
    pub u: Array2<T>,
    /// The singular values, from the largest to the smallest, none below zero: `(r)`.
    pub s: Array1<T>,
    /// The right singular vectors, as rows: `(r, n)`.
    pub vt: Array2<T>,
}

impl<T: Clone> Svd<T> {
    /// The first `k` parts: of all matrices of rank `k`, their product is the one nearest to `a`
    /// (C. Eckart and G. Young, "The approximation of one matrix by another of lower rank", 1936).
    ///
    /// # Errors
    /// [`Error::Argument`] if there are fewer than `k` parts.
    ///
    /// ```
    /// use lesson_lib::{linalg, ndarray::array};
    /// let svd = linalg::svd(&array![[3.0, 0.0], [0.0, 1.0]])?;
    /// assert_eq!(svd.rank(1)?.product(), array![[3.0, 0.0], [0.0, 0.0]]);
    /// assert_eq!(
    ///     svd.rank(3).unwrap_err().to_string(),
    ///     "svd.rank: k is 3, but there are 2 singular values: take 0 to 2"
    /// );
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn rank(&self, k: usize) -> Result<Self> {
        let r = self.s.len();
        if k > r {
            let there =
                if r == 1 { "is 1 singular value" } else { &format!("are {r} singular values") };
            let problem = format!("k is {k}, but there {there}: take 0 to {r}");
            return Err(Error::argument("svd.rank", problem));
        }
        Ok(Svd {
            u: self.u.slice(s![.., ..k]).to_owned(),
            s: self.s.slice(s![..k]).to_owned(),
            vt: self.vt.slice(s![..k, ..]).to_owned(),
        })
    }
}

/// The shapes alone: the numbers would fill pages.
impl<T> Show for Svd<T> {
    fn text(&self) -> String {
        let (u, vt) = (self.u.dim(), self.vt.dim());
        format!("u {u:?}, s ({},), vt {vt:?}", self.s.len())
    }
}
