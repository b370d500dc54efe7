//! CUDA C source text: where it comes from, and what it includes.

use super::lexer::{Token, TokenKind, tokens};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// CUDA C source with a name for messages.
///
/// A string is a source by itself; [`Source::file`] reads one of the course's kernels. A line
/// `#include "name.cuh"` is replaced by that file's text when the source is made, so that every
/// compiler gets the same text.
///
/// ```
/// use lesson_lib::device::Source;
/// let source = Source::text("fill.cu", "extern \"C\" __global__ void fill() {}");
/// assert_eq!(source.name(), "fill.cu");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    written: String,
    expanded: String,
    /// Where the text comes from: its own file, if it has one, and those it includes.
    files: Vec<PathBuf>,
}

impl Source {
    /// Source text that messages call `name`. Includes are looked for among the course's kernels.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, written) = (name.into(), text.into());
        let mut files = Vec::new();
        let expanded = expand(&name, &written, &kernels_folder(), &mut files);
        Self { name, written, expanded, files }
    }

    /// Reads a file of the course's `kernels/`, or any other when given a path with a folder.
    ///
    /// The environment variable `LESSON_KERNELS` names another folder of kernels.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = Self::path_of(path.as_ref());
        let written = fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
        // Comments may be in any encoding.
        let written = String::from_utf8_lossy(&written).into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut files = vec![path.clone()];
        let expanded = expand(&name, &written, folder, &mut files);
        Ok(Self { name, written, expanded, files })
    }

    /// The file that [`file`](Source::file) reads.
    pub(super) fn path_of(given: &Path) -> PathBuf {
        let bare = given.parent().is_none_or(|folder| folder.as_os_str().is_empty());
        if bare { kernels_folder().join(given) } else { given.to_path_buf() }
    }

    /// One kernel, from its name with parameters and the text between its braces. Messages count
    /// lines from the first line of `body`.
    ///
    /// ```
    /// use lesson_lib::device::Source;
    /// let source = Source::kernel("twice(float* x)", "x[threadIdx.x] *= 2;");
    /// assert_eq!(source.name(), "twice");
    /// ```
    pub fn kernel(head: &str, body: &str) -> Self {
        let (comment, head) = head.trim().rsplit_once('\n').unwrap_or(("", head.trim()));
        let name = head.split('(').next().unwrap_or(head).trim();
        let body = body.trim_matches('\n');
        let written = format!(
            "{comment}\nextern \"C\" __global__ void {head} {{\n#line 1 \"{name}\"\n{body}\n}}\n"
        );
        Self::text(name, written.trim_start())
    }

    /// The text of the kernel or function `name` alone, with the comment above it.
    ///
    /// # Errors
    /// [`Error::Argument`] when there is none.
    pub fn excerpt(&self, name: &str) -> Result<&str> {
        let text = self.written.as_str();
        excerpt(text, name).ok_or_else(|| {
            Error::argument("excerpt", format!("{} has no function called {name}", self.name))
        })
    }

    /// The same source with `#define name value` before its first line.
    #[must_use]
    pub fn define(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.expanded = format!("#define {name} {value}\n{}", self.expanded);
        self
    }

    /// What messages call this source.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as it was written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The files that the text was read from.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The text for a compiler: definitions first, includes in place, `#line` where lines move.
    pub(super) fn expanded(&self) -> &str {
        &self.expanded
    }
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        Source::text("kernel.cu", text)
    }
}

impl From<&String> for Source {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&Source> for Source {
    fn from(source: &Source) -> Self {
        source.clone()
    }
}

/// The folder of the course's kernels.
pub(super) fn kernels_folder() -> PathBuf {
    let of_the_course = || crate::cache::course().join("kernels");
    env::var_os("LESSON_KERNELS").map_or_else(of_the_course, PathBuf::from)
}

/// The definition of `name`: from the comment above it to its closing brace.
fn excerpt<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let all = tokens(text);
    let ends_a_definition =
        |token: &Token| token.is('}') || token.is(';') || token.kind == TokenKind::Directive;
    let named = (0..all.len()).find(|&at| {
        all[at].is_word(text, name)
            && all.get(at + 1).is_some_and(|token| token.is('('))
            && opening_brace(&all, at).is_some()
    })?;
    let end = closing_brace(&all, opening_brace(&all, named)?)?;
    let before = all[..named].iter().rposition(ends_a_definition).map_or(0, |at| at + 1);
    // A comment on the line of the definition before belongs to that one.
    let own_line =
        |token: &&Token| text[..token.range.start].trim_end_matches([' ', '\t']).ends_with('\n');
    let start = all[before..=named].iter().find(|token| before == 0 || own_line(token))?;
    let start = match start.kind {
        TokenKind::Comment => last_block_of_comments(text, &all[before..named]),
        _ => start.range.start,
    };
    Some(&text[start..end])
}

/// The `{` of a definition whose name is at `at`; none for a declaration or a call.
fn opening_brace(all: &[Token], at: usize) -> Option<usize> {
    let brace = (at..all.len()).find(|&k| all[k].is('{') || all[k].is(';'))?;
    all[brace].is('{').then_some(brace)
}

fn closing_brace(all: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0;
    for token in &all[open..] {
        depth += i32::from(token.is('{')) - i32::from(token.is('}'));
        if depth == 0 {
            return Some(token.range.end);
        }
    }
    None
}

