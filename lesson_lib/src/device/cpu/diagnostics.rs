//! Compiler messages, mapped to the kernel's own lines.

use super::abi::SHIM_NAME;
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

fn line_directive(line: &str) -> Option<(usize, &str)> {
    let (number, name) = line.strip_prefix("#line ")?.split_once(' ')?;
    Some((number.parse().ok()?, name.trim().trim_matches('"')))
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

    /// The message, the line it is about, and a caret.
    fn render(&self, lines: &Lines<'_>) -> String {
        let Self { file, line, column, text } = self;
        let head = format!("{file}:{line}:{column}: {text}\n");
        let Some(source) = lines.0.get(&(*file, *line)) else { return head };
        let caret =
            caret(source, *column).map_or(String::new(), |caret| format!("      | {caret}\n"));
        format!("{head}{line:5} | {source}\n{caret}")
    }
}

/// A caret below `column`, counted from 1; none in a line that was compiled in other words.
fn caret(source: &str, column: usize) -> Option<String> {
    let rewritten = source.contains("__shared__");
    let before = source.get(..column.checked_sub(1)?).filter(|_| !rewritten)?;
    let blank: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    Some(blank + "^")
}

/// The compiler's messages about the kernel's own files, with lines and carets.
pub(super) fn rendered(output: &str, lines: &Lines<'_>) -> String {
    let mut text = String::new();
    for line in output.lines() {
        if let Some(message) = Message::parse(line) {
            if lines.has_file(message.file) {
                text.push_str(&message.render(lines));
            } else if message.text.contains("error:") {
                // Inside of the shim: what is wrong, but not where; that follows as a note.
                text.push_str(&format!("{}\n", message.text));
            }
        } else if let Some(unresolved) = unresolved(line, lines) {
            text.push_str(&unresolved);
        }
    }
    if text.is_empty() { without_shim(output) } else { text }
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

/// A note for a source that only an NVIDIA compiler can read.
pub(super) fn cuda_only(output: &str) -> Option<String> {
    const HEADERS: [&str; 8] =
        ["cuda", "mma.h", "cooperative_groups", "curand", "cub/", "thrust/", "nv", "device_"];
    let line = output.lines().find(|line| line.contains("fatal error:"))?;
    let (_, said) = line.split_once("fatal error:")?;
    let header = said
        .split([':', '\'', ' '])
        .find(|part| part.contains(".h"))
        .or_else(|| said.split([':', '\'', ' ']).find(|part| part.contains('/')))?;
    HEADERS.iter().any(|start| header.starts_with(start)).then(|| {
        format!(
            "<{header}> belongs to CUDA: this source needs tensor cores or other parts of an \
             NVIDIA GPU, and runs only there\n"
        )
    })
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
    fn a_column_past_the_end_gets_no_caret() {
        assert_eq!(caret("abc", 9), None);
        assert_eq!(caret("abc", 4).as_deref(), Some("   ^"));
        assert_eq!(caret("abc", 0), None);
        assert_eq!(caret("é", 2), None);
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
    fn cuda_headers_are_known_by_both_compilers_words() {
        for said in [
            "k.cu:1:10: fatal error: cuda_bf16.h: No such file or directory",
            "k.cu:1:10: fatal error: 'mma.h' file not found",
        ] {
            let note = cuda_only(said).unwrap();
            assert!(note.contains("NVIDIA GPU"), "{note}");
        }
        assert_eq!(cuda_only("k.cu:1:10: fatal error: mine.h: No such file"), None);
        assert_eq!(cuda_only("k.cu:1:10: error: cuda.h"), None);
    }
}
