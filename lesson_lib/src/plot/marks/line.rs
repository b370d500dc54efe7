//! A line through points.

use super::{Mark, line_key};
use crate::plot::axis::Span;
use crate::plot::canvas::SUBPIXELS;
use crate::plot::format;
use crate::plot::legend::Key;
use crate::plot::surface::PlotArea;
use crate::plot::values::extent;
use crate::{Error, Result, text};
use plotters::style::RGBColor;

const WIDTH: f64 = 2.0;
const DOT_RADIUS: f64 = 3.0;

/// A line through the points (x, y) in their order; it is broken where a point is not finite.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Line {
    pub(in crate::plot) x: Vec<f64>,
    pub(in crate::plot) y: Vec<f64>,
    pub(in crate::plot) name: Option<String>,
}

type Place = (i32, i32);

impl Line {
    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }

    /// The coordinates of the finite points.
    fn finite(&self) -> (Vec<f64>, Vec<f64>) {
        self.points().filter(|(x, y)| x.is_finite() && y.is_finite()).unzip()
    }
}

impl Mark for Line {
    fn spans(&self) -> Result<(Span, Span)> {
        if self.x.len() != self.y.len() {
            let shapes = [&[self.x.len()][..], &[self.y.len()]];
            return Err(Error::shape("plot::line", shapes, "give as many x as y"));
        }
        let (x, y) = self.finite();
        match (extent(&x), extent(&y)) {
            (Some(x), Some(y)) => Ok((Span::around(x.0, x.1), Span::around(y.0, y.1))),
            _ if self.x.is_empty() => Err(Error::plot("a line without points")),
            _ => Err(Error::plot("a line with no finite point")),
        }
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        let places: Vec<Option<Place>> = self
            .points()
            .map(|(x, y)| (x.is_finite() && y.is_finite()).then(|| area.place(x, y)))
            .collect();
        for piece in places.split(Option::is_none) {
            let path = thin_out(piece.iter().flatten().copied());
            match path.as_slice() {
                [] => {}
                [dot] => area.surface.dot(*dot, DOT_RADIUS, color)?,
                _ => area.surface.path(path, WIDTH, color)?,
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let (x, y) = self.finite();
        let name = self.name.as_ref().map_or(String::new(), |name| format!(" “{name}”"));
        let range = |values: &[f64]| {
            extent(values).map_or(String::new(), |(a, b)| format::wide_range(a, b))
        };
        format!(
            "Line{name} through {}, x {}, y {}{}",
            text::counted(x.len(), "point"),
            range(&x),
            range(&y),
            format::skipped(self.x.len() - x.len(), "point"),
        )
    }

    fn keys(&self, color: RGBColor) -> Vec<Key> {
        line_key(self.name.as_ref(), color)
    }
}

/// Replaces neighbours within half a pixel's width by the first, lowest, highest and last of them.
///
/// To the eye the line stays the same, however many points there were.
fn thin_out(points: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut path: Vec<Place> = Vec::new();
    let mut extremes: Option<ColumnExtremes> = None;
    for point in points.enumerate() {
        match &mut extremes {
            Some(extremes) if column(extremes.first.1) == column(point.1) => extremes.add(point),
            _ => path.extend(
                extremes
                    .replace(ColumnExtremes::new(point))
                    .iter()
                    .flat_map(ColumnExtremes::places),
            ),
        }
    }
    path.extend(extremes.iter().flat_map(ColumnExtremes::places));
    path.dedup();
    path
}

fn column((x, _): Place) -> i32 {
    x.div_euclid(SUBPIXELS / 2)
}

/// Numbered neighbours in one column.
struct ColumnExtremes {
    first: (usize, Place),
    lowest: (usize, Place),
    highest: (usize, Place),
    last: (usize, Place),
}

impl ColumnExtremes {
    fn new(point: (usize, Place)) -> Self {
        ColumnExtremes { first: point, lowest: point, highest: point, last: point }
    }

    fn add(&mut self, point: (usize, Place)) {
        if point.1.1 < self.lowest.1.1 {
            self.lowest = point;
        } else if point.1.1 > self.highest.1.1 {
            self.highest = point;
        }
        self.last = point;
    }

    /// The points to draw, in the order in which they came.
    fn places(&self) -> [Place; 4] {
        let mut points = [self.first, self.lowest, self.highest, self.last];
        points.sort_by_key(|point| point.0);
        points.map(|point| point.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::surface::Surface;
    use crate::random::Generator;
    use image::{Rgb, RgbImage};

    #[test]
    fn few_points_stay_as_they_are() {
        let points = [(0, 5), (16, 9), (40, -3), (8, 8)];
        assert_eq!(thin_out(points.into_iter()), points);
        assert_eq!(thin_out([(3, 3); 5].into_iter()), [(3, 3)]);
        assert_eq!(thin_out([].into_iter()), []);
    }

    #[test]
    fn many_points_keep_their_extremes() {
        let wave = |i: i32| (i / 1000, ((i as f64).sin() * 100.0) as i32);
        let path = thin_out((0..100_000).map(wave));
        assert!(path.len() <= 4 * 100 / 8 + 4, "{} points are left", path.len());
        assert_eq!((path[0], *path.last().unwrap()), (wave(0), wave(99_999)));
        for (place, pick) in
            [(-100, path.iter().map(|p| p.1).min()), (100, path.iter().map(|p| p.1).max())]
        {
            assert!((pick.unwrap() - place).abs() <= 1);
        }
    }

    /// A picture of the path on its own.
    fn drawn(path: Vec<Place>) -> RgbImage {
        let mut image = RgbImage::from_pixel(300, 200, Rgb([255; 3]));
        Surface::new(&mut image).path(path, WIDTH, RGBColor(0, 0, 0)).unwrap();
        image
    }

    #[test]
    fn thinning_out_does_not_change_the_picture() {
        let mut random = Generator::from_entropy();
        let seed = random.initial_seed();
        let (mut height, size) = (100.0, f64::from(SUBPIXELS));
        let steps = random.rand_f64(30_000) * 4.0 - 2.0;
        let path: Vec<Place> = (0..)
            .zip(steps)
            .map(|(i, step)| {
                height = f64::clamp(height + step, 10.0, 190.0);
                ((f64::from(i) * 0.0098 * size) as i32, (height * size) as i32)
            })
            .collect();
        let thinned = thin_out(path.iter().copied());
        assert!(thinned.len() < 2_600, "{} points are left", thinned.len());
        let (plain, fast) = (drawn(path), drawn(thinned));
        // Where many segments overlap, the borders differ in shade; what is solid must be there.
        let pairs = || plain.pixels().zip(fast.pixels()).map(|(a, b)| (a.0[0], b.0[0]));
        let lost = pairs().filter(|&(plain, fast)| plain < 40 && fast == 255).count();
        let added = pairs().filter(|&(plain, fast)| fast < 40 && plain == 255).count();
        let solid = pairs().filter(|&(_, fast)| fast < 40).count();
        assert!(solid > 1_000, "seed {seed}: only {solid} pixels are drawn");
        let wrong = lost + added;
        assert!(wrong * 500 < solid, "seed {seed}: {wrong} of {solid} pixels are wrong");
    }
}
