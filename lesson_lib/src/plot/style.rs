//! The sizes, distances and text styles that all pictures share.

use super::canvas::FontWeight;
use super::palette;
use plotters::style::RGBColor;
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
/// The smallest and the largest side of a picture in pixels.
pub(super) const SMALLEST_SIDE: u32 = 60;
pub(super) const LARGEST_SIDE: u32 = 8000;

/// How a line of text looks, and which of its points is put where.
#[derive(Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) size: f64,
    pub(super) weight: FontWeight,
    pub(super) color: RGBColor,
    pub(super) anchor: (HPos, VPos),
    pub(super) upwards: bool,
}

impl TextStyle {
    /// Text of the given size in ink, from left to right.
    pub(super) const fn new(size: f64, weight: FontWeight, across: HPos, down: VPos) -> Self {
        TextStyle { size, weight, color: palette::INK, anchor: (across, down), upwards: false }
    }
}
