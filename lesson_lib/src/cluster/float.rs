//! The numbers that points are made of.

use ndarray::NdFloat;

/// A coordinate: `f32` or `f64`.
pub trait Float: NdFloat + Into<f64> + sealed::Sealed {
    /// The number nearest to `value`.
    fn rounded(value: f64) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

impl Float for f32 {
    fn rounded(value: f64) -> Self {
        value as f32
    }
}

impl Float for f64 {
    fn rounded(value: f64) -> Self {
        value
    }
}
