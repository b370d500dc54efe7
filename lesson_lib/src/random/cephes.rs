//! `ln`, `sin` and `cos` in single precision as polynomials.
//!
//! The polynomials are those of the Cephes library (Stephen Moshier), in the branch-free form that
//! Julien Pommier gave them for SSE and Giovanni Garberoglio for AVX. PyTorch's normal numbers
//! come from that form compiled with fused multiply-adds; here every fused operation is written
//! out, so the bits are the same on every machine. No branches, not even those of overflow checks
//! (hence the wrapping operations): a loop over several values becomes vector code.

use std::f32::consts::FRAC_1_SQRT_2;

const FRAC_4_PI: f32 = 1.273_239_5;
/// π/4 in three parts, the first two with few bits: octant times part is exact.
const PI_4_PARTS: [f32; 3] = [0.785_156_25, 2.418_756_5e-4, 3.774_895e-8];
/// ln(1 + r) − r + r²/2, divided by r³.
const LN: [f32; 9] = [
    7.037_683_6e-2,
    -1.151_461e-1,
    1.167_699_84e-1,
    -1.242_014_1e-1,
    1.424_932_3e-1,
    -1.666_805_7e-1,
    2.000_071_4e-1,
    -2.499_999_4e-1,
    3.333_333e-1,
];
/// sin(r) − r, divided by r³, in r².
const SIN: [f32; 3] = [-1.951_529_6e-4, 8.332_161e-3, -1.666_665_5e-1];
/// cos(r) − 1 + r²/2, divided by r⁴, in r².
const COS: [f32; 3] = [2.443_315_7e-5, -1.388_731_6e-3, 4.166_664_6e-2];

/// The polynomial with these coefficients, highest power first, by Horner's rule.
#[inline(always)]
fn horner<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = 0.0;
    for coefficient in coefficients {
        sum = x.mul_add(sum, coefficient);
    }
    sum
}

/// The natural logarithm of a normal number above 0.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    // x = mantissa · 2^exponent with the mantissa in [½, 1) …
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f00_0000);
    let exponent = ((bits >> 23) as i32).wrapping_sub(126);
    // … moved to [√½, √2), where the polynomial about 1 holds.
    let below = mantissa < FRAC_1_SQRT_2;
    let r = mantissa - 1.0 + if below { mantissa } else { 0.0 };
    let exponent = exponent.wrapping_sub(i32::from(below)) as f32;
    ln_near_one(r, exponent)
}

/// `ln(1 + r) + exponent · ln 2`, with ln 2 in two parts: 0.693359375 has few bits, so its
/// product with the exponent is exact.
#[inline(always)]
fn ln_near_one(r: f32, exponent: f32) -> f32 {
    let square = r * r;
    let tail = r * horner(r, LN);
    let tail = tail.mul_add(square, exponent * -2.121_944_4e-4);
    let tail = square.mul_add(-0.5, tail);
    exponent.mul_add(0.693_359_375, r + tail)
}

/// The sine and the cosine of an angle in [0, 8192).
#[inline(always)]
pub(super) fn sin_cos(angle: f32) -> (f32, f32) {
    // The nearest even multiple of π/4, counted in octants.
    let octant = ((angle * FRAC_4_PI) as i32).wrapping_add(1) & !1;
    let r = reduced(angle, octant as f32);
    let square = r * r;
    let (sine, cosine) = (sin_near_zero(r, square), cos_near_zero(square));
    let swap = octant & 2 != 0;
    let (s, c) = if swap { (cosine, sine) } else { (sine, cosine) };
    (with_sign(s, octant & 4), with_sign(c, octant.wrapping_add(2) & 4))
}

/// `angle − octant · π/4`, without the error of one rounded π/4.
#[inline(always)]
fn reduced(angle: f32, octant: f32) -> f32 {
    let [high, middle, low] = PI_4_PARTS;
    let rest = octant.mul_add(-high, angle);
    let rest = octant.mul_add(-middle, rest);
    octant.mul_add(-low, rest)
}

#[inline(always)]
fn sin_near_zero(r: f32, square: f32) -> f32 {
    (horner(square, SIN) * square).mul_add(r, r)
}

#[inline(always)]
fn cos_near_zero(square: f32) -> f32 {
    (horner(square, COS) * square).mul_add(square, square * -0.5) + 1.0
}

/// `value`, negated where `four` is 4 and not 0.
#[inline(always)]
fn with_sign(value: f32, four: i32) -> f32 {
    f32::from_bits(value.to_bits() ^ (four as u32) << 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_is_near_the_exact_one() {
        let smallest = 2f32.powi(-24);
        for x in (1..=1 << 24).step_by(61).map(|n| n as f32 * smallest).chain([1.0, smallest]) {
            let exact = f64::from(x).ln();
            let error = (f64::from(ln(x)) - exact).abs();
            assert!(error <= 1e-7 * exact.abs().max(0.1), "ln {x}: {} for {exact}", ln(x));
        }
    }

    #[test]
    fn sin_cos_are_near_the_exact_ones() {
        for angle in (0..700_000).map(|n| n as f32 * 1e-5) {
            let (s, c) = sin_cos(angle);
            let (exact_s, exact_c) = f64::from(angle).sin_cos();
            assert!((f64::from(s) - exact_s).abs() < 1e-7, "sin {angle}: {s} for {exact_s}");
            assert!((f64::from(c) - exact_c).abs() < 1e-7, "cos {angle}: {c} for {exact_c}");
        }
    }

    #[test]
    fn special_points_are_exact() {
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(sin_cos(0.0), (0.0, 1.0));
    }
}
