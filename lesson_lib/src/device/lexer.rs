//! As much of C's grammar as it takes to find kernels and declarations: words, signs, comments.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, keyword or number.
    Word,
    /// One character of punctuation.
    Sign(char),
    /// A `//` or `/* */` comment.
    Comment,
    /// A string or character literal.
    Literal,
    /// A line that starts with `#`, with the lines that a `\` joins to it.
    Directive,
}

/// A piece of source text; white space stands between tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

impl Token {
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        &source[self.range.clone()]
    }

    pub fn is(&self, sign: char) -> bool {
        self.kind == TokenKind::Sign(sign)
    }

    pub fn is_word(&self, source: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(source) == word
    }
}

/// All tokens of `source`. Never fails: a comment or string without an end reaches to the end of the text.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut at, mut line_starts) = (0, true);
    while let Some(next) = source[at..].chars().next() {
        if next.is_whitespace() {
            line_starts |= next == '\n';
            at += next.len_utf8();
            continue;
        }
        if let Some(length) = joined_lines(&source[at..]) {
            at += length;
            continue;
        }
        let (kind, length) = token(&source[at..], next, line_starts);
        tokens.push(Token { kind, range: at..at + length });
        line_starts &= kind == TokenKind::Comment;
        at += length;
    }
    tokens
}

/// The tokens of `source`; what stands in an `#if 0` is taken for a comment, because it may be
/// anything.
pub(super) fn live_tokens(source: &str) -> Vec<Token> {
    let mut all = tokens(source);
    // For each `#if` around, whether its branch is dead.
    let mut branches = Vec::new();
    for token in &mut all {
        if token.kind != TokenKind::Directive {
            if branches.contains(&true) {
                token.kind = TokenKind::Comment;
            }
            continue;
        }
        let text = token.text(source);
        match directive(text) {
            word @ ("if" | "ifdef" | "ifndef") => {
                let condition = text.trim_start_matches(['#', ' ', '\t']).trim_start_matches(word);
                branches.push(word == "if" && condition.trim() == "0");
            }
            "else" | "elif" => {
                branches.pop();
                branches.push(false);
            }
            "endif" => drop(branches.pop()),
            _ => {}
        }
    }
    all
}

/// The length of a `\` that joins its line to the next, with the end of the line.
fn joined_lines(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix('\\')?;
    let end = behind.trim_start_matches([' ', '\t', '\r']);
    end.starts_with('\n').then(|| rest.len() - end.len() + 1)
}

fn token(rest: &str, first: char, line_starts: bool) -> (TokenKind, usize) {
    if rest.starts_with("//") {
        (TokenKind::Comment, line(rest))
    } else if let Some(comment) = rest.strip_prefix("/*") {
        (TokenKind::Comment, comment.find("*/").map_or(rest.len(), |end| end + 4))
    } else if first == '#' && line_starts {
        (TokenKind::Directive, directive_length(rest))
    } else if first == '"' || first == '\'' {
        (TokenKind::Literal, literal(rest, first))
    } else if is_word(first) {
        (TokenKind::Word, word(rest, first))
    } else {
        (TokenKind::Sign(first), first.len_utf8())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a word, or of a number with its separators, `0xFFFF'FFFF`.
fn word(rest: &str, first: char) -> usize {
    let end = |from: usize| rest[from..].find(|c| !is_word(c)).map_or(rest.len(), |at| from + at);
    let mut length = end(0);
    let separates = |at: usize| {
        let digits = rest[at..].strip_prefix('\'');
        first.is_ascii_digit() && digits.is_some_and(|digits| digits.starts_with(is_word))
    };
    while separates(length) {
        length = end(length + 1);
    }
    length
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// The word of a directive: `if` in `#if X`.
pub(super) fn directive(text: &str) -> &str {
    let rest = text.trim_start_matches('#').trim_start();
    rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// A directive ends with its line, unless that ends in a backslash; a comment behind it is kept
/// out, because it may go on for lines.
fn directive_length(rest: &str) -> usize {
    let mut length = 0;
    for text in rest.split_inclusive('\n') {
        if let Some(comment) = text.find("/*").or(text.find("//")) {
            return length + comment;
        }
        length += text.len();
        if !text.trim_end().ends_with('\\') {
            return length - (text.len() - text.trim_end_matches(['\n', '\r']).len());
        }
    }
    length
}

fn literal(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            // A stray quote ends with its line.
            '\n' if !escaped => return at,
            _ if c == quote && !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text(source)).collect()
    }

    #[test]
    fn numbers_may_be_separated() {
        let source = "f(0xFFFF'FFFF, 1'000, x); }'a'";
        assert_eq!(
            texts(source),
            ["f", "(", "0xFFFF'FFFF", ",", "1'000", ",", "x", ")", ";", "}", "'a'"]
        );
    }

    #[test]
    fn words_signs_comments_literals_and_directives_are_told_apart() {
        assert_eq!(
            texts("#define A 1 // one\nint a; /* b\nc */ \"d \\\" e\" '\\''; // f"),
            [
                "#define A 1 ",
                "// one",
                "int",
                "a",
                ";",
                "/* b\nc */",
                "\"d \\\" e\"",
                "'\\''",
                ";",
                "// f"
            ]
        );
        assert_eq!(texts("#define A \\\n 1\nx"), ["#define A \\\n 1", "x"]);
        assert_eq!(texts("  # if X\n#endif"), ["# if X", "#endif"]);
        assert_eq!(texts("a # b"), ["a", "#", "b"]);
        assert_eq!(texts("a,\\\n b \\ c \\ \n# d"), ["a", ",", "b", "\\", "c", "#", "d"]);
    }

    #[test]
    fn what_an_if_0_leaves_out_is_a_comment() {
        let source = "a\n#if 0\nit's {\n#if X\nb\n#endif\n#else\nc\n#endif\n#if N > 0\nd\n#endif";
        let all = live_tokens(source);
        let live = all.iter().filter(|token| token.kind == TokenKind::Word);
        assert_eq!(live.map(|token| token.text(source)).collect::<Vec<_>>(), ["a", "c", "d"]);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        assert_eq!(texts("a /* b"), ["a", "/* b"]);
        assert_eq!(texts("a \"b"), ["a", "\"b"]);
        assert_eq!(texts("é€ \"ü"), ["é", "€", "\"ü"]);
        assert!(texts("").is_empty());
    }
}
