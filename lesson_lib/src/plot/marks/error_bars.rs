//! Values with their uncertainty.

use super::{Mark, line_key};
use crate::plot::axis::Span;
use crate::plot::canvas::Marker;
use crate::plot::format;
use crate::plot::legend::Key;
use crate::plot::surface::PlotArea;
use crate::plot::values::extent;
use crate::{Error, Result, text};
use plotters::style::RGBColor;

const LINE_WIDTH: f64 = 2.0;
const WHISKER_WIDTH: f64 = 1.5;
/// Half the width of the bar at the end of a whisker, in pixels.
const CAP: f64 = 4.0;
const RADIUS: f64 = 3.5;

/// Points joined by a line, each with a whisker of `half_widths[i]` up and down.
#[derive(Clone, Debug)]
pub(in crate::plot) struct ErrorBars {
    pub(in crate::plot) x: Vec<f64>,
    pub(in crate::plot) y: Vec<f64>,
    pub(in crate::plot) half_widths: Vec<f64>,
    pub(in crate::plot) name: Option<String>,
}

impl ErrorBars {
    /// x, y and half width of the points that are finite in all three.
    fn finite(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let points = self.x.iter().zip(&self.y).zip(&self.half_widths);
        points
            .map(|((&x, &y), &half)| (x, y, half.abs()))
            .filter(|(x, y, half)| x.is_finite() && y.is_finite() && half.is_finite())
    }
}

impl Mark for ErrorBars {
    fn spans(&self) -> Result<(Span, Span)> {
        let lengths = [&self.x, &self.y, &self.half_widths].map(|values| [values.len()]);
        if lengths.iter().any(|length| *length != lengths[0]) {
            let help = "give as many x as y and half widths";
            return Err(Error::shape("plot::error_bars", lengths.each_ref().map(|l| &l[..]), help));
        }
        let x: Vec<f64> = self.finite().map(|(x, ..)| x).collect();
        let ends: Vec<f64> = self.finite().flat_map(|(_, y, half)| [y - half, y + half]).collect();
        Ok((Span::around_all(extent(&x)), Span::around_all(extent(&ends))))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        let path: Vec<_> = self.finite().map(|(x, y, _)| area.place(x, y)).collect();
        if path.len() > 1 {
            area.surface.path(path, LINE_WIDTH, color)?;
        }
        for (x, y, half) in self.finite() {
            let (low, high) = (area.pixel(x, y - half), area.pixel(x, y + half));
            area.surface.line(low, high, WHISKER_WIDTH, color)?;
            for (x, y) in [low, high] {
                area.surface.line((x - CAP, y), (x + CAP, y), WHISKER_WIDTH, color)?;
            }
        }
        let centers = self.finite().map(|(x, y, _)| area.pixel(x, y));
        area.surface.markers(Marker::Disc, RADIUS, centers, color);
        Ok(())
    }

    fn describe(&self) -> String {
        let name = self.name.as_ref().map_or(String::new(), |name| format!(" “{name}”"));
        let column =
            |pick: fn((f64, f64, f64)) -> f64| -> Vec<f64> { self.finite().map(pick).collect() };
        let range = |values: &[f64]| {
            let (low, high) = extent(values)?;
            Some(format!("from {} to {}", format::value(low), format::value(high)))
        };
        let [x, y, half] = [column(|p| p.0), column(|p| p.1), column(|p| p.2)];
        let count = text::counted(x.len(), "point");
        let skipped = format::skipped(self.x.len() - x.len(), "point");
        match (range(&x), range(&y), range(&half)) {
            (Some(x), Some(y), Some(half)) => format!(
                "Line{name} through {count} with error bars, x {x}, y {y}, plus or minus {half}\
                 {skipped}"
            ),
            _ => format!("Line{name} with error bars through no points{skipped}"),
        }
    }

    fn keys(&self, color: RGBColor) -> Vec<Key> {
        line_key(self.name.as_ref(), color)
    }
}
