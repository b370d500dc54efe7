//! The declarations of a source at the outermost level, as far as words and braces tell.

use super::host_words::{is_host_call, names_host_library};
use super::lexer::{Token, TokenKind, directive, live_tokens};
use super::markers::Markers;
use std::collections::BTreeSet;
use std::ops::Range;

/// A source and what it declares.
pub(super) struct Outline<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    pub declarations: Vec<Declaration>,
}

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeclarationKind {
    /// A function marked `__global__`.
    Kernel,
    /// A function or variable of the device.
    Device,
    /// A type, a constant, a template of these, or what only the compiler can tell.
    Shared,
    /// A function or variable of the host.
    Host,
}

/// One declaration: a function, a variable, a type.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub kind: DeclarationKind,
    /// Its tokens, without comments before it.
    pub tokens: Range<usize>,
    /// The token `{` of a function's body; none where there is no body.
    pub body: Option<usize>,
    /// The namespaces around it; empty for one without a name.
    pub namespaces: Vec<String>,
    pub is_template: bool,
}

impl<'a> Outline<'a> {
    pub fn of(text: &'a str) -> Self {
        let tokens = live_tokens(text);
        let markers = Markers::of(text, &tokens);
        let reader = Reader { text, tokens: &tokens, markers, at: 0, namespaces: Vec::new() };
        let declarations = reader.declarations();
        let mut outline = Self { text, tokens, declarations };
        while let Some(number) = outline.type_of_host_types() {
            outline.declarations[number].kind = DeclarationKind::Host;
        }
        outline
    }

    /// A type that is made of one that only the host has, so that it is the host's too.
    fn type_of_host_types(&self) -> Option<usize> {
        let of_kind = |kind| self.declarations.iter().filter(move |one| one.kind == kind);
        let names: Vec<&str> =
            of_kind(DeclarationKind::Host).filter_map(|one| self.type_name(one)).collect();
        let uses = |one: &Declaration| {
            let is_type = self.type_name(one).is_some();
            is_type && one.tokens.clone().any(|at| names.contains(&self.word(at)))
        };
        let mut all = self.declarations.iter();
        all.position(|one| one.kind == DeclarationKind::Shared && uses(one))
    }

    /// The name of the class, structure or alias that is declared.
    pub fn type_name(&self, declaration: &Declaration) -> Option<&'a str> {
        let head = self.head(declaration);
        let words = || head.clone().filter(|&at| self.tokens[at].kind == TokenKind::Word);
        match self.word(head.start) {
            "struct" | "class" | "union" => {
                words().nth(1).map(|at| self.word(at)).filter(|word| !is_attribute(word))
            }
            "using" => words().nth(1).map(|at| self.word(at)),
            "typedef" => words().next_back().map(|at| self.word(at)),
            _ => None,
        }
    }

    /// The text of the token `at`.
    pub fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// The tokens of a declaration that are no comments and no directives.
    pub fn code(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = usize> + '_ {
        range.filter(|&at| is_code(&self.tokens[at]))
    }

    /// The bytes of a declaration.
    pub fn bytes(&self, declaration: &Declaration) -> Range<usize> {
        let Range { start, end } = declaration.tokens;
        self.tokens[start].range.start..self.tokens[end - 1].range.end
    }

    /// The tokens before a declaration's body, or all where it has none, past the parameters of
    /// a template.
    pub fn head(&self, declaration: &Declaration) -> Range<usize> {
        let end = declaration.body.unwrap_or(declaration.tokens.end);
        past_template(self.text, &self.tokens, declaration.tokens.start)..end
    }

    /// The name of what a declaration declares: the word before the parameters, the dimensions or
    /// the value.
    pub fn name(&self, declaration: &Declaration) -> Option<usize> {
        let mut name = None;
        let mut at = self.head(declaration).start;
        while at < self.head(declaration).end {
            let token = &self.tokens[at];
            match token.kind {
                TokenKind::Word if is_attribute(self.word(at)) => at = self.with_arguments(at),
                TokenKind::Word => name = Some(at),
                TokenKind::Sign('(' | '[' | '=' | '{' | ';' | ',') if name.is_some() => break,
                // Words in brackets are no name: `vector<int> v`, `(int) f`.
                TokenKind::Sign('(' | '[' | '{') => at = closing(&self.tokens, at),
                TokenKind::Sign('<') if name.is_some() => at = closing_angle(&self.tokens, at),
                _ => {}
            }
            at += 1;
        }
        name
    }
}

