//! Normal numbers from uniform ones by the Box–Muller transform: a uniform point, read as radius
//! and angle, gives two independent normal coordinates.

use super::cephes;

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
#[inline(always)]
pub(super) fn transform_blocks(values: &mut [f32]) {
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
