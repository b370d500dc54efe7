//! `atomicCAS` whose result nobody looks at, marked for the careful mode.
//!
//! Whether a thread finds out that its value was not stored only the text tells: the statement
//! `atomicCAS(p, old, old + 1);` becomes `__CU_IGNORED atomicCAS(p, old, old + 1);`.

use crate::device::lexer::{Token, TokenKind, tokens};
use crate::device::outline::closing;

const NAMES: [&str; 3] = ["atomicCAS", "atomicCAS_block", "atomicCAS_system"];

/// `source` with a mark before each of these calls.
pub(super) fn marked(source: &str) -> String {
    let all: Vec<Token> =
        tokens(source).into_iter().filter(|token| token.kind != TokenKind::Comment).collect();
    let (mut text, mut copied) = (String::with_capacity(source.len() + 64), 0);
    for at in (0..all.len()).filter(|&at| is_ignored(source, &all, at)) {
        let start = all[at].range.start;
        text.push_str(&source[copied..start]);
        text.push_str("__CU_IGNORED ");
        copied = start;
    }
    text + &source[copied..]
}

/// Whether the call at `at` is a whole statement.
fn is_ignored(source: &str, all: &[Token], at: usize) -> bool {
    let is_call = NAMES.iter().any(|name| all[at].is_word(source, name))
        && all.get(at + 1).is_some_and(|next| next.is('('));
    is_call
        && all.get(closing(all, at + 1) + 1).is_some_and(|end| end.is(';'))
        && starts_statement(source, all, at)
}

/// Whether a statement starts at `at`, or would without a cast to `void`.
fn starts_statement(source: &str, all: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let word = all[before].text(source);
    if !all[before].is(')') {
        return [";", "{", "}", "else", "do"].contains(&word);
    }
    let Some(open) = opening(all, before) else { return false };
    let is_void = open + 2 == before && all[open + 1].is_word(source, "void");
    let keyword = open.checked_sub(1).map_or("", |keyword| all[keyword].text(source));
    ["if", "for", "while", "constexpr"].contains(&keyword)
        || (is_void && starts_statement(source, all, open))
}

/// The `(` for the `)` at `close`.
fn opening(all: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0;
    (0..=close).rev().find(|&at| {
        depth += i32::from(all[at].is(')')) - i32::from(all[at].is('('));
        depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_call_that_is_a_statement_is_marked() {
        for before in ["", "if (a[0] < f(b)) ", "else ", "for (;;) ", "(void)", "if (c) (void) "] {
            let text = format!("void f() {{ {before}atomicCAS(&a[g(1)], b, c); }}");
            let marked_text = text.replace("atomicCAS", "__CU_IGNORED atomicCAS");
            assert_eq!(marked(&text), marked_text);
        }
    }

    #[test]
    fn a_result_that_is_used_is_not() {
        for text in [
            "old = atomicCAS(p, a, b);",
            "return atomicCAS(p, a, b);",
            "f(); x = (int)atomicCAS(p, a, b);",
            "while (atomicCAS(p, 0, 1) != 0);",
            "{ atomicCAS(p, a, b) == a; }",
            "int atomicCAS(int* p, int a, int b);",
            "// ; atomicCAS(p, a, b);",
        ] {
            assert_eq!(marked(text), text);
        }
    }
}
