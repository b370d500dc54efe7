//! A box in space, seen from one side, as lines and text on paper.

use crate::Result;
use crate::plot::axis::{Axis, Span};
use crate::plot::canvas::FontWeight;
use crate::plot::palette;
use crate::plot::style::{LABEL_TEXT, TICK_TEXT, TextStyle};
use crate::plot::surface::{Frame, Surface};
use plotters::style::text_anchor::{HPos, VPos};

type Vector = [f64; 3];

/// Room for the labels around the box, in pixels.
const BORDER: f64 = 46.0;
const TICK_DISTANCE: f64 = 15.0;
const NAME_DISTANCE: f64 = 36.0;
/// Labels farther than this from the middle of their edge, whose end is at 1, are left out.
const NEAR_CORNER: f64 = 0.93;
/// Boxes whose sides differ by more than this factor are drawn as cubes.
const LONGEST: f64 = 3.0;

/// Where the eye is: it looks at the middle of the box from far away, so that parallel lines stay
/// parallel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Eye {
    right: Vector,
    up: Vector,
    towards: Vector,
}

impl Eye {
    /// Angles in degrees: `azimuth` around the z axis, counted from x towards y, and `elevation`
    /// above the plane of x and y.
    pub(super) fn new(azimuth: f64, elevation: f64) -> Self {
        let ((sa, ca), (se, ce)) =
            (azimuth.to_radians().sin_cos(), elevation.to_radians().sin_cos());
        Eye { right: [-sa, ca, 0.0], up: [-se * ca, -se * sa, ce], towards: [ce * ca, ce * sa, se] }
    }

    /// For each axis the side of the box, −1 or 1, that the eye looks at from inside.
    fn far_sides(self) -> Vector {
        self.towards.map(|part| if part > 0.0 { -1.0 } else { 1.0 })
    }
}

/// The box around the data, and how it lies on paper.
pub(super) struct Projection {
    eye: Eye,
    spans: [Span; 3],
    /// Half of each side, in units of the longest.
    half: Vector,
    center: (f64, f64),
    /// Pixels for half of the longest side.
    scale: f64,
}

impl Projection {
    pub(super) fn new(eye: Eye, spans: [Span; 3], frame: Frame) -> Self {
        let lengths = spans.each_ref().map(Span::length);
        let longest = lengths.into_iter().fold(0.0, f64::max);
        let is_like_a_cube = lengths.iter().all(|length| longest <= LONGEST * length);
        let half = lengths.map(|length| if is_like_a_cube { length / longest } else { 1.0 });
        let center = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        let reach = |along: Vector| dot(along.map(f64::abs), half).max(1e-9);
        let across = (frame.width / 2.0 - BORDER) / reach(eye.right);
        let up = (frame.height / 2.0 - BORDER) / reach(eye.up);
        Projection { eye, spans, half, center, scale: across.min(up).max(1.0) }
    }

    /// Where a point lies on paper, in pixels, and how near it is, from −1 to 1.
    pub(super) fn place(&self, point: Vector) -> ((f64, f64), f64) {
        let inside = std::array::from_fn(|axis| {
            let Span { low, high, .. } = self.spans[axis];
            (2.0 * (point[axis] - low) / (high - low) - 1.0) * self.half[axis]
        });
        let depth = dot(inside, self.eye.towards);
        let deepest = dot(self.eye.towards.map(f64::abs), self.half).max(1e-9);
        (self.on_paper(inside), depth / deepest)
    }

    /// Draws the three far sides with their grid, and the labels of the axes.
    pub(super) fn draw_box(&self, surface: &Surface) -> Result<()> {
        for axis in 0..3 {
            let ticks = Axis::new(self.spans[axis].clone(), 5)?.ticks;
            for tick in &ticks {
                let share = self.share(axis, tick.at);
                self.draw_grid_lines(surface, axis, share)?;
                // In a corner two labels would meet.
                if share.abs() < NEAR_CORNER {
                    let at = self.edge(axis, share);
                    self.write(surface, &tick.label, at, axis, (TICK_TEXT, TICK_DISTANCE))?;
                }
            }
            let name = ["x", "y", "z"][axis];
            self.write(surface, name, self.edge(axis, 0.0), axis, (LABEL_TEXT, NAME_DISTANCE))?;
        }
        (0..3).try_for_each(|axis| self.draw_edges(surface, axis))
    }

    /// Where a value lies between the ends of the box: −1 to 1.
    fn share(&self, axis: usize, value: f64) -> f64 {
        let Span { low, high, .. } = self.spans[axis];
        2.0 * (value - low) / (high - low) - 1.0
    }

