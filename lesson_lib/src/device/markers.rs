//! The words by which code of the device is known.

use super::lexer::{Token, TokenKind, tokens};
use std::collections::BTreeSet;

/// The words that mark a kernel or device code: CUDA's own, and macros of the source for them.
pub(super) struct Markers {
    pub kernel: BTreeSet<String>,
    pub device: BTreeSet<String>,
    /// Macros with parameters.
    pub functions: BTreeSet<String>,
}

impl Markers {
    pub fn of(text: &str, all: &[Token]) -> Self {
        let own = |words: &[&str]| words.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let mut markers = Self {
            kernel: own(&["__global__"]),
            device: own(&["__device__", "__constant__", "__shared__", "__managed__", "constexpr"]),
            functions: BTreeSet::new(),
        };
        let directives = all.iter().filter(|token| token.kind == TokenKind::Directive);
        for token in directives {
            markers.learn(token.text(text));
        }
        markers
    }

    /// Takes in `#define NAME …` where the definition has a word that marks.
    fn learn(&mut self, directive: &str) {
        let Some(rest) = directive.trim_start_matches('#').trim_start().strip_prefix("define")
        else {
            return;
        };
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, value) = (&rest[..end], &rest[end..]);
        let all = tokens(value);
        let has = |words: &BTreeSet<String>| all.iter().any(|t| words.contains(t.text(value)));
        let (kernel, device) = (has(&self.kernel), has(&self.device));
        if kernel {
            self.kernel.insert(name.into());
        } else if device {
            self.device.insert(name.into());
        }
        if value.starts_with('(') {
            self.functions.insert(name.into());
        }
    }
}
