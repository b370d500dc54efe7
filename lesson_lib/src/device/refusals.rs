//! Functions of the device that cannot be run here, found in the text, each with what to do instead.
//!
//! Only they are left out: the other kernels of a source compile, and the error comes when one of
//! these is asked for.

use super::Kind;
use super::cub_thrust::CubAndThrust;
use super::kernel_text::KernelText;
use super::lexer::{TokenKind, directive};
use super::outline::{Declaration, DeclarationKind, Outline, closing};
use super::source_place::SourcePlace;
use std::collections::BTreeMap;
use std::ops::Range;

/// The refused declarations by their number, each with its message.
pub(super) type Refusals = BTreeMap<usize, String>;

/// What is wrong at a token.
struct Problem {
    at: usize,
    text: String,
}

pub(super) fn refusals(outline: &Outline<'_>, kind: Kind) -> Refusals {
    let mut found: BTreeMap<usize, Problem> = BTreeMap::new();
    let libraries = CubAndThrust::of(outline);
    for (number, declaration) in functions(outline) {
        if let Some(problem) = problem(outline, declaration, kind, &libraries) {
            found.insert(number, problem);
        }
    }
    while let Some((number, problem)) = a_user_of(outline, &found) {
        found.insert(number, problem);
    }
    let message = |problem: &Problem| {
        let offset = outline.tokens[problem.at].range.start;
        SourcePlace::of(outline.text, offset).error(&problem.text)
    };
    found.iter().map(|(&number, problem)| (number, message(problem))).collect()
}

/// Kernels and functions of the device that have a body.
fn functions<'o>(outline: &'o Outline<'_>) -> impl Iterator<Item = (usize, &'o Declaration)> {
    let all = outline.declarations.iter().enumerate();
    all.filter(|(_, declaration)| {
        let runs = [DeclarationKind::Kernel, DeclarationKind::Device].contains(&declaration.kind);
        runs && declaration.body.is_some()
    })
}

/// A function not yet found that names one that was.
fn a_user_of(outline: &Outline<'_>, found: &BTreeMap<usize, Problem>) -> Option<(usize, Problem)> {
    let refused: Vec<&str> = found
        .keys()
        .map(|&number| &outline.declarations[number])
        .filter(|declaration| declaration.kind == DeclarationKind::Device)
        .filter_map(|declaration| outline.name(declaration).map(|at| outline.word(at)))
        .collect();
    let mut others = functions(outline).filter(|(number, _)| !found.contains_key(number));
    others.find_map(|(number, declaration)| {
        let at = sure(outline, declaration).find(|&at| refused.contains(&outline.word(at)))?;
        let callee = outline.word(at);
        let (_, problem) = found.iter().find(|(number, _)| {
            let name = outline.name(&outline.declarations[**number]);
            name.is_some_and(|name| outline.word(name) == callee)
        })?;
        let text = format!("`{callee}` cannot be used: {}", problem.text);
        Some((number, Problem { at, text }))
    })
}

/// The first write to a `__constant__` variable, which all kernels share and none may change.
fn constant_written(outline: &Outline<'_>, declaration: &Declaration) -> Option<Problem> {
    let all = outline.declarations.iter().filter(|of| outline.is_constant_memory(of));
    let mut constants: Vec<&str> =
        all.flat_map(|of| outline.variables(of)).map(|at| outline.word(at)).collect();
    let parameters = parameter_names(outline, declaration);
    constants.retain(|constant| !parameters.contains(constant));
    // A variable of the function may have the same name: `float c` or `float b, c`.
    for at in sure(outline, declaration).filter(|&at| at > 0) {
        let before = &outline.tokens[at - 1];
        if before.kind == TokenKind::Word || before.is(',') {
            constants.retain(|constant| *constant != outline.word(at));
        }
    }
    let at = sure(outline, declaration).find(|&at| {
        let is_member = at > 0 && ['.', '>'].iter().any(|&sign| outline.tokens[at - 1].is(sign));
        constants.contains(&outline.word(at)) && !is_member && is_written(outline, at)
    })?;
    let name = outline.word(at);
    let text = format!(
        "`{name}` is __constant__, which no kernel can write: fill it from Rust with \
         `module.set_constant(\"{name}\", &values)`, or make it __device__"
    );
    Some(Problem { at, text })
}

/// Whether the variable at `at`, or an element or a member of it, is assigned to.
fn is_written(outline: &Outline<'_>, mut at: usize) -> bool {
    let sign = |at: usize, sign: char| outline.tokens.get(at).is_some_and(|token| token.is(sign));
    at += 1;
    loop {
        if sign(at, '[') {
            at = closing(&outline.tokens, at) + 1;
        } else if sign(at, '.') {
            at += 2;
        } else {
            break;
        }
    }
    let updates = ['+', '-', '*', '/', '%', '&', '|', '^'].into_iter().any(|op| sign(at, op));
    let counts = ['+', '-'].into_iter().any(|op| sign(at, op) && sign(at + 1, op));
    (sign(at, '=') && !sign(at + 1, '=')) || (updates && sign(at + 1, '=')) || counts
}

