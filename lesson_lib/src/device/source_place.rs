//! A place in a source, and messages about it.

/// A line and column of a source's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourcePlace<'a> {
    pub file: &'a str,
    /// Both count from 1.
    pub line: usize,
    pub column: usize,
    /// The text of the line.
    pub text: &'a str,
}

impl<'a> SourcePlace<'a> {
    /// Where the byte `offset` of an expanded source stands in the file that it is from.
    pub fn of(expanded: &'a str, offset: usize) -> Self {
        let (mut file, mut line, mut start) = ("", 1, 0);
        for text in expanded.split_inclusive('\n') {
            let end = start + text.len();
            match line_directive(text.trim_end()) {
                Some((next, name)) => (line, file) = (next, name),
                None if offset < end => {
                    let column = offset - start + 1;
                    return Self { file, line, column, text: text.trim_end_matches(['\n', '\r']) };
                }
                None => line += 1,
            }
            start = end;
        }
        Self { file, line, column: 1, text: "" }
    }

    /// `k.cu:3:7: error: …`, the line, and a caret.
    pub fn error(&self, problem: &str) -> String {
        let Self { file, line, column, text } = self;
        let caret = caret(text, *column);
        with_line(&format!("{file}:{line}:{column}: error: {problem}"), *line, text, caret)
    }
}

/// The number and the file of `#line 3 "k.cu"`.
pub(super) fn line_directive(line: &str) -> Option<(usize, &str)> {
    let (number, name) = line.strip_prefix("#line ")?.split_once(' ')?;
    Some((number.parse().ok()?, name.trim().trim_matches('"')))
}

/// A message with the line that it is about.
pub(super) fn with_line(head: &str, line: usize, text: &str, caret: Option<String>) -> String {
    let caret = caret.map_or(String::new(), |caret| format!("      | {caret}\n"));
    format!("{head}\n{line:5} | {text}\n{caret}")
}

/// A caret below `column`, counted from 1; none outside of the line.
pub(super) fn caret(text: &str, column: usize) -> Option<String> {
    let before = text.get(..column.checked_sub(1)?)?;
    let blank: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    Some(blank + "^")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_in_the_file_it_is_from() {
        let text = "#define N 1\n#line 1 \"k.cu\"\nint a;\n#line 1 \"c.cuh\"\n\tint s;\n#line 4 \"k.cu\"\nend\n";
        let place = |word: &str| SourcePlace::of(text, text.find(word).unwrap());
        assert_eq!((place("a;").file, place("a;").line, place("a;").column), ("k.cu", 1, 5));
        assert_eq!((place("s;").file, place("s;").line), ("c.cuh", 1));
        assert_eq!(place("end").error("no"), "k.cu:4:1: error: no\n    4 | end\n      | ^\n");
        assert_eq!(SourcePlace::of(text, 1000).text, "");
    }

    #[test]
    fn a_column_past_the_end_gets_no_caret() {
        assert_eq!(caret("abc", 9), None);
        assert_eq!(caret("abc", 4).as_deref(), Some("   ^"));
        assert_eq!(caret("abc", 0), None);
        assert_eq!(caret("é", 2), None);
    }
}
