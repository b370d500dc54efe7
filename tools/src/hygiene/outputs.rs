//! Rules about the outputs that are committed with a notebook.

use crate::{
    Error, Result,
    cell_code::CellCode,
    notebook::{Cell, Notebook},
    output::{Normalised, Output},
    runner,
};
use std::collections::BTreeMap;

/// The shortest description of a picture, in characters.
const SHORTEST_DESCRIPTION: usize = 20;

pub(super) fn every_cell_was_run(notebook: &Notebook) -> Result<Vec<Error>> {
    // Jupyter runs no empty cell; another rule asks to delete it.
    let has_code = |cell: &Cell<'_>| !cell.source().trim().is_empty();
    let fresh = notebook.code_cells().filter(|cell| !cell.was_run() && has_code(cell));
    Ok(fresh.map(|cell| cell.error("was saved without being run")).collect())
}

/// Every cell ended without an error, wrote nothing to standard error and, if it was run, printed a
/// pass line for each of its checks.
pub(super) fn every_cell_passed(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        let outputs = Normalised::new(cell.outputs()?);
        let printed = |stream| outputs.streams.get(stream).map_or("", String::as_str);
        // A cell that does not parse is another rule's problem.
        let checks = CellCode::parse(&cell.source()).map_or(0, |code| code.checks);
        let checks = if cell.was_run() { checks } else { 0 };
        let failed = outputs.failed.as_ref().map(|text| format!("failed: {}", text.trim()));
        let problem = runner::problem(printed("stdout"), printed("stderr"), checks);
        problems.extend(failed.or(problem).map(|problem| cell.error(problem)));
    }
    Ok(problems)
}

pub(super) fn pictures_have_a_description(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        if cell.outputs()?.iter().any(is_undescribed_picture) {
            problems.push(cell.error(format!(
                "a picture needs a text/plain description of {SHORTEST_DESCRIPTION} characters or more"
            )));
        }
    }
    Ok(problems)
}

/// A cell that ends in a loop or a call without value shows `()`, which tells a learner nothing.
pub(super) fn nothing_shows_unit(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        let shown = Normalised::new(cell.outputs()?).shown;
        if shown.iter().any(|data| data.get("text/plain").is_some_and(|text| text == "()")) {
            problems.push(cell.error("shows `()`: end its last line with a semicolon"));
        }
    }
    Ok(problems)
}

/// A cell whose last expression moves a variable, such as `plot::grid(2, figures)`, shows the words
/// that a figure or an animation has for debugging.
pub(super) fn figures_are_pictures(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        let shown = Normalised::new(cell.outputs()?).shown;
        let in_words = |text: &String| {
            ["Figure(", "Animation of "].iter().any(|begin| text.starts_with(begin))
        };
        let only_in_words = |data: &BTreeMap<String, String>| {
            data.len() == 1 && data.get("text/plain").is_some_and(in_words)
        };
        if shown.iter().any(only_in_words) {
            problems.push(cell.error(
                "shows a picture in words: its last line moves a variable, so give the picture a name first",
            ));
        }
    }
    Ok(problems)
}

fn is_undescribed_picture(output: &Output) -> bool {
    let Output::Shown(data) = output else { return false };
    let is_picture = data.keys().any(|mime| mime.starts_with("image/"));
    let length = data.get("text/plain").map_or(0, |text| text.trim().chars().count());
    is_picture && length < SHORTEST_DESCRIPTION
}
