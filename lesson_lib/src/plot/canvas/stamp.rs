//! One small shape at very many places.

use super::coverage::Shape;
use super::{Canvas, stroke};
use plotters::style::{Color, RGBColor};

/// In how many steps a pixel is covered: few colours keep an animation's palette exact.
const LEVELS: u8 = 5;
/// A marker's place is rounded to this part of a pixel.
const PARTS: usize = 4;

/// The shapes that stand for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Marker {
    Disc,
    Square,
    Triangle,
    Diamond,
    /// Two strokes across each other, a third as wide as the marker's radius.
    Cross,
    /// The same with strokes twice as wide.
    BoldCross,
}

impl Marker {
    /// The polygons about `center`; all markers of one radius have about the same weight.
    fn polygons(self, (x, y): (f32, f32), radius: f32) -> Vec<Vec<(f32, f32)>> {
        let scaled = |corners: &[(f32, f32)], scale: f32| {
            let scale = scale * radius;
            vec![corners.iter().map(|(dx, dy)| (x + dx * scale, y + dy * scale)).collect()]
        };
        match self {
            Marker::Disc => vec![stroke::disc((x, y), radius)],
            Marker::Square => scaled(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)], 0.9),
            Marker::Diamond => scaled(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)], 1.3),
            Marker::Triangle => scaled(&[(0.0, -1.15), (1.0, 0.75), (-1.0, 0.75)], 1.15),
            Marker::Cross => cross((x, y), radius, radius / 6.0),
            Marker::BoldCross => cross((x, y), radius, radius / 3.0),
        }
    }
}

/// Two bars of half the width `half`, along both diagonals.
fn cross((x, y): (f32, f32), radius: f32, half: f32) -> Vec<Vec<(f32, f32)>> {
    let (long, wide) = (radius * 0.707, half * 0.707);
    let bar = |side: f32| {
        let ends = [(-long - wide, -long + wide), (-long + wide, -long - wide)];
        let corners = [ends[0], ends[1], (-ends[0].0, -ends[0].1), (-ends[1].0, -ends[1].1)];
        corners.map(|(dx, dy)| (x + side * dx, y + dy)).to_vec()
    };
    vec![bar(1.0), bar(-1.0)]
}

/// The pixels that a marker covers, seen from the pixel that holds its centre.
struct Mask(Vec<(i32, i32, u8)>);

impl Mask {
    /// The mask of a marker whose centre lies at this part of its pixel.
    fn new(marker: Marker, radius: f32, part: (usize, usize)) -> Self {
        let reach = (radius * 1.6).ceil() as i32 + 1;
        let inside = |part: usize| (part as f32 + 0.5) / PARTS as f32;
        let center = (reach as f32 + inside(part.0), reach as f32 + inside(part.1));
        let mut shape = Shape::default();
        marker.polygons(center, radius).iter().for_each(|corners| shape.add(corners));
        let (size, mut pixels) = (2 * reach as u32 + 1, Vec::new());
        shape.cover((size, size), |x, y, share| {
            let level = (share.min(1.0) * f32::from(LEVELS)).round() as u8;
            if level > 0 {
                pixels.push((x as i32 - reach, y as i32 - reach, level));
            }
        });
        Mask(pixels)
    }
}

/// How far each pixel is covered by any of the markers.
struct Layer {
    size: (i32, i32),
    levels: Vec<u8>,
    /// The rows that hold anything.
    rows: (i32, i32),
}

impl Layer {
    fn new((width, height): (u32, u32)) -> Self {
        let size = (width as i32, height as i32);
        Layer { size, levels: vec![0; (width * height) as usize], rows: (size.1, 0) }
    }

    fn add(&mut self, (x, y): (i32, i32), mask: &Mask) {
        for &(dx, dy, level) in &mask.0 {
            let (x, y) = (x + dx, y + dy);
            if (0..self.size.0).contains(&x) && (0..self.size.1).contains(&y) {
                let covered = &mut self.levels[(y * self.size.0 + x) as usize];
                *covered = level.max(*covered);
                self.rows = (self.rows.0.min(y), self.rows.1.max(y + 1));
            }
        }
    }
}

