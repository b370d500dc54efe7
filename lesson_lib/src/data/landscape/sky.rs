//! The sky, the sun and a few clouds.

use super::color::{Color, lighten, mix, rise};
use super::noise::fractal;
use super::{HORIZON, Spot};

const ZENITH: Color = [0.20, 0.33, 0.58];
const MIDDLE: Color = [0.62, 0.66, 0.76];
const LOW: Color = [1.00, 0.78, 0.52];
const CLOUD: Color = [1.00, 0.88, 0.80];
const SUN: Color = [1.00, 0.96, 0.82];
const GLOW: Color = [1.00, 0.72, 0.36];

/// Where the sun is: a share of the picture's width right of the middle, and how far down.
const SUN_PLACE: (f32, f32) = (0.17, 0.31);
const SUN_RADIUS: f32 = 0.05;

pub(super) fn paint(spot: Spot) -> Color {
    let clouds = mix(gradient(spot.y / HORIZON), CLOUD, cloudiness(spot));
    let distance = distance_to_sun(spot);
    let near = distance / (3.0 * SUN_RADIUS);
    let glowing = lighten(clouds, GLOW, 0.75 / (1.0 + near * near));
    mix(glowing, SUN, spot.cover(SUN_RADIUS - distance))
}

/// From the top (0) to the horizon (1).
fn gradient(t: f32) -> Color {
    mix(mix(ZENITH, MIDDLE, rise(0.0, 0.65, t)), LOW, rise(0.35, 1.0, t))
}

/// Long thin clouds, thickest half-way up.
fn cloudiness(spot: Spot) -> f32 {
    let band = rise(0.02, 0.15, spot.y) * (1.0 - rise(0.25, 0.45, spot.y));
    0.75 * band * rise(0.48, 0.78, fractal(spot.x * 2.0 + 3.0, spot.y * 11.0, 40, 5))
}

fn distance_to_sun(spot: Spot) -> f32 {
    let (across, down) = (spot.x - sun_x(spot.aspect), spot.y - SUN_PLACE.1);
    (across * across + down * down).sqrt()
}

/// How far right of the middle the sun is.
pub(super) fn sun_x(aspect: f32) -> f32 {
    SUN_PLACE.0 * aspect
}
