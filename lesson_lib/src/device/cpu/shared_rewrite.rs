//! `__shared__` declarations, rewritten for the host's C++ compiler.
//!
//! Everything else in CUDA C is macros and functions of the shim. A declaration of shared memory is
//! neither: its variables live once for each block, whichever thread of the host runs it.
//!
//! | in the source | what the compiler sees |
//! |---|---|
//! | `__shared__ T a[N], b;` | `struct A { T a[N]; … }; auto& a = …->a; struct B { T b; … }; auto& b = …->b;` |
//! | `extern __shared__ T s[];` | `T (&s)[] = …;` |
//!
//! Outside of functions only the second is left (`outer_variables`): there it is a constant that
//! finds the memory where it is used.

use crate::device::lexer::{Token, TokenKind, tokens};
use std::ops::Range;

/// `source` with its `__shared__` declarations replaced; every line keeps its number.
pub(super) fn rewritten(source: &str, kernels: &[&str]) -> String {
    let all: Vec<Token> =
        tokens(source).into_iter().filter(|token| token.kind != TokenKind::Comment).collect();
    let mut text = String::with_capacity(source.len() + 256);
    let (mut copied, mut scope, mut number) = (0, Scope::default(), 0);
    for at in 0..all.len() {
        scope.pass(source, &all, at, kernels);
        // A second `__shared__` in a declaration is done with the first.
        if !all[at].is_word(source, "__shared__") || all[at].range.start < copied {
            continue;
        }
        let Some(declaration) = Declaration::around(source, &all, at) else { continue };
        text.push_str(&source[copied..declaration.range.start]);
        let replacement = declaration.replacement(number, scope.kernel, scope.is_in_function());
        text.push_str(&replacement);
        text.push_str(&missing_lines(&source[declaration.range.clone()], &replacement));
        copied = declaration.range.end;
        number += 1;
    }
    text + &source[copied..]
}

/// The ends of lines that are in `before` and not in `after`.
fn missing_lines(before: &str, after: &str) -> String {
    let lines = |text: &str| text.matches('\n').count();
    "\n".repeat(lines(before).saturating_sub(lines(after)))
}

/// Where a token stands: in which braces, and in which kernel.
#[derive(Default)]
struct Scope {
    /// For each brace around whether it is a namespace's, or that of `extern "C"`.
    braces: Vec<bool>,
    kernel: Option<usize>,
}

impl Scope {
    fn is_in_function(&self) -> bool {
        self.braces.contains(&false)
    }

    fn pass(&mut self, source: &str, all: &[Token], at: usize, kernels: &[&str]) {
        let rest = &all[at..];
        if rest[0].is_word(source, "__global__") {
            self.kernel = rest.windows(2).take_while(|pair| !pair[0].is('{')).find_map(|pair| {
                let name = pair[0].text(source);
                let is_this = |kernel: &&str| kernel.rsplit("::").next() == Some(name);
                kernels.iter().position(is_this).filter(|_| pair[1].is('('))
            });
        } else if rest[0].is('{') {
            self.braces.push(is_namespace(source, &all[..at]));
        } else if rest[0].is('}') {
            self.braces.pop();
            // A block `namespace {` around the kernel ends later, and may hold more kernels.
            let next = rest.get(1).map_or("", |token| token.text(source));
            if !self.is_in_function()
                || ["extern", "__global__", "__device__", "template"].contains(&next)
            {
                self.kernel = None;
            }
        }
    }
}

/// Whether a brace behind `before` is that of a namespace or of `extern "C"`.
fn is_namespace(source: &str, before: &[Token]) -> bool {
    let is_word = |token: &Token, word: &str| token.is_word(source, word);
    if let [.., word, language] = before
        && language.kind == TokenKind::Literal
    {
        return is_word(word, "extern");
    }
    let is_path = |token: &&Token| token.kind == TokenKind::Word || token.is(':');
    let mut path = before.iter().rev().take_while(is_path);
    path.any(|token| is_word(token, "namespace"))
}

/// A declaration of shared memory.
struct Declaration<'a> {
    source: &'a str,
    range: Range<usize>,
    /// Everything but `extern`, `static`, `__shared__` and the semicolon.
    body: String,
    is_extern: bool,
    variables: Vec<Variable<'a>>,
}