impl Outline<'_> {
    /// The last token of an attribute and its arguments.
    fn with_arguments(&self, at: usize) -> usize {
        let has_any = self.tokens.get(at + 1).is_some_and(|next| next.is('('));
        if has_any { closing(&self.tokens, at + 1) } else { at }
    }

    /// The names of all variables that a declaration declares: `a` and `b` in `int a[2], b = 1;`.
    pub fn variables(&self, declaration: &Declaration) -> Vec<usize> {
        let mut names = Vec::new();
        let (mut at, end) = (self.head(declaration).start, declaration.tokens.end);
        let mut in_value = false;
        while at < end {
            let token = &self.tokens[at];
            match token.kind {
                TokenKind::Sign('(' | '[' | '{') => at = closing(&self.tokens, at),
                TokenKind::Sign('=') => in_value = true,
                TokenKind::Sign(',') => in_value = false,
                TokenKind::Word if !in_value => {
                    let next = self.tokens[at + 1..end].iter().find(|next| is_code(next));
                    let ends = |next: &&Token| {
                        matches!(next.kind, TokenKind::Sign('[' | ';' | ',' | '=' | '{'))
                    };
                    names.extend(next.filter(ends).map(|_| at));
                }
                _ => {}
            }
            at += 1;
        }
        names
    }

    /// The bodies, from `{` to `}`, of functions in a class that call the host's part of CUDA.
    pub fn host_bodies(&self, declaration: &Declaration) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = declaration.tokens.start;
        while at < declaration.tokens.end {
            let is_body = self.tokens[at].is('{') && at > 0 && self.tokens[at - 1].is(')');
            if is_body {
                let end = closing(&self.tokens, at);
                let of_host = |at: usize| is_host_call(self.word(at));
                let has_directive = (at..end).any(|k| self.tokens[k].kind == TokenKind::Directive);
                if (at..end).any(of_host) && !has_directive {
                    found.push(at..end);
                }
                at = end;
            }
            at += 1;
        }
        found
    }

    /// Whether a declaration is one of `__constant__` variables.
    pub fn is_constant_memory(&self, declaration: &Declaration) -> bool {
        let words = || self.head(declaration).map(|at| self.word(at));
        declaration.body.is_none() && words().any(|word| word == "__constant__")
    }
}

fn is_code(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Comment | TokenKind::Directive)
}

fn is_attribute(word: &str) -> bool {
    const ATTRIBUTES: [&str; 5] =
        ["__launch_bounds__", "__align__", "alignas", "__attribute__", "__cluster_dims__"];
    ATTRIBUTES.contains(&word)
}

/// The token that closes the bracket at `open`; the last one where none does.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Sign('(' | '[' | '{') => depth += 1,
            TokenKind::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// The `>` for the `<` at `open`; `open` itself where it is a comparison.
pub(super) fn closing_angle(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    let mut at = open;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            TokenKind::Sign('<') => depth += 1,
            TokenKind::Sign('>') => depth -= 1,
            TokenKind::Sign('(' | '[') => at = closing(tokens, at),
            TokenKind::Sign(';' | '{' | '}') => return open,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        at += 1;
    }
    open
}

/// The first token behind `template <…>`, if that stands at `at`.
fn past_template(text: &str, tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token.is_word(text, "template"))
        && tokens.get(at + 1).is_some_and(|token| token.is('<'))
    {
        at = closing_angle(tokens, at + 1) + 1;
    }
    at
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    markers: Markers,
    at: usize,
    /// The blocks around: the name of a namespace, or none for `extern "C" {`.
    namespaces: Vec<Option<String>>,
}

