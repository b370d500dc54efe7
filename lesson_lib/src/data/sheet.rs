//! A handwritten digit, enlarged once, and the pictures that can be drawn from it.
//!
//! A source digit is 8×8 cells. Smooth interpolation enlarges it to a fine sheet; every picture
//! samples the sheet through its own affine map, and a contrast curve turns the smooth surface into
//! strokes with crisp edges.

use super::digits::CELLS;
use crate::random::Generator;
use ndarray::{Array2, ArrayView1};

/// Pixels along each side of a picture.
const SIDE: usize = 28;
/// Pixels of a picture.
pub(super) const PIXELS: usize = SIDE * SIDE;

/// Samples of the sheet along the side of a cell.
const FINE: usize = 4;
/// Empty cells about the digit.
const MARGIN: usize = 2;
/// Samples along each side of the sheet.
const SHEET: usize = (CELLS + 2 * MARGIN) * FINE;
/// Pixels along a cell's side, before scaling: MNIST's digits are 20 pixels high.
const PITCH: f32 = 20.0 / CELLS as f32;

/// An enlarged digit.
pub(super) struct Sheet {
    /// Ink, about 1 in the middle of a stroke, `(SHEET, SHEET)` in row-major order.
    ink: Vec<f32>,
    /// The ink's centre of mass `[x, y]`, in samples: MNIST puts it in the middle of the picture.
    centre: [f32; 2],
    pub(super) label: u8,
}

impl Sheet {
    /// Enlarges 64 cells of 0 to 16.
    pub(super) fn new(cells: ArrayView1<f32>, label: u8) -> Self {
        // How much ink a stroke's cells have: a thin pen fills none of them.
        let strength = cells.mapv(|ink| ink * ink).sum() / cells.sum();
        let cells = Array2::from_shape_fn((CELLS, CELLS), |(y, x)| cells[y * CELLS + x] / strength);
        let enlarge = interpolation(); // (SHEET, CELLS)
        let ink = enlarge.dot(&cells).dot(&enlarge.t()); // (SHEET, SHEET)
        Self { centre: centre_of_mass(&ink), ink: ink.iter().copied().collect(), label }
    }

    /// Draws the digit in this hand: 784 pixels, multiples of 1/256 below 1.
    pub(super) fn draw(&self, hand: &Hand, pixels: &mut [f32; PIXELS]) {
        for (y, row) in pixels.chunks_exact_mut(SIDE).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let [sheet_x, sheet_y] = hand.to_sheet(x as f32, y as f32);
                let ink = self.at(self.centre[0] + sheet_x, self.centre[1] + sheet_y);
                *pixel = hand.pen(ink);
            }
        }
    }

    /// The ink at a point, linear between the four samples about it, 0 outside.
    fn at(&self, x: f32, y: f32) -> f32 {
        const LAST: f32 = (SHEET - 2) as f32;
        let (x, y) = (x.clamp(0.0, LAST), y.clamp(0.0, LAST));
        // By way of i32, which converts from and to f32 in one instruction.
        let (left, top) = (x as i32, y as i32);
        let (right_share, lower_share) = (x - left as f32, y - top as f32);
        let start = top as usize * SHEET + left as usize;
        let mix = |a: f32, b: f32, share: f32| a + share * (b - a);
        let upper = mix(self.ink[start], self.ink[start + 1], right_share);
        let lower = mix(self.ink[start + SHEET], self.ink[start + SHEET + 1], right_share);
        mix(upper, lower, lower_share)
    }
}

/// The weight of each cell in each sample along one axis, `(SHEET, CELLS)`.
fn interpolation() -> Array2<f32> {
    Array2::from_shape_fn((SHEET, CELLS), |(sample, cell)| {
        let position = (sample as f32 + 0.5) / FINE as f32 - MARGIN as f32 - 0.5;
        catmull_rom(position - cell as f32)
    })
}

/// The interpolating cubic kernel of Catmull and Rom.
fn catmull_rom(distance: f32) -> f32 {
    let t = distance.abs();
    match t {
        t if t < 1.0 => 1.0 + t * t * (1.5 * t - 2.5),
        t if t < 2.0 => 2.0 + t * (t * (2.5 - 0.5 * t) - 4.0),
        _ => 0.0,
    }
}

