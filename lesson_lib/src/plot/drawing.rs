//! Whatever plotters can draw, as a figure.

use super::Figure;
use super::canvas::PixelBackend;
use super::marks::Drawing;
use super::palette;
use super::style::{LARGEST_SIDE, SMALLEST_SIDE};
use crate::{Error, Result};
use image::RgbImage;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use std::{cell::RefCell, rc::Rc, sync::Arc};

/// The area on which [`plot::plotters`](plotters()) draws: one of plotters' own, in pixels.
pub type Area = DrawingArea<PixelBackend, Shift>;

/// What `draw` draws with [plotters](crate::plotters) on an area of `width` × `height` pixels: for
/// pictures that this module does not have.
///
/// The result is a figure like all others: it takes a [`title`](Figure::title), stands in a
/// [`grid`](super::grid), is a frame of an [`animation`](super::animate). Only its author knows
/// what it shows: use [`alt`](Figure::alt) to tell readers who do not see it. It is drawn once, at
/// this call, so `draw` may borrow; its error appears where the figure is shown or saved.
///
/// ```
/// use lesson_lib::{plot, plotters::prelude::*};
/// let figure = plot::plotters(300, 200, |area| {
///     let mut chart = ChartBuilder::on(area)
///         .x_label_area_size(20)
///         .y_label_area_size(40)
///         .build_cartesian_2d(0..3, 10.0..16.0)?;
///     chart.configure_mesh().draw()?;
///     let days = [(1, 12.0, 15.0, 11.0, 14.0), (2, 14.0, 14.5, 11.5, 12.0)];
///     chart.draw_series(days.map(|(day, open, high, low, close)| {
///         CandleStick::new(day, open, high, low, close, GREEN.filled(), RED.filled(), 15)
///     }))?;
///     Ok(())
/// });
/// let figure = figure.alt("Two days of a price: it rises from 12 to 14 and falls back to 12.");
/// assert!(figure.png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn plotters(width: u32, height: u32, draw: impl FnOnce(&Area) -> Result<()>) -> Figure {
    let image = drawn(width, height, |area| draw(area)).map(Arc::new);
    let problem = |error| match error {
        Error::Plot { problem } => problem,
        error => error.to_string(),
    };
    Figure::new().with(Drawing(image.map_err(problem)))
}

fn drawn(width: u32, height: u32, draw: impl FnOnce(&Area) -> Result<()>) -> Result<RgbImage> {
    let sides = SMALLEST_SIDE..=LARGEST_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        let problem = format!(
            "{width} × {height} pixels: each side must be {SMALLEST_SIDE} to {LARGEST_SIDE}"
        );
        return Err(Error::plot(problem));
    }
    let backend = Rc::new(RefCell::new(PixelBackend::new(palette::paper(width, height))));
    draw(&DrawingArea::from(&backend))?;
    Ok(backend.borrow_mut().take())
}
