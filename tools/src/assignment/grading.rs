//! The cell that grades: a check cell up to its last check, in the library's own hands.

use syn::{Stmt, parse::Parser, spanned::Spanned};

use crate::{Error, Result, cell_code::CellCode, notebook::Cell};

/// The source of the grading cell made from the check cell `check`.
///
/// `lesson_lib::check::graded` tells a failure whatever a submission has made of the macros by
/// which the kernel tells it, and the import stands for the library's checks, whatever a
/// submission calls `check`.
///
/// # Errors
/// When the text of `check` does not parse or checks nothing.
pub(super) fn source(check: &Cell<'_>) -> Result<String> {
    let text = check.source();
    let code = CellCode::parse(&text).map_err(|p| check.error(p.message))?;
    let statements = syn::Block::parse_within
        .parse_str(&code.text)
        .map_err(|e| check.error(format!("does not parse: {e}")))?;
    let last = statements.iter().rev().find(|statement| checks_in(statement, &code.text) > 0);
    let last = last.ok_or_else(|| nothing_checked(check))?;
    let kept = code.text[..last.span().byte_range().end].trim_end_matches(';');
    Ok(format!(
        "{{\n\
         use ::lesson_lib::check;\n\
         check::graded(|| {{\n\
         {kept};\n\
         Ok(())\n\
         }})?;\n\
         }};"
    ))
}

fn checks_in(statement: &Stmt, text: &str) -> usize {
    CellCode::parse(&text[statement.span().byte_range()]).map_or(0, |code| code.checks)
}

fn nothing_checked(check: &Cell<'_>) -> Error {
    check.error("calls no `check::` function, so nothing could be graded")
}