/// One name of a declaration, and the dimensions behind it.
struct Variable<'a> {
    name: &'a Token,
    dimensions: Range<usize>,
}

impl<'a> Declaration<'a> {
    /// The declaration around the token `keyword`; none where it does not end.
    fn around(source: &'a str, all: &'a [Token], keyword: usize) -> Option<Self> {
        let ends = |token: &Token| [';', '{', '}', ')', ':'].into_iter().any(|sign| token.is(sign));
        let belongs = |token: &&Token| {
            token.kind == TokenKind::Word && !token.is_word(source, "__global__") && !ends(token)
        };
        let before = all[..keyword].iter().rev().take_while(belongs).count();
        let tokens = &all[keyword - before..];
        let end = statement_end(tokens)?;
        let (tokens, range) = (&tokens[..end], tokens[0].range.start..tokens[end].range.end);
        let is = |token: &Token, word: &str| token.is_word(source, word);
        let body = without(source, range.start..range.end - 1, tokens, |token| {
            ["extern", "static", "__shared__"].iter().any(|word| is(token, word))
        });
        let is_extern = tokens.iter().any(|token| is(token, "extern"));
        Some(Self { source, range, body, is_extern, variables: variables(source, tokens) })
    }

    fn replacement(&self, number: usize, kernel: Option<usize>, in_function: bool) -> String {
        match (&self.variables[..], self.is_extern) {
            ([variable], true) if in_function => self.dynamic_reference(variable),
            ([variable], true) => {
                let name = variable.name.text(self.source);
                format!("static const __cu_dynamic_array<{}> {name};", self.kind(variable))
            }
            _ => self.fixed(number, kernel),
        }
    }

    fn dynamic_reference(&self, variable: &Variable<'_>) -> String {
        let (kind, name) = (self.kind(variable), variable.name.text(self.source));
        let dimensions = &self.source[variable.dimensions.clone()];
        format!("{kind} (&{name}){dimensions} = *({kind} (*){dimensions})__cu_dynamic();")
    }

    /// The type before a name. An alignment may stand there, but not in the type of a reference.
    fn kind(&self, variable: &Variable<'_>) -> String {
        let before = &self.source[self.range.start..variable.name.range.start];
        let tokens = tokens(before);
        let drop = ["extern", "__shared__", "__align__", "alignas"];
        let mut text = String::new();
        let mut depth = 0;
        for token in &tokens {
            let word = token.text(before);
            depth += i32::from(token.is('('));
            if depth == 0 && !drop.contains(&word) && token.kind != TokenKind::Comment {
                text.push_str(word);
                text.push(' ');
            }
            depth -= i32::from(token.is(')'));
        }
        text.trim_end().to_string()
    }

    /// A structure for each variable, so that there is a gap behind it.
    fn fixed(&self, number: usize, kernel: Option<usize>) -> String {
        let owner = kernel.map_or(-1, |kernel| kernel as i64);
        let names = self.variables.iter().map(|variable| variable.name.text(self.source));
        let names: Vec<&str> = names.collect();
        let structures = match self.one_by_one() {
            Some(bodies) => bodies.into_iter().zip(names.iter().map(|name| vec![*name])).collect(),
            None => vec![(self.body.clone(), names)],
        };
        let several = structures.len() > 1;
        let structures = structures.iter().enumerate().map(|(at, (body, names))| {
            let number = if several { format!("{number}_{at}") } else { number.to_string() };
            structure(&number, owner, body, names)
        });
        structures.collect::<Vec<_>>().join(" ")
    }

    /// The declaration of each variable by itself: `int a[2]` and `int *b` for `int a[2], *b`; none
    /// where they cannot be told apart.
    fn one_by_one(&self) -> Option<Vec<String>> {
        let all = tokens(&self.body);
        let first = variables(&self.body, &all).first()?.name.range.start;
        let mut depth = Depth::default();
        let type_end = all.iter().find(|token| {
            depth.pass(token);
            token.range.start == first || (token.is('*') && depth.is_outside())
        });
        let type_end = type_end?.range.start;
        let of_type: Vec<&Token> =
            all.iter().take_while(|token| token.range.start < type_end).collect();
        let kind = on_one_line(&self.body, &of_type);
        let pieces = pieces(&self.body, &all, type_end);
        let is_clear = pieces.len() == self.variables.len() && !kind.contains('{');
        is_clear.then(|| pieces.iter().map(|piece| format!("{kind} {piece}")).collect())
    }
}

