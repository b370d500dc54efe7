//! Three ridges, one behind the other: the farther, the paler.

use super::color::{Color, mix};
use super::noise::{fractal, random};
use super::{HORIZON, Spot};

/// A ridge of hills.
struct Ridge {
    /// How far down its highest and its lowest point may lie.
    reach: (f32, f32),
    /// Hills for each height of the picture.
    hills: f32,
    seed: u32,
    /// The colours at its crest and at its foot.
    colors: (Color, Color),
    /// How high the trees on it are.
    trees: f32,
    /// How rough it looks.
    texture: f32,
}

/// From the farthest to the nearest.
const RIDGES: [Ridge; 3] = [
    Ridge {
        reach: (0.30, 0.58),
        hills: 2.2,
        seed: 101,
        colors: ([0.52, 0.50, 0.63], [0.80, 0.66, 0.62]),
        trees: 0.0,
        texture: 0.03,
    },
    Ridge {
        reach: (0.42, 0.62),
        hills: 2.6,
        seed: 232,
        colors: ([0.31, 0.36, 0.48], [0.52, 0.50, 0.54]),
        trees: 0.006,
        texture: 0.06,
    },
    Ridge {
        reach: (0.50, 0.66),
        hills: 1.7,
        seed: 317,
        colors: ([0.12, 0.21, 0.20], [0.22, 0.31, 0.25]),
        trees: 0.026,
        texture: 0.14,
    },
];

/// Trees on a ridge for each height of the picture.
const TREES: f32 = 90.0;

pub(super) fn paint(sky: Color, spot: Spot) -> Color {
    RIDGES.iter().fold(sky, |behind, ridge| ridge.paint(behind, spot))
}

impl Ridge {
    fn paint(&self, behind: Color, spot: Spot) -> Color {
        let crest = self.crest(spot.x);
        let height = ((spot.y - crest) / (HORIZON - crest).max(0.02)).clamp(0.0, 1.0);
        let rough = self.texture * (fractal(spot.x * 40.0, spot.y * 60.0, self.seed + 50, 3) - 0.5);
        let color = mix(self.colors.0, self.colors.1, height).map(|channel| channel + rough);
        mix(behind, color, spot.cover(spot.y - crest))
    }

    /// How far down the ridge begins.
    fn crest(&self, x: f32) -> f32 {
        let (top, bottom) = self.reach;
        let valley = fractal(x * self.hills, 0.0, self.seed, 6);
        top + (bottom - top) * valley - self.trees * self.treetop(x)
    }

    /// The outline of a row of conifers, from 0 between two to at most 1 at a top.
    fn treetop(&self, x: f32) -> f32 {
        let place = x * TREES;
        let from_middle = (2.0 * (place - place.floor()) - 1.0).abs();
        (1.0 - from_middle) * (0.35 + 0.65 * random(place.floor() as i32, 0, self.seed + 90))
    }
}
