//! A table under a cell: its first rows, and how many there are.

use super::Table;
use crate::show::Show;

/// How many rows are shown.
const SHOWN: usize = 5;

/// The widest column, in characters; a longer text is cut.
const WIDEST: usize = 24;

impl Show for Table {
    fn text(&self) -> String {
        let mut lines: Vec<Vec<String>> = vec![self.columns.iter().map(|name| cut(name)).collect()];
        let shown = self.rows.iter().take(SHOWN);
        lines.extend(shown.map(|row| row.cells.iter().map(|cell| cut(cell)).collect()));
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|k| lines.iter().map(|line| line[k].chars().count()).max().unwrap_or(0))
            .collect();
        let mut text: String = lines.iter().map(|line| aligned(line, &widths)).collect();
        if self.rows.len() > SHOWN {
            text.push_str("…\n");
        }
        text + &format!("{} rows, {} columns", self.rows.len(), self.columns.len())
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn aligned(line: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> =
        line.iter().zip(widths).map(|(cell, width)| format!("{cell:>width$}")).collect();
    format!("{}\n", cells.join("  ").trim_end())
}