impl Canvas<'_> {
    /// Draws the marker about all `centers`, in pixels, as one shape: an overlap is no darker.
    pub(in super::super) fn stamp(
        &mut self,
        marker: Marker,
        radius: f32,
        centers: impl IntoIterator<Item = (f64, f64)>,
        color: RGBColor,
    ) {
        let part = |i: usize| (i % PARTS, i / PARTS);
        let masks: Vec<Mask> =
            (0..PARTS * PARTS).map(|i| Mask::new(marker, radius, part(i))).collect();
        let mut layer = Layer::new(self.image.dimensions());
        for (x, y) in centers {
            // Just below a whole number the difference rounds to one.
            let inside = |at: f64| (((at - at.floor()) * PARTS as f64) as usize).min(PARTS - 1);
            let pixel = (clipped(x), clipped(y));
            layer.add(pixel, &masks[inside(y) * PARTS + inside(x)]);
        }
        self.blend_layer(&layer, color);
    }

    fn blend_layer(&mut self, layer: &Layer, color: RGBColor) {
        let (width, (first, last)) = (layer.size.0, layer.rows);
        for y in first..last {
            let row = &layer.levels[(y * width) as usize..((y + 1) * width) as usize];
            for (x, &level) in row.iter().enumerate().filter(|(_, level)| **level > 0) {
                let share = f32::from(level) / f32::from(LEVELS);
                self.blend(x as u32, y as u32, share, color.to_backend_color());
            }
        }
    }
}

/// The pixel that holds a coordinate, far enough from the ends of `i32` to count on from there.
fn clipped(at: f64) -> i32 {
    at.floor().clamp(-1e6, 1e6) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    const BLACK: RGBColor = RGBColor(0, 0, 0);

    fn stamped(marker: Marker, radius: f32, centers: &[(f64, f64)]) -> RgbImage {
        let mut image = RgbImage::from_pixel(40, 40, Rgb([255; 3]));
        Canvas::new(&mut image).stamp(marker, radius, centers.iter().copied(), BLACK);
        image
    }

    fn ink(image: &RgbImage) -> f64 {
        image.pixels().map(|pixel| 1.0 - f64::from(pixel.0[0]) / 255.0).sum()
    }

    #[test]
    fn a_disc_has_the_area_of_a_disc() {
        for center in [(20.0, 20.0), (20.3, 19.8), (11.9, 30.5)] {
            let area = ink(&stamped(Marker::Disc, 4.0, &[center]));
            assert!((area - 50.3).abs() < 2.0, "{area} about {center:?}");
        }
    }

    #[test]
    fn overlapping_markers_are_one_shape() {
        let once = stamped(Marker::Square, 3.0, &[(20.0, 20.0)]);
        assert_eq!(stamped(Marker::Square, 3.0, &[(20.0, 20.0); 9]), once);
    }

    #[test]
    fn all_markers_are_about_equally_heavy_and_centred() {
        let disc = ink(&stamped(Marker::Disc, 5.0, &[(20.5, 20.5)]));
        for marker in [Marker::Square, Marker::Triangle, Marker::Diamond] {
            let image = stamped(marker, 5.0, &[(20.5, 20.5)]);
            assert!((0.7..1.4).contains(&(ink(&image) / disc)), "{marker:?}: {}", ink(&image));
            assert_eq!(image.get_pixel(20, 20).0[0], 0, "{marker:?}");
        }
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let far = [(-50.0, 3.0), (-60.0, -1e-17), (1e300, 2.0), (20.0, -1e9), (f64::MAX, f64::MIN)];
        assert_eq!(ink(&stamped(Marker::Disc, 4.0, &far)), 0.0);
        assert!(ink(&stamped(Marker::Disc, 4.0, &[(0.0, 0.0)])) > 5.0);
    }
}
