//! A diagram: groups of cells in columns, arrows between the cells.

use super::Mark;
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::canvas::{FontWeight, text_width};
use crate::plot::diagram::{Arrow, Cells, Diagram, Node};
use crate::plot::palette;
use crate::plot::style::{TICK_TEXT, TextStyle};
use crate::plot::surface::{Frame, PlotArea};
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};

/// The side of a cell, unless there are so many that the picture would not fit on a screen.
const SIDE: f64 = 22.0;
const SMALL_SIDE: f64 = 13.0;
const TALLEST: f64 = 560.0;
/// Between columns, where the arrows are; between groups; between a group and its title.
const ACROSS: f64 = 58.0;
const BETWEEN: f64 = 14.0;
const TITLE: f64 = 19.0;
/// The head of an arrow.
const HEAD: f64 = 5.0;
/// More cells than this make a picture that nobody looks at.
const MOST_CELLS: usize = 4096;

const CELL_TEXT: f64 = 10.0;
const FILL: RGBColor = RGBColor(0xdc, 0xe9, 0xf5);

/// The mark of a [`Diagram`].
#[derive(Clone, Debug)]
pub(in crate::plot) struct DiagramMark(pub(in crate::plot) Diagram);

impl DiagramMark {
    fn side(&self) -> f64 {
        let fits = self.0.columns.iter().all(|groups| column_height(groups, SIDE) <= TALLEST);
        if fits { SIDE } else { SMALL_SIDE }
    }

    /// The left edge of every column and of the end.
    fn lefts(&self) -> Vec<f64> {
        let side = self.side();
        let mut left = 0.0;
        let mut lefts = vec![];
        for groups in &self.0.columns {
            lefts.push(left);
            left += column_width(groups, side) + ACROSS;
        }
        lefts.push(left - ACROSS);
        lefts
    }

    fn size(&self) -> (f64, f64) {
        let side = self.side();
        let heights = self.0.columns.iter().map(|groups| column_height(groups, side));
        let width = self.lefts().last().copied().unwrap_or(0.0);
        (width.max(1.0), heights.fold(1.0, f64::max))
    }

    /// Where a group's first cell stands, relative to the frame.
    fn corner(&self, column: usize, group: usize) -> (f64, f64) {
        let (side, groups) = (self.side(), &self.0.columns[column]);
        let above = groups[..group].iter().map(|cells| group_height(cells, side) + BETWEEN);
        let slack = self.size().1 - column_height(groups, side);
        let width = column_width(groups, side) - groups[group].shape.1 as f64 * side;
        (self.lefts()[column] + width / 2.0, slack / 2.0 + above.sum::<f64>() + TITLE)
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
        Ok(())
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
        let (from, to, color) = (shift(from), shift(to), palette::series(arrow.color));
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

fn look(color: RGBColor, down: VPos) -> TextStyle {
    TextStyle {
        size: CELL_TEXT,
        weight: FontWeight::Regular,
        color,
        anchor: (HPos::Center, down),
        upwards: false,
    }
}

fn group_height(cells: &Cells, side: f64) -> f64 {
    TITLE + cells.shape.0 as f64 * side
}

fn column_height(groups: &[Cells], side: f64) -> f64 {
    let groups_alone: f64 = groups.iter().map(|cells| group_height(cells, side)).sum();
    groups_alone + BETWEEN * groups.len().saturating_sub(1) as f64
}

fn column_width(groups: &[Cells], side: f64) -> f64 {
    let width = |cells: &Cells| {
        (cells.shape.1 as f64 * side).max(text_width(&cells.title, TICK_TEXT, FontWeight::Regular))
    };
    groups.iter().map(width).fold(side, f64::max).ceil()
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
            groups.iter().map(|cells| cells.title.as_str()).collect::<Vec<_>>().join(", ")
        };
        let columns: Vec<String> = self.0.columns.iter().map(titles).collect();
        let arrows = text::counted(self.0.arrows.len(), "arrow");
        format!("Diagram, from left to right: {}; {arrows}", columns.join(" | "))
    }

    fn natural_size(&self) -> (f64, f64) {
        self.size()
    }
}
