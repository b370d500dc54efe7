//! CUB and Thrust: what of them a kernel uses, by its namespace or through names of the source.
//!
//! Host code that calls them is left out with its types, so that their headers need not be there.

use super::lexer::TokenKind;
use super::outline::{DeclarationKind, Outline};

const NAMESPACES: [&str; 2] = ["cub", "thrust"];

/// What kernels name of them without the namespace, behind `using namespace`.
const UNQUALIFIED: [&str; 14] = [
    "BlockDiscontinuity",
    "BlockExchange",
    "BlockHistogram",
    "BlockLoad",
    "BlockRadixSort",
    "BlockReduce",
    "BlockScan",
    "BlockStore",
    "WarpReduce",
    "WarpScan",
    "device_ptr",
    "device_vector",
    "tuple",
    "zip_iterator",
];

/// The names by which a source's kernels may reach the two.
pub(super) struct CubAndThrust<'a> {
    /// Types of the source that are made of theirs.
    types: Vec<&'a str>,
    /// Whether their own names count without the namespace.
    is_open: bool,
}

impl<'a> CubAndThrust<'a> {
    pub fn of(outline: &Outline<'a>) -> Self {
        let words = |at: usize| NAMESPACES.contains(&outline.word(at));
        let is_open = (1..outline.tokens.len()).any(|at| {
            words(at) && outline.word(at - 1) == "namespace" && is_using(outline, at - 1)
        });
        let mut all = Self { types: Vec::new(), is_open };
        while let Some(name) = all.another_type(outline) {
            all.types.push(name);
        }
        all
    }

    /// A type of the host that is made of theirs and not yet known.
    fn another_type(&self, outline: &Outline<'a>) -> Option<&'a str> {
        let of_host = outline.declarations.iter().filter(|one| one.kind == DeclarationKind::Host);
        let mut types = of_host.filter_map(|one| Some((outline.type_name(one)?, one)));
        let found = types.find(|(name, one)| {
            !self.types.contains(name) && one.tokens.clone().any(|at| self.is_named(outline, at))
        });
        found.map(|(name, _)| name)
    }

    /// Whether the word at `at` belongs to them, or is made of what does.
    pub fn is_named(&self, outline: &Outline<'_>, at: usize) -> bool {
        let is_word = outline.tokens[at].kind == TokenKind::Word;
        let word = outline.word(at);
        let is_member = at > 0 && outline.word(at - 1) == ".";
        let next = |sign| outline.tokens.get(at + 1).is_some_and(|next| next.is(sign));
        let is_theirs = NAMESPACES.contains(&word) && next(':');
        let is_opened = self.is_open && UNQUALIFIED.contains(&word) && next('<');
        is_word && !is_member && (is_theirs || is_opened || self.types.contains(&word))
    }
}

fn is_using(outline: &Outline<'_>, at: usize) -> bool {
    at > 0 && outline.word(at - 1) == "using"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the last line of `text` that are theirs.
    fn named(text: &str) -> Vec<&str> {
        let outline = Outline::of(text);
        let of_them = CubAndThrust::of(&outline);
        let last = text.rfind('\n').unwrap_or(0);
        let all = (0..outline.tokens.len()).filter(|&at| outline.tokens[at].range.start > last);
        all.filter(|&at| of_them.is_named(&outline, at)).map(|at| outline.word(at)).collect()
    }

    #[test]
    fn names_lead_through_types_and_using() {
        let types =
            "typedef cub::BlockReduce<int, 64> A;\nstruct B { A a; };\nstruct C { int cub; };\n";
        assert_eq!(named(&format!("{types}void f() {{ A a; B b; C c; c.cub; }}")), ["A", "B"]);
        let body = "__device__ void f() { WarpReduce<int> r; thrust::plus<int> p; tuple = 1; }";
        assert_eq!(named(&format!("\n{body}")), ["thrust"]);
        assert_eq!(named(&format!("using namespace cub;\n{body}")), ["WarpReduce", "thrust"]);
    }
}
