//! Variables outside of functions, for the CPU device.
//!
//! CUDA gives them their values before any code runs, and shared memory may be among them. For the
//! host's C++ compiler that has to be said in other words:
//!
//! | in the source | what the compiler sees |
//! |---|---|
//! | `__device__ int n = 3;` | `CU_CONSTANT_VALUE __device__ int n = 3; __CU_DEVICE_SIZE(n)`, refused if 3 is a call or `n` is huge |
//! | `__shared__ T s[32];` | `auto& __cu_outer_s() { __shared__ T s[32]; return s; }` |
//! | `{ … s[i] … }`, a function | `{ auto& s = __cu_outer_s(); { … s[i] … }}` |

use super::lexer::TokenKind;
use super::outline::{Declaration, DeclarationKind, Outline, closing};
use super::source_place::SourcePlace;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What replaces which bytes.
type Edits = Vec<(Range<usize>, String)>;

pub(super) fn edits(outline: &Outline<'_>) -> Edits {
    let (mut edits, mut shared) = (Vec::new(), BTreeMap::new());
    let called = runnable_names(outline);
    for declaration in &outline.declarations {
        if is_outer_shared(outline, declaration) {
            let named = declaration.namespaces.iter().filter(|name| !name.is_empty());
            let path: String = named.map(|name| format!("{name}::")).collect();
            let names = outline.variables(declaration).into_iter().map(|at| outline.word(at));
            shared.extend(names.map(|name| (name, path.clone())));
            edits.push(accessors(outline, declaration));
        } else if let Some(open) = declaration.body {
            edits.extend(references(outline, declaration, open, &shared));
        } else if needs_constant_value(outline, declaration, &called) {
            edits.push(constant_value(outline, declaration));
            if declaration.kind == DeclarationKind::Device && !declaration.is_template {
                edits.push(sizes(outline, declaration));
            }
            if outline.code(declaration.tokens.clone()).any(|at| called.contains(outline.word(at)))
            {
                edits.extend(empty_values(outline, declaration));
            }
        }
    }
    edits
}

/// Asks the compiler to refuse a value that code would have to make.
fn constant_value(outline: &Outline<'_>, declaration: &Declaration) -> (Range<usize>, String) {
    let start = outline.tokens[outline.head(declaration).start].range.start;
    (start..start, format!("\nCU_CONSTANT_VALUE{}", back_to(outline, start)))
}

/// Behind a declaration, how large its variables may be.
fn sizes(outline: &Outline<'_>, declaration: &Declaration) -> (Range<usize>, String) {
    let end = outline.bytes(declaration).end;
    let SourcePlace { file, line, .. } = SourcePlace::of(outline.text, end - 1);
    let limit = match outline.is_constant_memory(declaration) {
        true => "__CU_CONSTANT_SIZE",
        false => "__CU_DEVICE_SIZE",
    };
    // A member of a class has another name outside of it.
    let is_own = |at: &usize| *at > 0 && !outline.tokens[at - 1].is(':');
    let names = outline.variables(declaration).into_iter().filter(is_own);
    let limits: String = names.map(|at| format!("{limit}({}) ", outline.word(at))).collect();
    let place = format!("#line {line} \"{file}\"\n");
    (end..end, format!("\n{place}{limits}\n{place}"))
}

/// A value for each array without one: GCC asks only where there is one whether it is constant.
fn empty_values(outline: &Outline<'_>, declaration: &Declaration) -> Edits {
    let after_dimensions = |name: usize| {
        let mut at = name + 1;
        while outline.tokens.get(at).is_some_and(|token| token.is('[')) {
            at = closing(&outline.tokens, at) + 1;
        }
        at
    };
    let names = outline.variables(declaration).into_iter();
    let ends = names.map(|name| (name, after_dimensions(name)));
    let bare = ends.filter(|&(name, end)| {
        end > name + 1 && outline.tokens.get(end).is_some_and(|t| t.is(';') || t.is(','))
    });
    bare.map(|(_, end)| outline.tokens[end].range.start)
        .map(|at| (at..at, " = {}".to_string()))
        .collect()
}

/// The end of a line, and what makes the next one go on at `offset`, with its line and its column.
fn back_to(outline: &Outline<'_>, offset: usize) -> String {
    let SourcePlace { file, line, column, .. } = SourcePlace::of(outline.text, offset);
    format!("\n#line {line} \"{file}\"\n{}", " ".repeat(column - 1))
}

fn has_word(outline: &Outline<'_>, range: Range<usize>, word: &str) -> bool {
    outline.code(range).any(|at| outline.word(at) == word)
}

/// Whether a declaration is of shared memory whose size the source gives.
fn is_outer_shared(outline: &Outline<'_>, declaration: &Declaration) -> bool {
    let has = |word| has_word(outline, declaration.tokens.clone(), word);
    let is_variable = declaration.body.is_none() && outline.type_name(declaration).is_none();
    is_variable && has("__shared__") && !has("extern") && !declaration.is_template
}

