//! The Rust text of one cell: its kernel commands, its last expression, its checks.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Stmt, parse::Parser, spanned::Spanned};

/// What the tool needs to know about the text of a code cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellCode {
    /// The text with every command line emptied, so that line numbers stay.
    pub text: String,
    /// The bytes of the last expression, when the cell ends in one: the value that a kernel shows.
    pub shown: Option<Range<usize>>,
    /// How many calls of `check::…(…)` the cell has.
    pub checks: usize,
    /// The line of every check whose result goes nowhere.
    pub unused_checks: Vec<usize>,
    /// The crates beside the library that the cell loads.
    pub own_crates: Vec<OwnCrate>,
}

/// A crate in a folder of the course, for a notebook that needs more than the library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnCrate {
    /// Its name.
    pub name: String,
    /// Its folder, relative to that of the notebooks: `../flowers`.
    pub folder: String,
}

/// Text that is not the Rust of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in the cell, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Commands that change nothing in what a compiled notebook does.
const COMMANDS_WITHOUT_EFFECT: [&str; 12] = [
    ":build_env",
    ":cache",
    ":doc",
    ":explain",
    ":help",
    ":opt",
    ":show_deps",
    ":t",
    ":timing",
    ":type",
    ":types",
    ":vars",
];

/// The one crate that every notebook loads; those of a registry reach it through this one, so that
/// each exists once.
const LIBRARY: &str = "lesson_lib";

impl CellCode {
    /// Reads the text of a cell as the kernel does: commands first, then statements.
    ///
    /// ```
    /// use tools::cell_code::CellCode;
    /// let code = CellCode::parse(":timing\nlet x = 2;\nx * 3 // six").unwrap();
    /// assert_eq!(code.text, "\nlet x = 2;\nx * 3 // six");
    /// assert_eq!(&code.text[code.shown.unwrap()], "x * 3");
    /// assert_eq!(CellCode::parse("let x = ;").unwrap_err().line, 1);
    /// ```
    ///
    /// # Errors
    /// On a command that would change what the notebook does, and on text that does not parse.
    pub fn parse(source: &str) -> Result<Self, Problem> {
        let (text, own_crates) = without_commands(source)?;
        let statements = syn::Block::parse_within.parse_str(&text).map_err(problem_of)?;
        let tokens: TokenStream = text.parse().map_err(|e: proc_macro2::LexError| Problem {
            line: e.span().start().line,
            message: e.to_string(),
        })?;
        let mut calls = Vec::new();
        find_checks(tokens, true, &mut calls);
        let unused = calls.iter().filter(|call| !call.used).map(|call| call.line).collect();
        let shown = statements.last().and_then(shown_range);
        Ok(CellCode { text, shown, checks: calls.len(), unused_checks: unused, own_crates })
    }

    /// The text with `before` and `after` around the last expression, on the same lines.
    pub fn with_shown_wrapped(&self, before: &str, after: &str) -> String {
        match &self.shown {
            None => self.text.clone(),
            Some(range) => {
                let (start, end) = (range.start, range.end);
                let (head, value, tail) =
                    (&self.text[..start], &self.text[start..end], &self.text[end..]);
                format!("{head}{before}{value}{after}{tail}")
            }
        }
    }
}

fn problem_of(error: syn::Error) -> Problem {
    Problem { line: error.span().start().line, message: format!("does not parse: {error}") }
}

/// Empties the command lines at the head of a cell, and gives the crates that they load; below the
/// first line of Rust there are none.
fn without_commands(source: &str) -> Result<(String, Vec<OwnCrate>), Problem> {
    let mut text = String::with_capacity(source.len());
    let mut own_crates = Vec::new();
    let mut in_head = true;
    for (k, line) in source.split_inclusive('\n').enumerate() {
        let trimmed = line.trim();
        if in_head && (trimmed.starts_with(':') || line.starts_with('!')) {
            let accepted = accept_command(trimmed);
            own_crates.extend(accepted.map_err(|message| Problem { line: k + 1, message })?);
            text.push_str(if line.ends_with('\n') { "\n" } else { "" });
            continue;
        }
        in_head = in_head && (trimmed.is_empty() || line.starts_with("//"));
        text.push_str(line);
    }
    Ok((text, own_crates))
}

