//! Where everything in a picture goes.
//!
//! plotters wants the room for labels before it knows them; here it follows from their widths,
//! and all frames of an animation share it.

use super::axes::Axes;
use super::axis::{Axis, AxisUnit, Span, Tick};
use super::canvas::{FontWeight, LINE_HEIGHT, text_width};
use super::legend::Legend;
use super::style::{LABEL_TEXT, LARGEST_SIDE, LEGEND_ROW, MARGIN, TICK_TEXT, TITLE_TEXT};
use super::surface::Frame;
use crate::{Error, Result};

/// Distances between the parts of the picture.
pub(super) const TICK_GAP: f64 = 7.0;
const LABEL_GAP: f64 = 8.0;
/// Axes smaller than this show nothing.
const SMALLEST: f64 = 40.0;
/// The side, in pixels, of a square plot in which lengths in both directions are the same.
const EQUAL_SIDE: f64 = 370.0;

/// What a picture asks for before it has a size.
///
/// The frames of an animation share the union of theirs, so that nothing moves but the data.
#[derive(Clone, Debug)]
pub(super) struct Needs {
    x: Span,
    y: Span,
    wanted: (f64, f64),
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Where everything goes.
pub(super) struct Layout {
    pub(super) size: (f64, f64),
    pub(super) frame: Frame,
    pub(super) title: Vec<String>,
    pub(super) legend: Legend,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Needs {
    /// What suits both.
    pub(super) fn union(self, other: Needs) -> Result<Needs> {
        let wanted = (self.wanted.0.max(other.wanted.0), self.wanted.1.max(other.wanted.1));
        Ok(Needs {
            x: self.x.union(other.x)?,
            y: self.y.union(other.y)?,
            wanted,
            left: self.left.max(other.left),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
            bottom: self.bottom.max(other.bottom),
        })
    }

    fn size(&self) -> (f64, f64) {
        let (width, height) = self.wanted;
        ((self.left + width + self.right).ceil(), (self.top + height + self.bottom).ceil())
    }
}

impl Axes {
    /// What the axes need, on a picture of `size` if one is set; `spans` are the parts of the two
    /// axes to show, and `share` makes the plot that much smaller than it would be alone.
    pub(super) fn needs(
        &self,
        size: Option<(f64, f64)>,
        (x_span, y_span): (Span, Span),
        share: f64,
    ) -> Result<Needs> {
        let (x_span, y_span) = (x_span.or_unit(), y_span.or_unit());
        let wanted = self.natural_size(&x_span, &y_span, share);
        let about = size.map_or(wanted, |(width, height)| (width - 80.0, height - 70.0));
        let y = y_axis(y_span.clone(), about.1)?;
        let (left, right) = (self.left_margin(&y), self.right_margin(&x_span));
        let width = size.map_or((left + wanted.0 + right).ceil(), |size| size.0);
        let title = wrap(&self.title, TITLE_TEXT, width - 2.0 * MARGIN);
        let legend = Legend::new(self.keys(), width - left - MARGIN);
        let bottom = self.bottom_margin(&fitting_axis(x_span.clone(), width - left - right)?);
        let top = top_margin(title.len(), legend.rows());
        Ok(Needs { x: x_span, y: y_span, wanted, left, right, top, bottom })
    }

    /// Places everything on a picture of `size`, or of the size that the needs ask for.
    pub(super) fn layout(&self, size: Option<(f64, f64)>, needs: &Needs) -> Result<Layout> {
        let (width, height) = size.unwrap_or_else(|| needs.size());
        let title = wrap(&self.title, TITLE_TEXT, width - 2.0 * MARGIN);
        let legend = Legend::new(self.keys(), width - needs.left - MARGIN);
        let room = (width - needs.left - needs.right, height - needs.top - needs.bottom);
        if size.is_some() && (room.0 < SMALLEST || room.1 < SMALLEST) {
            let why = "leave no room beside the labels: enlarge them";
            return Err(unsuitable((width, height), why));
        }
        if width.max(height) > LARGEST_SIDE.into() {
            return Err(unsuitable((width, height), "are too many: show fewer, or set a size"));
        }
        let (plot_width, plot_height) = self.fit(room, &needs.x, &needs.y);
        let (left, top) = (needs.left, needs.top);
        let frame = Frame { left, top, width: plot_width.floor(), height: plot_height.floor() };
        let about = size.map_or(needs.wanted.1, |(_, height)| height - 70.0);
        let (x, y) = (fitting_axis(needs.x.clone(), room.0)?, y_axis(needs.y.clone(), about)?);
        Ok(Layout { size: (width, height), frame, title, legend, x, y })
    }

