//! What can be drawn: numbers of any type, from anything that holds them.

use ndarray::{ArrayBase, Data, Dimension};
use std::ops::Deref;

/// A number that a picture can show.
///
/// Implemented for `f32`, `f64`, every integer up to 64 bits, and references to them, so that a
/// plot takes whatever iterates over numbers: arrays and views of ndarray, `Vec`s, slices, ranges
/// and iterators, by value or by reference.
///
/// ```
/// use lesson_lib::{ndarray::array, plot};
/// plot::line(0..3, array![0.5_f32, 0.25, 0.125]).png()?;
/// plot::line(&[1_u8, 2, 3], vec![1.0, 4.0, 9.0]).png()?;
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub trait Plottable: Copy {
    /// The number as `f64`.
    fn number(self) -> f64;
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Plottable for $type {
            fn number(self) -> f64 {
                self as f64
            }
        }
    )*};
}

numbers!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<T: Plottable> Plottable for &T {
    fn number(self) -> f64 {
        (*self).number()
    }
}

/// All numbers of `values`, in their order.
pub(super) fn numbers(values: impl IntoIterator<Item: Plottable>) -> Vec<f64> {
    values.into_iter().map(Plottable::number).collect()
}

/// The lowest and highest finite number, or `None` if there is none.
pub(super) fn extent(values: &[f64]) -> Option<(f64, f64)> {
    let mut finite = values.iter().copied().filter(|value| value.is_finite());
    let first = finite.next()?;
    Some(finite.fold((first, first), |(low, high), value| (low.min(value), high.max(value))))
}

/// How many of `values` are NaN or infinite.
pub(super) fn count_not_finite(values: &[f64]) -> usize {
    values.iter().filter(|value| !value.is_finite()).count()
}

/// Numbers with a shape: arrays and views of ndarray, and rows of numbers such as
/// `Vec<Vec<f32>>` or `slice.chunks(28)`.
///
/// Rows of unequal length have no shape: their picture is an error.
pub trait Pixels {
    /// The shape, and the numbers in row-major order.
    fn pixels(self) -> (Vec<usize>, Vec<f64>);
}

impl<A: Plottable, S: Data<Elem = A>, D: Dimension> Pixels for &ArrayBase<S, D> {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        (self.shape().to_vec(), numbers(self))
    }
}

impl<A: Plottable, S: Data<Elem = A>, D: Dimension> Pixels for ArrayBase<S, D> {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        (&self).pixels()
    }
}

impl<A: Plottable, R: Deref<Target = [A]>> Pixels for &[R] {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        let width = self.first().map_or(0, |row| row.len());
        let values: Vec<f64> = self.iter().flat_map(|row| numbers(row.iter())).collect();
        let equal = self.iter().all(|row| row.len() == width);
        // One axis only: no picture has it, so the caller is told.
        let shape = if equal { vec![self.len(), width] } else { vec![values.len()] };
        (shape, values)
    }
}

impl<A: Plottable, R: Deref<Target = [A]>> Pixels for &Vec<R> {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        self.as_slice().pixels()
    }
}

impl<A: Plottable, R: Deref<Target = [A]>> Pixels for Vec<R> {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        self.as_slice().pixels()
    }
}

impl<A: Plottable> Pixels for std::slice::Chunks<'_, A> {
    fn pixels(self) -> (Vec<usize>, Vec<f64>) {
        self.collect::<Vec<_>>().pixels()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array, Axis, array, s};

    #[test]
    fn every_holder_of_numbers_gives_the_same_list() {
        let expected = [1.0, 2.0, 3.0];
        let array = array![1_f32, 2.0, 3.0];
        assert_eq!(numbers(&array), expected);
        assert_eq!(numbers(array.view()), expected);
        assert_eq!(numbers(array.to_shared()), expected);
        assert_eq!(numbers(array), expected);
        assert_eq!(numbers(vec![1_u8, 2, 3]), expected);
        assert_eq!(numbers(&[1_i64, 2, 3][..]), expected);
        assert_eq!(numbers(1..4), expected);
        assert_eq!(numbers((1..4).map(f64::from)), expected);
    }

    #[test]
    fn views_that_are_not_contiguous_are_read_in_their_own_order() {
        let table = Array::from_iter(0..12).into_shape_with_order((3, 4)).unwrap();
        assert_eq!(numbers(table.slice(s![..;-1, 1])), [9.0, 5.0, 1.0]);
        let (shape, values) = table.slice(s![.., ..;2]).t().pixels();
        assert_eq!((shape, values), (vec![2, 3], vec![0.0, 4.0, 8.0, 2.0, 6.0, 10.0]));
        assert_eq!(table.index_axis(Axis(0), 2).pixels().0, [4]);
    }

    #[test]
    fn rows_of_numbers_have_a_shape_if_they_are_equally_long() {
        let pixels = [1_f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(pixels.chunks(3).pixels().0, [2, 3]);
        assert_eq!(vec![vec![1, 2], vec![3, 4]].pixels(), (vec![2, 2], vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(pixels.chunks(4).pixels().0, [6]);
        assert_eq!(Vec::<Vec<f32>>::new().pixels(), (vec![0, 0], vec![]));
    }

    #[test]
    fn extent_leaves_out_what_is_not_finite() {
        let values = [f64::NAN, 2.0, f64::NEG_INFINITY, -3.0];
        assert_eq!(extent(&values), Some((-3.0, 2.0)));
        assert_eq!(count_not_finite(&values), 2);
        assert_eq!(extent(&[f64::NAN]), None);
    }
}
