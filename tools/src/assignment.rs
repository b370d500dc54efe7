//! A graded assignment for nbgrader: each exercise becomes a notebook of its own.
//!
//! A notebook holds the setup cell, the earlier cells that the exercise needs, its text, the cell
//! with its solution and the cell that grades it. So every exercise runs in a fresh kernel, and
//! one that ends the process or never comes to an end costs nothing but itself. Hints stay out,
//! and so does what follows the last check of a grading cell.

mod grading;
mod names;
mod needs;
mod task;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{
    Error, Result,
    lesson::Role,
    notebook::{Cell, Kind, Notebook},
    student,
};
use needs::Needs;

/// An exercise, and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The exercise's name, such as `02-ex1`.
    pub id: String,
    /// The points for a right solution.
    pub points: f64,
}

impl Choice {
    /// Reads `02-ex1`, worth one point, or `02-ex1=2.5`.
    ///
    /// ```
    /// use tools::assignment::Choice;
    /// assert_eq!(Choice::parse("02-ex1=2.5").unwrap().points, 2.5);
    /// assert_eq!(Choice::parse("02-ex1").unwrap().points, 1.0);
    /// let error = Choice::parse("02-ex1=many").unwrap_err().to_string();
    /// assert_eq!(error, "02-ex1=many: the points are a number above 0, as in 02-ex1=2");
    /// ```
    ///
    /// # Errors
    /// When the points are no number above 0.
    pub fn parse(word: &str) -> Result<Self> {
        let (id, points) = word.split_once('=').unwrap_or((word, "1"));
        let points = points.parse().ok().filter(|points: &f64| points.is_finite() && *points > 0.0);
        let fail = || Error::at(word, format!("the points are a number above 0, as in {id}=2"));
        Ok(Choice { id: id.into(), points: points.ok_or_else(fail)? })
    }

    /// Every exercise of `notebooks`, each worth one point.
    ///
    /// # Errors
    /// When a cell's metadata is wrong.
    pub fn all_of(notebooks: &[Notebook]) -> Result<Vec<Self>> {
        let mut choices = Vec::new();
        for notebook in notebooks {
            for cell in notebook.code_cells() {
                if let Some(id) = exercise_id(&cell)? {
                    choices.push(Choice { id, points: 1.0 });
                }
            }
        }
        Ok(choices)
    }
}

/// Writes a notebook for each of `choices` into `folder`; gives their paths.
///
/// # Errors
/// When no notebook has such an exercise, when one exercise needs the solution of another, when
/// a notebook is there already, or cannot be written.
pub fn write_into(
    folder: &Path,
    notebooks: &[Notebook],
    choices: &[Choice],
) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for choice in choices {
        let notebook = of_exercise(notebooks, choice, choices)?;
        let path = folder.join(format!("{}.ipynb", choice.id));
        if path.exists() {
            let problem = "is there already: take another name for the assignment, or remove it";
            return Err(Error::at(path.display().to_string(), problem));
        }
        written.push(notebook.with_path(path));
    }
    written.iter().try_for_each(Notebook::write)?;
    Ok(written.iter().map(|notebook| notebook.path().to_path_buf()).collect())
}

/// The notebook for `choice`, one of `choices`.
fn of_exercise(notebooks: &[Notebook], choice: &Choice, choices: &[Choice]) -> Result<Notebook> {
    for notebook in notebooks {
        for cell in notebook.code_cells() {
            if exercise_id(&cell)?.is_some_and(|id| id == choice.id) {
                return assignment(notebook, &cell, choice, choices);
            }
        }
    }
    let known = Choice::all_of(notebooks)?;
    let known: Vec<&str> = known.iter().map(|choice| choice.id.as_str()).collect();
    Err(Error::at(&choice.id, format!("no such exercise; there are {}", known.join(", "))))
}

fn exercise_id(cell: &Cell<'_>) -> Result<Option<String>> {
    let lesson = cell.lesson()?.filter(|lesson| lesson.role == Role::Exercise);
    Ok(lesson.map(|lesson| lesson.id.unwrap_or_else(|| cell.id().into())))
}