/// The text of `tokens` without comments and ends of lines.
fn on_one_line(source: &str, tokens: &[&Token]) -> String {
    let (mut text, mut end) = (String::new(), 0);
    for token in tokens.iter().filter(|token| token.kind != TokenKind::Comment) {
        if token.range.start > end && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.text(source));
        end = token.range.end;
    }
    text
}

/// A structure of shared variables, and a reference to each.
fn structure(number: &str, owner: i64, body: &str, names: &[&str]) -> String {
    let mut text = format!(
        "struct __cu_shared_{number} {{ {body}; CU_RAW static const char* __cu_names() {{ return \
         \"{}\"; }} }};",
        names.join(", ")
    );
    for name in names {
        text.push_str(&format!(
            " auto& {name} = __cu_shared<__cu_shared_{number}, {owner}>::at()->{name};"
        ));
    }
    text
}

/// What stands between the commas of `text` from `start` on.
fn pieces<'t>(text: &'t str, all: &[Token], start: usize) -> Vec<&'t str> {
    let (mut pieces, mut from, mut depth) = (Vec::new(), start, Depth::default());
    for token in all.iter().filter(|token| token.range.start >= start) {
        if token.is(',') && depth.is_outside() {
            pieces.push(text[from..token.range.start].trim_matches(' '));
            from = token.range.end;
        }
        depth.pass(token);
    }
    pieces.push(text[from..].trim_matches(' '));
    pieces
}

/// The semicolon that ends the statement.
fn statement_end(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Sign('{' | '(' | '[') => depth += 1,
            TokenKind::Sign('}' | ')' | ']') => depth -= 1,
            TokenKind::Sign(';') if depth == 0 => return Some(at),
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

/// How many brackets are open. Within others, `<` is a comparison.
#[derive(Default)]
struct Depth {
    brackets: i32,
    angles: i32,
}

impl Depth {
    fn is_outside(&self) -> bool {
        self.brackets == 0 && self.angles == 0
    }

    fn pass(&mut self, token: &Token) {
        match token.kind {
            TokenKind::Sign('(' | '{' | '[') => self.brackets += 1,
            TokenKind::Sign(')' | '}' | ']') => self.brackets -= 1,
            TokenKind::Sign('<') if self.brackets == 0 => self.angles += 1,
            TokenKind::Sign('>') if self.brackets == 0 => self.angles -= 1,
            _ => {}
        }
    }
}

/// The names declared: in each piece between commas the last word before the first `[`.
fn variables<'a>(source: &str, tokens: &'a [Token]) -> Vec<Variable<'a>> {
    let mut found = Vec::new();
    let (mut name, mut dimensions, mut depth) = (None, None::<Range<usize>>, Depth::default());
    let mut finish = |name: &mut Option<&'a Token>, dimensions: &mut Option<Range<usize>>| {
        if let Some(name) = name.take() {
            let none = name.range.end..name.range.end;
            found.push(Variable { name, dimensions: dimensions.take().unwrap_or(none) });
        }
    };
    for token in tokens {
        match token.kind {
            _ if !depth.is_outside() => {}
            TokenKind::Sign('[') => {
                dimensions.get_or_insert(token.range.clone());
            }
            TokenKind::Sign(',') => finish(&mut name, &mut dimensions),
            TokenKind::Word if dimensions.is_none() => name = Some(token),
            _ => {}
        }
        depth.pass(token);
        if let Some(dimensions) = &mut dimensions {
            dimensions.end = token.range.end;
        }
    }
    finish(&mut name, &mut dimensions);
    debug_assert!(found.iter().all(|variable| !variable.name.text(source).is_empty()));
    found
}

