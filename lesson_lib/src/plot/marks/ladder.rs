//! The times of a ladder of versions, each faster than the one before.

use super::Mark;
use super::bars::{LABEL_GAP, label_room, row_span, rows_size, write_label};
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::palette;
use crate::plot::surface::PlotArea;
use crate::plot::values::extent;
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// The radius of a dot, in pixels.
const RADIUS: f64 = 6.0;

/// One dot for each version on a logarithmic scale, with its time and its speed-up against the
/// first version. (A bar would begin at zero, which such a scale does not have.)
#[derive(Clone, Debug)]
pub(in crate::plot) struct LadderChart {
    names: Vec<String>,
    seconds: Vec<f64>,
    /// The version whose dot keeps its colour, while the others fade.
    pub(in crate::plot) lit: Option<String>,
}

impl LadderChart {
    pub(in crate::plot) fn new(rows: impl Iterator<Item = (String, f64)>) -> Self {
        let (names, seconds) = rows.unzip();
        LadderChart { names, seconds, lit: None }
    }

    /// What stands beside each dot.
    fn labels(&self) -> impl Iterator<Item = String> {
        self.seconds.iter().enumerate().map(|(row, &seconds)| {
            let time = text::seconds(seconds);
            let ratio = self.seconds[0] / seconds;
            if row == 0 { time } else { format!("{time}   {}", text::speed_up(ratio)) }
        })
    }

    /// Where the axis starts: a power of ten below the shortest time.
    fn low(&self) -> f64 {
        let (shortest, _) = extent(&self.seconds).unwrap_or((1.0, 1.0));
        // The shortest time keeps some distance from the names.
        10_f64.powf((shortest.log10() - 0.15).floor())
    }
}

impl Mark for LadderChart {
    fn spans(&self) -> Result<(Span, Span)> {
        let wrong = self.seconds.iter().position(|time| !(time.is_finite() && *time > 0.0));
        if let Some(row) = wrong {
            let (name, time) = (&self.names[row], self.seconds[row]);
            return Err(Error::plot(format!(
                "the time of “{name}” is {time} s: a logarithmic scale needs times above zero"
            )));
        }
        let Some((_, longest)) = extent(&self.seconds) else {
            return Err(Error::plot("a ladder without rows"));
        };
        if let Some(lit) = self.lit.as_ref().filter(|lit| !self.names.contains(lit)) {
            return Err(Error::plot(format!("no version is named “{lit}”, so none can be lit")));
        }
        Ok((Span::new(self.low(), longest, AxisUnit::LogSeconds), row_span(&self.names)))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        for (row, (label, &time)) in self.labels().zip(&self.seconds).enumerate() {
            let is_faint = self.lit.as_ref().is_some_and(|lit| *lit != self.names[row]);
            let color = if is_faint { palette::faint(color) } else { color };
            let row = row as f64;
            let (x, y) = area.pixel(time, row);
            area.surface.line(area.pixel(self.low(), row), (x, y), 2.0, palette::faint(color))?;
            area.surface.dot(area.place(time, row), RADIUS, color)?;
            write_label(area, &label, (x + RADIUS + LABEL_GAP, y), HPos::Left)?;
        }
        Ok(())
    }

    fn texts(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    fn describe(&self) -> String {
        let rows: Vec<String> = self
            .names
            .iter()
            .zip(self.labels())
            .map(|(name, label)| format!("{name} {label}"))
            .collect();
        let count = text::counted(rows.len(), "version");
        format!("Times of {count} on a logarithmic scale: {}", rows.join(", ").replace("   ", " "))
    }

    fn natural_size(&self) -> (f64, f64) {
        rows_size(self.names.len())
    }

    fn room_right(&self) -> f64 {
        let (low, high) = (self.low(), extent(&self.seconds).map_or(1.0, |(_, high)| high));
        let free = |time: f64| (high / time).log10() / (high / low).log10();
        RADIUS + label_room(self.labels().zip(self.seconds.iter().map(|&time| free(time))))
    }
}