/// Where the comments start that stand above a definition without an empty line between.
fn last_block_of_comments(text: &str, tokens: &[Token]) -> usize {
    let mut start = tokens.first().map_or(0, |token| token.range.start);
    for pair in tokens.windows(2) {
        if text[pair[0].range.end..pair[1].range.start].matches('\n').count() > 1 {
            start = pair[1].range.start;
        }
    }
    start
}

/// Puts the text of included files in place, each once.
fn expand(name: &str, text: &str, folder: &Path, seen: &mut Vec<PathBuf>) -> String {
    let mut out = format!("#line 1 \"{name}\"\n");
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        match included(line).and_then(|file| found(&folder.join(file))) {
            Some(path) if seen.contains(&path) => out.push('\n'),
            Some(path) => {
                seen.push(path.clone());
                // Comments may be in any encoding.
                let text = fs::read(&path).unwrap_or_default();
                let text = String::from_utf8_lossy(&text);
                let inner = path.file_name().unwrap_or_default().to_string_lossy();
                // A header's own headers stand beside it.
                let folder = path.parent().unwrap_or(folder);
                out.push_str(&expand(&inner, &text, folder, seen));
                out.push_str(&format!("#line {} \"{name}\"\n", number + 1));
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// The file at `path`, if there is one, under one name however it is reached.
fn found(path: &Path) -> Option<PathBuf> {
    path.is_file().then(|| path.canonicalize().unwrap_or_else(|_| path.to_path_buf()))
}

/// The file named by `#include "file"`; a name in `<…>` is the compiler's own business.
fn included(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("include")?;
    let name = rest.trim_start().strip_prefix('"')?;
    name.split_once('"').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_included_file_stands_in_place_once_and_lines_keep_their_numbers() {
        let folder = env::temp_dir().join(format!("lesson-source-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.cuh"), "int a;\n").unwrap();
        let text = "#include \"a.cuh\"\n#include \"a.cuh\"\n#include <b.h>\nint c;\n";
        fs::write(folder.join("k.cu"), text).unwrap();
        let source = Source::file(folder.join("k.cu")).unwrap();
        assert_eq!(
            source.expanded(),
            "#line 1 \"k.cu\"\n#line 1 \"a.cuh\"\nint a;\n#line 2 \"k.cu\"\n\n#include <b.h>\nint c;\n"
        );
        assert_eq!(source.as_written(), text);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_header_finds_its_own_headers_beside_it_in_any_encoding() {
        let folder = env::temp_dir().join(format!("lesson-nested-{}", std::process::id()));
        fs::create_dir_all(folder.join("parts")).unwrap();
        fs::write(folder.join("cell.h"), "int cell;\n").unwrap();
        let part = b"#include \"../cell.h\"\n#include \"leaf.h\"\n// \xe9\n";
        fs::write(folder.join("parts/part.h"), part).unwrap();
        fs::write(folder.join("parts/leaf.h"), "int leaf;\n").unwrap();
        let text = "#include \"parts/part.h\"\n#include \"cell.h\"\n";
        fs::write(folder.join("k.cu"), text).unwrap();
        let source = Source::file(folder.join("k.cu")).unwrap();
        let text = source.expanded();
        assert_eq!((text.matches("int cell;").count(), text.matches("int leaf;").count()), (1, 1));
        assert!(text.contains('\u{fffd}') && !text.contains("#include"), "{text}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_excerpt_is_one_function_with_its_comment() {
        let text = "// The file.\n\n// Adds.\n// n: any\nextern \"C\" __global__ void add(int n) {\n  if (n) { f(n); }\n}\n\n\
                    #define A 1\n__device__ int f(int n) { return add2(n); } // trailing\n\n// Last.\nvoid g() {}\n";
        let source = Source::from(text);
        assert_eq!(
            source.excerpt("add").unwrap(),
            "// Adds.\n// n: any\nextern \"C\" __global__ void add(int n) {\n  if (n) { f(n); }\n}"
        );
        assert_eq!(source.excerpt("f").unwrap(), "__device__ int f(int n) { return add2(n); }");
        assert_eq!(source.excerpt("g").unwrap(), "// Last.\nvoid g() {}");
        let error = source.excerpt("h").unwrap_err().to_string();
        assert_eq!(error, "excerpt: kernel.cu has no function called h");
    }

    #[test]
    fn a_body_becomes_a_kernel_whose_lines_count_from_one() {
        let source = Source::kernel("// a: (n)\nk(float* a, int n)", "\n  a[0] = n;\n");
        assert_eq!(
            source.as_written(),
            "// a: (n)\nextern \"C\" __global__ void k(float* a, int n) {\n#line 1 \"k\"\n  a[0] = n;\n}\n"
        );
    }

    #[test]
    fn a_missing_include_is_left_to_the_compiler() {
        let source = Source::from("#include \"nowhere.cuh\"\n");
        assert!(source.expanded().contains("#include \"nowhere.cuh\""));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Source::file("no_such.cu").unwrap_err().to_string();
        assert!(error.starts_with("cannot read ") && error.contains("no_such.cu"), "{error}");
    }

    #[test]
    fn definitions_come_first() {
        let source = Source::from("int a[TILE];").define("TILE", 8);
        assert!(source.expanded().starts_with("#define TILE 8\n#line 1 \"kernel.cu\"\n"));
    }
}
