//! The student edition: the notebook without its solutions.
//!
//! In an exercise cell, the lines from `// BEGIN SOLUTION` to `// END SOLUTION` make way for a
//! comment and a `todo!`. The markers stand inside the body of a function, where the rest of the
//! notebook still compiles and runs until something calls the function; or inside a string (the
//! source of a kernel that the learner writes), where only the comment remains. Text after
//! `BEGIN SOLUTION:` is the hint of that comment. In a bet, `?` takes the place of the letter.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{parse::Parser, spanned::Spanned, visit::Visit};

use crate::{
    Error, Result,
    cell_code::CellCode,
    lesson::Role,
    notebook::{Cell, Notebook},
    prediction::Bet,
};

const BEGIN: &str = "// BEGIN SOLUTION";
const END: &str = "// END SOLUTION";

/// With this tag on a cell, Jupyter's programs go on behind it when it fails: an exercise that is not
/// solved yet stops nobody.
const MAY_FAIL: &str = "raises-exception";

/// What a learner reads where the author gave no hint.
const DEFAULT_HINT: &str = "write this part";

/// The student edition of `notebook`, under the same path and without outputs.
///
/// # Errors
/// When a marker has no partner or stands where the cell would not run without its solution.
pub fn edition(notebook: &Notebook) -> Result<Notebook> {
    let mut student = notebook.clone();
    for cell in notebook.code_cells().filter(|cell| has_markers(&cell.source())) {
        student.set_source(cell.number(), &without_solution(&cell)?);
    }
    for cell in notebook.code_cells().filter(|cell| has_role(cell, Role::Bet)) {
        if let Some(bet) = Bet::parse(&cell.source()) {
            student.set_source(cell.number(), &bet.open());
        }
    }
    let numbers: Vec<usize> = student.code_cells().map(|cell| cell.number()).collect();
    numbers.into_iter().for_each(|number| student.clear_outputs(number));
    for number in checks_of_exercises(notebook)? {
        student.add_tag(number, MAY_FAIL);
    }
    student
        .retain_cells(|cell| !matches!(cell.lesson(), Ok(Some(l)) if l.role.is_for_instructors()));
    Ok(student)
}

fn has_role(cell: &Cell<'_>, role: Role) -> bool {
    matches!(cell.lesson(), Ok(Some(lesson)) if lesson.role == role)
}

/// What [`write_into`] did.
#[derive(Debug, PartialEq)]
pub enum Written {
    /// The file is new.
    New(PathBuf),
    /// The file was there, perhaps with a learner's work in it, and was not touched.
    Kept(PathBuf),
}

/// Writes the student edition of `notebook` into `folder`, under the same name.
///
/// # Errors
/// As [`edition`], and when the file cannot be written.
pub fn write_into(folder: &Path, notebook: &Notebook) -> Result<Written> {
    let path = folder.join(notebook.path().file_name().unwrap_or_default());
    if path.exists() {
        return Ok(Written::Kept(path));
    }
    edition(notebook)?.with_path(path.clone()).write()?;
    Ok(Written::New(path))
}

/// The numbers of the cells that check an exercise: the first check cell after each.
///
/// # Errors
/// When a cell's metadata is wrong or an exercise has no check before the next exercise.
pub fn checks_of_exercises(notebook: &Notebook) -> Result<BTreeSet<usize>> {
    let mut checks = BTreeSet::new();
    let mut open: Option<Cell<'_>> = None;
    for cell in notebook.code_cells() {
        match (cell.lesson()?.map(|lesson| lesson.role), open) {
            (Some(Role::Exercise), Some(unchecked)) => return Err(no_check(&unchecked)),
            (Some(Role::Exercise), None) => open = Some(cell),
            (Some(Role::Check), Some(_)) => {
                checks.insert(cell.number());
                open = None;
            }
            _ => {}
        }
    }
    open.map_or(Ok(checks), |unchecked| Err(no_check(&unchecked)))
}

fn no_check(exercise: &Cell<'_>) -> Error {
    exercise.error("no check cell follows this exercise")
}

/// Whether a line of `source` is a marker.
pub fn has_markers(source: &str) -> bool {
    source.lines().any(|line| is_marker(line, BEGIN) || is_marker(line, END))
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.trim_start().starts_with(marker)
}

/// The lines of a solution, markers included, and their bytes.
struct Solution {
    lines: Range<usize>,
    bytes: Range<usize>,
}

/// The source of an exercise cell with every solution taken out.
///
/// # Errors
/// As [`edition`].
pub fn without_solution(cell: &Cell<'_>) -> Result<String> {
    let source = cell.source();
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let places = Places::of(cell, &source)?;
    let (mut text, mut next) = (String::new(), 0);
    for solution in solutions(cell, &lines)? {
        let in_string = places.accept(cell, &solution)?;
        text.push_str(&lines[next..solution.lines.start].concat());
        let ends_line = lines[solution.lines.end - 1].ends_with('\n');
        text.push_str(&replacement(cell, lines[solution.lines.start], in_string)?);
        text.push_str(if ends_line { "\n" } else { "" });
        next = solution.lines.end;
    }
    text.push_str(&lines[next..].concat());
    Ok(text)
}

