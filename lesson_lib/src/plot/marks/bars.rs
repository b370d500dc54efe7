//! Named horizontal bars.

use super::{MOST_TO_TELL, Mark};
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::canvas::{FontWeight, text_width};
use crate::plot::style::{ROW_HEIGHT, TICK_TEXT, TextStyle};
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::values::{count_not_finite, extent};
use crate::plot::{format, palette};
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

/// Half the thickness of a bar, where the distance between two bars is 1.
const HALF_THICKNESS: f64 = 0.36;
/// The distance between a bar and what is written at its end, in pixels.
pub(super) const LABEL_GAP: f64 = 6.0;
/// The length of the longest bar that suits the axes.
const NATURAL_LENGTH: f64 = 360.0;

/// One horizontal bar for each label, with its value at its end.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Bars {
    pub(in crate::plot) labels: Vec<String>,
    pub(in crate::plot) values: Vec<f64>,
}

impl Mark for Bars {
    fn spans(&self) -> Result<(Span, Span)> {
        if self.labels.len() != self.values.len() {
            let shapes = [&[self.labels.len()][..], &[self.values.len()]];
            return Err(Error::shape("plot::bar", shapes, "give as many labels as values"));
        }
        let Some((low, high)) = extent(&self.values) else {
            let what = if self.values.is_empty() { "no values" } else { "no finite value" };
            return Err(Error::plot(format!("bars of {what}")));
        };
        let (low, high) = (low.min(0.0), high.max(0.0));
        let high = if low == high { 1.0 } else { high };
        // The label of a negative bar stands left of it, inside the axes.
        let left_room = if low < 0.0 { (high - low) * 0.2 } else { 0.0 };
        Ok((Span::new(low - left_room, high, AxisUnit::Numbers), row_span(&self.labels)))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        for (row, &value) in self.values.iter().enumerate() {
            if value.is_finite() {
                draw_bar(area, row, (0.0, value), &format::value(value), color)?;
            }
        }
        Ok(())
    }

    fn texts(&self) -> Vec<&str> {
        self.labels.iter().map(String::as_str).collect()
    }

    fn describe(&self) -> String {
        let skipped = count_not_finite(&self.values);
        let finite = self.labels.iter().zip(&self.values).filter(|(_, value)| value.is_finite());
        let told = finite.map(|(label, value)| format!("{label} {}", format::value(*value)));
        let what = match extent(&self.values) {
            Some((low, high)) if self.values.len() > MOST_TO_TELL => format::range(low, high),
            _ => told.collect::<Vec<_>>().join(", "),
        };
        let count = text::counted(self.values.len(), "bar");
        format!("{count}: {what}{}", format::skipped(skipped, "value"))
    }

    fn natural_size(&self) -> (f64, f64) {
        rows_size(self.labels.len())
    }

    fn room_right(&self) -> f64 {
        let longest = extent(&self.values).map_or(0.0, |(_, high)| high);
        let positive = self.values.iter().filter(|value| **value >= 0.0);
        label_room(positive.map(|&value| {
            let free = if longest > 0.0 { 1.0 - value / longest } else { 1.0 };
            (format::value(value), free)
        }))
    }
}

/// The axis that names one row for each label.
pub(super) fn row_span(labels: &[String]) -> Span {
    Span::new(-0.6, labels.len() as f64 - 0.4, AxisUnit::Names(labels.to_vec()))
}

/// The size that suits this many rows.
pub(super) fn rows_size(rows: usize) -> (f64, f64) {
    (NATURAL_LENGTH, (rows as f64 + 0.2) * ROW_HEIGHT)
}

/// The width right of the axes that labels at the ends of bars need; `free` is the share of the
/// axis that lies beyond each bar.
pub(super) fn label_room(ends: impl Iterator<Item = (String, f64)>) -> f64 {
    // Half of the natural length: the room must do for a smaller figure too.
    let beyond = |(label, free): (String, f64)| {
        LABEL_GAP + text_width(&label, TICK_TEXT, FontWeight::Regular) - free * NATURAL_LENGTH / 2.0
    };
    ends.map(beyond).fold(0.0, f64::max)
}

/// Draws the bar of one row and writes `label` at its end.
pub(super) fn draw_bar(
    area: &PlotArea,
    row: usize,
    (from, to): (f64, f64),
    label: &str,
    color: RGBColor,
) -> Result<()> {
    let (start, top) = area.pixel(from, row as f64 - HALF_THICKNESS);
    let (end, bottom) = area.pixel(to, row as f64 + HALF_THICKNESS);
    let (top, bottom) = (top.round(), bottom.round());
    let bar = Frame { left: start.min(end), top, width: (end - start).abs(), height: bottom - top };
    area.surface.fill(bar, color)?;
    let (side, gap) = if end < start { (HPos::Right, -LABEL_GAP) } else { (HPos::Left, LABEL_GAP) };
    write_label(area, label, (end + gap, (top + bottom) / 2.0), side)
}

/// Writes the label of a row, its `side` at `at`.
pub(super) fn write_label(area: &PlotArea, label: &str, at: (f64, f64), side: HPos) -> Result<()> {
    let look = TextStyle {
        size: TICK_TEXT,
        weight: FontWeight::Regular,
        color: palette::INK,
        anchor: (side, VPos::Center),
        upwards: false,
    };
    area.surface.text(label, at, &look)
}
