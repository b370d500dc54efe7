//! A picture in colours of its own.

use super::Mark;
use super::cell_grid::CellGrid;
use crate::plot::axis::Span;
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::values::extent;
use crate::plot::{format, palette};
use crate::{Error, Result, text};
use plotters::style::RGBColor;

/// Red, green and blue.
pub(in crate::plot) const CHANNELS: usize = 3;
/// Values so far outside of 0 to 1 are bytes or a mistake. Nearer ones come from computing.
const FAR: f64 = 10.0;

/// An array (rows, columns, 3) of colours from 0 to 1.
#[derive(Clone, Debug)]
pub(in crate::plot) struct ColorImage {
    pub(in crate::plot) shape: Vec<usize>,
    pub(in crate::plot) values: Vec<f64>,
}

impl ColorImage {
    fn grid(&self) -> CellGrid {
        CellGrid { rows: self.shape[0], columns: self.shape[1] }
    }

    fn pixels(&self) -> &[[f64; CHANNELS]] {
        self.values.as_chunks().0
    }

    /// The mean of some pixels, which leaves out those that are not finite.
    fn mean(&self, pixels: &mut dyn Iterator<Item = usize>) -> RGBColor {
        let (mut sums, mut count) = ([0.0; CHANNELS], 0.0);
        for pixel in pixels.map(|pixel| self.pixels()[pixel]).filter(is_finite) {
            sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value.clamp(0.0, 1.0));
            count += 1.0;
        }
        if count == 0.0 {
            return palette::MISSING;
        }
        let [red, green, blue] = sums.map(|sum| (sum / count * 255.0).round() as u8);
        RGBColor(red, green, blue)
    }
}

fn is_finite(pixel: &[f64; CHANNELS]) -> bool {
    pixel.iter().all(|value| value.is_finite())
}

impl Mark for ColorImage {
    fn spans(&self) -> Result<(Span, Span)> {
        if self.values.is_empty() {
            return Err(Error::shape("plot::imshow", [&*self.shape], "the image is empty"));
        }
        match extent(&self.values) {
            None => Err(Error::plot("an image with no finite value")),
            Some((low, high)) if low < -FAR || high > FAR => {
                let range = format::range(low, high);
                let help = "divide bytes by 255";
                let problem = format!("colours go from 0 to 1, and these {range}: {help}");
                Err(Error::argument("plot::imshow", problem))
            }
            Some(_) => Ok(self.grid().spans()),
        }
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let Frame { left, top, width, height } = area.frame;
        let size = (width as u32, height as u32);
        area.surface.paste(self.grid().paint(size, |pixels| self.mean(pixels)), (left, top))
    }

    fn describe(&self) -> String {
        let CellGrid { rows, columns } = self.grid();
        let (low, high) = extent(&self.values).unwrap_or_default();
        let cut = if low < 0.0 || high > 1.0 {
            format!(", values {} cut off at 0 and 1", format::range(low, high))
        } else {
            String::new()
        };
        let missing = self.pixels().iter().filter(|pixel| !is_finite(pixel)).count();
        let size = (text::counted(rows, "row"), text::counted(columns, "column"));
        let skipped = format::skipped(missing, "pixel");
        format!("Colour image of {} and {}{cut}{skipped}", size.0, size.1)
    }

    fn natural_size(&self) -> (f64, f64) {
        self.grid().natural_size()
    }

    fn fit(&self, room: (f64, f64)) -> (f64, f64) {
        self.grid().fit(room)
    }
}
