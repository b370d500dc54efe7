//! The arithmetic of the numbers that einsum computes with.

use crate::instructions::FUSED;
use ndarray::LinalgScalar;
use std::fmt::Debug;

/// What every loop needs of a number type.
pub trait Arithmetic: LinalgScalar + Default + PartialEq + Debug + Send + Sync {
    /// The sum of nothing.
    const ZERO: Self;
    /// Whether the `gemm` crate multiplies matrices of these numbers.
    const HAS_GEMM: bool;
    /// `self + other`.
    fn plus(self, other: Self) -> Self;
    /// `self * other`.
    fn times(self, other: Self) -> Self;
    /// `self + a * b`.
    fn plus_product(self, a: Self, b: Self) -> Self;
}

macro_rules! float {
    ($type:ty) => {
        impl Arithmetic for $type {
            const ZERO: Self = 0.0;
            const HAS_GEMM: bool = true;

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }

            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self * other
            }

            #[inline(always)]
            fn plus_product(self, a: Self, b: Self) -> Self {
                if FUSED { a.mul_add(b, self) } else { self + a * b }
            }
        }
    };
}

macro_rules! integer {
    ($type:ty) => {
        impl Arithmetic for $type {
            const ZERO: Self = 0;
            const HAS_GEMM: bool = false;

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }

            #[inline(always)]
            fn plus_product(self, a: Self, b: Self) -> Self {
                self.plus(a.times(b))
            }
        }
    };
}

float!(f32);
float!(f64);
integer!(i32);
integer!(i64);
