//! What somebody has drawn with plotters.

use super::Mark;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::surface::PlotArea;
use crate::{Error, Result};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use plotters::style::RGBColor;
use std::sync::Arc;

/// A picture that brings its own axes, or why there is none.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Drawing(pub(in crate::plot) Result<Arc<RgbImage>, String>);

impl Drawing {
    fn image(&self) -> Result<&RgbImage> {
        self.0.as_deref().map_err(Error::plot)
    }

    fn size(&self) -> (f64, f64) {
        let (width, height) = self.0.as_ref().map_or((1, 1), |image| image.dimensions());
        (width.into(), height.into())
    }
}

impl Mark for Drawing {
    fn spans(&self) -> Result<(Span, Span)> {
        self.image()?;
        let span = Span::new(0.0, 1.0, AxisUnit::Hidden);
        Ok((span.clone(), span))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let (image, frame) = (self.image()?, area.frame);
        let (width, height) = (frame.width as u32, frame.height as u32);
        let fitted = match image.dimensions() == (width, height) {
            true => image.clone(),
            false => resize(image, width, height, FilterType::Triangle),
        };
        area.surface.paste(fitted, (frame.left, frame.top))
    }

    fn describe(&self) -> String {
        let (width, height) = self.size();
        format!("Drawing of {width} × {height} pixels")
    }

    fn natural_size(&self) -> (f64, f64) {
        self.size()
    }

    /// A drawing is made smaller where it must, never larger.
    fn fit(&self, room: (f64, f64)) -> (f64, f64) {
        let (width, height) = self.size();
        let scale = (room.0 / width).min(room.1 / height).min(1.0);
        (width * scale + 1e-6, height * scale + 1e-6)
    }
}
