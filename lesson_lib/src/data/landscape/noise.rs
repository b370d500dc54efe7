//! Irregular shapes without random numbers: the value at a place is mixed from the place.
//!
//! Only sums and products are used, which every machine rounds alike; sines are not.

/// A number from 0 to 1 that looks random, for a place with whole coordinates.
pub(super) fn random(x: i32, y: i32, seed: u32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).wrapping_mul(0x85eb_ca77)
        ^ seed.wrapping_mul(0xc2b2_ae3d);
    for factor in [0x2c1b_3c6d, 0x297a_2d39] {
        bits = (bits ^ bits >> 15).wrapping_mul(factor);
    }
    ((bits ^ bits >> 16) >> 8) as f32 / (1 << 24) as f32
}

/// Smooth hills and valleys from 0 to 1, one or so for each unit of length ("value noise").
fn waves(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (across, down) = (ease(x - column), ease(y - row));
    let corner = |i: i32, j: i32| random(column as i32 + i, row as i32 + j, seed);
    let edge = |j: i32| corner(0, j) + (corner(1, j) - corner(0, j)) * across;
    edge(0) + (edge(1) - edge(0)) * down
}

/// Waves with smaller ones on top, each half as high and half as long as those below: 0 to 1.
pub(super) fn fractal(x: f32, y: f32, seed: u32, levels: u32) -> f32 {
    let (mut sum, mut most, mut height, mut scale) = (0.0, 0.0, 1.0, 1.0);
    for level in 0..levels {
        sum += height * waves(x * scale, y * scale, seed + level);
        most += height;
        height *= 0.5;
        scale *= 2.0;
    }
    sum / most
}
