//! Rules that every committed notebook keeps.

mod cells;
mod files;
mod outputs;
mod paths;
mod predictions;

use crate::{Error, Result, notebook::Notebook};

/// A rule: what it finds wrong in a notebook.
type Rule = fn(&Notebook) -> Result<Vec<Error>>;

const RULES: [Rule; 19] = [
    cells::metadata_is_valid,
    cells::ids_are_unique,
    cells::setup_comes_first,
    cells::code_is_short,
    cells::code_parses,
    cells::check_cells_check,
    cells::checks_can_fail,
    cells::exercises_are_complete,
    cells::exercises_have_names,
    predictions::predictions_are_complete,
    outputs::every_cell_was_run,
    outputs::every_cell_passed,
    outputs::nothing_shows_unit,
    outputs::figures_are_pictures,
    outputs::pictures_have_a_description,
    paths::nothing_names_a_machine,
    files::kernel_is_rust,
    files::file_is_small,
    files::links_resolve,
];

/// Every way in which `notebook` breaks a rule.
pub fn check(notebook: &Notebook) -> Vec<Error> {
    let mut problems = broken(&RULES, notebook);
    problems.extend(files::readme_lists(notebook));
    problems
}

/// What went wrong when a kernel ran `notebook`, as far as its outputs tell: an error, text on
/// standard error, a check without its pass line.
pub fn judge(notebook: &Notebook) -> Vec<Error> {
    broken(&[outputs::every_cell_passed], notebook)
}

/// A rule that cannot look at the notebook, because metadata or an output is malformed, says so once,
/// as a problem.
fn broken(rules: &[Rule], notebook: &Notebook) -> Vec<Error> {
    let mut problems: Vec<Error> = Vec::new();
    for rule in rules {
        let found = rule(notebook).unwrap_or_else(|error| vec![error]);
        let new = found.into_iter().filter(|p| !problems.contains(p)).collect::<Vec<_>>();
        problems.extend(new);
    }
    problems
}

#[cfg(test)]
mod tests;
