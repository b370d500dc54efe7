//! Axes: marks with a title, labelled axes and a legend around them.

use super::axis::{Axis, Span, Tick};
use super::canvas::{LINE_HEIGHT, Weight, text_width};
use super::marks::AnyMark;
use super::palette;
use super::sheet::{Frame, Lettering, Plane, Sheet};
use crate::{Error, Result};
use image::{Rgb, RgbImage};
use plotters::style::text_anchor::{HPos, VPos};

/// Font sizes in pixels.
pub(super) const TICK_TEXT: f64 = 13.0;
const LABEL_TEXT: f64 = 14.0;
const TITLE_TEXT: f64 = 16.0;
/// The distance between two named rows.
pub(super) const ROW_HEIGHT: f64 = 30.0;
/// Distances between the parts of the picture.
const MARGIN: f64 = 10.0;
const TICK_GAP: f64 = 7.0;
const LABEL_GAP: f64 = 8.0;
const LEGEND_KEY: f64 = 18.0;
const LEGEND_GAP: f64 = 18.0;
const LEGEND_ROW: f64 = 20.0;
/// Axes smaller than this show nothing.
const SMALLEST: f64 = 40.0;

/// What one set of axes shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Axes {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) marks: Vec<AnyMark>,
}

/// Where everything goes.
struct Layout {
    size: (f64, f64),
    frame: Frame,
    title: Vec<String>,
    legend: Vec<Vec<usize>>,
    x: Axis,
    y: Axis,
}

impl Axes {
    /// Draws the axes on a picture of `size`, or of the size that suits what they show.
    pub(super) fn render(&self, size: Option<(f64, f64)>) -> Result<RgbImage> {
        let layout = self.layout(size)?;
        let paper = Rgb([palette::PAPER.0, palette::PAPER.1, palette::PAPER.2]);
        let mut image = RgbImage::from_pixel(layout.size.0 as u32, layout.size.1 as u32, paper);
        let sheet = Sheet::new(&mut image);
        self.draw_title(&sheet, &layout)?;
        self.draw_legend(&sheet, &layout)?;
        let plane = sheet.plane(layout.x.clone(), layout.y.clone(), layout.frame);
        draw_grid(&plane, &layout)?;
        for (number, mark) in self.marks.iter().enumerate() {
            mark.draw(&plane, palette::series(number))?;
        }
        draw_scales(&plane, &layout)?;
        self.draw_labels(&sheet, layout.frame, layout.size)?;
        drop(sheet);
        Ok(image)
    }

    /// What the axes show, in one sentence for each mark.
    pub(super) fn describe(&self) -> Result<String> {
        self.spans()?;
        let mut sentences: Vec<String> = self.marks.iter().map(|mark| mark.describe()).collect();
        if !self.title.is_empty() {
            sentences.insert(0, self.title.clone());
        }
        for (axis, label) in [("x", &self.x_label), ("y", &self.y_label)] {
            if !label.is_empty() {
                sentences.push(format!("{axis} axis: {label}"));
            }
        }
        Ok(sentences.iter().map(|sentence| ended(sentence)).collect::<Vec<_>>().join(" "))
    }

    /// The parts of the two axes that all marks together need.
    fn spans(&self) -> Result<(Span, Span)> {
        let mut spans = self.marks.iter().map(|mark| mark.spans());
        let first = spans.next().unwrap_or_else(|| Err(Error::plot("nothing to draw")))?;
        spans.try_fold(first, |(x, y), next| {
            let (next_x, next_y) = next?;
            Ok((x.union(next_x)?, y.union(next_y)?))
        })
    }

    fn layout(&self, size: Option<(f64, f64)>) -> Result<Layout> {
        let (x_span, y_span) = self.spans()?;
        let wanted = self.largest(|mark| mark.natural_size());
        let about = size.map_or(wanted, |(width, height)| (width - 80.0, height - 70.0));
        let y = Axis::new(y_span, (about.1 / 42.0) as usize)?;
        let (left, right) = (self.left_margin(&y), self.right_margin(&x_span));
        let width = size.map_or((left + wanted.0 + right).ceil(), |size| size.0);
        let title = wrap(&self.title, TITLE_TEXT, width - 2.0 * MARGIN);
        let legend = self.wrap_legend(width - left - MARGIN);
        let top = top_margin(title.len(), legend.len());
        let x = fitting_axis(x_span, width - left - right)?;
        let bottom = self.bottom_margin(&x);
        let height = size.map_or((top + wanted.1 + bottom).ceil(), |size| size.1);
        let room = (width - left - right, height - top - bottom);
        if size.is_some() && (room.0 < SMALLEST || room.1 < SMALLEST) {
            return Err(Error::plot(format!(
                "{width} × {height} pixels leave no room beside the labels: enlarge the figure"
            )));
        }
        let (used_width, used_height) = self.smallest(|mark| mark.fit(room));
        let frame = Frame { left, top, width: used_width.floor(), height: used_height.floor() };
        Ok(Layout { size: (width, height), frame, title, legend, x, y })
    }