/// A function for each variable of a declaration, on the lines of the declaration.
fn accessors(outline: &Outline<'_>, declaration: &Declaration) -> (Range<usize>, String) {
    let bytes = outline.bytes(declaration);
    let text = outline.text[bytes.clone()].replace("static ", "");
    let lines = text.matches('\n').count();
    let names = outline.variables(declaration);
    let accessor = |at: &usize| {
        let name = outline.word(*at);
        let text = text.replace('\n', " ");
        format!("static __device__ inline auto& __cu_outer_{name}() {{ {text} return {name}; }} ")
    };
    (bytes, names.iter().map(accessor).collect::<String>() + &"\n".repeat(lines))
}

/// Brings the shared variables that a function names into it, around its own names.
fn references(
    outline: &Outline<'_>,
    function: &Declaration,
    open: usize,
    shared: &BTreeMap<&str, String>,
) -> Edits {
    let (head, body) = (outline.head(function), open..function.tokens.end);
    let used: Vec<(&str, &String)> = shared
        .iter()
        .map(|(name, path)| (*name, path))
        .filter(|(name, _)| !has_word(outline, head.clone(), name))
        .filter(|(name, _)| has_word(outline, body.clone(), name))
        .collect();
    if used.is_empty() {
        return Vec::new();
    }
    let references: String = used
        .iter()
        .map(|(name, path)| format!("[[maybe_unused]] auto& {name} = {path}__cu_outer_{name}(); "))
        .collect();
    let after = outline.tokens[open].range.end;
    let end = outline.bytes(function).end;
    let mut edits = vec![
        (after..after, format!("\n{references}{{{}", back_to(outline, after))),
        (end..end, "}".into()),
    ];
    let is_used = |at: &usize| used.iter().any(|(name, _)| *name == outline.word(*at));
    edits.extend(outline.code(body).filter(is_used).filter_map(|at| without_path(outline, at)));
    edits
}

/// Takes the namespaces before a name away: `a::s` becomes `s`, in the same column.
fn without_path(outline: &Outline<'_>, name: usize) -> Option<(Range<usize>, String)> {
    let is_colon = |at: usize| outline.tokens[at].is(':');
    let mut first = name;
    while first >= 2 && is_colon(first - 1) && is_colon(first - 2) {
        first -= 2;
        if first > 0 && outline.tokens[first - 1].kind == TokenKind::Word {
            first -= 1;
        }
    }
    let bytes = outline.tokens[first].range.start..outline.tokens[name].range.start;
    let gap = " ".repeat(bytes.len());
    (first < name).then_some((bytes, gap))
}

/// What runs code where it is named: functions of the device, and types.
fn runnable_names<'a>(outline: &Outline<'a>) -> BTreeSet<&'a str> {
    let name = |declaration: &Declaration| match declaration.body {
        Some(_) => outline.name(declaration).map(|at| outline.word(at)),
        None => outline.type_name(declaration),
    };
    outline.declarations.iter().filter_map(name).collect()
}

/// Whether a declaration is of variables, and the device's, or constants that are made by code of
/// the source.
fn needs_constant_value(
    outline: &Outline<'_>,
    declaration: &Declaration,
    called: &BTreeSet<&str>,
) -> bool {
    let tokens = || declaration.tokens.clone();
    let has = |word| has_word(outline, tokens(), word);
    if ["constexpr", "extern", "typedef", "using", "operator", "friend"].into_iter().any(has)
        || outline.type_name(declaration).is_some()
        || !is_variable(outline, declaration)
    {
        return false;
    }
    match declaration.kind {
        DeclarationKind::Device => !has("__shared__"),
        DeclarationKind::Shared => {
            outline.code(tokens()).any(|at| called.contains(outline.word(at)))
        }
        DeclarationKind::Kernel | DeclarationKind::Host => false,
    }
}

/// Whether a declaration without a body is of variables: `int n = 3;`, `Point p(1, 2);`, not
/// `int f(int);`.
fn is_variable(outline: &Outline<'_>, declaration: &Declaration) -> bool {
    let Some(name) = outline.name(declaration) else { return false };
    let mut after = outline.code(name + 1..declaration.tokens.end);
    if !after.next().is_some_and(|at| outline.tokens[at].is('(')) {
        return !outline.variables(declaration).is_empty();
    }
    let is_value = |at: usize| match outline.tokens[at].kind {
        TokenKind::Word => outline.word(at).starts_with(|first: char| first.is_ascii_digit()),
        TokenKind::Literal => true,
        _ => outline.tokens[at].is('-'),
    };
    after.next().is_some_and(is_value)
}
