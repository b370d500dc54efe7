//! Several figures in one picture.

use super::Figure;
use crate::plot::axes::ended;
use crate::plot::canvas::FontWeight;
use crate::plot::palette;
use crate::plot::style::{MARGIN, TITLE_TEXT, TextStyle};
use crate::plot::surface::Surface;
use crate::{Error, Result};
use image::{RgbImage, imageops};
use plotters::style::text_anchor::{HPos, VPos};

/// Figures side by side, in rows.
#[derive(Clone, Debug)]
pub(super) struct Panels {
    pub(super) columns: usize,
    pub(super) figures: Vec<Figure>,
}

impl Panels {
    /// Draws the figures under a common title, in columns and rows as large as their largest
    /// panel, or in equal parts of `size`.
    pub(super) fn render(&self, title: &str, size: Option<(f64, f64)>) -> Result<RgbImage> {
        self.check()?;
        let (columns, rows) = self.shape();
        let top = if title.is_empty() { 0.0 } else { MARGIN + TITLE_TEXT + 2.0 };
        let each = size.map(|(width, height)| {
            ((width / columns as f64).floor(), ((height - top) / rows as f64).floor())
        });
        let pictures: Vec<RgbImage> = self
            .figures
            .iter()
            .map(|figure| figure.render(each, self.share()))
            .collect::<Result<_>>()?;
        let widths = largest(columns, &pictures, |i| i % columns, RgbImage::width);
        let heights = largest(rows, &pictures, |i| i / columns, RgbImage::height);
        let whole = (widths.iter().sum(), top as u32 + heights.iter().sum::<u32>());
        let mut image = palette::paper(whole.0, whole.1);
        for (i, picture) in pictures.iter().enumerate() {
            let left: u32 = widths[..i % columns].iter().sum();
            let above: u32 = heights[..i / columns].iter().sum();
            imageops::replace(&mut image, picture, left.into(), (top as u32 + above).into());
        }
        let look = TextStyle::new(TITLE_TEXT, FontWeight::Bold, HPos::Left, VPos::Top);
        Surface::new(&mut image).text(title, (MARGIN, MARGIN), &look)?;
        Ok(image)
    }

    /// The descriptions of all panels, numbered.
    pub(super) fn describe(&self, title: &str) -> Result<String> {
        let mut text = match title {
            "" => String::new(),
            title => format!("{} ", ended(title)),
        };
        text += &format!("{} plots.", self.figures.len());
        for (i, figure) in self.figures.iter().enumerate() {
            text += &format!(" {}: {}", i + 1, figure.description()?);
        }
        Ok(text)
    }

    /// Whether there is something to show.
    pub(super) fn check(&self) -> Result<()> {
        match (self.columns, self.figures.len()) {
            (0, _) => Err(Error::argument("plot::grid", "give at least one column")),
            (_, 0) => Err(Error::plot("a grid without figures")),
            _ => Ok(()),
        }
    }

    /// The numbers of columns and rows that are used.
    fn shape(&self) -> (usize, usize) {
        let columns = self.columns.min(self.figures.len());
        (columns, self.figures.len().div_ceil(columns))
    }

    /// How large a plot is beside others, so that the whole is no wider than a notebook.
    fn share(&self) -> f64 {
        match self.shape().0 {
            1 => 1.0,
            2 => 0.78,
            _ => 0.62,
        }
    }
}

/// For each of `count` lines of the grid the largest side of the pictures in it; `line` tells in
/// which line a picture stands.
fn largest(
    count: usize,
    pictures: &[RgbImage],
    line: impl Fn(usize) -> usize,
    side: impl Fn(&RgbImage) -> u32,
) -> Vec<u32> {
    let mut sides = vec![0; count];
    for (i, picture) in pictures.iter().enumerate() {
        sides[line(i)] = side(picture).max(sides[line(i)]);
    }
    sides
}
