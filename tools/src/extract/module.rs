//! One notebook as one Rust module.
//!
//! Every notebook becomes a module with one function. Its cells are nested blocks: each cell opens
//! a block that contains all later ones, so what a cell declares lives on, and a later cell may
//! declare the same name again, as in the kernel.
//!
//! ```text
//! pub fn run() -> Result<(), Stop> {
//! begin(2);
//! {                                 // cell 2 (id setup)
//! use lesson_lib::prelude::*;
//! lesson_lib::show_cell!(lesson_lib::setup());
//! end(2); begin(3);
//! {                                 // cell 3 (id a1)
//! let x = 1;
//! end(3);
//! }}
//! Ok(())
//! }
//! ```

use std::collections::BTreeSet;

use super::{Edition, identifier};
use crate::{
    Error, Result,
    cell_code::{CellCode, OwnCrate},
    notebook::{Cell, Notebook},
    student,
};

/// Where the cells of one notebook lie in a generated file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file, relative to the package: `src/n02_matmul.rs`.
    pub file: String,
    /// The cells in order.
    pub cells: Vec<Span>,
    /// The crates beside the library that the notebook loads.
    pub own_crates: Vec<OwnCrate>,
    source: String,
}

/// The lines of one cell in a generated file.
#[derive(Clone, Debug)]
pub struct Span {
    /// Notebook and cell, as messages name them.
    pub place: String,
    /// The line of the file that holds the first line of the cell, from 1.
    pub first: usize,
    /// The number of lines of the cell.
    pub lines: usize,
}

impl Module {
    /// The module of one notebook.
    ///
    /// # Errors
    /// When a cell's metadata is wrong or its text does not parse.
    pub fn new(notebook: &Notebook, edition: Edition) -> Result<Self> {
        let edited = match edition {
            Edition::Instructor => notebook.clone(),
            Edition::Student => student::edition(notebook)?,
        };
        let unsolved = match edition {
            Edition::Instructor => BTreeSet::new(),
            Edition::Student => student::checks_of_exercises(&edited)?,
        };
        let name = format!("n{}", identifier(&notebook.stem()));
        let file = format!("src/{name}.rs");
        let cells =
            edited.code_cells().map(|c| Ok((c, code_of(&c)?))).collect::<Result<Vec<_>>>()?;
        let own_crates = cells.iter().flat_map(|(_, code)| code.own_crates.clone()).collect();
        let mut module = Module { file, cells: Vec::new(), own_crates, source: String::new() };
        module.write_function(&cells, &unsolved);
        module.write_table(notebook, &cells, &unsolved);
        Ok(module)
    }

    /// The name of the module.
    pub fn name(&self) -> &str {
        self.file.trim_start_matches("src/").trim_end_matches(".rs")
    }

    /// The text of the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The cell and the line in it that `line` of the file comes from.
    pub fn locate(&self, line: usize) -> Option<(&Span, usize)> {
        let cell = self.cells.iter().find(|c| (c.first..c.first + c.lines).contains(&line))?;
        Some((cell, line - cell.first + 1))
    }

    fn write_table(
        &mut self,
        notebook: &Notebook,
        cells: &[(Cell<'_>, CellCode)],
        unsolved: &BTreeSet<usize>,
    ) {
        let (path, name, file) = (notebook.label(), notebook.stem(), self.file.clone());
        self.line("pub const NOTEBOOK: crate::runner::Notebook = crate::runner::Notebook {");
        self.line(&format!("    path: {path:?}, name: {name:?}, file: {file:?}, run, cells: &["));
        for (k, (cell, code)) in cells.iter().enumerate() {
            let (number, id, checks) = (cell.number(), cell.id(), code.checks);
            let (first, unsolved) = (self.cells[k].first, unsolved.contains(&number));
            self.line(&format!(
                "        crate::runner::Cell {{ number: {number}, id: {id:?}, first: {first}, checks: {checks}, unsolved: {unsolved} }},"
            ));
        }
        self.line("    ],\n};");
    }

    fn write_function(&mut self, cells: &[(Cell<'_>, CellCode)], unsolved: &BTreeSet<usize>) {
        self.line("fn run() -> ::std::result::Result<(), crate::runner::Stop> {");
        for (cell, code) in cells {
            self.write_cell(cell, code, unsolved.contains(&cell.number()));
        }
        self.line(&"}".repeat(cells.len()));
        self.line("::std::result::Result::Ok(())\n}\n");
    }

    fn write_cell(&mut self, cell: &Cell<'_>, code: &CellCode, unsolved: bool) {
        let number = cell.number();
        self.line(&format!(
            "crate::runner::begin({number});\n{{ // cell {number} (id {})",
            cell.id()
        ));
        if unsolved {
            self.line(&format!("crate::runner::attempt({number}, || {{"));
        }
        let text = code.with_shown_wrapped("lesson_lib::show_cell!(", ");");
        let (first, lines) = (self.next_line(), text.split('\n').count());
        self.cells.push(Span { place: cell.place(), first, lines });
        self.line(&text);
        self.line(&if unsolved {
            "::std::result::Result::Ok(()) });".to_string()
        } else {
            format!("crate::runner::end({number});")
        });
    }

    fn line(&mut self, text: &str) {
        self.source.push_str(text);
        self.source.push('\n');
    }

    fn next_line(&self) -> usize {
        self.source.matches('\n').count() + 1
    }
}

fn code_of(cell: &Cell<'_>) -> Result<CellCode> {
    let parsed = CellCode::parse(&cell.source());
    parsed.map_err(|p| Error::at(format!("{}, line {}", cell.place(), p.line), p.message))
}