/// The crate that the command `line` loads beside the library, if it does.
fn accept_command(line: &str) -> Result<Option<OwnCrate>, String> {
    let name = line.split_whitespace().next().unwrap_or_default();
    if COMMANDS_WITHOUT_EFFECT.contains(&name) {
        return Ok(None);
    }
    if name != ":dep" {
        return Err(format!("`{line}`: this command has no counterpart in a compiled notebook"));
    }
    match dependency(line) {
        Some((LIBRARY, _)) => Ok(None),
        Some((name, Some(folder))) if folder.starts_with("../") => {
            Ok(Some(OwnCrate { name: name.into(), folder: folder.into() }))
        }
        _ => Err(format!(
            "`{line}`: a notebook loads `lesson_lib`, and others come through it; a crate of your own \
             lies beside it: `:dep NAME = {{ path = \"../NAME\" }}`"
        )),
    }
}

/// Name and folder of a line `:dep NAME = { path = "FOLDER" }`; no folder where the line has
/// another requirement.
fn dependency(line: &str) -> Option<(&str, Option<&str>)> {
    let (name, requirement) = line.strip_prefix(":dep")?.split_once('=')?;
    let inner = requirement.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let path = inner.and_then(|inner| inner.trim().strip_prefix("path"));
    let quoted = path.and_then(|path| path.trim_start().strip_prefix('='));
    let folder = quoted.and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
    Some((name.trim(), folder.filter(|folder| !folder.contains('"'))))
}

fn shown_range(last: &Stmt) -> Option<Range<usize>> {
    match last {
        Stmt::Expr(expression, None) => Some(expression.span().byte_range()),
        Stmt::Macro(call) if call.semi_token.is_none() => Some(call.span().byte_range()),
        _ => None,
    }
}

struct CheckCall {
    line: usize,
    used: bool,
}

/// Finds the calls `check::name(…)` in `tokens`, those inside macros included. A check among the
/// arguments of another check belongs to that one: `check::rejects` wants it to fail.
fn find_checks(tokens: TokenStream, top_level: bool, calls: &mut Vec<CheckCall>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut k = 0;
    while k < tokens.len() {
        if let Some(length) = check_call_length(&tokens[k..]) {
            let line = tokens[k].span().start().line;
            k += length;
            calls.push(CheckCall { line, used: is_used(&tokens[k..], top_level) });
            continue;
        }
        if let TokenTree::Group(group) = &tokens[k] {
            find_checks(group.stream(), false, calls);
        }
        k += 1;
    }
}

/// The number of tokens of the call `check::name(…)` that `tokens` begin with.
fn check_call_length(tokens: &[TokenTree]) -> Option<usize> {
    let word = |k: usize| matches!(tokens.get(k), Some(TokenTree::Ident(_)));
    let colon = |k: usize| is_punct(tokens.get(k), ':');
    let begins = matches!(&tokens[0], TokenTree::Ident(ident) if ident == "check");
    if !(begins && colon(1) && colon(2) && word(3)) {
        return None;
    }
    let arguments = 4 + turbofish_length(&tokens[4..]);
    matches!(tokens.get(arguments), Some(TokenTree::Group(_))).then_some(arguments + 1)
}

/// The number of tokens of `::<…>` that `tokens` begin with, else 0.
fn turbofish_length(tokens: &[TokenTree]) -> usize {
    let begins = is_punct(tokens.first(), ':') && is_punct(tokens.get(2), '<');
    let end = tokens.iter().position(|token| is_punct(Some(token), '>'));
    if begins { end.map_or(0, |end| end + 1) } else { 0 }
}

