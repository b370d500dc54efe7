//! Arrows in a plane.

use super::{Mark, line_key};
use crate::plot::axis::Span;
use crate::plot::format;
use crate::plot::legend::Key;
use crate::plot::points::Points;
use crate::plot::surface::PlotArea;
use crate::{Error, Result, text};
use plotters::style::RGBColor;

const WIDTH: f64 = 1.5;
/// The length of a head in pixels, and how much of a short arrow it may take.
const HEAD: f64 = 8.0;
const HEAD_SHARE: f64 = 0.45;
/// Half the angle of a head.
const HALF_ANGLE: f64 = 0.45;

/// An arrow from each point to the one in the same row of another array.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Arrows {
    pub(in crate::plot) from: Points<2>,
    pub(in crate::plot) to: Points<2>,
    pub(in crate::plot) name: Option<String>,
}

impl Arrows {
    /// The beginnings and ends of the arrows whose numbers are all finite.
    fn finite(&self) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
        let pairs = self.from.rows().iter().copied().zip(self.to.rows().iter().copied());
        pairs.filter(|(from, to)| from.iter().chain(to).all(|value| value.is_finite()))
    }
}

impl Mark for Arrows {
    fn spans(&self) -> Result<(Span, Span)> {
        const NAME: &str = "plot::arrows";
        self.from.check(NAME)?;
        self.to.check(NAME)?;
        if self.from.rows().len() != self.to.rows().len() {
            let shapes = [self.from.shape(), self.to.shape()];
            return Err(Error::shape(NAME, shapes, "give as many ends as beginnings"));
        }
        let (from, to) = (self.from.extent(), self.to.extent());
        let span = |axis: usize| {
            let side = |extent: Option<[(f64, f64); 2]>| {
                Span::around_all(extent.map(|extent| extent[axis]))
            };
            side(from).union(side(to))
        };
        Ok((span(0)?, span(1)?))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        for ([x0, y0], [x1, y1]) in self.finite() {
            let (from, to) = (area.pixel(x0, y0), area.pixel(x1, y1));
            area.surface.line(from, to, WIDTH, color)?;
            for side in head(from, to) {
                area.surface.line(side, to, WIDTH, color)?;
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let length = |([x0, y0], [x1, y1]): ([f64; 2], [f64; 2])| (x1 - x0).hypot(y1 - y0);
        let count = self.finite().count();
        let name = self.name.as_ref().map_or(String::new(), |name| format!(" “{name}”"));
        let longest = match self.finite().map(length).reduce(f64::max) {
            Some(longest) => format!(", the longest {} long", format::value(longest)),
            None => String::new(),
        };
        let skipped = format::skipped(self.from.rows().len() - count, "arrow");
        format!("{}{name}{longest}{skipped}", text::counted(count, "arrow"))
    }

    fn keys(&self, color: RGBColor) -> Vec<Key> {
        line_key(self.name.as_ref(), color)
    }

    fn is_planar(&self) -> bool {
        true
    }

    fn natural_size(&self) -> (f64, f64) {
        (480.0, 340.0)
    }
}

/// Where the two strokes of an arrow's head begin; they end in its tip.
fn head(from: (f64, f64), tip: (f64, f64)) -> [(f64, f64); 2] {
    let (back_x, back_y) = (from.0 - tip.0, from.1 - tip.1);
    let size = (HEAD_SHARE * back_x.hypot(back_y)).min(HEAD);
    let back = back_y.atan2(back_x);
    [back - HALF_ANGLE, back + HALF_ANGLE]
        .map(|angle| (tip.0 + size * angle.cos(), tip.1 + size * angle.sin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_points_forwards_and_is_no_longer_than_half_the_arrow() {
        let [left, right] = head((0.0, 0.0), (100.0, 0.0));
        assert!(left.0 < 100.0 && (left.0 - right.0).abs() < 1e-9);
        assert!((left.1 + right.1).abs() < 1e-9 && (left.1 - right.1).abs() > 5.0);
        assert!(head((0.0, 0.0), (0.0, 4.0)).iter().all(|side| side.1 > 2.0));
        assert_eq!(head((3.0, 3.0), (3.0, 3.0)), [(3.0, 3.0); 2]);
    }
}
