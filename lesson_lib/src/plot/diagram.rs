//! What a diagram consists of.

/// Columns of cell groups with arrows between the cells, from left to right: what flows from
/// where to where. Drawn by [`plot::diagram`](super::diagram()).
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    pub(super) columns: Vec<Vec<Cells>>,
    pub(super) arrows: Vec<Arrow>,
}

/// A grid of cells with a title, one group of a [`Diagram`]'s column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    pub(super) title: String,
    pub(super) shape: (usize, usize),
    pub(super) faint: Vec<bool>,
    pub(super) gate: Option<String>,
}

/// A cell of a diagram: its column, the group in it, and the cell's number in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The column, from the left.
    pub column: usize,
    /// The group in the column, from the top.
    pub group: usize,
    /// The cell in the group, row by row.
    pub cell: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) color: usize,
}

impl Cells {
    /// A group of `rows` × `columns` cells, numbered row by row.
    pub fn new(title: impl Into<String>, rows: usize, columns: usize) -> Self {
        let faint = vec![false; rows * columns];
        Cells { title: title.into(), shape: (rows, columns), faint, gate: None }
    }

    /// Draws the cells for which `is_faint` holds without colour.
    #[must_use]
    pub fn faint_where(mut self, is_faint: impl Fn(usize) -> bool) -> Self {
        self.faint = (0..self.faint.len()).map(is_faint).collect();
        self
    }

    /// Draws a line at the right of the cells, named below them: what leaves them has waited there.
    #[must_use]
    pub fn gate(mut self, name: impl Into<String>) -> Self {
        self.gate = Some(name.into());
        self
    }
}

impl Diagram {
    /// A diagram with nothing in it yet.
    pub fn new() -> Self {
        Diagram::default()
    }

    /// Adds a column at the right, its groups from the top.
    #[must_use]
    pub fn column(mut self, groups: impl IntoIterator<Item = Cells>) -> Self {
        self.columns.push(groups.into_iter().collect());
        self
    }

    /// Adds an arrow in the colour of the data series `color`. Where there are more of these than
    /// colours, the colours run from dark to light instead, in their order.
    #[must_use]
    pub fn arrow(mut self, from: Node, to: Node, color: usize) -> Self {
        self.arrows.push(Arrow { from, to, color });
        self
    }

    /// How many colours the arrows ask for.
    pub(super) fn colors(&self) -> usize {
        self.arrows.iter().map(|arrow| arrow.color + 1).max().unwrap_or(0)
    }

    /// The group that a node belongs to, if there is such a cell.
    pub(super) fn group(&self, node: Node) -> Option<&Cells> {
        let group = self.columns.get(node.column)?.get(node.group)?;
        (node.cell < group.shape.0 * group.shape.1).then_some(group)
    }
}