    /// The lines across the two far sides on which `axis` has the value at `share`.
    fn draw_grid_lines(&self, surface: &Surface, axis: usize, share: f64) -> Result<()> {
        let far = self.eye.far_sides();
        for other in [(axis + 1) % 3, (axis + 2) % 3] {
            let mut ends = [far, far];
            ends[0][axis] = share;
            ends[1][axis] = share;
            (ends[0][other], ends[1][other]) = (-1.0, 1.0);
            let [from, to] = ends.map(|end| self.corner(end));
            surface.line(from, to, 1.0, palette::GRID)?;
        }
        Ok(())
    }

    /// The edges of the far sides that run along `axis`.
    fn draw_edges(&self, surface: &Surface, axis: usize) -> Result<()> {
        let (far, [a, b]) = (self.eye.far_sides(), [(axis + 1) % 3, (axis + 2) % 3]);
        for (side_a, side_b) in [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0)] {
            let mut end = far;
            (end[a], end[b]) = (far[a] * side_a, far[b] * side_b);
            let ends = [-1.0, 1.0].map(|along| {
                end[axis] = along;
                self.corner(end)
            });
            surface.line(ends[0], ends[1], 1.0, palette::AXIS)?;
        }
        Ok(())
    }

    /// A point of the edge that carries the labels of `axis`: one on the outline of the box.
    fn edge(&self, axis: usize, share: f64) -> Vector {
        let far = self.eye.far_sides();
        let mut at = match axis {
            0 => [0.0, -far[1], far[2]],
            1 => [-far[0], 0.0, far[2]],
            // Of the two upright edges on the outline, the one at the left.
            _ => {
                let sides = [[far[0], -far[1], 0.0], [-far[0], far[1], 0.0]];
                let left = |at: &Vector| self.corner(*at).0;
                if left(&sides[0]) < left(&sides[1]) { sides[0] } else { sides[1] }
            }
        };
        at[axis] = share;
        at
    }

    /// Writes beside a point of the edge of `axis`, away from the box.
    fn write(
        &self,
        surface: &Surface,
        text: &str,
        at: Vector,
        axis: usize,
        (size, distance): (f64, f64),
    ) -> Result<()> {
        let (x, y) = self.corner(at);
        let middle = self.corner(self.edge(axis, 0.0));
        let (dx, dy) = (middle.0 - self.center.0, middle.1 - self.center.1);
        let scale = distance / dx.hypot(dy).max(1e-9);
        let look = TextStyle::new(size, FontWeight::Regular, HPos::Center, VPos::Center);
        surface.text(text, (x + dx * scale, y + dy * scale), &look)
    }

    /// Where a point lies on paper that is given in shares of the sides of the box.
    fn corner(&self, shares: Vector) -> (f64, f64) {
        self.on_paper(std::array::from_fn(|axis| shares[axis] * self.half[axis]))
    }

    fn on_paper(&self, inside: Vector) -> (f64, f64) {
        let (across, up) = (dot(inside, self.eye.right), dot(inside, self.eye.up));
        (self.center.0 + across * self.scale, self.center.1 - up * self.scale)
    }
}

fn dot(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projection(azimuth: f64, elevation: f64) -> Projection {
        let frame = Frame { left: 0.0, top: 0.0, width: 400.0, height: 400.0 };
        let spans = [0, 1, 2].map(|_| Span::around(-1.0, 1.0));
        Projection::new(Eye::new(azimuth, elevation), spans, frame)
    }

    #[test]
    fn from_above_x_and_y_lie_as_on_paper() {
        let projection = projection(-90.0, 90.0);
        let [origin, x, y] =
            [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]].map(|point| projection.place(point).0);
        assert_eq!(origin, (200.0, 200.0));
        assert!(x.0 > 300.0 && (x.1 - 200.0).abs() < 1e-6);
        assert!(y.1 < 100.0 && (y.0 - 200.0).abs() < 1e-6);
    }

    #[test]
    fn what_lies_towards_the_eye_is_nearer() {
        let projection = projection(-60.0, 30.0);
        assert!(projection.place([0.5, -0.9, 0.5]).1 > 0.6);
        assert!(projection.place([-0.5, 0.9, -0.5]).1 < -0.6);
    }

    #[test]
    fn the_box_stays_inside_the_frame_from_everywhere() {
        for azimuth in (0..360).step_by(15) {
            for elevation in (-90..=90).step_by(15) {
                let projection = projection(azimuth.into(), elevation.into());
                for corner in 0..8 {
                    let sides = [0, 1, 2].map(|axis| f64::from(corner >> axis & 1) * 2.0 - 1.0);
                    let (x, y) = projection.corner(sides);
                    assert!(x.min(y) > 45.0 && x.max(y) < 355.0, "{azimuth} {elevation}");
                }
            }
        }
    }
}