/// Whether a check followed by `rest` can stop its cell: `?`, `.unwrap()`, `.expect(…)`, or it is
/// the value of an inner block, which then has to use it.
fn is_used(rest: &[TokenTree], top_level: bool) -> bool {
    match rest.first() {
        None => !top_level,
        Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => matches!(
            rest.get(1),
            Some(TokenTree::Ident(method)) if method == "unwrap" || method == "expect"
        ),
        next => is_punct(next, '?'),
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Option<String> {
        let code = CellCode::parse(source).unwrap();
        code.shown.map(|range| code.text[range].to_string())
    }

    #[test]
    fn the_last_expression_is_found_whatever_its_form() {
        for (source, expected) in [
            ("1 + 2", Some("1 + 2")),
            ("let x = 1;", None),
            ("x;", None),
            ("x", Some("x")),
            ("let x = 1;\nx // the value", Some("x")),
            ("read(\"a;b\")?", Some("read(\"a;b\")?")),
            ("match x {\n  1 => 2,\n  _ => 3,\n}", Some("match x {\n  1 => 2,\n  _ => 3,\n}")),
            ("if a { 1 } else { 2 }", Some("if a { 1 } else { 2 }")),
            ("{ let y = 2; y }", Some("{ let y = 2; y }")),
            ("vec![1, 2]", Some("vec![1, 2]")),
            ("vec![1, 2].len()", Some("vec![1, 2].len()")),
            ("println!(\"a\");", None),
            ("fn f() -> i32 { 1 }", None),
            ("fn f() -> i32 { 1 }\nf()", Some("f()")),
            ("let μ = \"größe\";\n&μ[..1]", Some("&μ[..1]")),
            (
                "a\n    .map(|x| { x; x })\n    .sum::<f32>()",
                Some("a\n    .map(|x| { x; x })\n    .sum::<f32>()"),
            ),
            ("", None),
            ("// nothing", None),
        ] {
            assert_eq!(shown(source).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn wrapping_keeps_every_line_where_it_was() {
        let code = CellCode::parse(":opt 2\nlet x = 1;\nx\n    + 1 // two").unwrap();
        assert_eq!(
            code.with_shown_wrapped("show!(", ");"),
            "\nlet x = 1;\nshow!(x\n    + 1); // two"
        );
    }

    #[test]
    fn commands_that_matter_are_refused_with_their_line() {
        for (source, line, word) in [
            (":dep rand = \"0.10\"", 1, "lesson_lib"),
            (":dep a = { path = \"/a\" }", 1, "a crate of your own lies beside it"),
            (":dep a = { path = \"../a\", features = [\"b\"] }", 1, "lies beside it"),
            ("// a comment\n\n:clear\n", 3, ":clear"),
            ("!ls", 1, "!ls"),
            ("let x = 1;\n:vars", 2, "does not parse"),
            ("let x = (1;", 1, "does not parse"),
        ] {
            let problem = CellCode::parse(source).unwrap_err();
            assert_eq!(problem.line, line, "{source}");
            assert!(problem.message.contains(word), "{source}: {}", problem.message);
        }
    }

    #[test]
    fn a_crate_of_the_course_is_found_and_its_line_emptied() {
        let source =
            ":dep lesson_lib = { path = \"../lesson_lib\" }\n:dep a_b={path=\"../a/b\"}\na_b::c()";
        let code = CellCode::parse(source).unwrap();
        assert_eq!(code.text, "\n\na_b::c()");
        assert_eq!(code.own_crates, [OwnCrate { name: "a_b".into(), folder: "../a/b".into() }]);
    }

    #[test]
    fn checks_are_counted_as_code_only() {
        let checks = |source: &str| CellCode::parse(source).unwrap().checks;
        assert_eq!(checks("check::close(\"a\", &a, &b, 1e-4)?;"), 1);
        assert_eq!(checks("lesson_lib::check::close::<f32, Ix2>(\"a\", &a, &b, 1e-4)?;"), 1);
        assert_eq!(checks("// check::close(1)\nlet text = \"check::that(1)\";"), 0);
        assert_eq!(checks("use lesson_lib::check::close;\nuse check::that;"), 0);
        assert_eq!(checks("assert!(check::that(\"a\", true, \"\").is_ok());"), 1);
        assert_eq!(checks("check::rejects(\"a\", check::that(\"b\", x, \"\"), \"c\")?;"), 1);
        assert_eq!(
            checks("for x in v { check::that(\"a\", x, \"\")?; check::that(\"b\", x, \"\")?; }"),
            2
        );
    }

    #[test]
    fn a_check_whose_result_goes_nowhere_is_found() {
        let unused = |source: &str| CellCode::parse(source).unwrap().unused_checks;
        assert_eq!(unused("let a = 1;\nlet _ = check::that(\"a\", true, \"\");"), [2]);
        assert_eq!(unused("check::that(\"a\", true, \"\")"), [1]);
        assert_eq!(unused("check::that(\"a\", true, \"\").ok();"), [1]);
        assert_eq!(unused("check::that(\"a\", true, \"\")?;"), [0; 0]);
        assert_eq!(unused("check::that(\"a\", true, \"\").unwrap();"), [0; 0]);
        assert_eq!(unused("check::rejects(\"a\", check::that(\"b\", x, \"\"), \"c\")?;"), [0; 0]);
        assert_eq!(
            unused("fn f() -> Result<()> { check::that(\"a\", true, \"\") }\nf()?;"),
            [0; 0]
        );
    }
}
