//! A picture drawn by a program: hills behind a lake in the evening.
//!
//! Places are measured in heights of the picture: `x` from its middle to the right, `y` from its
//! top down.

mod color;
mod hills;
mod noise;
mod shore;
mod sky;
mod water;

use color::Color;
use ndarray::{Array3, Zip};
use noise::random;

/// How far down the opposite shore of the lake lies.
const HORIZON: f32 = 0.62;
/// The size of the grain, as a share of white.
const GRAIN: f32 = 0.05;

/// Where a pixel lies.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: f32,
    y: f32,
    /// The picture's width.
    aspect: f32,
    /// The side of a pixel.
    pixel: f32,
}

impl Spot {
    /// How much of the pixel is covered by something whose edge is `depth` away: inside it where
    /// that is positive.
    fn cover(&self, depth: f32) -> f32 {
        (depth / self.pixel + 0.5).clamp(0.0, 1.0)
    }
}

/// A colour picture to experiment with: `(height, width, 3)`, red, green and blue from 0 to 1.
///
/// A sunset over hills and the lake that mirrors them: a sky without edges, trees and reeds with
/// sharp ones, and grain everywhere. Nothing is random: the same size gives the same numbers on
/// every machine.
///
/// ```
/// let picture = lesson_lib::data::landscape(64, 96);
/// assert_eq!(picture.dim(), (64, 96, 3));
/// assert!(picture.iter().all(|value| (0.0..=1.0).contains(value)));
/// ```
pub fn landscape(height: usize, width: usize) -> Array3<f32> {
    let mut picture = Array3::zeros((height, width, 3));
    let pixel = 1.0 / height as f32;
    let aspect = width as f32 * pixel;
    Zip::indexed(picture.rows_mut()).for_each(|(row, column), mut channels| {
        let x = (column as f32 + 0.5) * pixel - aspect / 2.0;
        let y = (row as f32 + 0.5) * pixel;
        let grain = (random(column as i32, row as i32, 0) - 0.5) * GRAIN;
        let color = color_at(Spot { x, y, aspect, pixel });
        for (channel, value) in channels.iter_mut().zip(color) {
            *channel = (value + grain).clamp(0.0, 1.0);
        }
    });
    picture
}

fn color_at(spot: Spot) -> Color {
    let behind = if spot.y < HORIZON { above_water(spot) } else { water::paint(spot) };
    shore::paint(behind, spot)
}

/// What the lake mirrors.
fn above_water(spot: Spot) -> Color {
    hills::paint(sky::paint(spot), spot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Axis, s};

    #[test]
    fn every_size_has_a_picture_with_values_from_0_to_1() {
        for (height, width) in [(0, 0), (0, 5), (5, 0), (1, 1), (1, 300), (300, 1), (40, 61)] {
            let picture = landscape(height, width);
            assert_eq!(picture.dim(), (height, width, 3));
            assert!(picture.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }

    #[test]
    fn the_picture_is_the_same_on_every_machine() {
        // A sum of rounded values, which any change to the picture changes.
        let picture = landscape(64, 96);
        let sum: f32 = picture.iter().map(|value| (value * 255.0).round()).sum();
        assert_eq!(sum, 2_232_332.0);
    }

    #[test]
    fn the_sky_is_smooth_and_the_trees_are_not() {
        let picture = landscape(256, 384);
        let steps = |part: ndarray::ArrayView3<f32>| {
            let next = part.slice(s![.., 1.., ..]);
            let step = &next - &part.slice(s![.., ..-1, ..]);
            step.fold(0.0_f32, |most, step| most.max(step.abs()))
        };
        assert!(steps(picture.slice(s![..40, 200.., ..])) < 0.1);
        assert!(steps(picture.slice(s![100..220, ..120, ..])) > 0.4);
        assert!(picture.sum_axis(Axis(2)).iter().all(|sum| sum.is_finite()));
    }
}
