//! What the checks can compare: arrays, slices, vectors, nested literals and plain values.

use ndarray::{ArrayBase, ArrayRef, Data, Dimension};
use std::fmt::Debug;

/// A shape and its values in row-major order.
///
/// Arrays of every dimension and storage, `Vec`, slices, `[T; n]`, `[[T; m]; n]`, pairs and
/// triples (as `Array::dim` returns) and single values have it; so have references to them.
///
/// ```
/// use lesson_lib::{check::Values, ndarray::array};
/// let matrix = array![[1.0_f32, 2.0], [3.0, 4.0]];
/// assert_eq!(Values::lengths(&matrix.t()), [2, 2]);
/// assert!(matrix.t().values().eq([1.0, 3.0, 2.0, 4.0]));
/// assert_eq!(Values::lengths(&0.5), []);
/// ```
pub trait Values {
    /// One value.
    type Item: Debug;

    /// The length of every axis; nothing for a single value.
    fn lengths(&self) -> Vec<usize>;

    /// The values, the last index running fastest.
    fn values(&self) -> impl Iterator<Item = Self::Item>;
}

/// [`Values`] of this type. Because `T` is a parameter here, a literal takes the type of what it is
/// compared with: `check::equal("rows", x.nrows(), 3)` compares a `usize` with a `usize`.
pub trait ValuesOf<T>: Values<Item = T> {}

/// A value that stands alone, or is an element of an array.
pub trait SingleValue: Clone + Debug {}

/// A number that [`close`](super::close) can compare.
pub trait Numeric: Copy + Debug {
    /// The number as `f64`, where all comparing is done.
    fn to_f64(self) -> f64;
}

impl<T: Values + ?Sized> Values for &T {
    type Item = T::Item;

    fn lengths(&self) -> Vec<usize> {
        (**self).lengths()
    }

    fn values(&self) -> impl Iterator<Item = T::Item> {
        (**self).values()
    }
}

impl<T, V: ValuesOf<T> + ?Sized> ValuesOf<T> for &V {}

impl<A: SingleValue, D: Dimension> Values for ArrayRef<A, D> {
    type Item = A;

    fn lengths(&self) -> Vec<usize> {
        self.shape().to_vec()
    }

    fn values(&self) -> impl Iterator<Item = A> {
        self.iter().cloned()
    }
}

impl<A: SingleValue, D: Dimension> ValuesOf<A> for ArrayRef<A, D> {}

impl<S: Data<Elem: SingleValue>, D: Dimension> Values for ArrayBase<S, D> {
    type Item = S::Elem;

    fn lengths(&self) -> Vec<usize> {
        self.shape().to_vec()
    }

    fn values(&self) -> impl Iterator<Item = S::Elem> {
        self.iter().cloned()
    }
}

impl<S: Data<Elem: SingleValue>, D: Dimension> ValuesOf<S::Elem> for ArrayBase<S, D> {}

impl<T: SingleValue> Values for [T] {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![self.len()]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        self.iter().cloned()
    }
}

impl<T: SingleValue> ValuesOf<T> for [T] {}

impl<T: SingleValue> Values for Vec<T> {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![self.len()]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        self.iter().cloned()
    }
}

impl<T: SingleValue> ValuesOf<T> for Vec<T> {}

impl<T: SingleValue, const N: usize> Values for [T; N] {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![N]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        self.iter().cloned()
    }
}

impl<T: SingleValue, const N: usize> ValuesOf<T> for [T; N] {}

impl<T: SingleValue, const M: usize, const N: usize> Values for [[T; M]; N] {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![N, M]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        self.as_flattened().iter().cloned()
    }
}

impl<T: SingleValue, const M: usize, const N: usize> ValuesOf<T> for [[T; M]; N] {}

impl<T: SingleValue> Values for (T, T) {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![2]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        [self.0.clone(), self.1.clone()].into_iter()
    }
}

impl<T: SingleValue> ValuesOf<T> for (T, T) {}

impl<T: SingleValue> Values for (T, T, T) {
    type Item = T;

    fn lengths(&self) -> Vec<usize> {
        vec![3]
    }

    fn values(&self) -> impl Iterator<Item = T> {
        [self.0.clone(), self.1.clone(), self.2.clone()].into_iter()
    }
}

impl<T: SingleValue> ValuesOf<T> for (T, T, T) {}

/// A text is one value; `&str` and `String` compare with each other.
impl Values for str {
    type Item = String;

    fn lengths(&self) -> Vec<usize> {
        Vec::new()
    }

    fn values(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.to_owned())
    }
}

impl ValuesOf<String> for str {}

macro_rules! scalars {
    ($($type:ty)*) => {$(
        impl SingleValue for $type {}

        impl ValuesOf<$type> for $type {}

        impl Values for $type {
            type Item = $type;

            fn lengths(&self) -> Vec<usize> {
                Vec::new()
            }

            fn values(&self) -> impl Iterator<Item = $type> {
                std::iter::once(self.clone())
            }
        }
    )*};
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Numeric for $type {
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

impl SingleValue for &str {}
scalars!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char String);
numbers!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
