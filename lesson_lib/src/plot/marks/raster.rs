//! A table of numbers as an image.

use super::Mark;
use super::color_bar::ColorBar;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::color_map::ColorMap;
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::values::{count_not_finite, extent};
use crate::plot::{format, palette};
use crate::{Error, Result, text};
use image::{Rgb, RgbImage};
use plotters::style::RGBColor;
use std::ops::Range;

/// Small images are enlarged to about this many pixels, large ones reduced to `LARGEST`.
const COMFORTABLE: f64 = 308.0;
const LARGEST: f64 = 520.0;
/// An image of one row is still drawn this high.
const THINNEST: f64 = 16.0;

/// From values to colours: the colour map and the values at its ends.
#[derive(Clone, Debug, Default)]
pub(in crate::plot) struct Shades {
    pub(in crate::plot) map: ColorMap,
    /// Set by the author; otherwise the lowest and highest value count.
    pub(in crate::plot) range: Option<(f64, f64)>,
}

impl Shades {
    /// The values of the darkest and the lightest colour.
    pub(super) fn limits(&self, values: &[f64]) -> Result<(f64, f64)> {
        let (low, high) = match self.range {
            Some((low, high)) if low < high && (high - low).is_finite() => (low, high),
            Some((low, high)) => {
                let problem = format!("{low} to {high} is no range: give the lower value first");
                return Err(Error::argument("value_range", problem));
            }
            None => extent(values).ok_or_else(|| Error::plot("an image with no finite value"))?,
        };
        Ok(if low < high { (low, high) } else { (low, low + 1.0) })
    }

    /// Draws `values`, which are `rows` × `columns`, on `size` pixels.
    ///
    /// Enlarging repeats the nearest value; reducing takes the mean of those that fall together.
    pub(super) fn paint(
        &self,
        values: &[f64],
        (rows, columns): (usize, usize),
        (low, high): (f64, f64),
        (width, height): (u32, u32),
    ) -> RgbImage {
        let across: Vec<_> = (0..width).map(|x| sources(x, width, columns)).collect();
        let down: Vec<_> = (0..height).map(|y| sources(y, height, rows)).collect();
        RgbImage::from_fn(width, height, |x, y| {
            let mean = mean(values, columns, &down[y as usize], &across[x as usize]);
            let color = match mean {
                Some(value) => self.map.color((value - low) / (high - low)),
                None => palette::MISSING,
            };
            Rgb([color.0, color.1, color.2])
        })
    }
}

/// The values, out of `count`, that fall into pixel `i` of `pixels`.
fn sources(i: u32, pixels: u32, count: usize) -> Range<usize> {
    let (i, pixels) = (i as usize, pixels as usize);
    if pixels >= count {
        let nearest = (2 * i + 1) * count / (2 * pixels);
        nearest..nearest + 1
    } else {
        i * count / pixels..(i + 1) * count / pixels
    }
}

fn mean(values: &[f64], columns: usize, rows: &Range<usize>, across: &Range<usize>) -> Option<f64> {
    let row_values = rows.clone().flat_map(|row| &values[row * columns..][across.clone()]);
    let (sum, count) = row_values
        .filter(|value| value.is_finite())
        .fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// A two-dimensional array: its first row at the top, a square for each value.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Raster {
    pub(in crate::plot) shape: Vec<usize>,
    pub(in crate::plot) values: Vec<f64>,
    pub(in crate::plot) shades: Shades,
    pub(in crate::plot) color_bar: bool,
}

impl Raster {
    fn dimensions(&self) -> Result<(usize, usize)> {
        match *self.shape.as_slice() {
            [0, _] | [_, 0] => {
                Err(Error::shape("plot::imshow", [&*self.shape], "the image is empty"))
            }
            [rows, columns] => Ok((rows, columns)),
            _ => Err(Error::shape("plot::imshow", [&*self.shape], self.advice())),
        }
    }

