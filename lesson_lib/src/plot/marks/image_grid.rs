//! Many small images side by side.

use super::cell_grid::CellGrid;
use super::{MOST_TO_TELL, Mark, Shades};
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::canvas::{FontWeight, text_width};
use crate::plot::style::{TICK_TEXT, TextStyle};
use crate::plot::surface::PlotArea;
use crate::plot::values::{count_not_finite, extent};
use crate::plot::{format, palette};
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

/// More images than this make a picture that nobody looks at.
const MOST_IMAGES: usize = 1000;
/// The distance between images, and between an image and its caption, in pixels.
const GAP: f64 = 6.0;
const CAPTION_GAP: f64 = 5.0;
/// The widths that images are enlarged to: the fewer there are, the larger.
const WIDTHS: (f64, f64) = (56.0, 112.0);
const ROW_WIDTH: f64 = 560.0;

/// A batch of images in rows, each with its caption below, all with the same shades.
#[derive(Clone, Debug)]
pub(in crate::plot) struct ImageGrid {
    pub(in crate::plot) shape: Vec<usize>,
    pub(in crate::plot) values: Vec<f64>,
    pub(in crate::plot) shades: Shades,
    pub(in crate::plot) captions: Vec<String>,
    pub(in crate::plot) columns: usize,
}

impl ImageGrid {
    /// The number of images, their rows and their columns.
    fn dimensions(&self) -> Result<(usize, usize, usize)> {
        let wrong = |help: &str| Err(Error::shape("plot::images", [&*self.shape], help));
        match *self.shape.as_slice() {
            _ if self.values.is_empty() => wrong("the batch is empty"),
            [n, ..] if n > MOST_IMAGES => wrong("draw at most 1000 images: slice the batch"),
            [n, rows, columns] => Ok((n, rows, columns)),
            [n, pixels] if pixels.isqrt().pow(2) == pixels => {
                Ok((n, pixels.isqrt(), pixels.isqrt()))
            }
            [_, _] => wrong("the images are not square: reshape to (n, rows, columns)"),
            _ => wrong("a batch is (n, pixels) or (n, rows, columns)"),
        }
    }

    fn check_captions(&self, images: usize) -> Result<()> {
        if self.captions.is_empty() || self.captions.len() == images {
            return Ok(());
        }
        let shapes = [&*self.shape, &[self.captions.len()]];
        Err(Error::shape("plot::images", shapes, "give one caption for each image"))
    }

    /// The numbers of images beside and below each other.
    fn layout(&self) -> (usize, usize) {
        let (n, ..) = self.dimensions().unwrap_or((1, 1, 1));
        let columns = self.columns.clamp(1, n);
        (columns, n.div_ceil(columns))
    }

    /// What a cell of the grid needs besides its image: to its right and below.
    fn extra(&self, width: f64) -> (f64, f64) {
        if self.captions.is_empty() {
            return (GAP, GAP);
        }
        let width_of = |caption: &String| text_width(caption, TICK_TEXT, FontWeight::Regular);
        let widest = self.captions.iter().map(width_of).fold(0.0, f64::max).ceil();
        ((widest - width).max(0.0) + GAP, TICK_TEXT + CAPTION_GAP + GAP)
    }

    /// The size of an image `scale` times enlarged, and of the cell around it.
    fn sizes(&self, scale: f64) -> ((f64, f64), (f64, f64)) {
        let (_, rows, columns) = self.dimensions().unwrap_or((1, 1, 1));
        let side = |pixels: usize| (pixels as f64 * scale).round().max(1.0);
        let (width, height) = (side(columns), side(rows));
        let (right, below) = self.extra(width);
        ((width, height), (width + right, height + below))
    }

    fn size_of_grid(&self, scale: f64) -> (f64, f64) {
        let ((columns, rows), (_, cell)) = (self.layout(), self.sizes(scale));
        (columns as f64 * cell.0 - GAP, rows as f64 * cell.1 - GAP)
    }

    /// The largest scale at which the grid fits into `room`, whole where it enlarges.
    fn scale_for(&self, room: (f64, f64)) -> f64 {
        let fits = |scale: f64| {
            let (width, height) = self.size_of_grid(scale);
            width <= room.0 && height <= room.1
        };
        let whole = (1..).map(f64::from).take_while(|&scale| fits(scale)).last();
        let shrunk = || (1..20).map(|i| 1.0 - f64::from(i) * 0.05).find(|&scale| fits(scale));
        whole.or_else(shrunk).unwrap_or(0.05)
    }
}

const CAPTION: TextStyle = TextStyle {
    size: TICK_TEXT,
    weight: FontWeight::Regular,
    color: palette::INK,
    anchor: (HPos::Center, VPos::Top),
    upwards: false,
};

impl Mark for ImageGrid {
    fn spans(&self) -> Result<(Span, Span)> {
        let (n, ..) = self.dimensions()?;
        self.check_captions(n)?;
        self.shades.limits(&self.values)?;
        let span = Span::new(0.0, 1.0, AxisUnit::Hidden);
        Ok((span.clone(), span))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let (_, rows, columns) = self.dimensions()?;
        let limits = self.shades.limits(&self.values)?;
        let (across, _) = self.layout();
        let (image, cell) = self.sizes(self.scale_for((area.frame.width, area.frame.height)));
        let indent = ((cell.0 - GAP - image.0) / 2.0).floor();
        for (i, values) in self.values.chunks_exact(rows * columns).enumerate() {
            let left = area.frame.left + (i % across) as f64 * cell.0 + indent;
            let top = area.frame.top + (i / across) as f64 * cell.1;
            let size = (image.0 as u32, image.1 as u32);
            let shades = self.shades.paint(values, CellGrid { rows, columns }, limits, size);
            area.surface.paste(shades, (left, top))?;
            if let Some(caption) = self.captions.get(i) {
                let below = (left + image.0 / 2.0, top + image.1 + CAPTION_GAP);
                area.surface.text(caption, below, &CAPTION)?;
            }
        }
        Ok(())
    }

    fn texts(&self) -> Vec<&str> {
        self.captions.iter().map(String::as_str).collect()
    }

    fn describe(&self) -> String {
        let (n, rows, columns) = self.dimensions().unwrap_or_default();
        let (low, high) = extent(&self.values).unwrap_or_default();
        let captions = match self.captions.as_slice() {
            [] => String::new(),
            captions if captions.len() > MOST_TO_TELL => ", with captions".into(),
            captions => format!(", captions {}", captions.join(", ")),
        };
        format!(
            "{} of {rows} × {columns} pixels, values {}, {}{captions}{}",
            text::counted(n, "image"),
            format::range(low, high),
            self.shades.map.name(),
            format::skipped(count_not_finite(&self.values), "value"),
        )
    }

    fn natural_size(&self) -> (f64, f64) {
        let (_, _, width) = self.dimensions().unwrap_or((1, 1, 1));
        let (columns, _) = self.layout();
        let target = (ROW_WIDTH / columns as f64).clamp(WIDTHS.0, WIDTHS.1);
        self.size_of_grid((target / width as f64).floor().max(1.0))
    }

    fn fit(&self, room: (f64, f64)) -> (f64, f64) {
        self.size_of_grid(self.scale_for(room))
    }
}
