//! The rows and columns of an image, and how many pixels they get.

use crate::plot::axis::{AxisUnit, Span};
use image::{Rgb, RgbImage};
use plotters::style::RGBColor;
use std::ops::Range;

/// Small images are enlarged to about this many pixels, large ones reduced to `LARGEST`.
pub(super) const COMFORTABLE: f64 = 308.0;
const LARGEST: f64 = 520.0;
/// An image of one row is still drawn this high.
const THINNEST: f64 = 16.0;

/// The cells of an image: a square for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CellGrid {
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl CellGrid {
    /// The parts of the axes that the cells take.
    pub(super) fn spans(self) -> (Span, Span) {
        let span = |count: usize, unit| Span::new(-0.5, count as f64 - 0.5, unit);
        (span(self.columns, AxisUnit::Columns), span(self.rows, AxisUnit::Rows))
    }

    /// The width and height in pixels that suit the image.
    pub(super) fn natural_size(self) -> (f64, f64) {
        let (width, height) = (self.columns as f64, self.rows as f64);
        let longest = width.max(height);
        let scale = (COMFORTABLE / longest).floor().max(1.0).min(LARGEST / longest);
        self.fit((width * scale, height * scale))
    }

    /// The largest size up to `room` that leaves every cell square, of whole pixels if it can.
    pub(super) fn fit(self, (width, height): (f64, f64)) -> (f64, f64) {
        let (columns, rows) = (self.columns as f64, self.rows as f64);
        // The small surplus undoes rounding: n cells of s pixels must fit into n·s pixels.
        let scale = (width / columns).min(height / rows) + 1e-9;
        let scale = if scale >= 1.0 { scale.floor() } else { scale };
        let side = |cells: f64| (cells * scale).round().max(THINNEST);
        (side(columns), side(rows))
    }

    /// An image of `size` pixels, each of the colour of the cells that fall into it, which are told
    /// by their numbers in row-major order.
    ///
    /// Enlarging repeats the nearest cell; in reducing several fall together.
    pub(super) fn paint(
        self,
        (width, height): (u32, u32),
        color: impl Fn(&mut dyn Iterator<Item = usize>) -> RGBColor,
    ) -> RgbImage {
        let across: Vec<_> = (0..width).map(|x| sources(x, width, self.columns)).collect();
        let down: Vec<_> = (0..height).map(|y| sources(y, height, self.rows)).collect();
        RgbImage::from_fn(width, height, |x, y| {
            let (rows, columns) = (&down[y as usize], &across[x as usize]);
            let cell = |row: usize| columns.clone().map(move |column| row * self.columns + column);
            let RGBColor(red, green, blue) = color(&mut rows.clone().flat_map(cell));
            Rgb([red, green, blue])
        })
    }
}

/// The cells, out of `count`, that fall into pixel `i` of `pixels`.
fn sources(i: u32, pixels: u32, count: usize) -> Range<usize> {
    let (i, pixels) = (i as usize, pixels as usize);
    if pixels >= count {
        let nearest = (2 * i + 1) * count / (2 * pixels);
        nearest..nearest + 1
    } else {
        i * count / pixels..(i + 1) * count / pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enlarging_repeats_and_reducing_takes_together() {
        let sources_of =
            |pixels, count| -> Vec<_> { (0..pixels).map(|i| sources(i, pixels, count)).collect() };
        assert_eq!(sources_of(4, 2), [0..1, 0..1, 1..2, 1..2]);
        assert_eq!(sources_of(2, 5), [0..2, 2..5]);
        let seen = std::cell::RefCell::new(Vec::new());
        CellGrid { rows: 4, columns: 3 }.paint((1, 2), |cells| {
            seen.borrow_mut().push(cells.collect::<Vec<_>>());
            RGBColor(0, 0, 0)
        });
        assert_eq!(seen.into_inner(), [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]);
    }

    #[test]
    fn cells_are_whole_pixels_where_they_fit() {
        let grid = |rows, columns| CellGrid { rows, columns };
        assert_eq!(grid(28, 28).natural_size(), (308.0, 308.0));
        assert_eq!(grid(2, 3).fit((100.0, 100.0)), (99.0, 66.0));
        assert_eq!(grid(1000, 500).natural_size(), (260.0, 520.0));
        assert_eq!(grid(1, 784).natural_size(), (520.0, 16.0));
    }
}
