//! Compiler messages, mapped to the kernel's own lines.

use super::abi::SHIM_NAME;
use crate::device::source_place::{caret, line_directive, with_line};
use std::collections::HashMap;

/// The lines of a source by file and number, as its `#line` directives give them.
pub(super) struct Lines<'a>(HashMap<(&'a str, usize), &'a str>);

impl<'a> Lines<'a> {
    pub fn of(expanded: &'a str) -> Self {
        let (mut file, mut number) = ("", 1);
        let mut lines = HashMap::new();
        for line in expanded.lines() {
            match line_directive(line) {
                Some((next, name)) => (number, file) = (next, name),
                None => {
                    lines.insert((file, number), line);
                    number += 1;
                }
            }
        }
        Self(lines)
    }

    fn has_file(&self, file: &str) -> bool {
        self.0.keys().any(|(known, _)| *known == file)
    }
}

/// A message as compilers write it, `file:line:column: kind: text`.
struct Message<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
}

impl<'a> Message<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.splitn(4, ':');
        let (file, number, column, text) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let text = text.trim_start();
        let (line, column) = (number.parse().ok()?, column.parse().ok()?);
        ["error:", "warning:", "note:", "fatal error:", "required from here"]
            .iter()
            .any(|kind| text.starts_with(kind))
            .then_some(Self { file, line, column, text })
    }

    /// Whether it is no note to what was said before.
    fn starts_group(&self) -> bool {
        !self.text.starts_with("note:")
    }

    /// The message, the line it is about, and a caret.
    fn render(&self, lines: &Lines<'_>) -> String {
        let Self { file, line, column, text } = self;
        // What the course itself says of a header.
        let text = in_cudas_words(&text.replace("error: #error ", "error: "));
        let head = format!("{file}:{line}:{column}: {text}");
        let Some(source) = lines.0.get(&(*file, *line)) else { return head + "\n" };
        // A declaration of shared memory was compiled in other words.
        let caret = caret(source, *column).filter(|_| !source.contains("__shared__"));
        with_line(&head, *line, source, caret)
    }
}

/// What the compiler says of the shim's words, in those of CUDA.
fn in_cudas_words(text: &str) -> String {
    const NO_CONSTANT: &str = "does not have a constant initializer";
    if !text.contains(NO_CONSTANT) {
        return text.into();
    }
    let variable = text.split('\'').nth(3).unwrap_or("a variable");
    format!(
        "error: {variable} is set before any code runs: give it a constant, or let a kernel or \
         module.set_constant set it"
    )
}

/// The compiler's messages about the kernel's own files, with lines and carets: errors first.
pub(super) fn rendered(output: &str, lines: &Lines<'_>) -> String {
    let (mut errors, mut others) = (String::new(), String::new());
    let mut group = Group::default();
    for line in output.lines() {
        if let Some(message) = Message::parse(line) {
            if message.starts_group() && group.has_subject {
                std::mem::take(&mut group).end(&mut errors, &mut others);
            }
            group.take(&message, lines);
        } else if let Some(unresolved) = unresolved(line, lines) {
            errors.push_str(&unresolved);
        }
    }
    group.end(&mut errors, &mut others);
    let text = errors + &others;
    if text.is_empty() { without_shim(output) } else { text }
}

/// An error or a warning with what the compiler says about it: before it where it comes from, after
/// it the notes.
#[derive(Default)]
struct Group {
    text: String,
    has_subject: bool,
    is_error: bool,
    /// Whether the error or warning itself is about the kernel's files, or has to be told anyway.
    is_told: bool,
}

impl Group {
    fn take(&mut self, message: &Message<'_>, lines: &Lines<'_>) {
        let is_error = message.text.contains("error:");
        let is_own = lines.has_file(message.file);
        if is_error || message.text.starts_with("warning:") {
            self.has_subject = true;
            self.is_error = is_error;
            self.is_told = is_error || is_own;
        }
        if is_own {
            self.text.push_str(&message.render(lines));
        } else if is_error {
            // Inside of the shim: what is wrong, but not where; that follows as a note.
            self.text.push_str(&format!("{}\n", message.text));
        }
    }

    fn end(self, errors: &mut String, others: &mut String) {
        if self.is_told {
            let kind = if self.is_error { errors } else { others };
            kind.push_str(&self.text);
        }
    }
}

/// A linker's complaint about a name that nobody defines, without its paths.
fn unresolved(line: &str, lines: &Lines<'_>) -> Option<String> {
    let (place, name) = line.split_once("undefined reference to ")?;
    let mut parts = place.trim_end().trim_end_matches(':').rsplit(':');
    let (number, path) = (parts.next()?, parts.next()?.trim());
    let file = path.rsplit('/').next()?;
    let at = if lines.has_file(file) { format!("{file}:{number}: ") } else { String::new() };
    Some(format!("{at}error: {} is declared but nowhere defined\n", name.replace(['`', '\''], "")))
}

/// Everything said, where nothing was about the kernel's own files.
fn without_shim(output: &str) -> String {
    let own = |line: &&str| !line.contains(SHIM_NAME);
    output.lines().filter(own).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPANDED: &str = "#define N 1\n#line 1 \"k.cu\"\nint a;\n\tx = y;\n#line 1 \"c.cuh\"\n__shared__ int s;\n#line 4 \"k.cu\"\nend\n";

    #[test]
    fn messages_get_their_line_and_a_caret() {
        let lines = Lines::of(EXPANDED);
        let said = "k.cu: In function 'void k()':\nk.cu:2:6: error: 'y' was not declared\n\
                    lesson-shim.h:7:1: note: here\nk.cu:4:1: warning: end\nc.cuh:1:5: note: s\n";
        assert_eq!(
            rendered(said, &lines),
            "k.cu:2:6: error: 'y' was not declared\n    2 | \tx = y;\n      | \t    ^\n\
             k.cu:4:1: warning: end\n    4 | end\n      | ^\n\
             c.cuh:1:5: note: s\n    1 | __shared__ int s;\n"
        );
    }

    #[test]
    fn names_that_nobody_defines_are_told_without_paths() {
        let lines = Lines::of(EXPANDED);
        let said = "/usr/bin/ld: /tmp/x.o: in function `k':\n/here/k.cu:2: undefined reference to `g(float)'\ncollect2: error: ld returned 1 exit status\n";
        assert_eq!(
            rendered(said, &lines),
            "k.cu:2: error: g(float) is declared but nowhere defined\n"
        );
    }

    #[test]
    fn errors_come_before_warnings_with_their_notes() {
        let lines = Lines::of(EXPANDED);
        let said = "k.cu:4:1: warning: late\nlesson-shim.h:1:1: warning: inside\n\
                    k.cu:1:1: error: #error <mine.h>: no\nk.cu:2:1: note: here\n";
        let text = rendered(said, &lines);
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
        assert!(text.starts_with("k.cu:1:1: error: <mine.h>: no\n"), "{text}");
        assert!(at("note: here") < at("warning: late") && !text.contains("inside"), "{text}");
    }
}
