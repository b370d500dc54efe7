//! Committed outputs against fresh ones.

use std::collections::BTreeMap;

use crate::{
    Error, Result,
    notebook::{Cell, Kind, Notebook},
    output::Normalised,
};

/// Every difference between the outputs of two runs of one notebook.
///
/// Text and pictures have to be equal, byte for byte. A cell whose metadata says that its output
/// varies has to show the same kinds of output, and no error.
///
/// # Errors
/// When metadata or an output is malformed.
pub fn compare(old: &Notebook, new: &Notebook) -> Result<Vec<Error>> {
    let (old_cells, new_cells): (Vec<_>, Vec<_>) = (old.cells().collect(), new.cells().collect());
    if old_cells.len() != new_cells.len() {
        let counts = format!("{} cells, {} when run", old_cells.len(), new_cells.len());
        return Ok(vec![old.error(counts)]);
    }
    let mut differences = Vec::new();
    for (old, new) in old_cells.iter().zip(&new_cells) {
        differences.extend(of_cell(old, new)?.into_iter().map(|problem| old.error(problem)));
    }
    Ok(differences)
}

fn of_cell(old: &Cell<'_>, new: &Cell<'_>) -> Result<Vec<String>> {
    if (old.id(), old.source()) != (new.id(), new.source()) {
        return Ok(vec!["is another cell when run: its id or source differs".into()]);
    }
    if old.kind() != Kind::Code {
        return Ok(Vec::new());
    }
    let varies = old.lesson()?.is_some_and(|lesson| lesson.varies.is_some());
    let (old, new) = (Normalised::new(old.outputs()?), Normalised::new(new.outputs()?));
    Ok(if varies { of_kinds(&old, &new) } else { of_outputs(&old, &new) })
}

fn of_kinds(old: &Normalised, new: &Normalised) -> Vec<String> {
    let mut problems = Vec::new();
    let (old_kinds, new_kinds) = (old.kinds(), new.kinds());
    if old_kinds != new_kinds {
        problems.push(format!("kinds of output: committed {old_kinds:?}, fresh {new_kinds:?}"));
    }
    let failures = [("committed", &old.failed), ("fresh", &new.failed)];
    for (which, text) in failures {
        problems.extend(text.iter().map(|text| format!("the {which} output is an error: {text}")));
    }
    problems
}

fn of_outputs(old: &Normalised, new: &Normalised) -> Vec<String> {
    let mut problems = of_maps("", &old.streams, &new.streams);
    if old.shown.len() != new.shown.len() {
        problems.push(format!("shows {} values, {} when run", old.shown.len(), new.shown.len()));
    }
    for (k, (old, new)) in old.shown.iter().zip(&new.shown).enumerate() {
        problems.extend(of_maps(&format!("value {}: ", k + 1), old, new));
    }
    if old.failed != new.failed {
        problems.push(format!("error: committed {:?}, fresh {:?}", old.failed, new.failed));
    }
    problems
}

/// The differences of two outputs by stream name or MIME type.
fn of_maps(
    what: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Vec<String> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let gone = gone.map(|key| format!("{what}{key} is committed, but not put out when run"));
    let found = new.iter().filter_map(|(key, new)| match old.get(key) {
        None => Some(format!("{what}{key} is put out when run, but not committed")),
        Some(old) if old == new => None,
        Some(old) => Some(format!("{what}{key} {}", first_difference(key, old, new))),
    });
    gone.chain(found).collect()
}

fn first_difference(kind: &str, old: &str, new: &str) -> String {
    if kind.starts_with("image/") {
        return format!("differs ({} characters of base64, {} when run)", old.len(), new.len());
    }
    let line = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    let at =
        |text: &str| text.lines().nth(line).map_or("(nothing)".to_string(), |l| format!("{l:?}"));
    format!("differs at line {}\n  committed: {}\n  fresh:     {}", line + 1, at(old), at(new))
}

#[cfg(test)]
mod tests;
