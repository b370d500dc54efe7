//! The text of a task: what stands between its heading and the exercise.

use crate::{
    Result,
    lesson::Role,
    notebook::{Cell, Kind, Notebook},
};

/// The text cells of `exercise` with their text, from its heading on, without hints.
///
/// # Errors
/// When no heading stands in the text before it.
pub(super) fn of<'a>(
    notebook: &'a Notebook,
    exercise: &Cell<'_>,
) -> Result<Vec<(Cell<'a>, String)>> {
    let before: Vec<Cell<'a>> =
        notebook.cells().filter(|cell| cell.number() < exercise.number()).collect();
    let mut task = Vec::new();
    for cell in before.iter().rev().take_while(|cell| cell.kind() != Kind::Code) {
        if cell.lesson()?.is_some_and(|lesson| lesson.role == Role::Hint) {
            continue;
        }
        let source = cell.source();
        let heading = heading_at(&source);
        let text = &source[heading.unwrap_or(0)..];
        task.insert(0, (*cell, without_relative_links(text)));
        if heading.is_some() {
            return Ok(task);
        }
    }
    Err(exercise.error("no heading stands in the text before this exercise"))
}

/// Where the last heading begins.
fn heading_at(source: &str) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    for line in source.split_inclusive('\n') {
        if line.starts_with('#') {
            found = Some(at);
        }
        at += line.len();
    }
    found
}

/// `[text](file)` becomes `text`: the assignment lies in another folder than what it links to.
fn without_relative_links(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, label, target, after)) = next_link(rest) {
        result.push_str(before);
        match target.contains("://") {
            true => result.push_str(&format!("[{label}]({target})")),
            false => result.push_str(label),
        }
        rest = after;
    }
    result + rest
}

/// What stands before the first link, its label, its target, and what follows.
fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let begin = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((&text[..begin], &text[begin + 1..middle], &text[middle + 2..end], &text[end + 1..]))
}
