//! The inner loops, compiled once for each set of vector instructions.
#![allow(unsafe_code)]

use super::exp2::Lane;
use super::profile::Profile;
use super::sums::sums;
#[cfg(target_arch = "x86_64")]
use crate::instructions::{has_avx2, has_avx512};
use std::ops::Range;

/// Points as one of them sees them.
pub struct View<'a, T> {
    pub(super) profile: Profile<T>,
    /// The chunks of [`Points`](super::Points).
    pub(super) chunks: &'a [T],
    /// The positions of the points that count.
    pub(super) range: Range<usize>,
    /// The coordinates of the point that looks: `(d)`.
    pub(super) from: &'a [T],
}

/// The inner loops for one set of vector instructions.
#[derive(Clone, Copy)]
pub struct Kernel<T: 'static> {
    run: unsafe fn(&View<T>, &mut [f64]) -> f64,
}

impl<T> Kernel<T> {
    /// Returns `Σ w` over the points in view and adds `Σ w·(p − q)` to `offset: (d)`.
    pub(super) fn add(&self, view: &View<T>, offset: &mut [f64]) -> f64 {
        // SAFETY: `Kernels::available` lists a kernel only where the CPU has its instructions.
        unsafe { (self.run)(view, offset) }
    }
}

/// The kernels of a number type.
pub trait Kernels: Lane {
    /// The points of a chunk: one vector of the widest instructions.
    const LANES: usize;

    /// The kernels that this CPU can run, fastest first.
    fn available() -> Vec<Kernel<Self>>;

    /// The fastest kernel that this CPU can run.
    fn fastest() -> Kernel<Self> {
        Self::available().swap_remove(0)
    }

    /// The next larger number.
    fn above(self) -> Self;

    /// The next smaller number.
    fn below(self) -> Self;
}

#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($float:ty, $lanes:literal, $instructions:literal) => {{
        #[target_feature(enable = $instructions)]
        unsafe fn run(view: &View<$float>, offset: &mut [f64]) -> f64 {
            sums::<$float, $lanes, true>(view, offset)
        }
        Kernel { run }
    }};
}

macro_rules! kernels {
    ($float:ty, $lanes:literal) => {
        impl Kernels for $float {
            const LANES: usize = $lanes;

            fn available() -> Vec<Kernel<Self>> {
                let mut kernels = Vec::new();
                #[cfg(target_arch = "x86_64")]
                if has_avx512() {
                    kernels.push(compiled!($float, $lanes, "avx512f,avx512vl,avx512dq"));
                }
                #[cfg(target_arch = "x86_64")]
                if has_avx2() {
                    kernels.push(compiled!($float, $lanes, "avx2,fma"));
                }
                let run = sums::<$float, $lanes, { cfg!(target_feature = "fma") }>;
                kernels.push(Kernel { run });
                kernels
            }

            fn above(self) -> Self {
                self.next_up()
            }

            fn below(self) -> Self {
                self.next_down()
            }
        }
    };
}

kernels!(f32, 16);
kernels!(f64, 8);
