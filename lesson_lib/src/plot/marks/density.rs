//! How many points lie where, for more points than there are pixels.

use super::Mark;
use super::color_bar::ColorBar;
use crate::Result;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::color_map::ColorMap;
use crate::plot::points::Points;
use crate::plot::surface::{Frame, PlotArea};
use plotters::style::RGBColor;
use rayon::prelude::*;
use std::sync::OnceLock;

const MAP: ColorMap = ColorMap::Viridis;
/// As many shades as the eye tells apart; few colours make a small file.
const SHADES: f64 = 48.0;
/// Points that one thread counts at a time.
const PIECE: usize = 1 << 16;
/// The size in pixels that the colour bar is made for before the picture has one.
const NATURAL: (f64, f64) = (480.0, 400.0);

/// The number of points in each small square, on a logarithmic scale of colours.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Density {
    points: Points<2>,
    /// Found once: reading ten million points takes a while.
    summary: OnceLock<Summary>,
}

#[derive(Clone, Copy, Debug)]
struct Summary {
    extent: Option<[(f64, f64); 2]>,
    finite: usize,
}

impl Summary {
    fn union(self, other: Summary) -> Summary {
        let wider = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        let extent = match (self.extent, other.extent) {
            (Some(a), Some(b)) => Some([wider(a[0], b[0]), wider(a[1], b[1])]),
            (a, b) => a.or(b),
        };
        Summary { extent, finite: self.finite + other.finite }
    }
}

/// How many points lie in each square of a grid over the frame.
struct Counts {
    /// The side of a square in pixels.
    side: u32,
    columns: u32,
    counts: Vec<u32>,
}

impl Density {
    pub(in crate::plot) fn new(points: Points<2>) -> Self {
        Density { points, summary: OnceLock::new() }
    }

    fn summary(&self) -> Summary {
        *self.summary.get_or_init(|| {
            let none = Summary { extent: None, finite: 0 };
            let pieces = self.points.rows().par_chunks(PIECE).map(|piece| {
                piece.iter().filter(|point| is_finite(point)).fold(none, |summary, [x, y]| {
                    summary.union(Summary { extent: Some([(*x, *x), (*y, *y)]), finite: 1 })
                })
            });
            pieces.reduce(|| none, Summary::union)
        })
    }

    /// The side of a square in pixels: few points need larger squares to meet in.
    fn side(&self) -> u32 {
        match self.summary().finite {
            0..50_000 => 4,
            50_000..1_000_000 => 2,
            _ => 1,
        }
    }

    fn count(&self, area: &PlotArea) -> Counts {
        let Frame { width, height, .. } = area.frame;
        let side = self.side();
        let cells = |pixels: f64| (pixels as u32).div_ceil(side);
        let (columns, rows) = (cells(width), cells(height));
        let (across, down) = (width / f64::from(side), height / f64::from(side));
        let (x_axis, y_axis) = area.axes.clone();
        let cell = |[x, y]: &[f64; 2]| {
            let (from_left, from_bottom) = (x_axis.share(*x), y_axis.share(*y));
            let (column, row) =
                ((from_left * across).floor(), ((1.0 - from_bottom) * down).floor());
            // Comparisons with NaN are false, so that a point without a place has no cell.
            let inside =
                column >= 0.0 && row >= 0.0 && column < f64::from(columns) && row < f64::from(rows);
            inside.then(|| row as usize * columns as usize + column as usize)
        };
        let empty = || vec![0_u32; (columns * rows) as usize];
        let threads = rayon::current_num_threads();
        let share = self.points.rows().len().div_ceil(threads).max(PIECE);
        let pieces = self.points.rows().par_chunks(share).map(|piece| {
            let mut counts = empty();
            piece.iter().filter_map(cell).for_each(|cell| counts[cell] += 1);
            counts
        });
        let counts = pieces.reduce_with(|mut sum, counts| {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            sum
        });
        Counts { side, columns, counts: counts.unwrap_or_else(empty) }
    }

    /// The scale of the colours: from one point to the highest count, which the size in which the
    /// picture is drawn decides.
    fn color_bar(highest: u32) -> ColorBar {
        let span = Span::new(1.0, f64::from(highest.max(2)), AxisUnit::Log);
        ColorBar { map: MAP, span }
    }
}

impl Counts {
    fn highest(&self) -> u32 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// The pixels of the squares that hold points, seen from the upper left corner.
    fn pixels(&self) -> impl Iterator<Item = (u32, u32, RGBColor)> {
        let top = f64::from(self.highest().max(2)).ln();
        let side = self.side;
        let cells = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        cells.flat_map(move |(cell, &count)| {
            let share = f64::from(count).ln() / top;
            let color = MAP.color((share * SHADES).round() / SHADES);
            let (column, row) = (cell as u32 % self.columns, cell as u32 / self.columns);
            (0..side * side).map(move |i| (column * side + i % side, row * side + i / side, color))
        })
    }
}

fn is_finite([x, y]: &[f64; 2]) -> bool {
    x.is_finite() && y.is_finite()
}

impl Mark for Density {
    fn spans(&self) -> Result<(Span, Span)> {
        self.points.check("plot::density")?;
        let extent = self.summary().extent;
        let span = |axis: usize| Span::around_all(extent.map(|extent| extent[axis]));
        Ok((span(0), span(1)))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        let Frame { left, top, width, height } = area.frame;
        let counts = self.count(area);
        let inside = counts.pixels().filter(|(x, y, _)| *x < width as u32 && *y < height as u32);
        area.surface.pixels(inside.map(|(x, y, color)| (x + left as u32, y + top as u32, color)));
        Ok(())
    }

    fn draw_beside(&self, area: &PlotArea) -> Result<()> {
        Density::color_bar(self.count(area).highest()).draw(area)
    }

    fn describe(&self) -> String {
        let Summary { extent, finite } = self.summary();
        let points = self.points.describe_known(extent, finite, "");
        format!("Density of {points}; the lighter, the more points, on a logarithmic scale")
    }

    fn is_planar(&self) -> bool {
        true
    }

    fn natural_size(&self) -> (f64, f64) {
        NATURAL
    }

    fn room_right(&self) -> f64 {
        // No square holds more than all points.
        Density::color_bar(self.summary().finite as u32).width(NATURAL.1)
    }
}
