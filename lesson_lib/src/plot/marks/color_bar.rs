//! The colour bar: the value behind each colour.

use crate::Result;
use crate::plot::axis::{Axis, AxisUnit, Span};
use crate::plot::canvas::{FontWeight, text_width};
use crate::plot::color_map::ColorMap;
use crate::plot::palette;
use crate::plot::style::{TICK_TEXT, TextStyle};
use crate::plot::surface::{Frame, PlotArea};
use image::{Rgb, RgbImage};
use plotters::style::text_anchor::{HPos, VPos};

const GAP: f64 = 12.0;
const WIDTH: f64 = 14.0;
const TICK: f64 = 3.0;
const LABEL_GAP: f64 = 5.0;
const LABEL: TextStyle = TextStyle {
    size: TICK_TEXT,
    weight: FontWeight::Regular,
    color: palette::INK,
    anchor: (HPos::Left, VPos::Center),
    upwards: false,
};

/// The bar beside a picture that shows the colours of the values in a span.
pub(super) struct ColorBar {
    pub(super) map: ColorMap,
    pub(super) span: Span,
}

impl ColorBar {
    /// The width beside the frame, with labels, of the bar on a plot about `height` pixels high.
    pub(super) fn width(&self, height: f64) -> f64 {
        let Ok(axis) = self.axis(height) else { return 0.0 };
        let width = |label: &str| text_width(label, TICK_TEXT, FontWeight::Regular);
        let widest = axis.ticks.iter().map(|tick| width(&tick.label)).fold(0.0, f64::max);
        GAP + WIDTH + TICK + LABEL_GAP + widest
    }

    /// Draws the bar right of the plane's frame.
    pub(super) fn draw(&self, area: &PlotArea) -> Result<()> {
        let Frame { top, height, .. } = area.frame;
        let left = area.frame.right() + GAP;
        area.surface.paste(self.shades(height as u32), (left, top))?;
        let frame = Frame { left, top, width: WIDTH, height };
        let axis = self.axis(height)?;
        let ticks = axis.ticks.clone();
        let bar = area.surface.plot_area(
            Axis::new(Span::new(0.0, 1.0, AxisUnit::Columns), 1)?,
            axis,
            frame,
        );
        let right = frame.right();
        for tick in ticks {
            let y = bar.pixel(0.0, tick.at).1;
            area.surface.line((right, y), (right + TICK, y), 1.0, palette::AXIS)?;
            area.surface.text(&tick.label, (right + TICK + LABEL_GAP, y), &LABEL)?;
        }
        Ok(())
    }

    fn axis(&self, height: f64) -> Result<Axis> {
        Axis::new(self.span.clone(), (height / 50.0) as usize + 1)
    }

    /// The colours from the highest at the top to the lowest.
    fn shades(&self, height: u32) -> RgbImage {
        RgbImage::from_fn(WIDTH as u32, height, |_, y| {
            // Steps as in a picture of 256 rows, which is as many shades as there are.
            let step = 255 - (2 * y + 1) * 256 / (2 * height);
            let color = self.map.color(f64::from(step) / 255.0);
            Rgb([color.0, color.1, color.2])
        })
    }
}
