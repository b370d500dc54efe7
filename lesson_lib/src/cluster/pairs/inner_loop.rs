//! The loops over pairs, compiled once for each set of vector instructions.
#![allow(unsafe_code)]

use super::query::Query;
use super::simd_float::SimdFloat;
use super::sums::by_weight;
use crate::instructions::{FUSED, simd_dispatch};

/// The loops for one set of vector instructions.
#[derive(Clone, Copy)]
pub struct InnerLoop<T: 'static> {
    compiled: unsafe fn(&[T], &Query<T>, &mut [f64]) -> f64,
}

impl<T> InnerLoop<T> {
    /// Returns `Σ w` over the points that the query asks for, and adds `Σ w·(p − q)` to
    /// `offset: (d)`; `chunks` are those of [`PackedPoints`](super::PackedPoints).
    pub(super) fn sum_block(&self, chunks: &[T], query: &Query<T>, offset: &mut [f64]) -> f64 {
        // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
        unsafe { (self.compiled)(chunks, query, offset) }
    }
}

/// The inner loops of a number type.
pub trait InnerLoops: SimdFloat {
    /// The points of a chunk: one vector of the widest instructions.
    const LANES: usize;

    /// The loops that this CPU can run, fastest first.
    fn available() -> Vec<InnerLoop<Self>>;

    /// The fastest loops that this CPU can run.
    fn fastest() -> InnerLoop<Self> {
        Self::available().swap_remove(0)
    }
}

macro_rules! inner_loops {
    ($float:ty, $lanes:literal) => {
        impl InnerLoops for $float {
            const LANES: usize = $lanes;

            fn available() -> Vec<InnerLoop<Self>> {
                let versions = simd_dispatch! {
                    fn (chunks: &[$float], query: &Query<$float>, offset: &mut [f64]) -> f64 {
                        avx512 => by_weight::<$float, $lanes, true>(chunks, query, offset),
                        avx2 => by_weight::<$float, $lanes, true>(chunks, query, offset),
                        portable => by_weight::<$float, $lanes, FUSED>(chunks, query, offset),
                    }
                };
                versions.map(|(_, compiled)| InnerLoop { compiled }).collect()
            }
        }
    };
}

inner_loops!(f32, 16);
inner_loops!(f64, 16);
