//! Drawing in pixels and in data coordinates, on top of plotters' drawing areas.
//!
//! Markers and single pixels go past plotters, which draws one element at a time: that would take
//! seconds for a million points.

use super::axis::Axis;
use super::canvas::{Canvas, FontWeight, Marker, SUBPIXELS, subpixels};
use super::style::TextStyle;
use crate::{Error, Result};
use image::RgbImage;
use plotters::coord::{Shift, cartesian::Cartesian2d};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Rectangle};
use plotters::style::text_anchor::Pos;
use plotters::style::{Color, FontStyle, FontTransform, IntoFont, RGBColor};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};
use std::{cell::RefCell, convert::Infallible, rc::Rc};

impl From<DrawingAreaErrorKind<Infallible>> for Error {
    fn from(error: DrawingAreaErrorKind<Infallible>) -> Self {
        Error::plot(error.to_string())
    }
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Frame {
    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// A picture in the making, addressed in pixels.
pub(super) struct Surface<'a> {
    canvas: Rc<RefCell<Canvas<'a>>>,
    area: DrawingArea<Canvas<'a>, Shift>,
}

impl<'a> Surface<'a> {
    pub(super) fn new(image: &'a mut RgbImage) -> Self {
        let canvas = Rc::new(RefCell::new(Canvas::new(image)));
        Surface { area: DrawingArea::from(&canvas), canvas }
    }

    /// A straight line.
    pub(super) fn line(
        &self,
        from: (f64, f64),
        to: (f64, f64),
        width: f64,
        color: RGBColor,
    ) -> Result<()> {
        let path = vec![backend_point(from), backend_point(to)];
        self.path(path, width, color)
    }

    /// A line through points that are in plotters' coordinates already.
    pub(super) fn path(&self, path: Vec<BackendCoord>, width: f64, color: RGBColor) -> Result<()> {
        let style = color.stroke_width(subpixels(width) as u32);
        Ok(self.area.draw(&PathElement::new(path, style))?)
    }

    /// A filled rectangle.
    pub(super) fn fill(&self, frame: Frame, color: RGBColor) -> Result<()> {
        let corners = [
            backend_point((frame.left, frame.top)),
            backend_point((frame.right(), frame.bottom())),
        ];
        Ok(self.area.draw(&Rectangle::new(corners, color.filled()))?)
    }

    /// A filled disc about a point in plotters' coordinates.
    pub(super) fn dot(&self, center: BackendCoord, radius: f64, color: RGBColor) -> Result<()> {
        Ok(self.area.draw(&Circle::new(center, subpixels(radius), color.filled()))?)
    }

    /// The same marker about many centres, in pixels: where they overlap they are one shape.
    ///
    /// Past plotters, which draws one element at a time: 100 000 points take milliseconds.
    pub(super) fn markers(
        &self,
        marker: Marker,
        radius: f64,
        centers: impl IntoIterator<Item = (f64, f64)>,
        color: RGBColor,
    ) {
        self.canvas.borrow_mut().stamp(marker, radius as f32, centers, color);
    }

    /// Colours single pixels.
    pub(super) fn pixels(&self, pixels: impl IntoIterator<Item = (u32, u32, RGBColor)>) {
        let mut canvas = self.canvas.borrow_mut();
        pixels.into_iter().for_each(|(x, y, color)| canvas.put(x, y, color));
    }

    /// One line of text.
    pub(super) fn text(&self, text: &str, (x, y): (f64, f64), look: &TextStyle) -> Result<()> {
        let style = match look.weight {
            FontWeight::Regular => FontStyle::Normal,
            FontWeight::Bold => FontStyle::Bold,
        };
        let font = ("sans-serif", look.size * f64::from(SUBPIXELS), style).into_font();
        let turn = if look.upwards { FontTransform::Rotate270 } else { FontTransform::None };
        let style = plotters::style::TextStyle::from(font.transform(turn))
            .color(&look.color)
            .pos(Pos::new(look.anchor.0, look.anchor.1));
        Ok(self.area.draw_text(text, &style, backend_point((x, y)))?)
    }

    /// A picture made elsewhere, pixel for pixel, with its upper left corner at `corner`.
    pub(super) fn paste(&self, image: RgbImage, (x, y): (f64, f64)) -> Result<()> {
        Ok(self.area.draw(&Picture { corner: backend_point((x, y)), image })?)
    }

    /// The coordinate system of two axes inside `frame`.
    pub(super) fn plot_area(&self, x: Axis, y: Axis, frame: Frame) -> PlotArea<'_, 'a> {
        let across = subpixels(frame.left)..subpixels(frame.right());
        let (top, bottom) = (subpixels(frame.top), subpixels(frame.bottom()));
        let down = if y.runs_down() { top..bottom } else { bottom..top };
        let axes = (x.clone(), y.clone());
        let area = self.area.apply_coord_spec(Cartesian2d::new(x, y, (across, down)));
        PlotArea { surface: self, frame, axes, area }
    }
}

/// The part of a sheet where data is drawn.
pub(super) struct PlotArea<'s, 'a> {
    pub(super) surface: &'s Surface<'a>,
    pub(super) frame: Frame,
    pub(super) axes: (Axis, Axis),
    area: DrawingArea<Canvas<'a>, Cartesian2d<Axis, Axis>>,
}

impl PlotArea<'_, '_> {
    /// Where a data point lies, in plotters' coordinates.
    pub(super) fn place(&self, x: f64, y: f64) -> BackendCoord {
        self.area.map_coordinate(&(x, y))
    }

    /// Where a data point lies, in pixels.
    pub(super) fn pixel(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = self.place(x, y);
        (f64::from(x) / f64::from(SUBPIXELS), f64::from(y) / f64::from(SUBPIXELS))
    }
}

fn backend_point((x, y): (f64, f64)) -> BackendCoord {
    (subpixels(x), subpixels(y))
}

/// An image as an element of plotters.
struct Picture {
    corner: BackendCoord,
    image: RgbImage,
}

impl<'e> PointCollection<'e, BackendCoord> for &'e Picture {
    type Point = &'e BackendCoord;
    type IntoIter = std::iter::Once<&'e BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.corner)
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Picture {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut corners: I,
        backend: &mut DB,
        _parent: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        corners.next().map_or(Ok(()), |corner| {
            backend.blit_bitmap(corner, self.image.dimensions(), self.image.as_raw())
        })
    }
}
