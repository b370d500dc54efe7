//! The numbers einsum computes with.

use super::evaluate;
use super::order::Strategy;
use crate::Result;
use ndarray::{ArrayD, ArrayViewD};
use std::fmt::Debug;

/// A number type of einsum: `f32`, `f64`, `i32` and `i64`.
///
/// Integers wrap around on overflow, as numpy's and PyTorch's do.
pub trait Element: sealed::Arithmetic {}

impl<A: sealed::Arithmetic> Element for A {}

pub(super) mod sealed {
    /// The arithmetic that einsum needs. Private: the set of number types is closed.
    pub trait Arithmetic:
        Copy + Default + PartialEq + super::Debug + Send + Sync + 'static
    {
        /// The sum of nothing.
        const ZERO: Self;
        /// The product of nothing.
        const ONE: Self;
        /// Whether a matrix product goes to the GEMM crate.
        const HAS_GEMM: bool;
        /// `self + other`.
        fn plus(self, other: Self) -> Self;
        /// `self * other`.
        fn times(self, other: Self) -> Self;
        /// `self + a * b`.
        fn plus_product(self, a: Self, b: Self) -> Self;
        /// All of einsum for this type, compiled in this crate: a generic function would be
        /// compiled again in every notebook cell that calls it.
        fn einsum(
            strategy: super::Strategy,
            equation: &str,
            operands: &[super::ArrayViewD<Self>],
        ) -> super::Result<super::ArrayD<Self>>;
    }
}

macro_rules! einsum_here {
    () => {
        fn einsum(
            strategy: Strategy,
            equation: &str,
            operands: &[ArrayViewD<Self>],
        ) -> Result<ArrayD<Self>> {
            evaluate::evaluate(strategy, equation, operands)
        }
    };
}

macro_rules! float {
    ($type:ty) => {
        impl sealed::Arithmetic for $type {
            einsum_here!();

            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
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
                // Without the instruction `mul_add` would be a slow call into the C library.
                if cfg!(target_feature = "fma") { a.mul_add(b, self) } else { self + a * b }
            }
        }
    };
}

macro_rules! integer {
    ($type:ty) => {
        impl sealed::Arithmetic for $type {
            einsum_here!();

            const ZERO: Self = 0;
            const ONE: Self = 1;
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
