//! What the text says of a kernel: its name, what its parameters are called, their shapes.
//!
//! Types are left to the compiler, which alone knows what a typedef or a macro stands for.

use super::lexer::TokenKind;
use super::outline::{Declaration, Outline, closing, closing_angle};
use super::source_place::SourcePlace;
use std::fmt;
use std::ops::Range;

/// A kernel as its text describes it.
#[derive(Clone, Debug)]
pub(super) struct KernelText {
    /// With its namespaces, `a::k`.
    pub name: String,
    /// `k.cu:3`.
    pub place: String,
    /// The text between `template <` and `>`.
    pub template: Option<String>,
    pub parameters: Vec<ParameterText>,
}

/// A parameter as its text describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParameterText {
    /// None where the text gives the type alone.
    pub name: Option<String>,
    /// The words of its type.
    pub type_name: String,
    /// The shape that the comment above the kernel gives.
    pub shape: Option<Vec<Size>>,
}

/// One size of a shape in a kernel's comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    /// A number.
    Fixed(usize),
    /// The value of a parameter, or a name that only has to mean the same everywhere.
    Named(String),
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Size::Fixed(size) => write!(f, "{size}"),
            Size::Named(name) => f.write_str(name),
        }
    }
}

impl KernelText {
    /// What `declaration` of `outline` says of a kernel; none where it has no name.
    pub fn of(outline: &Outline<'_>, declaration: &Declaration) -> Option<Self> {
        let at = outline.name(declaration).filter(|&at| outline.word(at) != "__global__")?;
        let mut path = declaration.namespaces.clone();
        path.retain(|name| !name.is_empty());
        path.push(outline.word(at).into());
        let place = SourcePlace::of(outline.text, outline.tokens[at].range.start);
        let shapes = shapes_above(outline, declaration);
        Some(Self {
            name: path.join("::"),
            place: format!("{}:{}", place.file, place.line),
            template: template(outline, declaration),
            parameters: parameters(outline, at + 1, &shapes),
        })
    }
}

