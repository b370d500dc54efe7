//! Vector registers of every width behind one trait.
#![allow(unsafe_code)]

use crate::instructions::FUSED;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// A vector register of `L` numbers `T`.
///
/// # Safety
/// Every method may be called only where the CPU has the vector's instructions.
pub(super) trait VectorRegister<T, const L: usize>: Copy {
    /// Zeros.
    unsafe fn zero() -> Self;
    /// The numbers of an array.
    unsafe fn load(from: &[T; L]) -> Self;
    /// `self · factor + sum`.
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self;
    /// The sum of all lanes.
    unsafe fn sum(self) -> T;
}

/// Asks for the cache line at an address, which need not be readable memory.
#[inline(always)]
pub(super) fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 CPU has the instruction, and it never faults.
    unsafe {
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

macro_rules! portable {
    ($number:ty, $lanes:literal) => {
        impl VectorRegister<$number, $lanes> for [$number; $lanes] {
            #[inline(always)]
            unsafe fn zero() -> Self {
                [0.0; $lanes]
            }
            #[inline(always)]
            unsafe fn load(from: &[$number; $lanes]) -> Self {
                *from
            }
            #[inline(always)]
            unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
                std::array::from_fn(|lane| match FUSED {
                    true => self[lane].mul_add(factor[lane], sum[lane]),
                    false => self[lane] * factor[lane] + sum[lane],
                })
            }
            #[inline(always)]
            unsafe fn sum(self) -> $number {
                self.iter().sum()
            }
        }
    };
}

portable!(f32, 4);
portable!(f64, 2);

#[cfg(target_arch = "x86_64")]
macro_rules! x86 {
    ($register:ty, $number:ty, $lanes:literal,
     $zero:ident, $load:ident, $multiply_add:ident, $sum:expr) => {
        impl VectorRegister<$number, $lanes> for $register {
            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller knows that the CPU has the instruction.
                unsafe { $zero() }
            }
            #[inline(always)]
            unsafe fn load(from: &[$number; $lanes]) -> Self {
                // SAFETY: as above; the array has all the numbers, and they need no alignment.
                unsafe { $load(from.as_ptr()) }
            }
            #[inline(always)]
            unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
                // SAFETY: the caller knows that the CPU has the instruction.
                unsafe { $multiply_add(self, factor, sum) }
            }
            #[inline(always)]
            unsafe fn sum(self) -> $number {
                // SAFETY: the caller knows that the CPU has the instructions.
                unsafe { $sum(self) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
x86!(__m512, f32, 16, _mm512_setzero_ps, _mm512_loadu_ps, _mm512_fmadd_ps, _mm512_reduce_add_ps);
#[cfg(target_arch = "x86_64")]
x86!(__m512d, f64, 8, _mm512_setzero_pd, _mm512_loadu_pd, _mm512_fmadd_pd, _mm512_reduce_add_pd);
#[cfg(target_arch = "x86_64")]
x86!(__m256, f32, 8, _mm256_setzero_ps, _mm256_loadu_ps, _mm256_fmadd_ps, sum_of_8);
#[cfg(target_arch = "x86_64")]
x86!(__m256d, f64, 4, _mm256_setzero_pd, _mm256_loadu_pd, _mm256_fmadd_pd, sum_of_4);

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,fma")]
fn sum_of_8(vector: __m256) -> f32 {
    let four = _mm_add_ps(_mm256_castps256_ps128(vector), _mm256_extractf128_ps::<1>(vector));
    let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,fma")]
fn sum_of_4(vector: __m256d) -> f64 {
    let two = _mm_add_pd(_mm256_castpd256_pd128(vector), _mm256_extractf128_pd::<1>(vector));
    _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
}
