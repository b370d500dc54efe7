//! What a compiler gets of a source: without the code of the host, and with an entry for each kernel.
//!
//! Every line keeps its number, so that messages are about the text that was written.

use super::headers;
use super::kernel_text::KernelText;
use super::lexer::TokenKind;
use super::outer_variables;
use super::outline::{Declaration, DeclarationKind, Outline};
use super::refusals::{Refusals, refusals};
use super::source_place::SourcePlace;
use super::{Kind, Source};
use std::ops::Range;

/// A source, ready for a compiler.
#[derive(Clone, Debug)]
pub(super) struct TranslationUnit {
    pub source: Source,
    /// The text, with `__CU_ENTRY(number, kernel)` behind each kernel.
    pub text: String,
    /// All kernels, by number.
    pub kernels: Vec<KernelText>,
    pub entries: Vec<EntryPoint>,
    /// Kernels that cannot be run, each with the reason.
    pub refused: Vec<(KernelText, String)>,
    pub left_out: Vec<LeftOut>,
}

/// A kernel to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntryPoint {
    /// What it is launched by: `add`, `reduce<float, 256>`.
    pub name: String,
    /// Its number among the source's kernels.
    pub number: usize,
    /// Whether it is made of a template.
    pub is_instance: bool,
}

/// What of the host's code was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub name: String,
    pub place: String,
    pub part: HostPart,
}

/// What the host declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostPart {
    Function,
    Variable,
    Type,
}

impl LeftOut {
    /// What to do about a compiler's message that this is not declared.
    pub fn note(&self, log: &str) -> Option<String> {
        let Self { name, place, part } = self;
        let quoted = |quote: char| log.contains(&format!("{quote}{name}{quote}"));
        let advice = match part {
            HostPart::Function => {
                "is a function of the host: write __device__ before it, so that a kernel can call it"
            }
            HostPart::Variable => {
                "is a variable of the host: pass its value to the kernel, or make it const or \
                 __constant__"
            }
            HostPart::Type => {
                "has members that only the host has: give the kernel a structure without them"
            }
        };
        let is_missed = ['\'', '"', '‘', '`'].into_iter().any(quoted);
        is_missed.then(|| format!("{place}: note: `{name}` {advice}\n"))
    }
}

impl TranslationUnit {
    pub fn of(source: &Source, kind: Kind) -> Self {
        let outline = Outline::of(source.expanded());
        let mut edits = headers::replaced(outline.text, &outline.tokens, kind);
        edits.extend(gaps_behind_literals(&outline));
        if kind == Kind::Cpu {
            edits.extend(outer_variables::edits(&outline));
        }
        let mut building = Building {
            refusals: refusals(&outline, kind),
            edits,
            outline: &outline,
            unit: Self {
                source: source.clone(),
                text: String::new(),
                kernels: Vec::new(),
                entries: Vec::new(),
                refused: Vec::new(),
                left_out: Vec::new(),
            },
        };
        for (number, declaration) in outline.declarations.iter().enumerate() {
            building.take(number, declaration);
        }
        building.finish()
    }

    /// The same text with one kernel, that template's `name`, e.g. `reduce<float, 256>`.
    pub fn instance(&self, number: usize, name: &str) -> Self {
        let lines = self.text.lines().filter(|line| !line.starts_with("__CU_ENTRY("));
        let mut text: String = lines.flat_map(|line| [line, "\n"]).collect();
        text.push_str(&entry(number, name, &self.kernels[number].place));
        let entry = EntryPoint { name: name.into(), number, is_instance: true };
        Self { text, entries: vec![entry], ..self.clone() }
    }
}

/// The file that messages and debug information name for what stands around the source's text.
pub(super) const AROUND: &str = "lesson-shim.h";

/// A gap behind each `"C"` that has none: C++ takes `"C"__global__` for one word.
fn gaps_behind_literals(outline: &Outline<'_>) -> impl Iterator<Item = (Range<usize>, String)> {
    let touching = outline.tokens.windows(2).filter(|pair| {
        let is_literal = pair[0].text(outline.text) == "\"C\"";
        is_literal && pair[0].range.end == pair[1].range.start
    });
    touching.map(|pair| (pair[1].range.start..pair[1].range.start, " ".to_string()))
}

/// `text` behind what ends at `end`, on lines of its own that count for nothing.
fn between_lines(text: &str, end: &SourcePlace<'_>) -> String {
    let SourcePlace { file, line, .. } = end;
    format!("\n#line 1 \"{AROUND}\"\n{text}\n#line {line} \"{file}\"\n")
}

