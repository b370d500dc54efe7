#![allow(unsafe_code)]
//! The block transform, compiled for the vector unit that the machine turns out to have.
//!
//! Without the `fma` feature a fused multiply-add is a call into the C library; with it, one
//! instruction for eight values. Both round alike, so the choice changes the time alone.

use super::normal;

/// Turns each whole block of 16 uniforms into standard normals, in place.
pub(super) fn transform_blocks(values: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if crate::instructions::has_avx2() {
        // SAFETY: the two features that the function is compiled with were just found.
        return unsafe { transform_blocks_avx2(values) };
    }
    normal::transform_blocks(values);
}

/// [`normal::transform_blocks`] in AVX2 code.
///
/// # Safety
/// The processor must have AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn transform_blocks_avx2(values: &mut [f32]) {
    normal::transform_blocks(values);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    #[test]
    fn both_compilations_give_the_same_bits() {
        let mut generator = Generator::from_entropy();
        let mut fast = generator.rand(16 * 5000).to_vec();
        fast[..16].copy_from_slice(&[0.0; 16]);
        fast[16..32].copy_from_slice(&[1.0 - f32::EPSILON / 2.0; 16]);
        let mut plain = fast.clone();
        transform_blocks(&mut fast);
        normal::transform_blocks(&mut plain);
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(fast), bits(plain), "{generator:?}");
    }
}
