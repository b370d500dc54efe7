//! The numbers that points are made of.

use super::mapped::mapped;
use ndarray::{Array2, ArrayRef2, NdFloat};

/// A coordinate: `f32` or `f64`.
pub trait Float: NdFloat + Into<f64> {
    /// The number nearest to `value`.
    fn from_f64(value: f64) -> Self;

    /// `x: (n, d)` in double precision. Not generic, so that a notebook cell need not compile it.
    fn to_f64_array(x: &ArrayRef2<Self>) -> Array2<f64>;
}

macro_rules! float {
    ($float:ty) => {
        impl Float for $float {
            fn from_f64(value: f64) -> Self {
                value as $float
            }

            fn to_f64_array(x: &ArrayRef2<Self>) -> Array2<f64> {
                mapped(x, f64::from)
            }
        }
    };
}

float!(f32);
float!(f64);
