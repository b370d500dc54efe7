//! Normal numbers from uniform ones by the Box–Muller transform: a uniform point, read as radius
//! and angle, gives two independent normal coordinates.
#![allow(unsafe_code)]

use super::cephes;
use crate::instructions::simd_dispatch;

/// Values that are transformed together: eight radii and eight angles.
pub(super) const BLOCK: usize = 16;

/// Turns two uniforms of [0, 1) into two standard normals, in double precision.
pub(super) fn pair(u1: f64, u2: f64) -> (f64, f64) {
    let radius = (-2.0 * (-u2).ln_1p()).sqrt();
    let angle = std::f64::consts::TAU * u1;
    (radius * angle.cos(), radius * angle.sin())
}

/// Turns each whole block of 16 uniforms of [0, 1) into standard normals, in place: the first
/// eight are the radii's uniforms, the last eight the angles'.
///
/// Without the `fma` feature a fused multiply-add is a call into the C library; with it, one
/// instruction for eight values. Both round alike, so the choice changes only the time.
pub(super) fn transform_blocks(values: &mut [f32]) {
    let mut versions = simd_dispatch! {
        fn (values: &mut [f32]) -> () {
            avx2 => transform_each_block(values),
            portable => transform_each_block(values),
        }
    };
    let (_, transform) = versions.next().expect("the portable version is always there");
    // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
    unsafe { transform(values) }
}

#[inline(always)]
fn transform_each_block(values: &mut [f32]) {
    for block in values.as_chunks_mut::<BLOCK>().0 {
        transform_block(block);
    }
}

#[inline(always)]
fn transform_block(block: &mut [f32; BLOCK]) {
    // A copy, which nothing else can point to: that lets the loop become vector code.
    let uniforms = *block;
    for j in 0..BLOCK / 2 {
        let radius = (-2.0 * cephes::ln(1.0 - uniforms[j])).sqrt();
        let (sine, cosine) = cephes::sin_cos(std::f32::consts::TAU * uniforms[j + BLOCK / 2]);
        // PyTorch's last step is a fused `product · std + mean`; with 1 and 0 that is the
        // product, except that −0 becomes 0.
        block[j] = radius * cosine + 0.0;
        block[j + BLOCK / 2] = radius * sine + 0.0;
    }
}

/// `transform_blocks` in double precision, with the platform's own logarithm, sine and cosine.
pub(super) fn transform_blocks_f64(values: &mut [f64]) {
    for block in values.as_chunks_mut::<BLOCK>().0 {
        let (radii, angles) = block.split_at_mut(BLOCK / 2);
        for (first, second) in radii.iter_mut().zip(angles) {
            let radius = (-2.0 * (1.0 - *first).ln()).sqrt();
            let angle = std::f64::consts::TAU * *second;
            *first = radius * angle.cos() + 0.0;
            *second = radius * angle.sin() + 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    #[test]
    fn every_compilation_gives_the_same_bits() {
        let mut generator = Generator::from_entropy();
        let mut fast = generator.rand(16 * 5000).to_vec();
        fast[..16].copy_from_slice(&[0.0; 16]);
        fast[16..32].copy_from_slice(&[1.0 - f32::EPSILON / 2.0; 16]);
        let mut plain = fast.clone();
        transform_blocks(&mut fast);
        transform_each_block(&mut plain);
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(fast), bits(plain), "{generator:?}");
    }
}
