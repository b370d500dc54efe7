//! Centroids among points.

use super::Mark;
use crate::plot::axis::Span;
use crate::plot::canvas::Marker;
use crate::plot::points::Points;
use crate::plot::surface::PlotArea;
use crate::plot::{format, palette};
use crate::{Result, text};
use plotters::style::RGBColor;

/// A big black X with a smaller magenta X on top at each place: seen on every colour.
#[derive(Clone, Debug)]
pub(in crate::plot) struct CentroidMark(pub(in crate::plot) Points<2>);

/// Radii in pixels.
const BLACK: f64 = 9.0;
const MAGENTA: f64 = 6.5;

/// Up to this many centroids are described one by one.
const MOST_TO_PLACE: usize = 6;

impl Mark for CentroidMark {
    fn spans(&self) -> Result<(Span, Span)> {
        self.0.check("plot, centroids")?;
        let extent = self.0.extent();
        let span = |axis: usize| Span::around_all(extent.map(|extent| extent[axis]));
        Ok((span(0), span(1)))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let looks = [
            (Marker::BoldCross, BLACK, palette::INK),
            (Marker::Cross, MAGENTA, palette::HIGHLIGHT),
        ];
        for (_, &[x, y]) in self.0.finite() {
            for (marker, radius, color) in looks {
                area.surface.markers(marker, radius, [area.pixel(x, y)], color);
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let count = self.0.finite().count();
        let value = |value: &f64| format::value((value * 10.0).round() / 10.0);
        let place = |(_, [x, y]): (usize, &[f64; 2])| format!("({}, {})", value(x), value(y));
        let places: Vec<String> = self.0.finite().map(place).collect();
        let places = match count {
            1..=MOST_TO_PLACE => format!(" at {}", places.join(", ")),
            _ => String::new(),
        };
        let skipped = format::skipped(self.0.rows().len() - count, "centroid");
        format!("{}{places}{skipped}", text::counted(count, "centroid"))
    }

    fn is_planar(&self) -> bool {
        true
    }
}
