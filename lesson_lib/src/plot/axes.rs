//! Axes: marks with a title, labelled axes and a legend around them.

use super::Figure;
use super::axis::Span;
use super::canvas::{LINE_HEIGHT, Weight};
use super::layout::{Layout, Needs, TICK_GAP, top_margin};
use super::legend::Key;
use super::marks::AnyMark;
use super::palette;
use super::scale::Scale;
use super::sheet::{Frame, Lettering, Plane, Sheet};
use crate::{Error, Result};
use image::{Rgb, RgbImage, imageops};
use plotters::style::text_anchor::{HPos, VPos};

/// Font sizes in pixels.
pub(super) const TICK_TEXT: f64 = 13.0;
pub(super) const LABEL_TEXT: f64 = 14.0;
pub(super) const TITLE_TEXT: f64 = 16.0;
/// The distance between two named rows.
pub(super) const ROW_HEIGHT: f64 = 30.0;
/// The distance between two rows of the legend.
pub(super) const LEGEND_ROW: f64 = 20.0;
/// The width of the border of a picture.
pub(super) const MARGIN: f64 = 10.0;
/// A picture larger than this, in pixels, is not drawn.
pub(super) const LARGEST_SIDE: u32 = 8000;
/// A picture smaller than this, in pixels, shows nothing.
pub(super) const SMALLEST_SIDE: u32 = 60;

/// The axes on which an [`animation`](super::animation) draws: what they show stays until
/// [`clear`](Self::clear).
///
/// ```
/// use lesson_lib::plot;
/// let frames = plot::animate(1..=3, |n, axes| axes.draw(plot::line(0..2, [0, n])))?;
/// assert_eq!(frames.frames(), 3);
/// // The third frame shows all three lines.
/// assert_eq!(frames.description().matches("Line through").count(), 3);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Axes {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) marks: Vec<AnyMark>,
    pub(super) x_scale: Scale,
    pub(super) y_scale: Scale,
    /// Whether a length is the same in both directions; `None` where the marks decide.
    pub(super) equal: Option<bool>,
    /// The size of the picture in pixels, if one was set.
    pub(super) size: Option<(u32, u32)>,
    /// The author's description, in place of the one made from the marks.
    pub(super) alt: Option<String>,
    /// The first setting that did not belong where it was written.
    pub(super) misuse: Option<String>,
}

impl Axes {
    /// Wipes the axes: marks, title, labels and limits.
    pub fn clear(&mut self) {
        *self = Axes::default();
    }

    /// Adds what `figure` shows to what is there; its title, labels, limits, size and
    /// description replace those set before.
    ///
    /// A mistake in the figure, such as a grid of figures, is said when the animation is made.
    pub fn draw(&mut self, figure: Figure) {
        let new = figure.into_axes();
        self.marks.extend(new.marks);
        for (text, newer) in [
            (&mut self.title, new.title),
            (&mut self.x_label, new.x_label),
            (&mut self.y_label, new.y_label),
        ] {
            if !newer.is_empty() {
                *text = newer;
            }
        }
        for (scale, newer) in [(&mut self.x_scale, new.x_scale), (&mut self.y_scale, new.y_scale)] {
            if newer != Scale::default() {
                *scale = newer;
            }
        }
        self.equal = new.equal.or(self.equal);
        self.size = new.size.or(self.size);
        self.alt = new.alt.or(self.alt.take());
        self.misuse = self.misuse.take().or(new.misuse);
    }

    /// Draws the axes on a picture of `size`, or of the size that `needs` ask for.
    pub(super) fn render(&self, size: Option<(f64, f64)>, needs: &Needs) -> Result<RgbImage> {
        let layout = self.layout(size, needs)?;
        let paper = Rgb([palette::PAPER.0, palette::PAPER.1, palette::PAPER.2]);
        let mut image = RgbImage::from_pixel(layout.size.0 as u32, layout.size.1 as u32, paper);
        self.draw_inside(&mut image, &layout)?;
        let sheet = Sheet::new(&mut image);
        self.draw_title(&sheet, &layout)?;
        layout.legend.draw(&sheet, (layout.frame.left, top_margin(layout.title.len(), 0)))?;
        let plane = plane(&sheet, &layout);
        self.marks.iter().try_for_each(|mark| mark.draw_beside(&plane))?;
        draw_scales(&plane, &layout)?;
        self.draw_labels(&sheet, layout.frame, layout.size)?;
        drop(sheet);
        Ok(image)
    }

    /// What the axes show: as the author says, or in one sentence for each mark.
    pub(super) fn describe(&self) -> String {
        if let Some(alt) = &self.alt {
            return alt.clone();
        }
        let mut sentences: Vec<String> = self.marks.iter().map(|mark| mark.describe()).collect();
        if !self.title.is_empty() {
            sentences.insert(0, self.title.clone());
        }
        for (axis, label, scale) in
            [("x", &self.x_label, &self.x_scale), ("y", &self.y_label, &self.y_scale)]
        {
            let kind = if scale.is_log { "logarithmic " } else { "" };
            match label.is_empty() {
                false => sentences.push(format!("{kind}{axis} axis: {label}")),
                true if scale.is_log => sentences.push(format!("{kind}{axis} axis")),
                true => {}
            }
        }
        sentences.iter().map(|sentence| ended(sentence)).collect::<Vec<_>>().join(" ")
    }