fn solutions(cell: &Cell<'_>, lines: &[&str]) -> Result<Vec<Solution>> {
    let mut solutions = Vec::new();
    let (mut open, mut offset) = (None, 0);
    for (k, line) in lines.iter().enumerate() {
        let fail = |problem| Err(cell.error(format!("line {}: {problem}", k + 1)));
        match (is_marker(line, BEGIN), is_marker(line, END), open) {
            (true, _, None) => open = Some((k, offset)),
            (true, _, Some(_)) => return fail("`BEGIN SOLUTION` inside a solution"),
            (_, true, None) => return fail("`END SOLUTION` without a begin"),
            (_, true, Some((first, start))) => {
                let end = offset + line.trim_end().len();
                solutions.push(Solution { lines: first..k + 1, bytes: start..end });
                open = None;
            }
            _ => {}
        }
        offset += line.len();
    }
    match open {
        Some((k, _)) => Err(cell.error(format!("line {}: `BEGIN SOLUTION` without an end", k + 1))),
        None => Ok(solutions),
    }
}

/// The source of an exercise cell with its solutions, each hint in a line of its own before the
/// marker, which then is what other programs know too.
///
/// # Errors
/// When a marker has no partner.
pub fn with_bare_markers(cell: &Cell<'_>) -> Result<String> {
    let source = cell.source();
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    solutions(cell, &lines)?;
    let mut text = String::new();
    for line in lines {
        match is_marker(line, BEGIN) {
            true => {
                let (indent, hint) = indent_and_hint(line);
                text.push_str(&format!("{}\n{indent}{BEGIN}\n", comment(indent, hint)));
            }
            false => text.push_str(line),
        }
    }
    Ok(text)
}

/// The source of an exercise cell with its solutions and without the markers.
///
/// # Errors
/// When a marker has no partner.
pub fn with_solution(cell: &Cell<'_>) -> Result<String> {
    let source = cell.source();
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    solutions(cell, &lines)?;
    Ok(lines.into_iter().filter(|line| !is_marker(line, BEGIN) && !is_marker(line, END)).collect())
}

/// The indentation of the marker `begin`, and the hint behind it.
fn indent_and_hint(begin: &str) -> (&str, &str) {
    let indent = &begin[..begin.len() - begin.trim_start().len()];
    let hint = begin.trim().trim_start_matches(BEGIN).trim_start_matches(':').trim();
    (indent, if hint.is_empty() { DEFAULT_HINT } else { hint })
}

fn comment(indent: &str, hint: &str) -> String {
    format!("{indent}// Your turn: {hint}")
}

/// What takes the place of a solution whose first line is `begin`.
fn replacement(cell: &Cell<'_>, begin: &str, in_string: bool) -> Result<String> {
    let (indent, hint) = indent_and_hint(begin);
    let comment = comment(indent, hint);
    if in_string {
        return Ok(comment);
    }
    let id = cell.lesson()?.and_then(|lesson| lesson.id).unwrap_or_else(|| cell.id().into());
    let message = format!("{id}: {hint}").replace('{', "{{").replace('}', "}}");
    Ok(format!("{comment}\n{indent}todo!({message:?});"))
}

/// The bytes of a cell where a solution may stand.
struct Places {
    strings: Vec<Range<usize>>,
    groups: Vec<Range<usize>>,
    bodies: Vec<Range<usize>>,
}

impl Places {
    fn of(cell: &Cell<'_>, source: &str) -> Result<Self> {
        let fail = |message: String| cell.error(message);
        let code =
            CellCode::parse(source).map_err(|p| fail(format!("line {}: {}", p.line, p.message)))?;
        // Emptied commands keep their lines but not their bytes: blank them to keep both.
        let text = blank_lines_like(source, &code.text);
        let tokens: TokenStream = text.parse().map_err(|e| fail(format!("{e}")))?;
        let statements =
            syn::Block::parse_within.parse_str(&text).map_err(|e| fail(e.to_string()))?;
        let mut places = Places { strings: Vec::new(), groups: Vec::new(), bodies: Vec::new() };
        places.add_tokens(tokens);
        statements.iter().for_each(|statement| places.visit_stmt(statement));
        Ok(places)
    }

    fn add_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => self.strings.push(literal.span().byte_range()),
                TokenTree::Group(group) => {
                    self.groups.push(group.span().byte_range());
                    self.add_tokens(group.stream());
                }
                _ => {}
            }
        }
    }

    /// Whether the solution is in a string (true) or in the body of a function (false).
    fn accept(&self, cell: &Cell<'_>, solution: &Solution) -> Result<bool> {
        let bytes = &solution.bytes;
        let fail = |problem: &str| {
            Err(cell.error(format!("line {}: {problem}", solution.lines.start + 1)))
        };
        if around(&self.strings, bytes.start, bytes.end) {
            return Ok(true);
        }
        if !around(&self.bodies, bytes.start, bytes.end) {
            return fail(
                "a solution stands inside the body of a function or inside a string, \
                so that the cell still runs without it",
            );
        }
        let inner = |byte| self.groups.iter().filter(|g| g.contains(&byte)).map(Range::len).min();
        if inner(bytes.start) != inner(bytes.end - 1) {
            return fail("a solution begins and ends in the same block");
        }
        Ok(false)
    }
}

impl<'ast> Visit<'ast> for Places {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.bodies.push(function.block.span().byte_range());
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.bodies.push(function.block.span().byte_range());
    }
}

fn around(ranges: &[Range<usize>], start: usize, end: usize) -> bool {
    ranges.iter().any(|range| range.start < start && end < range.end)
}

/// `text` with every emptied line filled with as many spaces as the line of `source` has bytes.
fn blank_lines_like(source: &str, text: &str) -> String {
    let pairs = source.split_inclusive('\n').zip(text.split_inclusive('\n'));
    let filled = pairs.map(|(old, new)| match new {
        "\n" => format!("{}\n", " ".repeat(old.len() - 1)),
        _ => new.to_string(),
    });
    filled.collect()
}

#[cfg(test)]
mod tests;