/// The text of `range` without the tokens that `unwanted` names.
fn without(
    source: &str,
    range: Range<usize>,
    tokens: &[Token],
    unwanted: impl Fn(&Token) -> bool,
) -> String {
    let (mut text, mut from) = (String::new(), range.start);
    for token in tokens.iter().filter(|token| unwanted(token)) {
        text.push_str(&source[from..token.range.start]);
        from = token.range.end;
    }
    text + &source[from..range.end]
}

#[cfg(test)]
mod tests {
    fn rewritten(source: &str) -> String {
        super::rewritten(source, &["k", "a", "b"])
    }

    #[test]
    fn a_declaration_becomes_a_structure_and_references() {
        assert_eq!(
            rewritten("extern \"C\" __global__ void k() { __shared__ float a[2][3], b; }"),
            "extern \"C\" __global__ void k() { struct __cu_shared_0_0 { float a[2][3]; \
             CU_RAW static const char* __cu_names() { return \"a\"; } }; \
             auto& a = __cu_shared<__cu_shared_0_0, 0>::at()->a; \
             struct __cu_shared_0_1 { float b; \
             CU_RAW static const char* __cu_names() { return \"b\"; } }; \
             auto& b = __cu_shared<__cu_shared_0_1, 0>::at()->b; }"
        );
        assert_eq!(
            rewritten("__device__ void f() { volatile __shared__ Pair<int, int> p[N]; }"),
            "__device__ void f() { struct __cu_shared_0 { volatile Pair<int, int> p[N]; \
             CU_RAW static const char* __cu_names() { return \"p\"; } }; \
             auto& p = __cu_shared<__cu_shared_0, -1>::at()->p; }"
        );
    }

    #[test]
    fn each_variable_has_a_declaration_of_its_own() {
        let text = rewritten("void f() { __shared__ Pair<int, A*> *p, q[N < 2 ? 1 : 2], r; }");
        for body in ["{ Pair<int, A*> *p;", "{ Pair<int, A*> r;"] {
            assert!(text.contains(body), "{text}");
        }
    }

    #[test]
    fn dynamic_memory_becomes_a_reference_or_outside_of_functions_a_pointer() {
        assert_eq!(
            rewritten("void f() { extern __shared__ __align__(16) float s[][32]; }"),
            "void f() { float (&s)[][32] = *(float (*)[][32])__cu_dynamic(); }"
        );
        assert_eq!(
            rewritten("namespace a { extern __shared__ unsigned int s[]; }"),
            "namespace a { static const __cu_dynamic_array<unsigned int> s; }"
        );
    }

    #[test]
    fn lines_comments_and_strings_stay() {
        let source = "// __shared__ int a;\nextern \"C\" __global__ void k() {\n  extern\n  __shared__ int\n  s[];\n  f(\"__shared__ int b;\");\n}\nint after;";
        let text = rewritten(source);
        assert_eq!(text.lines().count(), source.lines().count());
        assert_eq!(text.lines().last(), Some("int after;"));
        assert!(text.contains("// __shared__ int a;") && text.contains("\"__shared__ int b;\""));
        let many = "void f() { __shared__ float a[2], // first\n  b; // second\n}\nint c;";
        assert_eq!(rewritten(many).lines().nth(2), Some("}"));
    }

    #[test]
    fn each_declaration_belongs_to_the_kernel_around_it() {
        let text = rewritten(
            "extern \"C\" { __global__ void a() { { __shared__ int x; } __shared__ int y; }\n\
             __device__ void f() { __shared__ int z; }\n\
             __global__ void b() { __shared__ int w; } }",
        );
        let owner = |number: usize| {
            let (_, rest) = text.split_once(&format!("<__cu_shared_{number}, ")).unwrap();
            rest.split_once('>').unwrap().0.to_string()
        };
        assert_eq!([0, 1, 2, 3].map(owner), ["1", "1", "-1", "2"]);
    }

    #[test]
    fn a_word_that_is_doubled_counts_once() {
        let once = rewritten("void f() { __shared__  int a[2]; }");
        assert_eq!(rewritten("void f() { __shared__ __shared__ int a[2]; }"), once);
    }

    #[test]
    fn what_does_not_end_is_left_to_the_compiler() {
        assert_eq!(rewritten("void f() { __shared__ int a }"), "void f() { __shared__ int a }");
    }
}