fn problem(
    outline: &Outline<'_>,
    declaration: &Declaration,
    kind: Kind,
    libraries: &CubAndThrust<'_>,
) -> Option<Problem> {
    let of_kernel = || {
        let is_kernel = declaration.kind == DeclarationKind::Kernel;
        is_kernel.then(|| returns(outline, declaration).or_else(|| overloads(outline, declaration)))
    };
    let in_body = || {
        sure(outline, declaration).find_map(|at| {
            let theirs = || libraries.is_named(outline, at).then_some(CUB_AND_THRUST);
            let text = construct(outline, at, kind).or_else(theirs)?;
            Some(Problem { at, text: text.into() })
        })
    };
    of_kernel()
        .flatten()
        .or_else(in_body)
        .or_else(|| shared_memory(outline, declaration))
        .or_else(|| constant_written(outline, declaration))
}

/// What is wrong with a kernel when others have its name and other parameters: a launch could not
/// tell which is meant.
fn overloads(outline: &Outline<'_>, declaration: &Declaration) -> Option<Problem> {
    let plain = |one: &&Declaration| {
        one.kind == DeclarationKind::Kernel && one.body.is_some() && !one.is_template
    };
    let this = KernelText::of(outline, declaration).filter(|_| plain(&declaration))?;
    let apart = |one: &Declaration| {
        let between = one.tokens.end.min(declaration.tokens.end)
            ..one.tokens.start.max(declaration.tokens.start);
        // The branches of an `#if` may each have the kernel.
        !outline.tokens[between].iter().any(|token| {
            let ends = ["else", "elif", "endif"].contains(&directive(token.text(outline.text)));
            ends && token.kind == TokenKind::Directive
        })
    };
    let types = parameter_types(outline, declaration);
    let all = outline.declarations.iter().filter(plain).filter_map(|one| {
        let is_other = parameter_types(outline, one) != types && apart(one);
        let kernel = KernelText::of(outline, one).filter(|kernel| kernel.name == this.name)?;
        let line = kernel.place.rsplit(':').next()?.to_string();
        Some((
            is_other,
            format!("{}({}) in line {line}", kernel.name, parameter_types(outline, one)),
        ))
    });
    let all: Vec<(bool, String)> = all.collect();
    let names: Vec<&str> = all.iter().map(|(_, text)| text.as_str()).collect();
    all.iter().any(|(is_other, _)| *is_other).then(|| Problem {
        at: outline.name(declaration).unwrap_or(declaration.tokens.start),
        text: format!(
            "`{}` is ambiguous: there are {}; a launch goes by the name, so give each a name of its \
             own, or make them one template",
            this.name,
            names.join(" and ")
        ),
    })
}