impl Reader<'_> {
    fn declarations(mut self) -> Vec<Declaration> {
        let mut found = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            if !is_code(token) || token.is(';') {
                self.at += 1;
            } else if token.is('}') {
                self.namespaces.pop();
                self.at += 1;
            } else if let Some((name, inside)) = self.block() {
                self.namespaces.push(name);
                self.at = inside;
            } else {
                found.push(self.declaration());
            }
        }
        found
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_word(self.text, word))
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// The start of `extern "C" {` or of a namespace, and the first token inside.
    fn block(&self) -> Option<(Option<String>, usize)> {
        let at = self.at;
        if self.is_word(at, "extern") && self.word(at + 1).starts_with('"') {
            return self.tokens.get(at + 2)?.is('{').then_some((None, at + 3));
        }
        let at = at + usize::from(self.is_word(at, "inline"));
        if !self.is_word(at, "namespace") {
            return None;
        }
        let open = (at + 1..self.tokens.len()).find(|&k| !is_name_part(&self.tokens[k]))?;
        let name = self.text[self.tokens[at].range.end..self.tokens[open].range.start].trim();
        self.tokens[open].is('{').then(|| (Some(name.to_string()), open + 1))
    }

    /// The declaration that starts here; leaves `at` behind it.
    fn declaration(&mut self) -> Declaration {
        let start = self.at;
        let (end, body) = self.end();
        self.at = end;
        let is_template = self.is_word(start, "template");
        let namespaces = self.namespaces.iter().flatten().cloned().collect();
        let kind = self.kind(start..end, body);
        Declaration { kind, tokens: start..end, body, namespaces, is_template }
    }

    /// One past the last token of the declaration at `at`, and the `{` of its body.
    fn end(&self) -> (usize, Option<usize>) {
        let mut at = past_template(self.text, self.tokens, self.at);
        if self.markers.functions.contains(self.word(at))
            && self.tokens.get(at + 1).is_some_and(|t| t.is('('))
        {
            // A macro may stand alone, or be the beginning of what follows; that is read by itself.
            return (closing(self.tokens, at + 1) + 1, None);
        }
        let is_type = self.is_type(at);
        let (mut called, mut assigned) = (false, false);
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                TokenKind::Sign(';') => return (at + 1, None),
                TokenKind::Sign('}') => return (at, None),
                TokenKind::Sign('=') => assigned = true,
                TokenKind::Sign('(') => {
                    called = called || !is_attribute(self.word(at.saturating_sub(1)));
                    at = closing(self.tokens, at);
                }
                TokenKind::Sign('[') => at = closing(self.tokens, at),
                TokenKind::Sign('{') => {
                    let is_body = called && !assigned && !is_type;
                    let end = self.closing_brace(at);
                    if is_body {
                        return (end + 1, Some(at));
                    }
                    at = end;
                }
                _ => {}
            }
            at += 1;
        }
        (self.tokens.len(), None)
    }

    /// Whether a class, a structure or the like is declared, not a function that returns one.
    fn is_type(&self, at: usize) -> bool {
        let start = at + usize::from(self.is_word(at, "typedef"));
        if !["struct", "class", "union", "enum"].contains(&self.word(start)) {
            return false;
        }
        let open = (start..self.tokens.len())
            .find(|&k| self.tokens[k].is('{') || self.tokens[k].is(';'))
            .unwrap_or(start);
        let before = self.tokens[..open].iter().rposition(is_code).unwrap_or(start);
        let closes = self.tokens[before].is(')');
        let attribute = (start..before).rev().find(|&k| self.tokens[k].is('('));
        !closes || attribute.is_some_and(|open| is_attribute(self.word(open - 1)))
    }

    /// The `}` for the `{` at `open`. Of the branches of an `#if` only the last counts, so that
    /// each may open the same brace.
    fn closing_brace(&self, open: usize) -> usize {
        let (mut depth, mut branches) = (0, Vec::new());
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                TokenKind::Sign('{') => depth += 1,
                TokenKind::Sign('}') => depth -= 1,
                TokenKind::Directive => match directive(token.text(self.text)) {
                    "if" | "ifdef" | "ifndef" => branches.push(depth),
                    "else" | "elif" => depth = branches.last().copied().unwrap_or(0),
                    "endif" => drop(branches.pop()),
                    _ => {}
                },
                _ => {}
            }
            if depth <= 0 && token.is('}') {
                return at;
            }
        }
        self.tokens.len() - 1
    }

    fn kind(&self, range: Range<usize>, body: Option<usize>) -> DeclarationKind {
        let start = past_template(self.text, self.tokens, range.start);
        let head = start..body.unwrap_or(range.end);
        let words = || {
            let head = self.tokens[head.clone()].iter().filter(|t| t.kind == TokenKind::Word);
            head.map(|token| token.text(self.text))
        };
        let marked = |marks: &BTreeSet<String>| words().any(|word| marks.contains(word));
        let first = self.word(start);
        let is_macro = self.markers.functions.contains(first);
        let is_type = ["typedef", "using", "namespace", "static_assert", "template"];
        if marked(&self.markers.kernel) && !is_macro {
            DeclarationKind::Kernel
        } else if self.is_type(start) || is_type.contains(&first) {
            let host = names_host_library(self.text, &self.tokens[range]);
            if host { DeclarationKind::Host } else { DeclarationKind::Shared }
        } else if marked(&self.markers.device) {
            DeclarationKind::Device
        } else if is_macro || (body.is_none() && self.is_constant(head)) {
            DeclarationKind::Shared
        } else {
            DeclarationKind::Host
        }
    }

    fn is_constant(&self, head: Range<usize>) -> bool {
        let called = self.tokens[head.clone()].iter().take_while(|t| !t.is('=')).any(|t| t.is('('));
        let constant = self.tokens[head.clone()].iter().any(|t| t.is_word(self.text, "const"));
        constant && !called && !names_host_library(self.text, &self.tokens[head])
    }
}

