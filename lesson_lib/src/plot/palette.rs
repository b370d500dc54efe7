//! The colours of the course, the same for the same thing in every picture.

use image::{Rgb, RgbImage};
use plotters::style::RGBColor;

/// Colours of data series, in order: Okabe and Ito's palette (2008), which colour-blind readers
/// can tell apart, without its yellow, which is too pale for lines on white.
const SERIES: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xb2), // blue
    RGBColor(0xd5, 0x5e, 0x00), // vermilion
    RGBColor(0x00, 0x9e, 0x73), // green
    RGBColor(0xcc, 0x79, 0xa7), // purple
    RGBColor(0xe6, 0x9f, 0x00), // orange
    RGBColor(0x56, 0xb4, 0xe9), // sky
    RGBColor(0x55, 0x55, 0x55), // grey
];

/// How many colours there are before they begin again.
pub(super) const SERIES_COUNT: usize = SERIES.len();
/// Points that belong to no group.
pub(super) const NOISE: RGBColor = RGBColor(0xb8, 0xb8, 0xb8);
/// What must be seen on every other colour, on top of [`INK`].
pub(super) const HIGHLIGHT: RGBColor = RGBColor(0xff, 0x40, 0xff);
/// The background.
pub(super) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// Text.
pub(super) const INK: RGBColor = RGBColor(0x26, 0x26, 0x26);
/// The lines that carry an axis.
pub(super) const AXIS: RGBColor = RGBColor(0x8c, 0x8c, 0x8c);
/// The lines that help the eye across the plot.
pub(super) const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);
/// Pixels of an image that have no value.
pub(super) const MISSING: RGBColor = RGBColor(0xf2, 0xc9, 0xde);

/// The colour of the data series with this number; after the last colour it begins again.
pub(super) fn series(number: usize) -> RGBColor {
    SERIES[number % SERIES.len()]
}

/// A colour three quarters of the way to the paper, for what stands back.
pub(super) fn faint(color: RGBColor) -> RGBColor {
    let mix = |ink: u8, paper: u8| ((u16::from(ink) + 3 * u16::from(paper)) / 4) as u8;
    RGBColor(mix(color.0, PAPER.0), mix(color.1, PAPER.1), mix(color.2, PAPER.2))
}

/// An empty picture.
pub(super) fn paper(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([PAPER.0, PAPER.1, PAPER.2]))
}
