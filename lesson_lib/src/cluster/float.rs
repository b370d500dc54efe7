//! The numbers that points are made of.

use super::mean_shift::{MeanShift, Observer, Run, run};
use super::pairs::Kernels;
use crate::Result;
use ndarray::{Array2, ArrayRef2, NdFloat};

/// A coordinate: `f32` or `f64`.
pub trait Float: NdFloat + Into<f64> + Kernels + Compiled {
    /// The number nearest to `value`.
    fn rounded(value: f64) -> Self;
}

/// What is compiled here for each number type: a generic function would be compiled again in
/// every notebook cell that calls it. Private: the set of number types is closed.
pub trait Compiled: Sized {
    fn mean_shift(
        settings: &MeanShift,
        x: &ArrayRef2<Self>,
        observer: Option<&mut Observer<Self>>,
    ) -> Result<Run<Self>>;

    /// The same points in double precision.
    fn widened(x: &ArrayRef2<Self>) -> Array2<f64>;
}

macro_rules! float {
    ($float:ty) => {
        impl Float for $float {
            fn rounded(value: f64) -> Self {
                value as $float
            }
        }

        impl Compiled for $float {
            fn mean_shift(
                settings: &MeanShift,
                x: &ArrayRef2<Self>,
                observer: Option<&mut Observer<Self>>,
            ) -> Result<Run<Self>> {
                run(settings, x, observer)
            }

            fn widened(x: &ArrayRef2<Self>) -> Array2<f64> {
                x.mapv(f64::from)
            }
        }
    };
}

float!(f32);
float!(f64);