/// The entry point of a kernel, at the kernel's own line: what is wrong with it is wrong there.
fn entry(number: usize, name: &str, place: &str) -> String {
    let (file, line) = place.rsplit_once(':').unwrap_or((AROUND, "1"));
    format!("\n#line {line} \"{file}\"\n__CU_ENTRY({number}, {name})\n")
}

struct Building<'o> {
    outline: &'o Outline<'o>,
    refusals: Refusals,
    /// What replaces which bytes.
    edits: Vec<(Range<usize>, String)>,
    unit: TranslationUnit,
}

impl Building<'_> {
    fn take(&mut self, number: usize, declaration: &Declaration) {
        let refusal = self.refusals.get(&number).cloned();
        if self.is_instantiation(declaration) {
            // An instance is made when it is asked for.
            return self.blank(declaration);
        }
        if refusal.is_some() || declaration.kind == DeclarationKind::Host {
            self.blank(declaration);
        }
        match declaration.kind {
            DeclarationKind::Kernel => self.kernel(declaration, refusal),
            DeclarationKind::Host => self.left_out(declaration),
            DeclarationKind::Device if self.outline.is_constant_memory(declaration) => {
                self.constants(declaration);
            }
            DeclarationKind::Shared => self.host_methods(declaration),
            DeclarationKind::Device => {}
        }
    }

    /// Whether it is `template __global__ void k<float>(float*);`.
    fn is_instantiation(&self, declaration: &Declaration) -> bool {
        let start = declaration.tokens.start;
        declaration.kind == DeclarationKind::Kernel
            && declaration.is_template
            && !self.outline.tokens.get(start + 1).is_some_and(|next| next.is('<'))
    }

    fn kernel(&mut self, declaration: &Declaration, refusal: Option<String>) {
        let Some(kernel) = KernelText::of(self.outline, declaration) else { return };
        if let Some(refusal) = refusal {
            return self.unit.refused.push((kernel, refusal));
        }
        // A declaration before the definition names the kernel twice.
        let kernels = &mut self.unit.kernels;
        let known = kernels.iter().position(|known| known.name == kernel.name);
        let number = known.unwrap_or(kernels.len());
        let is_entry = declaration.body.is_some() && kernel.template.is_none();
        let (name, place) = (kernel.name.clone(), kernel.place.clone());
        match known {
            // A specialisation, `template <>`, says less than the template.
            Some(known) if declaration.body.is_some() && kernel.template.as_deref() != Some("") => {
                kernels[known] = kernel;
            }
            Some(_) => {}
            None => kernels.push(kernel),
        }
        if !is_entry {
            return;
        }
        let unqualified = name.rsplit("::").next().unwrap_or(&name);
        if declaration.namespaces.iter().any(String::is_empty) {
            // Nothing in a namespace without a name is seen from outside.
            let end = self.outline.text.len();
            self.edits.push((end..end, entry(number, &name, &place)));
        } else {
            let last = self.last_place(declaration);
            let back = format!("#line {} \"{}\"\n", last.line, last.file);
            let end = self.outline.bytes(declaration).end;
            self.edits.push((end..end, entry(number, unqualified, &place) + &back));
        }
        let entry = EntryPoint { name, number, is_instance: false };
        if !self.unit.entries.contains(&entry) {
            self.unit.entries.push(entry);
        }
    }

    /// Lets the host find `__constant__` variables.
    fn constants(&mut self, declaration: &Declaration) {
        let names = self.outline.variables(declaration).into_iter();
        let entries = names.map(|at| format!("__CU_CONSTANT({}) ", self.outline.word(at)));
        let entries: String = entries.collect();
        self.insert_behind(declaration, entries.trim_end());
    }

    /// Where the declaration stands, so that an `#if` around it counts for both.
    fn insert_behind(&mut self, declaration: &Declaration, text: &str) {
        let end = self.outline.bytes(declaration).end;
        self.edits.push((end..end, between_lines(text, &self.last_place(declaration))));
    }

    /// Where a declaration ends.
    fn last_place(&self, declaration: &Declaration) -> SourcePlace<'_> {
        SourcePlace::of(self.outline.text, self.outline.bytes(declaration).end - 1)
    }

    /// Empties those functions of a class that only the host can run.
    fn host_methods(&mut self, declaration: &Declaration) {
        for body in self.outline.host_bodies(declaration) {
            let Range { start, end } = body;
            let (open, close) = (&self.outline.tokens[start], &self.outline.tokens[end]);
            let bytes = open.range.end..close.range.start;
            let lines = self.outline.text[bytes.clone()].matches('\n').count();
            self.edits.push((bytes, format!(" __trap(); {}", "\n".repeat(lines))));
        }
    }

    fn left_out(&mut self, declaration: &Declaration) {
        let outline = self.outline;
        let Some(at) = outline.name(declaration) else { return };
        let place = SourcePlace::of(outline.text, outline.tokens[at].range.start);
        let is_called = outline.tokens.get(at + 1).is_some_and(|next| next.is('('));
        let (name, part) = match outline.type_name(declaration) {
            Some(name) => (name, HostPart::Type),
            None if declaration.body.is_some() || is_called => {
                (outline.word(at), HostPart::Function)
            }
            None => (outline.word(at), HostPart::Variable),
        };
        let place = format!("{}:{}", place.file, place.line);
        self.unit.left_out.push(LeftOut { name: name.into(), place, part });
    }

    /// Takes out a declaration, but for its lines and the directives in it.
    fn blank(&mut self, declaration: &Declaration) {
        let Range { mut start, end } = self.outline.bytes(declaration);
        let inside = &self.outline.tokens[declaration.tokens.clone()];
        for token in inside.iter().filter(|token| token.kind == TokenKind::Directive) {
            self.blank_bytes(start..token.range.start);
            start = token.range.end;
        }
        self.blank_bytes(start..end);
    }

    fn blank_bytes(&mut self, bytes: Range<usize>) {
        let lines = self.outline.text[bytes.clone()].matches('\n').count();
        self.edits.push((bytes, "\n".repeat(lines)));
    }

    fn finish(mut self) -> TranslationUnit {
        self.edits.sort_by_key(|(bytes, _)| (bytes.start, bytes.end));
        let source = self.outline.text;
        let mut at = 0;
        for (bytes, instead) in self.edits {
            // A gap in what is taken out as a whole.
            if bytes.start < at {
                continue;
            }
            self.unit.text.push_str(&source[at..bytes.start]);
            self.unit.text.push_str(&instead);
            at = bytes.end;
        }
        self.unit.text.push_str(&source[at..]);
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::property;
    use proptest::prelude::*;

    const TEXT: &str = r#"#include <stdio.h>
#define HD __host__ __device__
#if N > 3
template <int N, class T = float> __global__ void a(T* x, int n) { if (n < N) x[0] = c[1]; }
#else
namespace b { struct P { int x; HD P(int x) : x(x) {} }; }
#endif
__constant__ float c[2] = {1, 2}; // "quoted
extern "C" { __global__ void k(const float* x, b::P p = b::P(1)) {
    __shared__ float s[32]; s[0] = p.x; asm("mov"); } }
int main() { printf("}"); k<<<1, 2>>>(0); /* } */ return 'a'; }
__device__ auto last() { return 1; }
"#;

    fn unit(text: &str) -> TranslationUnit {
        TranslationUnit::of(&Source::text("k.cu", text), Kind::Cpu)
    }

    #[test]
    fn lines_keep_their_numbers() {
        let unit = unit(TEXT);
        let at = unit.text.find("__device__ auto last").unwrap();
        assert_eq!(SourcePlace::of(&unit.text, at).line, 12);
        assert!(!unit.text.contains("main") && !unit.text.contains("asm"));
        assert!(unit.text.contains("__CU_CONSTANT(c)"));
        assert_eq!((unit.kernels[0].name.as_str(), unit.entries.len()), ("a", 0));
        let made = unit.instance(0, "a<3>");
        assert!(made.text.ends_with("__CU_ENTRY(0, a<3>)\n"), "{}", made.text);
    }

    #[test]
    fn any_text_is_taken() {
        let pieces = prop::collection::vec((0..TEXT.len(), 0..TEXT.len()), 0..6);
        property::holds(3000, pieces, |pieces| {
            let mut text = TEXT.to_string();
            for (at, from) in pieces {
                let at = at.min(text.len());
                // Takes out, or puts something else in.
                match (text.is_char_boundary(at), at % 2) {
                    (true, 0) => text.truncate(at),
                    (true, _) => text.insert_str(at, &TEXT[from..(from + 9).min(TEXT.len())]),
                    _ => {}
                }
            }
            unit(&text);
            Ok(())
        });
    }
}
