//! The lake: what is above it, upside down, with ripples.

use super::color::{Color, lighten, mix, rise};
use super::noise::fractal;
use super::sky::sun_x;
use super::{HORIZON, Spot, above_water};

const WATER: Color = [0.10, 0.19, 0.30];
const SPARKLE: Color = [1.00, 0.86, 0.60];

pub(super) fn paint(spot: Spot) -> Color {
    // 0 at the opposite shore, 1 at the lower edge.
    let near = (spot.y - HORIZON) / (1.0 - HORIZON);
    let ripple = ripples(spot, near) - 0.5;
    let mirrored = Spot {
        x: spot.x + 0.05 * near * ripple,
        y: (2.0 * HORIZON - spot.y + 0.10 * near * ripple).min(HORIZON),
        ..spot
    };
    let mirror = mix(above_water(mirrored), WATER, 0.22 + 0.30 * near - 0.35 * near * ripple);
    let shore_line = 1.0 - rise(0.0, 0.025, near);
    lighten(mix(mirror, WATER, 0.5 * shore_line), SPARKLE, sparkle(spot, near))
}

/// Long flat waves, which look larger nearer by: 0 to 1.
fn ripples(spot: Spot, near: f32) -> f32 {
    let size = 0.25 + near;
    fractal(spot.x * 9.0 / size, 26.0 * (1.0 + near) / size, 500, 4)
}

/// Streaks of light in the sun's path.
fn sparkle(spot: Spot, near: f32) -> f32 {
    let beside = (spot.x - sun_x(spot.aspect)).abs() / (0.04 + 0.10 * near);
    let path = 1.0 / (1.0 + beside * beside * beside);
    let streak = fractal(spot.x * 14.0, spot.y * 150.0, 600, 2);
    0.9 * path * rise(0.52, 0.66, streak)
}