fn assignment(
    notebook: &Notebook,
    exercise: &Cell<'_>,
    choice: &Choice,
    choices: &[Choice],
) -> Result<Notebook> {
    let check = check_of(notebook, exercise)?;
    let mut parts = given(notebook, exercise, &check, choices)?;
    let task = task::of(notebook, exercise)?;
    parts.extend(task.into_iter().map(|(cell, source)| Part::locked(cell, source)));
    parts.push(Part::solution(exercise)?);
    parts.push(Part::grading(check, choice.points)?);
    Ok(made_of(&parts, notebook))
}

/// A cell of an assignment.
struct Part<'a> {
    cell: Cell<'a>,
    source: String,
    /// What nbgrader is told about it.
    nbgrader: Value,
}

impl<'a> Part<'a> {
    /// A cell that nbgrader puts back as it was.
    fn locked(cell: Cell<'a>, source: String) -> Self {
        Part { cell, source, nbgrader: json!({"grade": false, "solution": false, "locked": true}) }
    }

    /// The cell whose solution nbgrader takes out.
    fn solution(exercise: &Cell<'a>) -> Result<Self> {
        let source = student::with_bare_markers(exercise)?;
        let nbgrader = json!({"grade": false, "solution": true, "locked": false});
        Ok(Part { cell: *exercise, source, nbgrader })
    }

    /// The cell whose errors decide about the points.
    fn grading(check: Cell<'a>, points: f64) -> Result<Self> {
        let source = grading::source(&check)?;
        let nbgrader = json!({"grade": true, "solution": false, "locked": true, "points": points});
        Ok(Part { cell: check, source, nbgrader })
    }
}

/// The setup cell, and the earlier cells that `exercise` and its `check` need.
fn given<'a>(
    notebook: &'a Notebook,
    exercise: &Cell<'_>,
    check: &Cell<'_>,
    choices: &[Choice],
) -> Result<Vec<Part<'a>>> {
    let needed = Needs::of(notebook)?.by(&[exercise.number(), check.number()]);
    let is_given = |cell: &Cell<'_>| needed.contains(&cell.number()) || is_setup(cell);
    let cells = notebook.code_cells().filter(is_given);
    cells.map(|cell| Ok(Part::locked(cell, given_source(&cell, exercise, choices)?))).collect()
}

/// `parts` in the order that they have in `notebook`.
fn made_of(parts: &[Part<'_>], notebook: &Notebook) -> Notebook {
    let mut made = notebook.clone();
    for Part { cell, source, nbgrader } in parts {
        let mut nbgrader = nbgrader.clone();
        // Version 3 is the metadata's, since nbgrader 0.6.
        nbgrader["schema_version"] = 3.into();
        nbgrader["grade_id"] = cell.id().into();
        nbgrader["task"] = false.into();
        made.set_metadata(cell.number(), "nbgrader", nbgrader);
        made.set_source(cell.number(), source);
        if cell.kind() == Kind::Code {
            made.clear_outputs(cell.number());
        }
    }
    made.retain_cells(|cell| parts.iter().any(|part| part.cell.number() == cell.number()));
    made
}

fn is_setup(cell: &Cell<'_>) -> bool {
    matches!(cell.lesson(), Ok(Some(lesson)) if lesson.role == Role::Setup)
}

/// The check cell of `exercise`.
fn check_of<'a>(notebook: &'a Notebook, exercise: &Cell<'_>) -> Result<Cell<'a>> {
    let checks = student::checks_of_exercises(notebook)?;
    let check = checks.range(exercise.number()..).next();
    let check = check.and_then(|number| notebook.cells().nth(number - 1));
    check.ok_or_else(|| exercise.error("no check cell follows this exercise"))
}

/// The source of a cell that the learner gets as it is: another exercise with its solution.
fn given_source(cell: &Cell<'_>, exercise: &Cell<'_>, choices: &[Choice]) -> Result<String> {
    match exercise_id(cell)? {
        Some(id) if choices.iter().any(|choice| choice.id == id) => Err(exercise.error(format!(
            "needs the solution of {id}, which the same assignment asks for: leave one of them out"
        ))),
        Some(_) => student::with_solution(cell),
        None => Ok(cell.source()),
    }
}

#[cfg(test)]
mod tests;
