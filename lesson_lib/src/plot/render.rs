//! Axes as pixels: grid, marks, scales and text.

use super::axes::Axes;
use super::canvas::{FontWeight, LINE_HEIGHT};
use super::layout::{Layout, Needs, TICK_GAP, top_margin};
use super::palette;
use super::style::{LABEL_TEXT, MARGIN, TICK_TEXT, TITLE_TEXT, TextStyle};
use super::surface::{Frame, PlotArea, Surface};
use crate::Result;
use image::{RgbImage, imageops};
use plotters::style::text_anchor::{HPos, VPos};

impl Axes {
    /// Draws the axes on a picture of `size`, or of the size that `needs` ask for.
    pub(super) fn render(&self, size: Option<(f64, f64)>, needs: &Needs) -> Result<RgbImage> {
        let layout = self.layout(size, needs)?;
        let mut image = palette::paper(layout.size.0 as u32, layout.size.1 as u32);
        self.draw_inside(&mut image, &layout)?;
        let surface = Surface::new(&mut image);
        self.draw_title(&surface, &layout)?;
        layout.legend.draw(&surface, (layout.frame.left, top_margin(layout.title.len(), 0)))?;
        let area = plot_area_of(&surface, &layout);
        self.marks().try_for_each(|mark| mark.draw_beside(&area))?;
        draw_scales(&area, &layout)?;
        self.draw_labels(&surface, layout.frame, layout.size)?;
        drop(surface);
        Ok(image)
    }

    /// Draws the grid and the marks, cut off at the frame where limits are set.
    fn draw_inside(&self, image: &mut RgbImage, layout: &Layout) -> Result<()> {
        let is_limited = self.x_scale.is_limited() || self.y_scale.is_limited();
        let around = is_limited.then(|| image.clone());
        let surface = Surface::new(image);
        let area = plot_area_of(&surface, layout);
        draw_grid(&area, layout)?;
        for (number, mark) in self.marks().enumerate() {
            mark.draw(&area, palette::series(number))?;
        }
        drop(area);
        drop(surface);
        if let Some(around) = around {
            let Frame { left, top, width, height } = layout.frame;
            let corner = (left as u32, top as u32);
            let inside = imageops::crop_imm(image, corner.0, corner.1, width as u32, height as u32);
            let inside = inside.to_image();
            *image = around;
            imageops::replace(image, &inside, corner.0.into(), corner.1.into());
        }
        Ok(())
    }

    fn draw_title(&self, surface: &Surface, layout: &Layout) -> Result<()> {
        let look = TextStyle::new(TITLE_TEXT, FontWeight::Bold, HPos::Left, VPos::Top);
        for (row, line) in layout.title.iter().enumerate() {
            let y = MARGIN + row as f64 * TITLE_TEXT * LINE_HEIGHT;
            surface.text(line, (MARGIN, y), &look)?;
        }
        Ok(())
    }

    fn draw_labels(&self, surface: &Surface, frame: Frame, size: (f64, f64)) -> Result<()> {
        let center = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        let look = TextStyle::new(LABEL_TEXT, FontWeight::Regular, HPos::Center, VPos::Bottom);
        surface.text(&self.x_label, (center.0, size.1 - MARGIN + 1.0), &look)?;
        let upwards = TextStyle { anchor: (HPos::Center, VPos::Top), upwards: true, ..look };
        surface.text(&self.y_label, (MARGIN, center.1), &upwards)
    }
}

fn plot_area_of<'s, 'a>(surface: &'s Surface<'a>, layout: &Layout) -> PlotArea<'s, 'a> {
    surface.plot_area(layout.x.clone(), layout.y.clone(), layout.frame)
}

fn draw_grid(area: &PlotArea, layout: &Layout) -> Result<()> {
    let frame = layout.frame;
    let (low_x, low_y) = (&layout.x.ticks, &layout.y.ticks);
    if layout.x.has_grid() {
        for (x, _) in low_x.iter().map(|tick| on_pixel(area.pixel(tick.at, 0.0))) {
            area.surface.line((x, frame.top), (x, frame.bottom()), 1.0, palette::GRID)?;
        }
    }
    if layout.y.has_grid() {
        for (_, y) in low_y.iter().map(|tick| on_pixel(area.pixel(0.0, tick.at))) {
            area.surface.line((frame.left, y), (frame.right(), y), 1.0, palette::GRID)?;
        }
    }
    Ok(())
}

/// Draws the lines that carry the axes, with their ticks.
fn draw_scales(area: &PlotArea, layout: &Layout) -> Result<()> {
    let frame = layout.frame;
    if layout.x.is_hidden() {
        return Ok(());
    }
    let (left, bottom) = (frame.left - 0.5, frame.bottom() + 0.5);
    area.surface.line((left, frame.top), (left, bottom), 1.0, palette::AXIS)?;
    area.surface.line((left, bottom), (frame.right(), bottom), 1.0, palette::AXIS)?;
    let look = TextStyle::new(TICK_TEXT, FontWeight::Regular, HPos::Center, VPos::Top);
    for tick in &layout.x.ticks {
        let x = area.pixel(tick.at, 0.0).0;
        area.surface.text(&tick.label, (x, bottom + TICK_GAP), &look)?;
    }
    let look = TextStyle::new(TICK_TEXT, FontWeight::Regular, HPos::Right, VPos::Center);
    for tick in &layout.y.ticks {
        let y = area.pixel(0.0, tick.at).1;
        area.surface.text(&tick.label, (left - TICK_GAP, y), &look)?;
    }
    Ok(())
}

/// The middle of the pixel that holds this point: a line one pixel wide is crisp there.
fn on_pixel((x, y): (f64, f64)) -> (f64, f64) {
    (x.floor() + 0.5, y.floor() + 0.5)
}