    /// The parts of the two axes that all marks together need, within the limits that are set.
    pub(super) fn spans(&self) -> Result<(Span, Span)> {
        let mut spans = self.marks.iter().map(|mark| mark.spans());
        let first = spans.next().unwrap_or_else(|| Err(Error::plot("nothing to draw")))?;
        let (x, y) = spans.try_fold(first, |(x, y), next| {
            let (next_x, next_y) = next?;
            Ok::<_, Error>((x.union(next_x)?, y.union(next_y)?))
        })?;
        Ok((self.x_scale.apply("x", x)?, self.y_scale.apply("y", y)?))
    }

    /// The size in pixels if one was set, once all settings are known to be in order.
    pub(super) fn checked_size(&self) -> Result<Option<(f64, f64)>> {
        if let Some(misuse) = &self.misuse {
            return Err(Error::plot(misuse));
        }
        match self.size {
            Some((width, height))
                if width.min(height) < SMALLEST_SIDE || width.max(height) > LARGEST_SIDE =>
            {
                let problem = format!(
                    "{width} × {height} pixels: each side must be {SMALLEST_SIDE} to {LARGEST_SIDE}"
                );
                Err(Error::argument("size", problem))
            }
            size => Ok(size.map(|(width, height)| (width.into(), height.into()))),
        }
    }

    /// The entries of the legend.
    pub(super) fn keys(&self) -> Vec<Key> {
        let marks = self.marks.iter().enumerate();
        marks.flat_map(|(number, mark)| mark.keys(palette::series(number))).collect()
    }

    /// Draws the grid and the marks, cut off at the frame where limits are set.
    fn draw_inside(&self, image: &mut RgbImage, layout: &Layout) -> Result<()> {
        let is_limited = self.x_scale.is_limited() || self.y_scale.is_limited();
        let around = is_limited.then(|| image.clone());
        let sheet = Sheet::new(image);
        let plane = plane(&sheet, layout);
        draw_grid(&plane, layout)?;
        for (number, mark) in self.marks.iter().enumerate() {
            mark.draw(&plane, palette::series(number))?;
        }
        drop(plane);
        drop(sheet);
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

    fn draw_title(&self, sheet: &Sheet, layout: &Layout) -> Result<()> {
        let look = lettering(TITLE_TEXT, Weight::Bold, HPos::Left, VPos::Top);
        for (row, line) in layout.title.iter().enumerate() {
            let y = MARGIN + row as f64 * TITLE_TEXT * LINE_HEIGHT;
            sheet.text(line, (MARGIN, y), &look)?;
        }
        Ok(())
    }

    fn draw_labels(&self, sheet: &Sheet, frame: Frame, size: (f64, f64)) -> Result<()> {
        let center = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        let look = lettering(LABEL_TEXT, Weight::Regular, HPos::Center, VPos::Bottom);
        sheet.text(&self.x_label, (center.0, size.1 - MARGIN + 1.0), &look)?;
        let upwards = Lettering { anchor: (HPos::Center, VPos::Top), upwards: true, ..look };
        sheet.text(&self.y_label, (MARGIN, center.1), &upwards)
    }
}

fn plane<'s, 'a>(sheet: &'s Sheet<'a>, layout: &Layout) -> Plane<'s, 'a> {
    sheet.plane(layout.x.clone(), layout.y.clone(), layout.frame)
}

fn draw_grid(plane: &Plane, layout: &Layout) -> Result<()> {
    let frame = layout.frame;
    let (low_x, low_y) = (&layout.x.ticks, &layout.y.ticks);
    if layout.x.has_grid() {
        for (x, _) in low_x.iter().map(|tick| on_pixel(plane.pixel(tick.at, 0.0))) {
            plane.sheet.line((x, frame.top), (x, frame.bottom()), 1.0, palette::GRID)?;
        }
    }
    if layout.y.has_grid() {
        for (_, y) in low_y.iter().map(|tick| on_pixel(plane.pixel(0.0, tick.at))) {
            plane.sheet.line((frame.left, y), (frame.right(), y), 1.0, palette::GRID)?;
        }
    }
    Ok(())
}

/// Draws the lines that carry the axes, with their ticks.
fn draw_scales(plane: &Plane, layout: &Layout) -> Result<()> {
    let frame = layout.frame;
    if layout.x.is_hidden() {
        return Ok(());
    }
    let (left, bottom) = (frame.left - 0.5, frame.bottom() + 0.5);
    plane.sheet.line((left, frame.top), (left, bottom), 1.0, palette::AXIS)?;
    plane.sheet.line((left, bottom), (frame.right(), bottom), 1.0, palette::AXIS)?;
    let look = lettering(TICK_TEXT, Weight::Regular, HPos::Center, VPos::Top);
    for tick in &layout.x.ticks {
        let x = plane.pixel(tick.at, 0.0).0;
        plane.sheet.text(&tick.label, (x, bottom + TICK_GAP), &look)?;
    }
    let look = lettering(TICK_TEXT, Weight::Regular, HPos::Right, VPos::Center);
    for tick in &layout.y.ticks {
        let y = plane.pixel(0.0, tick.at).1;
        plane.sheet.text(&tick.label, (left - TICK_GAP, y), &look)?;
    }
    Ok(())
}

/// The middle of the pixel that holds this point: a line one pixel wide is crisp there.
fn on_pixel((x, y): (f64, f64)) -> (f64, f64) {
    (x.floor() + 0.5, y.floor() + 0.5)
}

pub(super) fn lettering(size: f64, weight: Weight, across: HPos, down: VPos) -> Lettering {
    Lettering { size, weight, color: palette::INK, anchor: (across, down), upwards: false }
}

/// A sentence with the full stop that it may lack.
fn ended(sentence: &str) -> String {
    let stop = if sentence.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{sentence}{stop}")
}
