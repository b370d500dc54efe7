//! What a kernel takes, read from its source text.
//!
//! CUDA's driver is given untyped pointers: it cannot tell a wrong argument from a right one. So
//! the signature is read from the text, and each launch is checked against it.

use super::Scalar;
use super::lexer::{Token, TokenKind, tokens};
use crate::{Error, Result};
use std::fmt;

/// The name and the parameters of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The kernel's name.
    pub name: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
}

/// One parameter of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The parameter's name.
    pub name: String,
    /// The number's type, or that of the elements a pointer leads to.
    pub scalar: Scalar,
    /// Value or pointer.
    pub passing: Passing,
    /// The shape that the comment above the kernel gives, as in `// a: (m, k) row-major`.
    pub shape: Option<Vec<Size>>,
}

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// A number.
    Value,
    /// A pointer to elements that the kernel only reads, `const T*`.
    Read,
    /// A pointer to elements that the kernel may write, `T*`.
    Write,
}

/// One size of a shape in a kernel's comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    /// A number.
    Fixed(usize),
    /// The value of a parameter, or a name that only has to mean the same everywhere.
    Named(String),
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scalar = self.scalar.cuda_name();
        match self.passing {
            Passing::Value => write!(f, "{scalar} {}", self.name),
            Passing::Read => write!(f, "const {scalar}* {}", self.name),
            Passing::Write => write!(f, "{scalar}* {}", self.name),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<String> = self.parameters.iter().map(Parameter::to_string).collect();
        write!(f, "{}({})", self.name, parameters.join(", "))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Size::Fixed(size) => write!(f, "{size}"),
            Size::Named(name) => f.write_str(name),
        }
    }
}

/// The signatures of all `extern "C" __global__` functions in `source`, which messages call
/// `file`.
///
/// # Errors
/// [`Error::Launch`] for a kernel that cannot be launched by name and for a parameter of a type
/// that no buffer or number has.
pub(super) fn signatures(file: &str, source: &str) -> Result<Vec<Signature>> {
    let all = tokens(source);
    let mut found: Vec<Signature> = Vec::new();
    for at in 0..all.len() {
        if all[at].is_word(source, "__global__") {
            let kernel = Reader { file, source, tokens: &all, at: at + 1 }.kernel(at)?;
            // A declaration before the definition names the kernel twice.
            match found.iter_mut().find(|known| known.name == kernel.name) {
                Some(known) => *known = kernel,
                None => found.push(kernel),
            }
        }
    }
    Ok(found)
}

struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from behind `__global__`, which is the token `keyword`.
    fn kernel(mut self, keyword: usize) -> Result<Signature> {
        let name = self.name()?;
        if !self.is_extern_c(keyword) {
            return Err(self.problem(
                &name,
                "write extern \"C\" before __global__, so that the kernel keeps its name",
            ));
        }
        let shapes = self.shapes_above(keyword);
        let mut parameters = Vec::new();
        for piece in self.pieces(&name)? {
            let mut parameter = self.parameter(&name, &piece)?;
            parameter.shape =
                shapes.iter().find(|(of, _)| *of == parameter.name).map(|(_, shape)| shape.clone());
            parameters.push(parameter);
        }
        Ok(Signature { name, parameters })
    }

    /// The last word before the parameters, past `void` and attributes such as
    /// `__launch_bounds__(256)`.
    fn name(&mut self) -> Result<String> {
        let mut name = None;
        while let Some(token) = self.tokens.get(self.at) {
            match token.kind {
                TokenKind::Word => name = Some(token.text(self.source)),
                TokenKind::Sign('(') if name == Some("__launch_bounds__") => {
                    self.skip_parentheses()
                }
                TokenKind::Sign('(') => break,
                TokenKind::Comment => {}
                _ => name = None,
            }
            self.at += 1;
        }
        name.map(str::to_string)
            .ok_or_else(|| self.problem("__global__", "a kernel's name should follow"))
    }

    /// Leaves `at` on the closing parenthesis.
    fn skip_parentheses(&mut self) {
        let mut depth = 0;
        while let Some(token) = self.tokens.get(self.at) {
            depth += i32::from(token.is('(')) - i32::from(token.is(')'));
            if depth == 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// Whether `extern "C"` stands before the kernel, or a block `extern "C" {` around it.
    fn is_extern_c(&self, keyword: usize) -> bool {
        let before = &self.tokens[..keyword];
        let is_extern = |k: usize| {
            before[k].is_word(self.source, "extern")
                && before.get(k + 1).is_some_and(|token| token.text(self.source) == "\"C\"")
        };
        let mut depth = 0;
        for k in (0..before.len()).rev() {
            match before[k].kind {
                TokenKind::Sign('}') => depth += 1,
                TokenKind::Sign('{') if depth == 0 => return k >= 2 && is_extern(k - 2),
                TokenKind::Sign('{') => depth -= 1,
                TokenKind::Word
                    if depth == 0
                        && is_extern(k)
                        && !before[k + 2..].iter().any(ends_a_declaration) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// The tokens of each parameter.
    fn pieces(&mut self, kernel: &str) -> Result<Vec<Vec<&'a Token>>> {
        let (mut pieces, mut piece) = (Vec::new(), Vec::new());
        for token in &self.tokens[(self.at + 1).min(self.tokens.len())..] {
            match token.kind {
                TokenKind::Sign(')') => {
                    if !piece.is_empty() {
                        pieces.push(piece);
                    }
                    return Ok(pieces);
                }
                TokenKind::Sign(',') => pieces.push(std::mem::take(&mut piece)),
                TokenKind::Comment => {}
                _ => piece.push(token),
            }
        }
        Err(self.problem(kernel, "the list of parameters does not end"))
    }

    fn parameter(&self, kernel: &str, piece: &[&Token]) -> Result<Parameter> {
        const QUALIFIERS: [&str; 4] = ["const", "__restrict__", "__restrict", "volatile"];
        let text = || piece.iter().map(|t| t.text(self.source)).collect::<Vec<_>>().join(" ");
        let unknown = || {
            self.problem(kernel, &format!("`{}` is not a parameter that can be passed: it takes numbers (float, double, int, unsigned int, long long, …) and pointers to them", text()))
        };
        let star = piece.iter().position(|token| token.is('*'));
        let pointer = star.is_some() || piece.iter().any(|token| token.is('['));
        let words = |tokens: &[&'a Token]| -> Vec<&'a str> {
            let words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
            words.map(|token| token.text(self.source)).collect()
        };
        // Lifetimes: the tokens borrow from `self.tokens`, the words from the source.
        let piece: Vec<&'a Token> = piece.iter().map(|token| self.lasting(token)).collect();
        let all = words(&piece);
        let Some(name) = all.last().filter(|name| !QUALIFIERS.contains(name)) else {
            return Err(unknown());
        };
        let before = star.map_or(&piece[..], |star| &piece[..star]);
        let mut kind = words(before);
        if star.is_none() {
            kind.retain(|word| word != name);
        }
        let constant = kind.contains(&"const");
        kind.retain(|word| !QUALIFIERS.contains(word));
        let stars = piece.iter().filter(|token| token.is('*')).count();
        let others =
            piece.iter().any(|t| matches!(t.kind, TokenKind::Sign(c) if !"*[]".contains(c)));
        let scalar = scalar(&kind).filter(|_| stars <= 1 && !others).ok_or_else(unknown)?;
        let passing = match (pointer, constant) {
            (false, _) => Passing::Value,
            (true, true) => Passing::Read,
            (true, false) => Passing::Write,
        };
        Ok(Parameter { name: name.to_string(), scalar, passing, shape: None })
    }

    fn lasting(&self, token: &Token) -> &'a Token {
        let same = self.tokens.binary_search_by_key(&token.range.start, |t| t.range.start);
        &self.tokens[same.unwrap_or_default()]
    }

    /// `name: (m, k)` wherever the comments directly above the kernel say so.
    fn shapes_above(&self, keyword: usize) -> Vec<(String, Vec<Size>)> {
        let start = self.start_of_declaration(keyword);
        let above = self.tokens[..start].iter().rev();
        let comments = above.take_while(|token| token.kind == TokenKind::Comment);
        comments.flat_map(|token| shapes_in(token.text(self.source))).collect()
    }

    fn start_of_declaration(&self, keyword: usize) -> usize {
        let before = &self.tokens[..keyword];
        let belongs = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::Literal);
        keyword - before.iter().rev().take_while(belongs).count()
    }

    fn problem(&self, kernel: &str, problem: &str) -> Error {
        Error::launch(format!("{} in {}", kernel, self.file), problem)
    }
}

fn ends_a_declaration(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Sign(';' | '}' | '{'))
}

/// The scalar that the words of a type name.
fn scalar(words: &[&str]) -> Option<Scalar> {
    let mut words = words.to_vec();
    words.sort_unstable();
    Some(match words.as_slice() {
        ["float"] => Scalar::F32,
        ["double"] => Scalar::F64,
        ["__nv_bfloat16"] | ["bf16"] => Scalar::Bf16,
        ["char", "signed"] | ["int8_t"] => Scalar::I8,
        ["char", "unsigned"] | ["uint8_t"] => Scalar::U8,
        ["int"] | ["int32_t"] | ["signed"] | ["int", "signed"] => Scalar::I32,
        ["unsigned"] | ["int", "unsigned"] | ["uint32_t"] => Scalar::U32,
        ["long", "long"] | ["int", "long", "long"] | ["int64_t"] => Scalar::I64,
        ["long", "long", "unsigned"]
        | ["int", "long", "long", "unsigned"]
        | ["size_t"]
        | ["uint64_t"] => Scalar::U64,
        _ => return None,
    })
}

/// Every `name: (size, …)` in a comment.
fn shapes_in(comment: &str) -> Vec<(String, Vec<Size>)> {
    let mut found = Vec::new();
    for (colon, _) in comment.match_indices(':') {
        let name: String = {
            let reversed = comment[..colon].chars().rev();
            let word: String = reversed.take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            word.chars().rev().collect()
        };
        let Some(inner) = comment[colon + 1..].trim_start().strip_prefix('(') else { continue };
        let Some((inner, _)) = inner.split_once(')') else { continue };
        if let Some(shape) =
            inner.split(',').map(str::trim).filter(|s| !s.is_empty()).map(size).collect()
            && !name.is_empty()
        {
            found.push((name, shape));
        }
    }
    found
}

fn size(text: &str) -> Option<Size> {
    if let Ok(size) = text.parse() {
        return Some(Size::Fixed(size));
    }
    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then(|| Size::Named(text.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Result<Vec<Signature>> {
        signatures("k.cu", source)
    }

    fn texts(source: &str) -> Vec<String> {
        read(source).unwrap().iter().map(Signature::to_string).collect()
    }

    #[test]
    fn types_constness_and_names_are_read() {
        let source = r#"
            extern "C" __global__ void k(const float* __restrict__ a, float *b, double const *c,
                unsigned d, long long e, const unsigned char f[], size_t g, const int h,
                __nv_bfloat16* i, unsigned long long j) {}
        "#;
        assert_eq!(
            texts(source),
            ["k(const float* a, float* b, const double* c, unsigned int d, long long e, \
              const unsigned char* f, unsigned long long g, int h, __nv_bfloat16* i, \
              unsigned long long j)"]
        );
    }

    #[test]
    fn attributes_comments_blocks_and_declarations_do_not_confuse() {
        let source = r#"
            // extern "C" __global__ void in_a_comment(int n) {}
            const char* text = "__global__ void in_a_string(int n)";
            __device__ float helper(float x) { return x; }
            extern "C" __global__ void __launch_bounds__(256, 2) first(int n /* all */, // and
                float* x) { if (n) { x[0] = 1; } }
            extern "C" __global__ void second();
            extern "C" {
                __global__ void second() {}
                template <int N> __device__ void inner() {}
                __global__ __launch_bounds__(64) void third(int* y) {}
            }
        "#;
        assert_eq!(texts(source), ["first(int n, float* x)", "second()", "third(int* y)"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn shapes_come_from_the_comment_above() {
        let source = r#"
            // other: (9)
            void f();
            // Multiplies. a: (m, k), b: (k, n) row-major
            // c: (m, 3); not a shape: (m + 1, 2)
            extern "C" __global__ void k(const float* a, const float* b, float* c, int m) {}
            extern "C" __global__ void bare(float* a) {}
        "#;
        let kernels = read(source).unwrap();
        let shapes = |k: usize| -> Vec<String> {
            let shape = |p: &Parameter| match &p.shape {
                Some(sizes) => sizes.iter().map(Size::to_string).collect::<Vec<_>>().join(","),
                None => "-".into(),
            };
            kernels[k].parameters.iter().map(shape).collect()
        };
        assert_eq!(shapes(0), ["m,k", "k,n", "m,3", "-"]);
        assert_eq!(shapes(1), ["-"]);
    }

    #[test]
    fn what_cannot_be_launched_is_refused_by_name() {
        let refused = |source: &str, expected: &str| {
            let error = read(source).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        refused("__global__ void k(int n) {}", "k in k.cu: write extern \"C\"");
        refused("extern \"C\" { } __global__ void k(int n) {}", "write extern \"C\"");
        refused("extern \"C\" int x; __global__ void k(int n) {}", "write extern \"C\"");
        refused("extern \"C\" __global__ void k(float** a) {}", "`float * * a` is not a parameter");
        refused("extern \"C\" __global__ void k(float4 a) {}", "`float4 a` is not a parameter");
        refused("extern \"C\" __global__ void k(long n) {}", "`long n` is not");
        refused("extern \"C\" __global__ void k(Point<int> p) {}", "is not a parameter");
        refused("extern \"C\" __global__ void k(int) {}", "is not a parameter");
        refused("extern \"C\" __global__ void k(int n", "does not end");
        refused("extern \"C\" __global__", "a kernel's name should follow");
    }
}
