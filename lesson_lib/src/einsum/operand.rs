//! The macro and what it takes: arrays, views and numbers of any rank.

use ndarray::{ArrayBase, ArrayRef, ArrayViewD, Data, Dimension, aview0};

/// An array, a view, a reference to one, or a single number, as an operand of
/// [`einsum!`](crate::einsum!).
pub trait Operand<A> {
    /// A view with any number of axes.
    fn operand(&self) -> ArrayViewD<'_, A>;
}

impl<A, S: Data<Elem = A>, D: Dimension> Operand<A> for ArrayBase<S, D> {
    fn operand(&self) -> ArrayViewD<'_, A> {
        self.view().into_dyn()
    }
}

impl<A, D: Dimension> Operand<A> for ArrayRef<A, D> {
    fn operand(&self) -> ArrayViewD<'_, A> {
        self.view().into_dyn()
    }
}

impl<A, T: Operand<A> + ?Sized> Operand<A> for &T {
    fn operand(&self) -> ArrayViewD<'_, A> {
        T::operand(self)
    }
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Operand<$type> for $type {
            fn operand(&self) -> ArrayViewD<'_, $type> {
                aview0(self).into_dyn()
            }
        }
    )*};
}

number!(f32, f64, i32, i64);

/// Computes an einsum: `einsum!("ik,kj->ij", &a, &b)?`.
///
/// Operands are arrays, views or single numbers, of any number of axes each, all of one
/// [`Number`](crate::einsum::Number) type. Where the equation is written in the call, the compiler
/// counts its output letters: `"ik,kj->ij"` gives an `Array2`, `"i,i->"` an `Array0`. With `...`,
/// with more than six letters, or with an equation held in a variable the result is an `ArrayD`.
///
/// ```
/// use lesson_lib::prelude::*;
/// let a = array![[1.0_f32, 2.0], [3.0, 4.0]];
/// let x = array![10.0_f32, 1.0];
/// let product: Array2<f32> = einsum!("ik,kj->ij", &a, a.t())?;
/// assert_eq!(product, a.dot(&a.t()));
/// assert_eq!(einsum!("ij,j->i", &a, &x)?, array![12.0, 34.0]);
/// assert_eq!(einsum!("ii->", &a)?.into_scalar(), 5.0);
/// assert_eq!(einsum!(",i->i", 2.0, &x)?, array![20.0, 2.0]);
/// assert_eq!(einsum!("...i->...", &a)?, array![3.0, 7.0].into_dyn());
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// A [`Result`](crate::Result): see [`einsum`](crate::einsum::einsum).
#[macro_export]
macro_rules! einsum {
    ($equation:literal $(, $operand:expr)* $(,)?) => {
        $crate::einsum::einsum_of_rank::<{ $crate::einsum::output_rank($equation) }, _>(
            $equation,
            &[$($crate::einsum::Operand::operand(&$operand)),*],
        )
    };
    ($equation:expr $(, $operand:expr)* $(,)?) => {
        $crate::einsum::einsum(
            ::core::convert::AsRef::<str>::as_ref(&$equation),
            &[$($crate::einsum::Operand::operand(&$operand)),*],
        )
    };
}
