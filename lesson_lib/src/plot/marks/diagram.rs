//! A diagram: groups of cells in columns, arrows between the cells.

use super::Mark;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::canvas::{FontWeight, text_width};
use crate::plot::diagram::{Arrow, Cells, Diagram, Node};
use crate::plot::style::{TICK_TEXT, TextStyle};
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::{ColorMap, palette};
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

/// The side of a cell, unless there are so many that the picture would not fit on a screen.
const SIDE: f64 = 22.0;
const SMALL_SIDE: f64 = 13.0;
const TALLEST: f64 = 560.0;
/// Between the cells of two columns, where the arrows are, in short diagrams and in long ones.
const ACROSS: f64 = 72.0;
const ACROSS_LONG: f64 = 36.0;
const LONG: usize = 9;
/// Between the titles of two columns.
const BETWEEN_TITLES: f64 = 10.0;
/// Below a group, for the name of its gate.
const GATE: f64 = 17.0;
/// Between groups; between a group and its title.
const BETWEEN: f64 = 14.0;
const TITLE: f64 = 19.0;
/// The head of an arrow.
const HEAD: f64 = 5.0;
/// More cells than this make a picture that nobody looks at.
const MOST_CELLS: usize = 4096;

/// How far up the colour map an arrow is still dark enough on white.
const DARK_ENOUGH: f64 = 0.85;

const CELL_TEXT: f64 = 10.0;
const FILL: RGBColor = RGBColor(0xdc, 0xe9, 0xf5);

/// The mark of a [`Diagram`].
#[derive(Clone, Debug)]
pub(in crate::plot) struct DiagramMark(pub(in crate::plot) Diagram);

impl DiagramMark {
    fn side(&self) -> f64 {
        let fits = self.0.columns.iter().all(|groups| self.height(groups, SIDE) <= TALLEST);
        if fits { SIDE } else { SMALL_SIDE }
    }

    /// The middle of every column, and the width of them all.
    fn middles(&self) -> (Vec<f64>, f64) {
        let (side, columns) = (self.side(), &self.0.columns);
        let across = if columns.len() > LONG { ACROSS_LONG } else { ACROSS };
        let cells = |groups: &Vec<Cells>| cells_width(groups, side) / 2.0;
        let words = |groups: &Vec<Cells>| words_width(groups) / 2.0;
        let edge = |groups: &Vec<Cells>| cells(groups).max(words(groups)).ceil();
        let mut middles: Vec<f64> = columns.first().map(edge).into_iter().collect();
        for pair in columns.windows(2) {
            let [left, right] = [&pair[0], &pair[1]];
            let between = (cells(left) + across + cells(right))
                .max(words(left) + BETWEEN_TITLES + words(right));
            middles.push(middles[middles.len() - 1] + between.ceil());
        }
        let width = columns.last().map_or(1.0, |last| middles[middles.len() - 1] + edge(last));
        (middles, width)
    }

    fn size(&self) -> (f64, f64) {
        let side = self.side();
        let heights = self.0.columns.iter().map(|groups| self.height(groups, side));
        (self.middles().1, heights.fold(1.0, f64::max))
    }

    /// Where a group's first cell stands, relative to the frame.
    fn corner(&self, column: usize, group: usize) -> (f64, f64) {
        let (side, groups) = (self.side(), &self.0.columns[column]);
        let above = groups[..group].iter().map(|cells| self.group_height(cells, side) + BETWEEN);
        let slack = self.size().1 - self.height(groups, side);
        let width = groups[group].shape.1 as f64 * side;
        let left = self.middles().0[column] - width / 2.0;
        (left, slack / 2.0 + above.sum::<f64>() + TITLE)
    }

    /// With its title and, if the diagram has any gate, the room for a gate's name: so groups of
    /// one size stand side by side.
    fn group_height(&self, cells: &Cells, side: f64) -> f64 {
        let mut all = self.0.columns.iter().flatten();
        let gate = if all.any(|cells| cells.gate.is_some()) { GATE } else { 0.0 };
        TITLE + cells.shape.0 as f64 * side + gate
    }

    fn height(&self, groups: &[Cells], side: f64) -> f64 {
        let groups_alone: f64 = groups.iter().map(|cells| self.group_height(cells, side)).sum();
        groups_alone + BETWEEN * groups.len().saturating_sub(1) as f64
    }

    fn draw_group(&self, area: &PlotArea, column: usize, group: usize) -> Result<()> {
        let (cells, side) = (&self.0.columns[column][group], self.side());
        let corner = self.corner(column, group);
        let (left, top) = (area.frame.left + corner.0, area.frame.top + corner.1);
        let title = TextStyle { size: TICK_TEXT, ..look(palette::INK, VPos::Bottom) };
        let middle = left + cells.shape.1 as f64 * side / 2.0;
        area.surface.text(&cells.title, (middle, top - 4.0), &title)?;
        for cell in 0..cells.shape.0 * cells.shape.1 {
            let (row, across) = (cell / cells.shape.1, cell % cells.shape.1);
            let at = (left + across as f64 * side, top + row as f64 * side);
            draw_cell(area, at, side, cell, cells.faint[cell])?;
        }
        match &cells.gate {
            Some(name) => draw_gate(area, name, cells, (left, top), side),
            None => Ok(()),
        }
    }

    fn arrow_color(&self, number: usize) -> RGBColor {
        let most = self.0.colors();
        if most <= palette::SERIES_COUNT {
            return palette::series(number);
        }
        ColorMap::Viridis.color(DARK_ENOUGH * number as f64 / (most - 1) as f64)
    }