fn centre_of_mass(ink: &Array2<f32>) -> [f32; 2] {
    let (mut mass, mut x_moment, mut y_moment) = (0.0, 0.0, 0.0);
    for ((y, x), &weight) in ink.indexed_iter() {
        mass += weight;
        x_moment += weight * x as f32;
        y_moment += weight * y as f32;
    }
    [x_moment / mass, y_moment / mass]
}

/// How one picture is drawn: where each pixel looks at the sheet, and the pen.
pub(super) struct Hand {
    /// Sheet offset from the digit's centre = `matrix · (pixel − middle)`.
    matrix: [[f32; 2]; 2],
    /// The pixel where the digit's centre goes.
    middle: [f32; 2],
    /// The ink at the edge of a stroke, as a share of that in its middle: the lower, the broader
    /// the pen.
    edge: f32,
}

impl Hand {
    /// A hand like those in MNIST: turned by up to 12°, slanted, a little narrower or broader.
    pub(super) fn random(generator: &mut Generator) -> Self {
        let numbers = generator.rand(7);
        let between = |i: usize, low: f32, high: f32| low + numbers[i] * (high - low);
        let (sin, cos) = between(0, -0.21, 0.21).sin_cos();
        let slant = between(1, -0.2, 0.3);
        let (width, height) = (between(2, 0.85, 1.1), between(3, 0.9, 1.05));
        let (x_scale, y_scale) = (FINE as f32 / (PITCH * width), FINE as f32 / (PITCH * height));
        let centre = (SIDE - 1) as f32 / 2.0;
        Self {
            matrix: [
                [x_scale * (cos - slant * sin), x_scale * (sin + slant * cos)],
                [-y_scale * sin, y_scale * cos],
            ],
            middle: [centre + between(4, -1.0, 1.0), centre + between(5, -1.0, 1.0)],
            edge: between(6, 0.5, 0.7),
        }
    }

    fn to_sheet(&self, x: f32, y: f32) -> [f32; 2] {
        let (x, y) = (x - self.middle[0], y - self.middle[1]);
        self.matrix.map(|row| row[0] * x + row[1] * y)
    }

    /// A pixel's value for an amount of ink: a steep smooth step about the edge.
    fn pen(&self, ink: f32) -> f32 {
        let step = ((ink - self.edge) * 2.5 + 0.5).clamp(0.0, 1.0);
        let value = step * step * (3.0 - 2.0 * step);
        // Rounded to a whole number of 0..=255, which an MNIST pixel is before the division.
        (value * 255.0 + 0.5) as i32 as f32 / 256.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;

    #[test]
    fn enlarging_keeps_a_flat_surface_flat() {
        let rows = interpolation();
        // Two cells from the edge on, every cell that a sample needs exists.
        let inside = (MARGIN + 2) * FINE..SHEET - (MARGIN + 2) * FINE;
        for row in inside {
            assert!((rows.row(row).sum() - 1.0).abs() < 1e-6, "sample {row}");
        }
    }

    #[test]
    fn a_single_cell_is_drawn_in_the_middle() {
        let mut cells = Array1::zeros(CELLS * CELLS);
        cells[2 * CELLS + 5] = 16.0;
        let hand = Hand { matrix: [[1.6, 0.0], [0.0, 1.6]], middle: [13.5, 13.5], edge: 0.5 };
        let mut pixels = [0.0; PIXELS];
        Sheet::new(cells.view(), 1).draw(&hand, &mut pixels);
        let picture = ArrayView1::from(&pixels).into_shape_with_order((SIDE, SIDE)).expect("784");
        let flipped = picture.slice(ndarray::s![..;-1, ..;-1]);
        assert_eq!(picture, flipped, "symmetric about the middle");
        assert!(picture[[13, 13]] > 0.9 && picture[[13, 9]] == 0.0 && picture[[0, 0]] == 0.0);
    }

    #[test]
    fn a_hand_far_off_the_sheet_draws_nothing() {
        let cells = Array1::from_elem(CELLS * CELLS, 16.0);
        let far = Hand { matrix: [[1e9, 0.0], [0.0, 1e9]], middle: [-1.0, 50.0], edge: 0.5 };
        let mut pixels = [1.0; PIXELS];
        Sheet::new(cells.view(), 8).draw(&far, &mut pixels);
        assert_eq!(pixels, [0.0; PIXELS]);
    }
}