    fn largest(&self, size: impl Fn(&AnyMark) -> (f64, f64)) -> (f64, f64) {
        self.marks.iter().map(size).fold((0.0, 0.0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
    }

    fn smallest(&self, size: impl Fn(&AnyMark) -> (f64, f64)) -> (f64, f64) {
        let start = (f64::INFINITY, f64::INFINITY);
        self.marks.iter().map(size).fold(start, |a, b| (a.0.min(b.0), a.1.min(b.1)))
    }

    fn left_margin(&self, y: &Axis) -> f64 {
        let ticks = if y.ticks.is_empty() { 0.0 } else { widest(&y.ticks) + TICK_GAP };
        let label = if self.y_label.is_empty() { 0.0 } else { LABEL_TEXT + LABEL_GAP };
        (MARGIN + ticks + label).ceil()
    }

    fn right_margin(&self, x: &Span) -> f64 {
        let marks = self.marks.iter().map(|mark| mark.room_right()).fold(0.0, f64::max);
        // Half of the last label may reach over the end of the axis.
        let label = if x.unit == super::axis::Unit::Hidden { 0.0 } else { 10.0 };
        (MARGIN + marks.max(label)).ceil()
    }

    fn bottom_margin(&self, x: &Axis) -> f64 {
        let ticks = if x.ticks.is_empty() { 0.0 } else { TICK_GAP + TICK_TEXT };
        let label = if self.x_label.is_empty() { 0.0 } else { LABEL_GAP + LABEL_TEXT };
        (MARGIN + ticks + label).ceil()
    }

    fn draw_title(&self, sheet: &Sheet, layout: &Layout) -> Result<()> {
        let look = lettering(TITLE_TEXT, Weight::Bold, HPos::Left, VPos::Top);
        for (row, line) in layout.title.iter().enumerate() {
            let y = MARGIN + row as f64 * TITLE_TEXT * LINE_HEIGHT;
            sheet.text(line, (MARGIN, y), &look)?;
        }
        Ok(())
    }

    fn draw_legend(&self, sheet: &Sheet, layout: &Layout) -> Result<()> {
        let look = lettering(TICK_TEXT, Weight::Regular, HPos::Left, VPos::Center);
        let first = top_margin(layout.title.len(), 0) + LEGEND_ROW / 2.0 - 2.0;
        for (row, numbers) in layout.legend.iter().enumerate() {
            let y = first + row as f64 * LEGEND_ROW;
            let mut x = layout.frame.left;
            for &number in numbers {
                sheet.line((x, y), (x + LEGEND_KEY, y), 3.0, palette::series(number))?;
                let name = self.marks[number].name().unwrap_or_default();
                sheet.text(name, (x + LEGEND_KEY + 6.0, y), &look)?;
                x += legend_width(name);
            }
        }
        Ok(())
    }

    /// The numbers of the named marks, in rows no wider than `width`.
    fn wrap_legend(&self, width: f64) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut used = f64::INFINITY;
        for (number, mark) in self.marks.iter().enumerate() {
            let Some(name) = mark.name() else { continue };
            used += legend_width(name);
            if used - LEGEND_GAP > width {
                rows.push(Vec::new());
                used = legend_width(name);
            }
            rows.last_mut().expect("a row was just begun").push(number);
        }
        rows
    }

    fn draw_labels(&self, sheet: &Sheet, frame: Frame, size: (f64, f64)) -> Result<()> {
        let center = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        let look = lettering(LABEL_TEXT, Weight::Regular, HPos::Center, VPos::Bottom);
        sheet.text(&self.x_label, (center.0, size.1 - MARGIN + 1.0), &look)?;
        let upwards = Lettering { anchor: (HPos::Center, VPos::Top), upwards: true, ..look };
        sheet.text(&self.y_label, (MARGIN, center.1), &upwards)
    }
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

fn lettering(size: f64, weight: Weight, across: HPos, down: VPos) -> Lettering {
    Lettering { size, weight, color: palette::INK, anchor: (across, down), upwards: false }
}

/// The axis with as many ticks as leave their labels apart.
fn fitting_axis(span: Span, width: f64) -> Result<Axis> {
    let mut most = 9;
    loop {
        let axis = Axis::new(span.clone(), most)?;
        let needed = axis.ticks.len() as f64 * (widest(&axis.ticks) + 1.5 * TICK_TEXT);
        if needed <= width || most == 1 {
            return Ok(axis);
        }
        most -= 1;
    }
}

fn widest(ticks: &[Tick]) -> f64 {
    let width = |tick: &Tick| text_width(&tick.label, TICK_TEXT, Weight::Regular);
    ticks.iter().map(width).fold(0.0, f64::max)
}

fn top_margin(title_lines: usize, legend_rows: usize) -> f64 {
    let title = match title_lines {
        0 => 0.0,
        lines => (lines - 1) as f64 * TITLE_TEXT * LINE_HEIGHT + TITLE_TEXT + 8.0,
    };
    (MARGIN + title + legend_rows as f64 * LEGEND_ROW).ceil()
}

fn legend_width(name: &str) -> f64 {
    LEGEND_KEY + 6.0 + text_width(name, TICK_TEXT, Weight::Regular) + LEGEND_GAP
}

/// A sentence with the full stop that it may lack.
fn ended(sentence: &str) -> String {
    let stop = if sentence.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{sentence}{stop}")
}

/// Breaks a title between words into lines no wider than `width`, where words allow.
fn wrap(title: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) if text_width(&longer, size, Weight::Bold) <= width => {
                *line = longer;
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_wrap_between_words() {
        assert_eq!(wrap("", 16.0, 300.0), Vec::<String>::new());
        assert_eq!(wrap("one two", 16.0, 300.0), ["one two"]);
        assert_eq!(wrap("one two", 16.0, 50.0), ["one", "two"]);
        assert_eq!(wrap("unbreakable", 16.0, 5.0), ["unbreakable"]);
    }
}
