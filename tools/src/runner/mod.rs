//! What a package of extracted notebooks needs at run time, with the standard library alone.
//!
//! These files are part of this crate, so that they are tested here, and are copied into every
//! generated package, so that its program runs, watches and judges its notebooks by itself: it can
//! be taken to another machine without Cargo, Jupyter or this crate.
//!
//! The program starts itself once per notebook. The child runs the cells and marks on both output
//! streams where each begins and ends; the parent collects what each cell wrote, stops a notebook
//! that takes too long, and judges.

mod child;
mod judge;
mod printed;
mod record;
mod watch;

pub use child::{Stop, attempt, begin, end};
pub use judge::problems;
pub use printed::{PASS, problem};
pub use record::{Ending, Record, Trace};

use std::{process::ExitCode, time::Duration};

/// The files of this module, for a generated package.
pub const SOURCES: [(&str, &str); 6] = [
    ("runner/mod.rs", include_str!("mod.rs")),
    ("runner/child.rs", include_str!("child.rs")),
    ("runner/judge.rs", include_str!("judge.rs")),
    ("runner/printed.rs", include_str!("printed.rs")),
    ("runner/record.rs", include_str!("record.rs")),
    ("runner/watch.rs", include_str!("watch.rs")),
];

/// One notebook of the program.
#[derive(Debug)]
pub struct Notebook {
    /// How messages name it: `notebooks/02_matmul.ipynb`.
    pub path: &'static str,
    /// How the command line names it: `02_matmul`.
    pub name: &'static str,
    /// The generated file: `src/n02_matmul.rs`.
    pub file: &'static str,
    /// Its cells, one inside the other.
    pub run: fn() -> Result<(), Stop>,
    /// Its code cells in order.
    pub cells: &'static [Cell],
}

/// One code cell.
#[derive(Debug)]
pub struct Cell {
    /// Its number in the notebook, from 1.
    pub number: usize,
    /// Its id.
    pub id: &'static str,
    /// The line of the generated file that holds its first line.
    pub first: usize,
    /// How many checks it has; each prints at least one pass line.
    pub checks: usize,
    /// Whether it checks an exercise that is not solved, and so has to fail.
    pub unsolved: bool,
}

const USAGE: &str = "\
usage: PROGRAM list
       PROGRAM run NAME…|all [--timeout SECONDS] [--show] [--under EMULATOR]

Runs notebooks in the current folder and reports every cell that fails; --show prints what the
cells print. The timeout (default 300) is per notebook. An emulator in which PROGRAM runs has to be
named: PROGRAM starts itself, which the emulated system cannot.";

/// The program: `list`, `run NAME…|all`, and `child NAME`, which `run` calls.
pub fn main(notebooks: &[&'static Notebook]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => list(notebooks),
        ["child", name] => {
            notebooks.iter().find(|n| n.name == *name).map_or_else(usage, child::run)
        }
        ["run", rest @ ..] if !rest.is_empty() => {
            Options::parse(rest, notebooks).map_or_else(usage, |options| options.run())
        }
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn list(notebooks: &[&'static Notebook]) -> ExitCode {
    for notebook in notebooks {
        println!("{}  {} code cells", notebook.name, notebook.cells.len());
    }
    ExitCode::SUCCESS
}

struct Options {
    notebooks: Vec<&'static Notebook>,
    limit: Duration,
    show: bool,
    emulator: Option<String>,
}

impl Options {
    /// The options of `run`, or none when a word is not understood.
    fn parse(words: &[&str], all: &[&'static Notebook]) -> Option<Self> {
        let limit = Duration::from_secs(300);
        let mut options = Options { notebooks: vec![], limit, show: false, emulator: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--show" => options.show = true,
                "--timeout" => options.limit = Duration::from_secs(words.next()?.parse().ok()?),
                "--under" => options.emulator = Some(words.next()?.to_string()),
                "all" => options.notebooks.extend(all),
                name => options.notebooks.push(all.iter().find(|n| n.name == name)?),
            }
        }
        Some(options)
    }

    fn run(&self) -> ExitCode {
        let passed = self.notebooks.iter().filter(|notebook| self.run_one(notebook)).count();
        println!("{passed} of {} notebooks passed", self.notebooks.len());
        if passed == self.notebooks.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn run_one(&self, notebook: &Notebook) -> bool {
        let record = match watch::run(notebook.name, self.limit, self.emulator.as_deref()) {
            Ok(record) => record,
            Err(error) => {
                eprintln!("{}: cannot start: {error}", notebook.path);
                return false;
            }
        };
        if self.show {
            record.cells.iter().for_each(|c| print!("── cell {}\n{}", c.number, c.stdout));
        }
        let problems = problems(notebook, &record);
        problems.iter().for_each(|problem| eprintln!("{problem}"));
        println!("{}", summary(notebook, &record, problems.len()));
        problems.is_empty()
    }
}

fn summary(notebook: &Notebook, record: &Record, problems: usize) -> String {
    let passes: usize = record.cells.iter().map(|trace| printed::passes(&trace.stdout)).sum();
    let verdict = if problems == 0 { "ok" } else { "FAILED" };
    let (cells, seconds) = (notebook.cells.len(), record.seconds);
    format!("{}: {cells} code cells, {passes} pass lines, {seconds:.1} s: {verdict}", notebook.path)
}
