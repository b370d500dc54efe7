//! How much of each pixel a shape covers.

use ab_glyph_rasterizer::{Point, Rasterizer, point};

/// A union of polygons, in pixels.
#[derive(Default)]
pub(super) struct Shape {
    edges: Vec<(Point, Point)>,
}

impl Shape {
    /// Adds the polygon with these corners.
    ///
    /// All polygons are turned the same way round: where two of them overlap their coverage adds
    /// up and is cut off at one, where otherwise it would cancel.
    pub(super) fn add(&mut self, corners: &[(f32, f32)]) {
        let ends = corners.iter().cycle().skip(1);
        for (&(ax, ay), &(bx, by)) in corners.iter().zip(ends) {
            let (a, b) = (point(ax, ay), point(bx, by));
            self.edges.push(if is_clockwise(corners) { (a, b) } else { (b, a) });
        }
    }

    /// Calls `paint(x, y, share)` for every pixel of a `size` picture that the shape touches.
    pub(super) fn cover(&self, size: (u32, u32), mut paint: impl FnMut(u32, u32, f32)) {
        let Some((left, top, right, bottom)) = self.bounds(size) else { return };
        // One spare column keeps the rounding of the right edge out of the next row.
        let mut rasterizer = Rasterizer::new((right - left) as usize + 1, (bottom - top) as usize);
        let (origin, width) = (point(left as f32, top as f32), (right - left) as f32);
        for &(a, b) in &self.edges {
            draw_clipped(&mut rasterizer, a - origin, b - origin, width);
        }
        rasterizer.for_each_pixel_2d(|x, y, share| {
            if share > 1e-3 && left + x < right {
                paint(left + x, top + y, share);
            }
        });
    }

    /// The whole pixels around the shape, inside a `size` picture: left, top, right, bottom.
    fn bounds(&self, (width, height): (u32, u32)) -> Option<(u32, u32, u32, u32)> {
        let (mut low, mut high) = (point(f32::MAX, f32::MAX), point(f32::MIN, f32::MIN));
        for &(a, _) in &self.edges {
            (low.x, low.y) = (low.x.min(a.x), low.y.min(a.y));
            (high.x, high.y) = (high.x.max(a.x), high.y.max(a.y));
        }
        // `as` saturates: whatever lies outside the picture ends on its border.
        let (left, top) = (low.x.floor() as u32, low.y.floor() as u32);
        let (right, bottom) =
            ((high.x.ceil() as u32).min(width), (high.y.ceil() as u32).min(height));
        (left < right && top < bottom).then_some((left, top, right, bottom))
    }
}

fn is_clockwise(corners: &[(f32, f32)]) -> bool {
    let ends = corners.iter().cycle().skip(1);
    let area: f32 = corners.iter().zip(ends).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    area >= 0.0
}

/// Draws the edge from `a` to `b`, its parts left of 0 or right of `width` moved onto the border:
/// the rasterizer would wrap them into a neighbouring row.
fn draw_clipped(rasterizer: &mut Rasterizer, a: Point, b: Point, width: f32) {
    let mut cuts = [border_crossing(a, b, 0.0), border_crossing(a, b, width)];
    cuts.sort_by(f32::total_cmp);
    let mut start = a;
    for t in [cuts[0], cuts[1], 1.0] {
        let end = point(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t);
        let on_sheet = |p: Point| point(p.x.clamp(0.0, width), p.y);
        rasterizer.draw_line(on_sheet(start), on_sheet(end));
        start = end;
    }
}

/// Where between 0 (at `a`) and 1 (at `b`) the edge crosses `x`; 1 if it does not.
fn border_crossing(a: Point, b: Point, x: f32) -> f32 {
    if (a.x < x) == (b.x < x) { 1.0 } else { ((x - a.x) / (b.x - a.x)).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(polygons: &[&[(f32, f32)]]) -> [[f32; 4]; 3] {
        let mut shape = Shape::default();
        polygons.iter().for_each(|corners| shape.add(corners));
        let mut shares = [[0.0; 4]; 3];
        shape.cover((4, 3), |x, y, share| shares[y as usize][x as usize] += share);
        shares
    }

    #[test]
    fn a_rectangle_covers_fractions_of_its_border_pixels() {
        let rectangle = [(0.5, 1.0), (2.25, 1.0), (2.25, 2.5), (0.5, 2.5)];
        let expected = [[0.0; 4], [0.5, 1.0, 0.25, 0.0], [0.25, 0.5, 0.125, 0.0]];
        assert_eq!(covered(&[&rectangle]), expected);
    }

    #[test]
    fn turning_the_corners_round_changes_nothing() {
        let corners = [(0.2, 0.1), (3.4, 0.9), (1.3, 2.8)];
        let reversed = [corners[2], corners[1], corners[0]];
        assert_eq!(covered(&[&corners]), covered(&[&reversed]));
    }

    #[test]
    fn overlapping_polygons_do_not_cancel() {
        let square = [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)];
        let reversed = [square[3], square[2], square[1], square[0]];
        assert!(covered(&[&square, &reversed])[1][1] >= 1.0);
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let huge = [(-50.0, -9.0), (90.0, -9.0), (90.0, 70.0), (-50.0, 70.0)];
        assert_eq!(covered(&[&huge]), [[1.0; 4]; 3]);
        let slanted = [(-4.0, 0.0), (2.0, 0.0), (2.0, 3.0), (-1.0, 3.0)];
        assert_eq!(covered(&[&slanted]), [[1.0, 1.0, 0.0, 0.0]; 3]);
        assert_eq!(covered(&[&[(5.0, 1.0), (9.0, 1.0), (9.0, 2.0)]]), [[0.0; 4]; 3]);
        assert_eq!(covered(&[]), [[0.0; 4]; 3]);
    }
}
