//! The state of the whole course, as a picture of blocks.

use std::fmt::Write;
use std::path::Path;

use super::PROGRESS;
use super::list::{self, Listed, next};
use crate::learner::{self, Record};
use crate::show::Show;
use crate::{Result, predict};

/// Which exercises of the course are solved, notebook by notebook, which to try next, and how many
/// predictions came true.
///
/// In a cell this is shown as a line of blocks for each notebook, a full one for each solved
/// exercise; `make progress` prints the same.
///
/// # Errors
/// When there is no learner's folder yet, or its files cannot be read.
///
/// ```
/// use lesson_lib::{exercises, show::Show};
/// match exercises::solved() {
///     Ok(solved) => println!("{}", solved.text()),
///     Err(problem) => println!("{problem}"), // … is not there: run `make lab` once, …
/// }
/// ```
pub fn solved() -> Result<Solved> {
    solved_in(&learner::folder())
}

fn solved_in(folder: &Path) -> Result<Solved> {
    Ok(Solved {
        list: list::read(folder)?,
        record: PROGRESS.read(folder)?,
        predictions: predict::tally(folder)?,
    })
}

/// What [`solved`] found.
#[derive(Debug)]
pub struct Solved {
    list: Vec<Listed>,
    record: Record,
    predictions: Option<String>,
}

impl Solved {
    /// One line for the exercises of one notebook.
    fn row(&self, of_notebook: &[Listed]) -> String {
        let has = |listed: &Listed| self.record.has(&listed.id);
        let blocks = |of: &[Listed]| of.iter().map(|l| if has(l) { '█' } else { '░' }).collect();
        let widest = self.notebooks().map(|of| of.len()).max().unwrap_or(0);
        let longest = self.list.iter().map(|l| l.notebook.len()).max().unwrap_or(0);
        let (name, bar): (_, String) = (&of_notebook[0].notebook, blocks(of_notebook));
        let solved = of_notebook.iter().filter(|listed| has(listed)).count();
        format!("{name:longest$}  {bar:widest$}  {solved} of {}", of_notebook.len())
    }

    fn notebooks(&self) -> impl Iterator<Item = &[Listed]> {
        self.list.chunk_by(|a, b| a.notebook == b.notebook)
    }
}

impl Show for Solved {
    fn text(&self) -> String {
        let mut text = String::new();
        for of_notebook in self.notebooks() {
            let _ = writeln!(text, "{}", self.row(of_notebook));
        }
        let solved = self.list.iter().filter(|listed| self.record.has(&listed.id)).count();
        let _ = write!(text, "{solved} of {} exercises solved", self.list.len());
        if let Some(next) = next(&self.list, |id| self.record.has(id), self.record.last()) {
            let _ = write!(text, "; next: {}, in {}", next.id, next.notebook);
        }
        if let Some(predictions) = &self.predictions {
            let _ = write!(text, "\n{predictions}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn each_exercise_is_a_block_in_the_line_of_its_notebook() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".course")).unwrap();
        let list = "00-ex1 00_a\n00-ex2 00_a\n02-ex1 02_long\n02-ex2 02_long\n02-ex3 02_long\n";
        fs::write(folder.path().join(".course/exercises.txt"), list).unwrap();
        let record = "# by hand\n2026-11-30 gone\n2026-11-30 00-ex2\n2026-12-01 02-ex1\n";
        fs::write(folder.path().join("progress.txt"), record).unwrap();
        let text = || solved_in(folder.path()).unwrap().text();
        let solved = "00_a     ░█   1 of 2\n02_long  █░░  1 of 3\n\
                      2 of 5 exercises solved; next: 02-ex2, in 02_long";
        assert_eq!(text(), solved);
        let predictions = "2026-11-30 02-rows b, it was a\n2026-11-30 02-copies b, right\n";
        fs::write(folder.path().join("predictions.txt"), predictions).unwrap();
        assert_eq!(text(), format!("{solved}\npredictions: 1 of 2 right"));
    }
}