    fn advice(&self) -> String {
        let side = self.values.len().isqrt();
        match self.shape.len() {
            1 if side * side == self.values.len() && side > 0 => {
                format!("an image has two axes; reshape to ({side}, {side})")
            }
            3 => "an image has two axes; plot::images draws a batch".into(),
            _ => "an image has two axes, and rows of equal length".into(),
        }
    }

    /// Width and height in cells; one cell for what cannot be drawn.
    fn cells(&self) -> (f64, f64) {
        let (rows, columns) = self.dimensions().unwrap_or((1, 1));
        (columns as f64, rows as f64)
    }

    fn bar(&self) -> Result<ColorBar> {
        let (low, high) = self.shades.limits(&self.values)?;
        Ok(ColorBar { map: self.shades.map, span: Span::new(low, high, AxisUnit::Numbers) })
    }
}

impl Mark for Raster {
    fn spans(&self) -> Result<(Span, Span)> {
        let (rows, columns) = self.dimensions()?;
        self.shades.limits(&self.values)?;
        let span = |count: usize, unit| Span::new(-0.5, count as f64 - 0.5, unit);
        Ok((span(columns, AxisUnit::Columns), span(rows, AxisUnit::Rows)))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let Frame { left, top, width, height } = area.frame;
        let limits = self.shades.limits(&self.values)?;
        let size = (width as u32, height as u32);
        let image = self.shades.paint(&self.values, self.dimensions()?, limits, size);
        area.surface.paste(image, (left, top))?;
        if self.color_bar { self.bar()?.draw(area) } else { Ok(()) }
    }

    fn describe(&self) -> String {
        let (columns, rows) = self.cells();
        let (low, high) = extent(&self.values).unwrap_or_default();
        format!(
            "Image of {} and {}, values {}, {}{}",
            text::counted(rows as usize, "row"),
            text::counted(columns as usize, "column"),
            format::range(low, high),
            self.shades.map.name(),
            format::skipped(count_not_finite(&self.values), "value"),
        )
    }

    fn natural_size(&self) -> (f64, f64) {
        let (width, height) = self.cells();
        let longest = width.max(height);
        let scale = (COMFORTABLE / longest).floor().max(1.0).min(LARGEST / longest);
        self.fit((width * scale, height * scale))
    }

    fn fit(&self, (width, height): (f64, f64)) -> (f64, f64) {
        let (columns, rows) = self.cells();
        // The small surplus undoes rounding: n cells of s pixels must fit into n·s pixels.
        let scale = (width / columns).min(height / rows) + 1e-9;
        let scale = if scale >= 1.0 { scale.floor() } else { scale };
        let side = |cells: f64| (cells * scale).round().max(THINNEST);
        (side(columns), side(rows))
    }

    fn room_right(&self) -> f64 {
        let bar = self.color_bar.then(|| self.bar().ok()).flatten();
        bar.map_or(0.0, |bar| bar.width(COMFORTABLE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enlarging_repeats_and_reducing_averages() {
        let sources_of =
            |pixels, count| -> Vec<_> { (0..pixels).map(|i| sources(i, pixels, count)).collect() };
        assert_eq!(sources_of(4, 2), [0..1, 0..1, 1..2, 1..2]);
        assert_eq!(sources_of(2, 5), [0..2, 2..5]);
        assert_eq!(mean(&[1.0, f64::NAN, 5.0, 2.0], 2, &(0..2), &(0..2)), Some(8.0 / 3.0));
        assert_eq!(mean(&[1.0, f64::NAN], 2, &(0..1), &(1..2)), None);
    }

    #[test]
    fn cells_are_whole_pixels_where_they_fit() {
        let raster = |rows, columns| Raster {
            shape: vec![rows, columns],
            values: vec![0.0; rows * columns],
            shades: Shades::default(),
            color_bar: false,
        };
        assert_eq!(raster(28, 28).natural_size(), (308.0, 308.0));
        assert_eq!(raster(2, 3).fit((100.0, 100.0)), (99.0, 66.0));
        assert_eq!(raster(1000, 500).natural_size(), (260.0, 520.0));
        assert_eq!(raster(1, 784).natural_size(), (520.0, 16.0));
    }
}