fn is_name_part(token: &Token) -> bool {
    token.kind == TokenKind::Word || token.is(':')
}

#[cfg(test)]
mod tests {
    use super::DeclarationKind::{Device, Host, Kernel, Shared};
    use super::*;

    /// The kinds and names of what `text` declares.
    fn declared(text: &str) -> Vec<(DeclarationKind, &str)> {
        let outline = Outline::of(text);
        let name = |declaration| outline.name(declaration).map_or("", |at| outline.word(at));
        outline.declarations.iter().map(|one| (one.kind, name(one))).collect()
    }

    #[test]
    fn host_and_device_are_told_apart() {
        for (text, expected) in [
            ("int main() { for (;;) { } }", (Host, "main")),
            ("void launch(int n);", (Host, "launch")),
            ("static float* host = nullptr;", (Host, "host")),
            ("std::vector<int> all(3);", (Host, "all")),
            ("template <class T> void f(T x) { }", (Host, "f")),
            ("__host__ __device__ int g(int n) { return n; }", (Device, "g")),
            ("constexpr int h(int n) { return n; }", (Device, "h")),
            ("__constant__ float c[3] = {1, 2, 3};", (Device, "c")),
            ("extern __shared__ float s[];", (Device, "s")),
            ("const int N = 3;", (Shared, "N")),
            ("struct S { int a; } __attribute__((packed));", (Shared, "S")),
            ("typedef struct { float x, y; } Point;", (Shared, "typedef")),
            ("using real = float;", (Shared, "real")),
            ("struct T { cudaEvent_t start; };", (Host, "T")),
            ("using std::vector;", (Host, "vector")),
            ("class U : public Named { cudaEvent_t e; };", (Host, "Named")),
            ("template <int N> __global__ void __launch_bounds__(N) k(int n) { }", (Kernel, "k")),
            ("struct S f(int n) { return {}; }", (Host, "f")),
            ("static_assert(sizeof(int) == 4);", (Shared, "static_assert")),
        ] {
            let (kind, name) = expected;
            let found = declared(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].0, kind, "{text}");
            assert!(kind == Shared || found[0].1 == name, "{text}: {}", found[0].1);
        }
    }

    #[test]
    fn a_type_made_of_the_hosts_is_the_hosts() {
        let text = "struct A { cudaEvent_t e; };\nclass B : A { };\ntypedef struct { B b; } C;\n\
                    using D = C;\nstruct E { int a; };\n";
        let kinds: Vec<_> = declared(text).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [Host, Host, Host, Host, Shared]);
    }

    #[test]
    fn macros_may_mark_and_declare() {
        let text = "#define HD __host__ __device__\n#define KERNEL extern \"C\" __global__ void\n\
                    #define MAKE(name) __global__ void name() {}\n\
                    HD int f() { return 1; }\nKERNEL k(int n) { }\nMAKE(m)\nint main() { }\n";
        assert_eq!(
            declared(text),
            [(Device, "f"), (Kernel, "k"), (Shared, "MAKE"), (Host, "main")]
        );
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in [
            "{",
            "}",
            "int f(",
            "template <",
            "struct",
            "extern \"C\" {",
            "__global__ void k(",
            "#if\n{",
        ] {
            let _ = declared(text);
        }
        assert_eq!(declared("} int main() { } }").len(), 1);
    }
}
