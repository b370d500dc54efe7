//! Notebooks as one Cargo package: a program that runs them without a kernel.
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

use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    cell_code::CellCode,
    course::Course,
    notebook::{Cell, Notebook},
    runner, student,
};

/// Which edition of the notebooks a package holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// With the solutions: every check has to pass.
    Instructor,
    /// Without them: the check of every exercise has to fail, all others pass.
    Student,
}

/// Where the cells of one notebook lie in a generated file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file, relative to the package: `src/n02_matmul.rs`.
    pub file: String,
    /// The cells in order.
    pub cells: Vec<Span>,
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

/// A generated package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its folder.
    pub folder: PathBuf,
    /// One module per notebook.
    pub modules: Vec<Module>,
}

impl Package {
    /// Writes the package of `notebooks` to `folder`; files whose text stays the same are left alone.
    ///
    /// # Errors
    /// When a cell's metadata or text is wrong, two notebooks have one name, or a file cannot be written.
    pub fn write(
        course: &Course,
        notebooks: &[Notebook],
        edition: Edition,
        folder: &Path,
    ) -> Result<Self> {
        let modules =
            notebooks.iter().map(|n| Module::new(n, edition)).collect::<Result<Vec<_>>>()?;
        let package = Package { folder: folder.to_path_buf(), modules };
        let files = package.files(course)?;
        package.remove_others(&files)?;
        files.iter().try_for_each(|(name, text)| write_if_new(&folder.join(name), text))?;
        Ok(package)
    }

    /// The name of the package and its program, after the folder.
    pub fn name(&self) -> String {
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy();
        format!("cells_{}", identifier(&folder))
    }

    fn files(&self, course: &Course) -> Result<Vec<(String, String)>> {
        let mut files = vec![
            ("Cargo.toml".into(), self.manifest(course)),
            ("Cargo.lock".into(), self.lock(course)?),
            ("src/main.rs".into(), self.main()),
        ];
        files.extend(runner::SOURCES.map(|(name, text)| (format!("src/{name}"), text.to_string())));
        for module in &self.modules {
            if files.iter().any(|(name, _)| *name == module.file) {
                return Err(Error::at(&module.file, "two notebooks have the same name"));
            }
            files.push((module.file.clone(), module.source.clone()));
        }
        Ok(files)
    }

    /// The profile is the kernel's: optimised, without the checks that would slow the library down.
    fn manifest(&self, course: &Course) -> String {
        let library = course.lesson_lib();
        format!(
            r#"[package]
name = "{}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
lesson_lib = {{ path = {:?} }}

[profile.dev]
opt-level = 2
debug = "line-tables-only"
debug-assertions = false
overflow-checks = false

[workspace]
"#,
            self.name(),
            library.display().to_string(),
        )
    }

    /// The versions of the course; what Cargo has added to an earlier copy is kept.
    fn lock(&self, course: &Course) -> Result<String> {
        let (own, shared) = (self.folder.join("Cargo.lock"), course.root().join("Cargo.lock"));
        let time = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
        let path = if time(&own) >= time(&shared) { own } else { shared };
        fs::read_to_string(&path).map_err(|e| Error::io("read", &path, e))
    }

    fn main(&self) -> String {
        let mut text = String::from("#![allow(warnings, clippy::all)]\n\nmod runner;\n");
        let names: Vec<&str> = self.modules.iter().map(Module::name).collect();
        for name in &names {
            writeln!(text, "mod {name};").unwrap();
        }
        text.push_str("\nfn main() -> std::process::ExitCode {\n    runner::main(&[");
        text.push_str(
            &names.iter().map(|n| format!("&{n}::NOTEBOOK")).collect::<Vec<_>>().join(", "),
        );
        text.push_str("])\n}\n");
        text
    }

    /// Removes modules of notebooks that are no longer there.
    fn remove_others(&self, files: &[(String, String)]) -> Result<()> {
        let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let source = self.folder.join("src");
        for entry in fs::read_dir(&source).into_iter().flatten().flatten() {
            let name = format!("src/{}", entry.file_name().to_string_lossy());
            if entry.path().is_file() && !names.contains(name.as_str()) {
                fs::remove_file(entry.path()).map_err(|e| Error::io("remove", &entry.path(), e))?;
            }
        }
        Ok(())
    }
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
        let mut module = Module { file, cells: Vec::new(), source: String::new() };
        let cells =
            edited.code_cells().map(|c| Ok((c, code_of(&c)?))).collect::<Result<Vec<_>>>()?;
        module.write_table(notebook, &cells, &unsolved);
        module.write_function(&cells, &unsolved);
        Ok(module)
    }

    /// The name of the module.
    pub fn name(&self) -> &str {
        self.file.trim_start_matches("src/").trim_end_matches(".rs")
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
        let (path, name) = (notebook.label(), notebook.stem());
        self.line("use crate::runner::{Cell, Notebook};");
        self.line("pub const NOTEBOOK: Notebook = Notebook {");
        self.line(&format!("    path: {path:?}, name: {name:?}, run, cells: &["));
        for (cell, code) in cells {
            let (number, id, checks) = (cell.number(), cell.id(), code.checks);
            let unsolved = unsolved.contains(&number);
            self.line(&format!(
                "        Cell {{ number: {number}, id: {id:?}, checks: {checks}, unsolved: {unsolved} }},"
            ));
        }
        self.line("    ],\n};\n");
    }

    fn write_function(&mut self, cells: &[(Cell<'_>, CellCode)], unsolved: &BTreeSet<usize>) {
        self.line("fn run() -> ::std::result::Result<(), crate::runner::Stop> {");
        for (cell, code) in cells {
            self.write_cell(cell, code, unsolved.contains(&cell.number()));
        }
        self.line(&"}".repeat(cells.len()));
        self.line("::std::result::Result::Ok(())\n}");
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

/// `name` with every character that a Rust name cannot have replaced.
fn identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn write_if_new(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    fs::write(path, text).map_err(|e| Error::io("write", path, e))
}
