//! A table of numbers as an image.

use super::Mark;
use super::cell_grid::{COMFORTABLE, CellGrid};
use super::color_bar::ColorBar;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::color_map::ColorMap;
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::values::{count_not_finite, extent};
use crate::plot::{format, palette};
use crate::{Error, Result, text};
use image::RgbImage;
use plotters::style::RGBColor;

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

    /// Draws `values`, one for each cell of `grid`, on `size` pixels.
    ///
    /// Where several fall into one pixel, it shows their mean.
    pub(super) fn paint(
        &self,
        values: &[f64],
        grid: CellGrid,
        (low, high): (f64, f64),
        size: (u32, u32),
    ) -> RgbImage {
        grid.paint(size, |cells| match mean(cells.map(|cell| values[cell])) {
            Some(value) => self.map.color((value - low) / (high - low)),
            None => palette::MISSING,
        })
    }
}

/// The mean of the finite values, if there are any.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
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
    fn grid(&self) -> Result<CellGrid> {
        match *self.shape.as_slice() {
            [0, _] | [_, 0] => {
                Err(Error::shape("plot::imshow", [&*self.shape], "the image is empty"))
            }
            [rows, columns] => Ok(CellGrid { rows, columns }),
            _ => Err(Error::shape("plot::imshow", [&*self.shape], self.advice())),
        }
    }

    fn advice(&self) -> String {
        let side = self.values.len().isqrt();
        match *self.shape.as_slice() {
            [n] if side * side == n && side > 0 => {
                format!("an image has two axes; reshape to ({side}, {side})")
            }
            [3, _, _] => "colours come last, as (rows, columns, 3): reorder the axes with \
                          .permuted_axes([1, 2, 0])"
                .into(),
            [_, _, 4] => "colours are red, green and blue: take .slice(s![.., .., ..3])".into(),
            [_, _, _] => "an image is (rows, columns), or (rows, columns, 3) in colour; \
                          plot::images draws a batch"
                .into(),
            _ => "an image has two axes, and rows of equal length".into(),
        }
    }

    /// One cell for what cannot be drawn.
    fn cells(&self) -> CellGrid {
        self.grid().unwrap_or(CellGrid { rows: 1, columns: 1 })
    }

    fn bar(&self) -> Result<ColorBar> {
        let (low, high) = self.shades.limits(&self.values)?;
        Ok(ColorBar { map: self.shades.map, span: Span::new(low, high, AxisUnit::Numbers) })
    }
}

impl Mark for Raster {
    fn spans(&self) -> Result<(Span, Span)> {
        let grid = self.grid()?;
        self.shades.limits(&self.values)?;
        Ok(grid.spans())
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let Frame { left, top, width, height } = area.frame;
        let limits = self.shades.limits(&self.values)?;
        let size = (width as u32, height as u32);
        let image = self.shades.paint(&self.values, self.grid()?, limits, size);
        area.surface.paste(image, (left, top))?;
        if self.color_bar { self.bar()?.draw(area) } else { Ok(()) }
    }

    fn describe(&self) -> String {
        let CellGrid { rows, columns } = self.cells();
        let (low, high) = extent(&self.values).unwrap_or_default();
        format!(
            "Image of {} and {}, values {}, {}{}",
            text::counted(rows, "row"),
            text::counted(columns, "column"),
            format::range(low, high),
            self.shades.map.name(),
            format::skipped(count_not_finite(&self.values), "value"),
        )
    }

    fn natural_size(&self) -> (f64, f64) {
        self.cells().natural_size()
    }

    fn fit(&self, room: (f64, f64)) -> (f64, f64) {
        self.cells().fit(room)
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
    fn what_is_not_finite_is_left_out_of_a_mean() {
        assert_eq!(mean([1.0, f64::NAN, 5.0, 2.0].into_iter()), Some(8.0 / 3.0));
        assert_eq!(mean([f64::NAN].into_iter()), None);
    }
}
