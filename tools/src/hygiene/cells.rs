//! Rules about cells: their metadata, their form and their checks.

use std::collections::BTreeSet;

use crate::{
    Error, Result,
    cell_code::CellCode,
    lesson::Role,
    notebook::{Cell, Kind, Notebook},
    student,
};

/// The one setup cell; it works in any evcxr kernel that starts in the folder of the notebook.
pub(super) const SETUP: &str = "\
:dep lesson_lib = { path = \"../lesson_lib\" }
use lesson_lib::prelude::*;
lesson_lib::setup()";

/// The longest code cell, in lines.
const LONGEST: usize = 25;

pub(super) fn metadata_is_valid(notebook: &Notebook) -> Result<Vec<Error>> {
    Ok(notebook.cells().filter_map(|cell| metadata_of(&cell).err()).collect())
}

fn metadata_of(cell: &Cell<'_>) -> Result<()> {
    let role = cell.lesson()?.map(|lesson| lesson.role);
    match (cell.kind(), role) {
        (Kind::Code, None) if cell.source().trim().is_empty() => {
            Err(cell.error("is empty: select it and press d twice"))
        }
        (Kind::Code, None) => Err(cell.error(
            "a code cell needs metadata `lesson.role`: {\"lesson\": {\"role\": \"demo\"}}, or setup, \
             exercise, check (JupyterLab: the gears at the right, Advanced Tools, and the ✓ there)",
        )),
        (Kind::Code, Some(role)) if !role.fits_code() => {
            Err(cell.error(format!("a code cell cannot have the role {role:?}")))
        }
        (Kind::Text | Kind::Raw, Some(role)) if !role.fits_text() => {
            Err(cell.error(format!("a text cell cannot have the role {role:?}")))
        }
        _ => Ok(()),
    }
}

fn role_of(cell: &Cell<'_>) -> Option<Role> {
    cell.lesson().ok().flatten().map(|lesson| lesson.role)
}

pub(super) fn ids_are_unique(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut seen = BTreeSet::new();
    let repeated = notebook.cells().filter(|cell| !seen.insert(cell.id()));
    Ok(repeated.map(|cell| cell.error("another cell has the same id")).collect())
}

pub(super) fn setup_comes_first(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for (k, cell) in notebook.code_cells().enumerate() {
        let is_setup = role_of(&cell) == Some(Role::Setup);
        if is_setup != (k == 0) {
            problems.push(cell.error("the first code cell, and no other, has the role setup"));
        } else if is_setup && cell.source() != SETUP {
            problems.push(cell.error(format!("the setup cell has to read\n{SETUP}")));
        }
    }
    Ok(problems)
}

pub(super) fn code_is_short(notebook: &Notebook) -> Result<Vec<Error>> {
    let long = notebook.code_cells().filter(|cell| cell.source().lines().count() > LONGEST);
    let problem = |cell: Cell<'_>| {
        cell.error(format!("{} lines of code: {LONGEST} at most", cell.source().lines().count()))
    };
    Ok(long.map(problem).collect())
}

pub(super) fn code_parses(notebook: &Notebook) -> Result<Vec<Error>> {
    let problems = notebook.code_cells().filter_map(|cell| {
        let problem = CellCode::parse(&cell.source()).err()?;
        Some(cell.error(format!("line {}: {}", problem.line, problem.message)))
    });
    Ok(problems.collect())
}

pub(super) fn check_cells_check(notebook: &Notebook) -> Result<Vec<Error>> {
    let checks = notebook.code_cells().filter(|cell| role_of(cell) == Some(Role::Check));
    let empty = checks.filter(|c| CellCode::parse(&c.source()).is_ok_and(|code| code.checks == 0));
    Ok(empty.map(|cell| cell.error("a check cell calls no `check::` function")).collect())
}

/// A failing check returns an error: thrown away, it stops nothing.
pub(super) fn checks_can_fail(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        let code = CellCode::parse(&cell.source());
        for line in code.map(|code| code.unused_checks).unwrap_or_default() {
            problems.push(cell.error(format!("line {line}: a `check::` call needs `?` after it")));
        }
    }
    Ok(problems)
}

pub(super) fn exercises_are_complete(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.code_cells() {
        match (role_of(&cell) == Some(Role::Exercise), student::has_markers(&cell.source())) {
            (true, false) => problems
                .push(cell.error("an exercise needs `// BEGIN SOLUTION` … `// END SOLUTION`")),
            (false, true) => problems.push(cell.error("only an exercise has solution markers")),
            (true, true) => problems.extend(student::without_solution(&cell).err()),
            (false, false) => {}
        }
    }
    problems.extend(student::checks_of_exercises(notebook).err());
    Ok(problems)
}

/// By its name an exercise is found in a learner's progress and in an assignment; its check says it.
pub(super) fn exercises_have_names(notebook: &Notebook) -> Result<Vec<Error>> {
    let is_exercise = |cell: &Cell<'_>| role_of(cell) == Some(Role::Exercise);
    // An exercise without a check is another rule's problem.
    let checks = student::checks_of_exercises(notebook).unwrap_or_default();
    let (mut seen, mut problems) = (BTreeSet::new(), Vec::new());
    let mut checks = notebook.cells().filter(|cell| checks.contains(&cell.number()));
    for exercise in notebook.code_cells().filter(is_exercise) {
        let Some(name) = exercise.lesson()?.and_then(|lesson| lesson.id) else {
            problems.push(exercise.error(
                "an exercise needs a name: {\"lesson\": {\"role\": \"exercise\", \"id\": \"20-ex1\"}}",
            ));
            checks.next();
            continue;
        };
        let call = format!("check::exercise(\"{name}\",");
        if checks.next().is_some_and(|check| !check.source().contains(&call)) {
            problems.push(exercise.error(format!("its check has to call `{call} || …)?`")));
        }
        if !seen.insert(name.clone()) {
            problems.push(exercise.error(format!("another exercise has the name {name}")));
        }
    }
    Ok(problems)
}
