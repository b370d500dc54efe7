//! Arithmetic without branches or calls, which the compiler turns into vector instructions.

use crate::cluster::Float;

/// What the inner loops need of a number besides `+`, `−`, `·` and `√`.
pub trait SimdFloat: Float {
    /// `self · factor + sum`, rounded once if `FUSED`. Where the CPU lacks the instruction,
    /// `mul_add` would be a slow call into the C library.
    fn multiply_add<const FUSED: bool>(self, factor: Self, sum: Self) -> Self;

    /// 2 to the power of this number, which is 0 or less.
    ///
    /// The relative error is below 1.5e-7 (`f32`) and 4e-16 (`f64`). A power below 2⁻¹²⁵ (2⁻¹⁰²¹),
    /// the number −∞ and `NaN` give exactly 0: subnormal numbers, which many CPUs handle slowly,
    /// neither arise here nor in the products.
    fn fast_exp2<const FUSED: bool>(self) -> Self;

    /// The next larger number.
    fn next_up(self) -> Self;

    /// The next smaller number.
    fn next_down(self) -> Self;
}

macro_rules! simd_float {
    ($float:ident, $lowest:literal, $magic:literal, $coefficients:expr) => {
        impl SimdFloat for $float {
            #[inline(always)]
            fn multiply_add<const FUSED: bool>(self, factor: Self, sum: Self) -> Self {
                if FUSED { self.mul_add(factor, sum) } else { self * factor + sum }
            }

            #[inline(always)]
            fn fast_exp2<const FUSED: bool>(self) -> Self {
                // Adding 1.5 · 2^(digits − 1) rounds to a whole number, which then stands in the
                // lowest bits; shifted to the exponent's place it multiplies by that power of 2.
                let shifted = self + $magic;
                let rest = self - (shifted - $magic); // in [−1/2, 1/2]
                let power = $coefficients
                    .into_iter()
                    .fold(0.0, |sum: Self, c| sum.multiply_add::<FUSED>(rest, c));
                let exponent = shifted.to_bits() << (<$float>::MANTISSA_DIGITS - 1);
                let result = <$float>::from_bits(power.to_bits().wrapping_add(exponent));
                if self > $lowest { result } else { 0.0 }
            }

            fn next_up(self) -> Self {
                <$float>::next_up(self)
            }

            fn next_down(self) -> Self {
                <$float>::next_down(self)
            }
        }
    };
}

// The polynomials interpolate 2^x in the Chebyshev nodes of [−1/2, 1/2], from the highest power
// down; they miss it by 2.6e-9 and 5e-18.
simd_float!(
    f32,
    -125.0,
    12_582_912.0,
    [
        1.546_144_5e-4,
        1.340_042_8e-3,
        9.618_057e-3,
        5.550_327e-2,
        2.402_265e-1,
        std::f32::consts::LN_2,
        1.0
    ]
);
simd_float!(
    f64,
    -1021.0,
    6_755_399_441_055_744.0,
    [
        4.455_817_908_336_064_5e-10,
        7.074_194_297_288_521e-9,
        1.017_805_708_773_394_1e-7,
        1.321_543_253_591_237_5e-6,
        1.525_273_384_155_677_3e-5,
        1.540_353_046_372_435_3e-4,
        1.333_355_814_640_647e-3,
        9.618_129_107_587_256e-3,
        5.550_410_866_482_162_5e-2,
        2.402_265_069_591_015_8e-1,
        std::f64::consts::LN_2,
        1.0
    ]
);
