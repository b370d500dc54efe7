//! Rules about the outputs that are committed with a notebook.

use crate::{
    Error, Result,
    notebook::Notebook,
    output::{Normalised, Output},
};

/// The shortest description of a picture, in characters.
const SHORTEST_DESCRIPTION: usize = 20;

pub(super) fn every_cell_was_run(notebook: &Notebook) -> Result<Vec<Error>> {
    let fresh = notebook.code_cells().filter(|cell| !cell.was_run());
    Ok(fresh.map(|cell| cell.error("was saved without being run")).collect())
}

pub(super) fn nothing_failed(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        let outputs = Normalised::new(cell.outputs()?);
        let stderr = outputs.streams.get("stderr").into_iter();
        let failures = outputs.failed.iter().chain(stderr);
        problems
            .extend(failures.map(|text| cell.error(format!("was saved with an error: {text}"))));
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

fn is_undescribed_picture(output: &Output) -> bool {
    let Output::Shown(data) = output else { return false };
    let is_picture = data.keys().any(|mime| mime.starts_with("image/"));
    let length = data.get("text/plain").map_or(0, |text| text.trim().chars().count());
    is_picture && length < SHORTEST_DESCRIPTION
}
