//! The near shore: a bank with conifers on the left, reeds on the right.

use super::Spot;
use super::color::{Color, mix};
use super::noise::{fractal, random};

const BANK: Color = [0.09, 0.12, 0.08];
const NEEDLES: Color = [0.05, 0.10, 0.08];
const STALK: Color = [0.16, 0.17, 0.08];
const HEAD: Color = [0.24, 0.13, 0.06];

/// A conifer: a share of the picture's width, where it stands and ends, half its width.
struct Conifer {
    place: f32,
    foot: f32,
    top: f32,
    reach: f32,
}

const CONIFERS: [Conifer; 4] = [
    Conifer { place: -0.45, foot: 0.90, top: 0.30, reach: 0.100 },
    Conifer { place: -0.365, foot: 0.93, top: 0.14, reach: 0.125 },
    Conifer { place: -0.275, foot: 0.92, top: 0.47, reach: 0.080 },
    Conifer { place: -0.225, foot: 0.95, top: 0.62, reach: 0.058 },
];
/// Layers of branches on a conifer.
const LAYERS: f32 = 11.0;
const REEDS: i32 = 34;

pub(super) fn paint(behind: Color, spot: Spot) -> Color {
    let trees = CONIFERS.iter().map(|tree| spot.cover(tree.depth(spot)));
    let trees = mix(behind, NEEDLES, trees.fold(0.0, f32::max));
    let bank = mix(trees, bank_color(spot), spot.cover(spot.y - bank(spot)));
    (0..REEDS).fold(bank, |behind, number| Reed::new(number, spot.aspect).paint(behind, spot))
}

/// How far down the bank begins: it falls from the left edge to below the picture.
fn bank(spot: Spot) -> f32 {
    let from_left = spot.x / spot.aspect + 0.5;
    let blade = random((spot.x * 160.0).floor() as i32, 7, 700);
    let grass = 0.014 * fractal(spot.x * 12.0, 0.0, 710, 4) + 0.014 * blade;
    0.86 + 0.42 * from_left * from_left - grass
}

fn bank_color(spot: Spot) -> Color {
    let rough = 0.10 * (fractal(spot.x * 60.0, spot.y * 25.0, 720, 3) - 0.4);
    BANK.map(|channel| channel + rough)
}

impl Conifer {
    /// How deep inside the tree the spot lies, from its nearest side.
    fn depth(&self, spot: Spot) -> f32 {
        let down = (spot.y - self.top) / (self.foot - self.top);
        if !(0.0..=1.0).contains(&down) {
            return -1.0;
        }
        let from_trunk = (spot.x - self.place * spot.aspect).abs();
        let layer = down * LAYERS;
        let side = i32::from(spot.x < self.place * spot.aspect);
        let uneven = 0.75 + 0.5 * random(layer.floor() as i32, side, 730);
        // Each layer hangs out farther at its lower end.
        let hang = 0.45 + 0.55 * (layer - layer.floor());
        (self.reach * down * hang * uneven).max(0.006 * down) - from_trunk
    }
}

/// A stalk that leans a little, some with a head.
struct Reed {
    foot: f32,
    top: f32,
    lean: f32,
    has_head: bool,
}

impl Reed {
    fn new(number: i32, aspect: f32) -> Self {
        let [place, height, lean, kind] = [0, 1, 2, 3].map(|what| random(number, what, 800));
        Reed {
            foot: aspect * (0.16 + 0.34 * place),
            top: 0.97 - 0.26 * height,
            lean: 0.24 * (lean - 0.5),
            has_head: kind < 0.4,
        }
    }

    fn paint(&self, behind: Color, spot: Spot) -> Color {
        let up = 1.0 - spot.y;
        let from_stalk = (spot.x - self.foot - self.lean * up * up * 3.0).abs();
        let below_top = spot.y - self.top;
        let stalk = if below_top > 0.0 { spot.cover(0.0032 - from_stalk) } else { 0.0 };
        let color = mix(behind, STALK, stalk);
        let in_head = self.has_head && (0.012..0.062).contains(&below_top);
        if in_head { mix(color, HEAD, spot.cover(0.008 - from_stalk)) } else { color }
    }
}