/// The text between `template <` and its `>`.
fn template(outline: &Outline<'_>, declaration: &Declaration) -> Option<String> {
    if !declaration.is_template {
        return None;
    }
    let open = declaration.tokens.start + 1;
    let close = closing_angle(&outline.tokens, open);
    let inside = outline.tokens[open].range.end..outline.tokens[close].range.start;
    // One without an end has nothing inside.
    let inside = outline.text.get(inside).unwrap_or_default();
    Some(inside.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn parameters(
    outline: &Outline<'_>,
    open: usize,
    shapes: &[(String, Vec<Size>)],
) -> Vec<ParameterText> {
    let Some(open) = (open..outline.tokens.len()).find(|&at| outline.tokens[at].is('(')) else {
        return Vec::new();
    };
    let pieces = pieces(outline, open + 1..closing(&outline.tokens, open));
    let is_void = |piece: &Vec<usize>| matches!(piece[..], [at] if outline.word(at) == "void");
    let pieces = pieces.iter().filter(|piece| !piece.is_empty() && !is_void(piece));
    let mut all: Vec<ParameterText> = pieces.map(|piece| parameter(outline, piece)).collect();
    for parameter in &mut all {
        let shape = shapes.iter().find(|(of, _)| Some(of) == parameter.name.as_ref());
        parameter.shape = shape.map(|(_, shape)| shape.clone());
    }
    all
}

/// The tokens of each parameter.
fn pieces(outline: &Outline<'_>, range: Range<usize>) -> Vec<Vec<usize>> {
    let mut pieces = vec![Vec::new()];
    let mut at = range.start;
    while at < range.end {
        let token = &outline.tokens[at];
        let end = match token.kind {
            TokenKind::Sign('(' | '[' | '{') => closing(&outline.tokens, at),
            TokenKind::Sign('<') => closing_angle(&outline.tokens, at),
            _ => at,
        };
        match pieces.last_mut() {
            _ if token.is(',') => pieces.push(Vec::new()),
            Some(piece) => piece.extend(outline.code(at..end + 1)),
            None => {}
        }
        at = end + 1;
    }
    pieces
}

fn parameter(outline: &Outline<'_>, piece: &[usize]) -> ParameterText {
    // Not the default, and not the sizes of an array.
    let ends = |&&at: &&usize| !outline.tokens[at].is('=') && !outline.tokens[at].is('[');
    let piece: Vec<usize> = piece.iter().take_while(ends).copied().collect();
    let is_word = |&at: &usize| {
        outline.tokens[at].kind == TokenKind::Word && !QUALIFIERS.contains(&outline.word(at))
    };
    let words: Vec<usize> = piece.iter().copied().filter(is_word).collect();
    let named = words.last().filter(|&&last| {
        let is_last = piece.iter().all(|&at| at <= last || QUALIFIERS.contains(&outline.word(at)));
        words.len() > 1 && is_last && !TYPE_WORDS.contains(&outline.word(last))
    });
    let of_type = words.iter().filter(|at| Some(*at) != named).map(|&at| outline.word(at));
    ParameterText {
        name: named.map(|&at| outline.word(at).to_string()),
        type_name: of_type.collect::<Vec<_>>().join(" "),
        shape: None,
    }
}

const QUALIFIERS: [&str; 7] = [
    "const",
    "volatile",
    "__restrict__",
    "__restrict",
    "restrict",
    "__grid_constant__",
    "register",
];

/// Words that a type may end with.
const TYPE_WORDS: [&str; 10] =
    ["char", "short", "int", "long", "unsigned", "signed", "float", "double", "bool", "void"];

/// `name: (m, k)` wherever the comments directly above the kernel say so.
fn shapes_above(outline: &Outline<'_>, declaration: &Declaration) -> Vec<(String, Vec<Size>)> {
    let above = outline.tokens[..declaration.tokens.start].iter().rev();
    let comments = above.take_while(|token| token.kind == TokenKind::Comment);
    comments.flat_map(|token| shapes_in(token.text(outline.text))).collect()
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
    use super::super::outline::DeclarationKind;
    use super::*;

    fn kernels(source: &str) -> Vec<KernelText> {
        let outline = Outline::of(source);
        let kernels = outline.declarations.iter().filter(|d| d.kind == DeclarationKind::Kernel);
        kernels.filter_map(|declaration| KernelText::of(&outline, declaration)).collect()
    }

    fn names(source: &str) -> Vec<String> {
        let parameter =
            |p: &ParameterText| format!("{} {}", p.type_name, p.name.as_deref().unwrap_or("?"));
        let text = |kernel: &KernelText| {
            let parameters: Vec<_> = kernel.parameters.iter().map(parameter).collect();
            format!("{}({})", kernel.name, parameters.join(", "))
        };
        kernels(source).iter().map(text).collect()
    }

    #[test]
    fn names_are_read_in_every_form() {
        let source = r#"
            extern "C" __global__ void k(const float* __restrict__ a, float *b, double const *c,
                unsigned d, long long e, const unsigned char f[], std::size_t g, const int h,
                Point<int, 2> p, void (*q)(int), int r = f(1, 2), float, unsigned int, float*) {}
        "#;
        assert_eq!(
            names(source),
            ["k(float a, float b, double c, unsigned d, long long e, unsigned char f, \
              std size_t g, int h, Point int 2 p, void q int ?, int r, float ?, unsigned int ?, float ?)"]
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
            extern "C" {
                __global__ void second(void) {}
                template <int N> __device__ void inner() {}
                __global__ __launch_bounds__(64) void third(int* y) {}
            }
            namespace a { inline namespace b { template <class T, int N = 3> __global__ void deep(T* y); } }
        "#;
        assert_eq!(
            names(source),
            ["first(int n, float x)", "second()", "third(int y)", "a::b::deep(T y)"]
        );
        assert_eq!(kernels(source)[3].template.as_deref(), Some("class T, int N = 3"));
        assert_eq!(kernels(source)[0].template, None);
        assert!(names("").is_empty() && names("__global__").is_empty());
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
        let kernels = kernels(source);
        let shapes = |k: usize| -> Vec<String> {
            let shape = |p: &ParameterText| match &p.shape {
                Some(sizes) => sizes.iter().map(Size::to_string).collect::<Vec<_>>().join(","),
                None => "-".into(),
            };
            kernels[k].parameters.iter().map(shape).collect()
        };
        assert_eq!(shapes(0), ["m,k", "k,n", "m,3", "-"]);
        assert_eq!(shapes(1), ["-"]);
    }
}
