//! A copy of a lesson to change: a notebook of its own, with names of its own.
//!
//! Names of cells, exercises and bets begin with the notebook's number. A copy that kept them would share
//! its learners' progress and its graded assignments with the original.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    Error, Result,
    lesson::Role,
    notebook::{Cell, Kind, Notebook},
    prediction::Bet,
};

/// What [`write()`] made.
#[derive(Debug, PartialEq)]
pub struct Copied {
    /// The notebook.
    pub path: PathBuf,
    /// The table that now lists it, if there is one beside it that lists the original.
    pub listed_in: Option<PathBuf>,
}

/// Writes a copy of `lesson` to `path`, without outputs, and lists it in the README.md beside it.
///
/// # Errors
/// When `path` is no `NUMBER_topic.ipynb`, has the number of another notebook, or is there already.
pub fn write(lesson: &Notebook, path: &Path) -> Result<Copied> {
    let number = free_number(path)?;
    edited(lesson, &number).with_path(path).write()?;
    Ok(Copied { path: path.to_path_buf(), listed_in: list(lesson, path)? })
}

/// `20` for `notebooks/20_flowers.ipynb`, unless a notebook beside it has that number.
fn free_number(path: &Path) -> Result<String> {
    let fail = |problem: String| Err(Error::at(path.display().to_string(), problem));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(number) = number_of(&name).filter(|_| name.ends_with(".ipynb")) else {
        return fail("call it NUMBER_topic.ipynb, as in 20_flowers.ipynb".into());
    };
    if path.exists() {
        return fail("is there already: take another name and number".into());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))? {
        let other = entry.map_err(|e| Error::io("read", folder, e))?.file_name();
        let other = other.to_string_lossy();
        if other.ends_with(".ipynb") && number_of(&other) == Some(number) {
            return fail(format!("{other} has the number {number}: take another"));
        }
    }
    Ok(number.to_string())
}

fn number_of(name: &str) -> Option<&str> {
    let (number, topic) = name.split_once('_')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !topic.is_empty()).then_some(number)
}

fn edited(lesson: &Notebook, number: &str) -> Notebook {
    let mut copy = lesson.clone();
    let stem = lesson.stem();
    let Some(old) = number_of(&stem) else { return without_outputs(copy) };
    let renamed = |name: &str| Some(format!("{number}-{}", name.strip_prefix(&format!("{old}-"))?));
    let kept_under: Vec<String> = lesson.cells().filter_map(|cell| kept_under(&cell)).collect();
    for cell in lesson.cells() {
        if let Some(id) = renamed(cell.id()) {
            copy.set_id(cell.number(), &id);
        }
        if let Ok(Some(lesson)) = cell.lesson()
            && let Some(id) = lesson.id.and_then(|id| renamed(&id))
        {
            let mut metadata = cell.metadata()["lesson"].clone();
            metadata["id"] = Value::from(id);
            copy.set_metadata(cell.number(), "lesson", metadata);
        }
        copy.set_source(
            cell.number(),
            &source(cell.kind(), &cell.source(), old, number, &kept_under),
        );
    }
    without_outputs(copy)
}

/// The name under which a learner's solution or bet is kept.
fn kept_under(cell: &Cell<'_>) -> Option<String> {
    let lesson = cell.lesson().ok().flatten()?;
    match lesson.role {
        Role::Exercise => lesson.id,
        Role::Bet => Bet::parse(&cell.source()).map(|bet| bet.name.to_string()),
        _ => None,
    }
}

/// The text of a cell, with the copy's number in its title and in the names of exercises and bets.
fn source(kind: Kind, text: &str, old: &str, number: &str, names: &[String]) -> String {
    if kind != Kind::Code {
        let title = text.strip_prefix(&format!("# {old} "));
        return title.map_or(text.to_string(), |rest| format!("# {number} {rest}"));
    }
    names.iter().fold(text.to_string(), |text, name| {
        let new = name.replacen(old, number, 1);
        text.replace(&format!("\"{name}\""), &format!("\"{new}\""))
    })
}

fn without_outputs(mut notebook: Notebook) -> Notebook {
    let numbers: Vec<usize> = notebook.code_cells().map(|cell| cell.number()).collect();
    numbers.into_iter().for_each(|number| notebook.clear_outputs(number));
    notebook
}

/// Adds the original's row under the table of the README.md beside `path`, with the copy's name.
fn list(lesson: &Notebook, path: &Path) -> Result<Option<PathBuf>> {
    let readme = path.with_file_name("README.md");
    let Ok(text) = fs::read_to_string(&readme) else { return Ok(None) };
    let (old, new) = (lesson.stem(), path.file_stem().unwrap_or_default().to_string_lossy());
    let begins = format!("| [{old}](");
    let Some(row) = text.lines().find(|line| line.starts_with(&begins)) else { return Ok(None) };
    let last = text.lines().rfind(|line| line.starts_with("| [")).unwrap_or(row);
    let added = row.replace(&old, &new);
    let text = text.replacen(&format!("{last}\n"), &format!("{last}\n{added}\n"), 1);
    fs::write(&readme, text).map_err(|e| Error::io("write", &readme, e))?;
    Ok(Some(readme))
}

#[cfg(test)]
mod tests;
