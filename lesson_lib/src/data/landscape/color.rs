//! Colours, and how they mix.

/// Red, green and blue, from 0 to 1.
pub(super) type Color = [f32; 3];

/// `share` of `over` on `under`.
pub(super) fn mix(under: Color, over: Color, share: f32) -> Color {
    std::array::from_fn(|channel| under[channel] + (over[channel] - under[channel]) * share)
}

/// `color` as light that comes on top of `under`.
pub(super) fn lighten(under: Color, color: Color, share: f32) -> Color {
    std::array::from_fn(|channel| under[channel] + (1.0 - under[channel]) * color[channel] * share)
}

/// From 0 at `low` to 1 at `high`, without a corner.
pub(super) fn rise(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
