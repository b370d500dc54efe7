//! What einsum takes and gives: arrays of any rank in, an array of the equation's rank out.

use ndarray::{
    ArrayBase, ArrayRef, ArrayViewD, Data, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
    aview0,
};

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

/// The number of axes that [`output_rank`] gives where the equation's text does not tell.
pub const UNKNOWN_RANK: usize = usize::MAX;

/// The number of axes of an equation's result, where its text tells: no `...` and at most six
/// letters. It can be computed by the compiler.
///
/// ```
/// use lesson_lib::einsum::{UNKNOWN_RANK, output_rank};
/// const RANK: usize = output_rank("ik,kj->ij");
/// assert_eq!(RANK, 2);
/// assert_eq!(output_rank("ij,jk"), 2); // i and k
/// assert_eq!(output_rank("...i->..."), UNKNOWN_RANK);
/// ```
pub const fn output_rank(equation: &str) -> usize {
    let bytes = equation.as_bytes();
    let mut counts = [0_u32; 256];
    let mut arrow = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'.' {
            return UNKNOWN_RANK;
        }
        if bytes[at] == b'>' {
            arrow = Some(at);
        }
        counts[bytes[at] as usize] += 1;
        at += 1;
    }
    let rank = match arrow {
        Some(arrow) => letters_after(bytes, arrow),
        None => letters_seen_once(&counts),
    };
    if rank > MAX_STATIC_RANK { UNKNOWN_RANK } else { rank }
}

/// ndarray has types for up to six axes.
const MAX_STATIC_RANK: usize = 6;

const fn letters_after(bytes: &[u8], arrow: usize) -> usize {
    let mut count = 0;
    let mut at = arrow + 1;
    while at < bytes.len() {
        count += bytes[at].is_ascii_alphabetic() as usize;
        at += 1;
    }
    count
}

const fn letters_seen_once(counts: &[u32; 256]) -> usize {
    let mut count = 0;
    let mut byte = 0;
    while byte < counts.len() {
        count += ((byte as u8).is_ascii_alphabetic() && counts[byte] == 1) as usize;
        byte += 1;
    }
    count
}

/// Turns a number of axes into ndarray's type for it.
pub struct Rank<const RANK: usize>;

/// The dimension type of a [`Rank`].
pub trait RankDimension {
    /// `Ix2` for two axes, and so on; `IxDyn` where the number is not known.
    type Dimension: Dimension;
}

macro_rules! ranks {
    ($($rank:expr => $dimension:ty),*) => {$(
        impl RankDimension for Rank<{ $rank }> {
            type Dimension = $dimension;
        }
    )*};
}

ranks!(0 => Ix0, 1 => Ix1, 2 => Ix2, 3 => Ix3, 4 => Ix4, 5 => Ix5, 6 => Ix6, UNKNOWN_RANK => IxDyn);

/// Computes an einsum: `einsum!("ik,kj->ij", &a, &b)?`.
///
/// Operands are arrays, views or single numbers, of any number of axes each, all of one
/// [`Element`](crate::einsum::Element) type. Where the equation is written in the call, the compiler
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