    /// The size in pixels that suits what is inside the axes.
    fn natural_size(&self, x: &Span, y: &Span, share: f64) -> (f64, f64) {
        if self.is_equal(x, y) {
            let ratio = (x.length() / y.length()).clamp(0.25, 4.0).sqrt();
            return (EQUAL_SIDE * ratio * share, EQUAL_SIDE / ratio * share);
        }
        let sizes = self.marks().map(|mark| mark.natural_size());
        let (width, height) = sizes.fold((0.0, 0.0), |a, b| (b.0.max(a.0), b.1.max(a.1)));
        // Rows of bars and the cells of an image keep their size.
        let share = if has_numbers(x) && has_numbers(y) { share } else { 1.0 };
        (width * share, height * share)
    }

    /// The largest size up to `room` that the marks can use.
    fn fit(&self, room: (f64, f64), x: &Span, y: &Span) -> (f64, f64) {
        if self.is_equal(x, y) {
            let scale = (room.0 / x.length()).min(room.1 / y.length());
            return (x.length() * scale + 1e-6, y.length() * scale + 1e-6);
        }
        let sizes = self.marks().map(|mark| mark.fit(room));
        sizes.fold(room, |a, b| (a.0.min(b.0), a.1.min(b.1)))
    }

    /// Whether a length is the same in both directions: as set, or where the marks are points in
    /// a plane and no direction would be squeezed.
    fn is_equal(&self, x: &Span, y: &Span) -> bool {
        let can_be = x.unit == AxisUnit::Numbers && y.unit == AxisUnit::Numbers;
        let ratio = x.length() / y.length();
        let suits =
            || self.marks().all(|mark| mark.is_planar()) && (1.0 / 3.0..=3.0).contains(&ratio);
        can_be && self.equal.unwrap_or_else(suits)
    }

    fn left_margin(&self, y: &Axis) -> f64 {
        let ticks = if y.ticks.is_empty() { 0.0 } else { widest(&y.ticks) + TICK_GAP };
        let label = if self.y_label.is_empty() { 0.0 } else { LABEL_TEXT + LABEL_GAP };
        (MARGIN + ticks + label).ceil()
    }

    fn right_margin(&self, x: &Span) -> f64 {
        let marks = self.marks().map(|mark| mark.room_right()).fold(0.0, f64::max);
        // Half of the last label may reach over the end of the axis.
        let label = Axis::new(x.clone(), 3).map_or(0.0, |axis| widest(&axis.ticks) / 2.0);
        (MARGIN + marks.max(label)).ceil()
    }

    fn bottom_margin(&self, x: &Axis) -> f64 {
        let ticks = if x.ticks.is_empty() { 0.0 } else { TICK_GAP + TICK_TEXT };
        let label = if self.x_label.is_empty() { 0.0 } else { LABEL_GAP + LABEL_TEXT };
        (MARGIN + ticks + label).ceil()
    }
}

fn has_numbers(span: &Span) -> bool {
    matches!(span.unit, AxisUnit::Numbers | AxisUnit::Log)
}

fn y_axis(span: Span, height: f64) -> Result<Axis> {
    Axis::new(span, (height / 42.0) as usize)
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
    let width = |tick: &Tick| text_width(&tick.label, TICK_TEXT, FontWeight::Regular);
    ticks.iter().map(width).fold(0.0, f64::max)
}

fn unsuitable((width, height): (f64, f64), why: &str) -> Error {
    Error::plot(format!("{width} × {height} pixels {why}"))
}

pub(super) fn top_margin(title_lines: usize, legend_rows: usize) -> f64 {
    let title = match title_lines {
        0 => 0.0,
        lines => (lines - 1) as f64 * TITLE_TEXT * LINE_HEIGHT + TITLE_TEXT + 8.0,
    };
    (MARGIN + title + legend_rows as f64 * LEGEND_ROW).ceil()
}

/// Breaks a title between words into lines no wider than `width`, where words allow.
fn wrap(title: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) if text_width(&longer, size, FontWeight::Bold) <= width => {
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
