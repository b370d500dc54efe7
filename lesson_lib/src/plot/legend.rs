//! The legend: what each colour and shape stands for.

use super::canvas::{FontWeight, Marker, text_width};
use super::style::{LEGEND_ROW, TICK_TEXT, TextStyle};
use super::surface::Surface;
use crate::Result;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

const LINE_LENGTH: f64 = 18.0;
const MARKER_WIDTH: f64 = 10.0;
const MARKER_RADIUS: f64 = 4.5;
const TEXT_GAP: f64 = 6.0;
const ENTRY_GAP: f64 = 18.0;

/// One entry of a legend.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) color: RGBColor,
    /// The shape of the points; `None` for a line.
    pub(super) marker: Option<Marker>,
}

impl Key {
    fn sign_width(&self) -> f64 {
        if self.marker.is_some() { MARKER_WIDTH } else { LINE_LENGTH }
    }

    fn width(&self) -> f64 {
        let text = text_width(&self.name, TICK_TEXT, FontWeight::Regular);
        self.sign_width() + TEXT_GAP + text + ENTRY_GAP
    }

    fn draw(&self, surface: &Surface, (x, y): (f64, f64)) -> Result<()> {
        match self.marker {
            Some(marker) => {
                let center = (x + MARKER_WIDTH / 2.0, y);
                surface.markers(marker, MARKER_RADIUS, [center], self.color);
            }
            None => surface.line((x, y), (x + LINE_LENGTH, y), 3.0, self.color)?,
        }
        let look = TextStyle::new(TICK_TEXT, FontWeight::Regular, HPos::Left, VPos::Center);
        surface.text(&self.name, (x + self.sign_width() + TEXT_GAP, y), &look)
    }
}

/// Keys in rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Legend(Vec<Vec<Key>>);

impl Legend {
    /// Puts the keys into rows no wider than `width`, where they allow it.
    pub(super) fn new(keys: Vec<Key>, width: f64) -> Self {
        let mut rows: Vec<Vec<Key>> = Vec::new();
        let mut used = f64::INFINITY;
        for key in keys {
            used += key.width();
            if used - ENTRY_GAP > width {
                rows.push(Vec::new());
                used = key.width();
            }
            rows.last_mut().expect("a row was just begun").push(key);
        }
        Legend(rows)
    }

    pub(super) fn rows(&self) -> usize {
        self.0.len()
    }

    /// Draws the rows from `corner`, their upper left corner, downwards.
    pub(super) fn draw(&self, surface: &Surface, corner: (f64, f64)) -> Result<()> {
        for (row, keys) in self.0.iter().enumerate() {
            let y = corner.1 + (row as f64 + 0.5) * LEGEND_ROW - 2.0;
            let mut x = corner.0;
            for key in keys {
                key.draw(surface, (x, y))?;
                x += key.width();
            }
        }
        Ok(())
    }
}
