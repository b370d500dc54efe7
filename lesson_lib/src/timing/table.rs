//! The ladder as a table, in text and in HTML.

use super::{Ladder, Row};
use crate::show::{Show, emit};
use crate::text;

/// One column: its heading, its cells, and whether it holds numbers.
struct Column {
    heading: &'static str,
    cells: Vec<String>,
    numeric: bool,
}

impl Show for Ladder {
    fn text(&self) -> String {
        let columns = self.columns();
        let widths: Vec<usize> = columns.iter().map(Column::width).collect();
        let mut lines = vec![self.caption()];
        lines.extend((0..=self.rows.len()).map(|i| {
            let cells = columns.iter().zip(&widths).map(|(column, &width)| column.padded(i, width));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        }));
        lines.join("\n").trim_end().to_owned()
    }

    fn evcxr_display(&self) {
        emit("text/html", &self.html());
        emit("text/plain", &self.text());
    }
}

impl Ladder {
    /// The table as HTML.
    ///
    /// ```
    /// use lesson_lib::timing::Ladder;
    /// assert!(Ladder::new("a < b", 0.0).html().starts_with("<table><caption>a &lt; b, measured"));
    /// ```
    pub fn html(&self) -> String {
        let columns = self.columns();
        let rows: String = (0..=self.rows.len())
            .map(|i| {
                let cells: String = columns.iter().map(|column| column.html(i)).collect();
                format!("<tr>{cells}</tr>")
            })
            .collect();
        format!("<table><caption>{}</caption>{rows}</table>", text::html(&self.caption()))
    }

    fn caption(&self) -> String {
        format!("{}, measured now on {}", self.title, self.device)
    }

    /// The columns; those in which every row is empty are left out.
    fn columns(&self) -> Vec<Column> {
        let column = |heading, numeric, cell: &dyn Fn(&Row) -> String| Column {
            heading,
            cells: self.rows.iter().map(cell).collect(),
            numeric,
        };
        let columns = [
            column("version", false, &|row| row.name.clone()),
            column("idea", false, &|row| row.idea.clone()),
            column("time", true, &|row| text::seconds(row.timing.median())),
            column("speed-up", true, &|row| self.speed_up(row)),
            column("device", false, &|row| row.device.clone().unwrap_or_default()),
            column("published", false, &|row| row.published.clone().unwrap_or_default()),
        ];
        columns.into_iter().filter(|column| !column.is_empty()).collect()
    }

    /// How many times as fast as the first row.
    fn speed_up(&self, row: &Row) -> String {
        text::speed_up(self.rows[0].timing.median() / row.timing.median())
    }
}

impl Column {
    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| cell.chars().count());
        cells.max().unwrap_or(0).max(self.heading.chars().count())
    }

    /// The heading (0) or the cell of a row (from 1).
    fn line(&self, i: usize) -> &str {
        i.checked_sub(1).map_or(self.heading, |row| &self.cells[row])
    }

    fn padded(&self, i: usize, width: usize) -> String {
        let text = self.line(i);
        if self.numeric { format!("{text:>width$}") } else { format!("{text:<width$}") }
    }

    fn html(&self, i: usize) -> String {
        let tag = if i == 0 { "th" } else { "td" };
        let align = if self.numeric { "right" } else { "left" };
        format!("<{tag} style=\"text-align:{align}\">{}</{tag}>", text::html(self.line(i)))
    }
}
