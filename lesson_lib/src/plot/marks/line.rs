//! A line through points.

use super::Mark;
use crate::plot::axis::Span;
use crate::plot::canvas::SUBPIXELS;
use crate::plot::format;
use crate::plot::sheet::Plane;
use crate::plot::values::extent;
use crate::{Error, Result};
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

    fn draw(&self, plane: &Plane, color: RGBColor) -> Result<()> {
        let places: Vec<Option<Place>> = self
            .points()
            .map(|(x, y)| (x.is_finite() && y.is_finite()).then(|| plane.place(x, y)))
            .collect();
        for piece in places.split(Option::is_none) {
            let path = thin_out(piece.iter().flatten().copied());
            match path.as_slice() {
                [] => {}
                [dot] => plane.sheet.dot(*dot, DOT_RADIUS, color)?,
                _ => plane.sheet.path(path, WIDTH, color)?,
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let (x, y) = self.finite();
        let name = self.name.as_ref().map_or(String::new(), |name| format!(" “{name}”"));
        let range =
            |values: &[f64]| extent(values).map_or(String::new(), |(a, b)| format::range(a, b));
        format!(
            "Line{name} through {}, x {}, y {}{}",
            format::counted(x.len(), "point"),
            range(&x),
            range(&y),
            format::skipped(self.x.len() - x.len(), "point"),
        )
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Replaces neighbours within half a pixel's width by the first, lowest, highest and last of them.
///
/// The line covers the same pixels as before, however many points there were.
fn thin_out(points: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut path: Vec<Place> = Vec::new();
    let mut run: Vec<Place> = Vec::new();
    let column = |point: &Place| point.0.div_euclid(SUBPIXELS / 2);
    for point in points {
        if run.first().is_some_and(|first| column(first) != column(&point)) {
            close_run(&mut run, &mut path);
        }
        keep(&mut run, point);
    }
    close_run(&mut run, &mut path);
    path
}

/// A run is its first, lowest, highest and last point, in that order.
fn keep(run: &mut Vec<Place>, point: Place) {
    match run.as_mut_slice() {
        [_, low, high, last] => {
            *low = std::cmp::min_by_key(*low, point, |place| place.1);
            *high = std::cmp::max_by_key(*high, point, |place| place.1);
            *last = point;
        }
        _ => run.extend([point; 4]),
    }
}

fn close_run(run: &mut Vec<Place>, path: &mut Vec<Place>) {
    run.dedup();
    path.append(run);
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