/// The types of a kernel's parameters: `const float*, int`.
fn parameter_types(outline: &Outline<'_>, declaration: &Declaration) -> String {
    let Some(name) = outline.name(declaration) else { return String::new() };
    let names = parameter_names(outline, declaration);
    let (open, close) = (name + 1, closing(&outline.tokens, name + 1));
    let mut text = String::new();
    for at in outline.code(open + 1..close) {
        let word = outline.word(at);
        let is_word = outline.tokens[at].kind == TokenKind::Word;
        // The last word before a comma is the name, unless the type stands alone.
        let begins = at == open + 1 || outline.tokens[at - 1].is(',');
        if (is_word && names.contains(&word) && !begins) || word.starts_with("__restrict") {
            continue;
        }
        if is_word && text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ',') {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// The code of a declaration that no `#if` in it may take away.
fn sure(outline: &Outline<'_>, declaration: &Declaration) -> impl Iterator<Item = usize> {
    let mut depth = 0_usize;
    let mut sure = Vec::new();
    for at in declaration.tokens.clone() {
        let token = &outline.tokens[at];
        match token.kind {
            TokenKind::Directive => match directive(token.text(outline.text)) {
                "if" | "ifdef" | "ifndef" => depth += 1,
                "endif" => depth = depth.saturating_sub(1),
                _ => {}
            },
            TokenKind::Comment => {}
            _ if depth == 0 => sure.push(at),
            _ => {}
        }
    }
    sure.into_iter()
}

/// What a kernel returns, if that is not nothing.
fn returns(outline: &Outline<'_>, declaration: &Declaration) -> Option<Problem> {
    const VALUES: [&str; 9] =
        ["float", "double", "int", "unsigned", "char", "short", "long", "bool", "size_t"];
    let name = outline.name(declaration)?;
    let keyword = (declaration.tokens.start..name).find(|&at| outline.word(at) == "__global__")?;
    let words: Vec<&str> =
        outline.code(outline.head(declaration).start..name).map(|at| outline.word(at)).collect();
    if words.contains(&"void") {
        return None;
    }
    let text = if words.iter().any(|word| VALUES.contains(word)) {
        "a kernel returns nothing: write `__global__ void`, and let it write its result to a buffer"
    } else if name == keyword + 1 {
        "write `void` between `__global__` and the kernel's name"
    } else {
        return None;
    };
    Some(Problem { at: keyword, text: text.into() })
}

const CUB_AND_THRUST: &str = "CUB and Thrust are not here: write this step in the kernel, with \
                              shared memory or shuffles, or let ndarray do it on the host";

/// A construct at this token that no device here runs.
fn construct(outline: &Outline<'_>, at: usize, kind: Kind) -> Option<&'static str> {
    let word = outline.word(at);
    let is_call = outline.tokens.get(at + 1).is_some_and(|next| next.is('(') || next.is('<'));
    let is_path = outline.word(at + 1) == ":";
    if is_launch(outline, at) {
        return Some(
            "a kernel launches another one here (dynamic parallelism): launch both from Rust, one \
             after the other, or make the inner one a __device__ function",
        );
    }
    match word {
        "asm" | "__asm__" if kind == Kind::Cpu => Some(
            "inline PTX is an NVIDIA GPU's own assembly: use the function that CUDA has for it \
             (`threadIdx.x % 32` for %laneid, `__fmaf_rn`, `__popc`, …), or keep it in an \
             `#if __CUDA_ARCH__` with plain code in `#else`",
        ),
        _ if is_texture(word) || (is_call && is_texture_function(word)) => Some(
            "textures are not here: pass the image as a buffer and read `image[y * width + x]`",
        ),
        "wmma" | "nvcuda" if is_path && kind == Kind::Cpu => {
            Some("tensor cores are a part of NVIDIA GPUs: this kernel runs only there")
        }
        _ => None,
    }
}

fn is_texture(word: &str) -> bool {
    ["cudaTextureObject_t", "cudaSurfaceObject_t"].contains(&word)
}

fn is_texture_function(word: &str) -> bool {
    ["tex1D", "tex2D", "tex3D", "texCube", "surf1D", "surf2D", "surf3D"]
        .iter()
        .any(|start| word.starts_with(start))
}

/// Whether `<<<` starts here.
fn is_launch(outline: &Outline<'_>, at: usize) -> bool {
    let Some(three) = outline.tokens.get(at..at + 3) else { return false };
    let adjacent = three.windows(2).all(|pair| pair[0].range.end == pair[1].range.start);
    adjacent && three.iter().all(|token| token.is('<'))
}

/// Shared memory with a value, or with a size that only the launch knows.
fn shared_memory(outline: &Outline<'_>, declaration: &Declaration) -> Option<Problem> {
    let parameters = parameter_names(outline, declaration);
    sure(outline, declaration).filter(|&at| outline.word(at) == "__shared__").find_map(|at| {
        let end = (at..declaration.tokens.end).find(|&k| outline.tokens[k].is(';'))?;
        if let Some(value) = (at..end).find(|&k| outline.tokens[k].is('=')) {
            let text = "shared memory has no initial value: assign it in the kernel, each thread \
                        its part, before a __syncthreads()";
            return Some(Problem { at: value, text: text.into() });
        }
        let sizes = |range: Range<usize>| range.filter(|&k| outline.tokens[k].is('['));
        let size = sizes(at..end).find_map(|open| {
            let mut inside = open + 1..closing(&outline.tokens, open);
            inside.find(|&k| parameters.contains(&outline.word(k)))
        })?;
        let text = format!(
            "`{}` is known only at the launch, but the size of shared memory must be known to the \
             compiler: write `extern __shared__ float name[];` and give the bytes to \
             `Launch::….shared(bytes)`",
            outline.word(size)
        );
        Some(Problem { at: size, text })
    })
}

/// The names of a function's parameters.
fn parameter_names<'a>(outline: &Outline<'a>, declaration: &Declaration) -> Vec<&'a str> {
    let Some(name) = outline.name(declaration) else { return Vec::new() };
    if !outline.tokens.get(name + 1).is_some_and(|token| token.is('(')) {
        return Vec::new();
    }
    let inside = name + 2..closing(&outline.tokens, name + 1);
    let ends = |&at: &usize| {
        let next = &outline.tokens[at + 1];
        outline.tokens[at].kind == TokenKind::Word && (next.is(',') || next.is(')') || next.is('['))
    };
    inside.filter(ends).map(|at| outline.word(at)).collect()
}