    /// Where an arrow touches a cell: its right edge, or its left one.
    fn touch(&self, node: Node, right: bool) -> Option<(f64, f64)> {
        let cells = self.0.group(node)?;
        let (corner, side) = (self.corner(node.column, node.group), self.side());
        let (row, across) = (node.cell / cells.shape.1, node.cell % cells.shape.1);
        let across = across as f64 + if right { 0.85 } else { 0.15 };
        Some((corner.0 + across * side, corner.1 + (row as f64 + 0.5) * side))
    }

    fn draw_arrow(&self, area: &PlotArea, arrow: &Arrow) -> Result<()> {
        let forward = arrow.from.column <= arrow.to.column;
        let ends = (self.touch(arrow.from, forward), self.touch(arrow.to, !forward));
        let (Some(from), Some(to)) = ends else { return Ok(()) };
        let shift = |(x, y): (f64, f64)| (x + area.frame.left, y + area.frame.top);
        let (from, to, color) = (shift(from), shift(to), self.arrow_color(arrow.color));
        area.surface.line(from, to, 1.2, color)?;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-9);
        let (ux, uy) = (dx / length * HEAD, dy / length * HEAD);
        for turn in [0.5, -0.5] {
            let tail = (to.0 - ux - turn * uy, to.1 - uy + turn * ux);
            area.surface.line(tail, to, 1.2, color)?;
        }
        Ok(())
    }
}

fn draw_cell(
    area: &PlotArea,
    (x, y): (f64, f64),
    side: f64,
    cell: usize,
    faint: bool,
) -> Result<()> {
    let frame = |inset: f64| Frame {
        left: x + inset,
        top: y + inset,
        width: side - 2.0 * inset,
        height: side - 2.0 * inset,
    };
    area.surface.fill(frame(0.5), palette::AXIS)?;
    area.surface.fill(frame(1.5), if faint { palette::PAPER } else { FILL })?;
    if side < SIDE {
        return Ok(());
    }
    let color = if faint { palette::AXIS } else { palette::INK };
    let center = (x + side / 2.0, y + side / 2.0);
    area.surface.text(&cell.to_string(), center, &look(color, VPos::Center))
}

/// A line along the right of a group, a little longer than it, with its name below.
fn draw_gate(
    area: &PlotArea,
    name: &str,
    cells: &Cells,
    (left, top): (f64, f64),
    side: f64,
) -> Result<()> {
    let (width, height) = (cells.shape.1 as f64 * side, cells.shape.0 as f64 * side);
    let (x, bottom) = (left + width + 3.0, top + height + 3.0);
    area.surface.line((x, top - 3.0), (x, bottom), 2.5, palette::INK)?;
    area.surface.text(name, (left + width / 2.0, bottom), &look(palette::INK, VPos::Top))
}

fn look(color: RGBColor, down: VPos) -> TextStyle {
    TextStyle {
        size: CELL_TEXT,
        weight: FontWeight::Regular,
        color,
        anchor: (HPos::Center, down),
        upwards: false,
    }
}

fn cells_width(groups: &[Cells], side: f64) -> f64 {
    groups.iter().map(|cells| cells.shape.1 as f64 * side).fold(side, f64::max)
}

/// The width of what is written above and below the groups.
fn words_width(groups: &[Cells]) -> f64 {
    let width = |text: &str, size: f64| text_width(text, size, FontWeight::Regular);
    let words = groups.iter().map(|cells| {
        width(&cells.title, TICK_TEXT)
            .max(cells.gate.as_ref().map_or(0.0, |name| width(name, CELL_TEXT)))
    });
    words.fold(0.0, f64::max)
}

impl Mark for DiagramMark {
    fn spans(&self) -> Result<(Span, Span)> {
        let cells: usize = self.0.columns.iter().flatten().map(|c| c.shape.0 * c.shape.1).sum();
        if cells == 0 || cells > MOST_CELLS {
            let problem = format!("{cells} cells: a diagram has 1 to {MOST_CELLS}");
            return Err(Error::argument("plot::diagram", problem));
        }
        let lost = self.0.arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]);
        if let Some(node) = lost.into_iter().find(|node| self.0.group(*node).is_none()) {
            return Err(Error::argument(
                "plot::diagram",
                format!("an arrow has no cell: {node:?}"),
            ));
        }
        let span = Span::new(0.0, 1.0, AxisUnit::Hidden);
        Ok((span.clone(), span))
    }

    fn draw(&self, area: &PlotArea, _color: RGBColor) -> Result<()> {
        for (column, groups) in self.0.columns.iter().enumerate() {
            for group in 0..groups.len() {
                self.draw_group(area, column, group)?;
            }
        }
        self.0.arrows.iter().try_for_each(|arrow| self.draw_arrow(area, arrow))
    }

    fn texts(&self) -> Vec<&str> {
        self.0.columns.iter().flatten().map(|cells| cells.title.as_str()).collect()
    }

    fn describe(&self) -> String {
        let titles = |groups: &Vec<Cells>| {
            let title = |cells: &Cells| match &cells.gate {
                Some(gate) => format!("{} ({gate})", cells.title),
                None => cells.title.clone(),
            };
            groups.iter().map(title).collect::<Vec<_>>().join(", ")
        };
        let columns: Vec<String> = self.0.columns.iter().map(titles).collect();
        let arrows = text::counted(self.0.arrows.len(), "arrow");
        format!("Diagram, from left to right: {}; {arrows}", columns.join(" | "))
    }

    fn natural_size(&self) -> (f64, f64) {
        self.size()
    }
}
