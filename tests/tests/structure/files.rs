//! Rules about single files: their length, what they may contain, and the map of the library.

use proc_macro2::TokenTree;

use super::source::{File, reads};
use super::{finds, holds};

/// The longest source file, in lines.
const LONGEST: usize = 500;

/// Where `unsafe` may stand, and what for.
const UNSAFE: [(&str, &str); 12] = [
    ("lesson_lib/src/device/", "drivers, signals, and kernels that others wrote"),
    ("lesson_lib/src/instructions.rs", "vector instructions"),
    ("lesson_lib/src/cluster/kmeans/nearest.rs", "vector instructions"),
    ("lesson_lib/src/cluster/mean_shift/fast/boxes/pairs.rs", "vector instructions"),
    ("lesson_lib/src/cluster/mean_shift/fast/interpolation/loops.rs", "vector instructions"),
    ("lesson_lib/src/cluster/pairs/", "vector instructions"),
    ("lesson_lib/src/matmul/parallel/", "vector instructions"),
    ("lesson_lib/src/random/", "vector instructions"),
    ("lesson_lib/src/gemm.rs", "the call of the gemm crate"),
    ("lesson_lib/src/einsum/execute/", "results that are written once"),
    ("lesson_lib/src/einsum/view.rs", "views with strides that ndarray cannot make"),
    ("tests/driver_double/src/", "functions with the interface of NVIDIA's libraries"),
];

const CODE: [&str; 10] = ["", "rs", "py", "cu", "cuh", "h", "js", "css", "sh", "typ"];

fn no_file_is_too_long(files: &[File]) -> Vec<String> {
    let code = files.iter().filter(|f| f.has_ending(&CODE));
    let lengths = code.map(|f| (f, f.text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LONGEST);
    long.map(|(f, lines)| format!("{}: {lines} lines, {LONGEST} at most", f.path)).collect()
}

fn unsafe_stays_in_its_places(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|f| has_unsafe_code(f)) {
        if !UNSAFE.iter().any(|(folder, _)| file.is_in(folder)) {
            problems.push(format!("{}: unsafe code has no place here", file.path));
        } else if !file.text.contains("#![allow(unsafe_code)]") {
            problems.push(format!("{}: unsafe code without `#![allow(unsafe_code)]`", file.path));
        }
    }
    problems
}

/// The folders that may have unsafe code and have none.
fn folders_without_unsafe(files: &[File]) -> Vec<String> {
    let idle = UNSAFE.iter().filter(|(folder, _)| {
        !files.iter().any(|file| file.is_in(folder) && has_unsafe_code(file))
    });
    idle.map(|(folder, purpose)| format!("{folder}: no unsafe code for {purpose}")).collect()
}

fn has_unsafe_code(file: &File) -> bool {
    // Parsing every file would take long.
    if !file.has_ending(&["rs"]) || !file.text.contains("unsafe") {
        return false;
    }
    let tokens = file.tokens();
    (0..tokens.len()).any(|k| is_unsafe_code(&tokens, k))
}

/// Whether token `k` begins an unsafe block, function, trait or implementation.
fn is_unsafe_code(tokens: &[TokenTree], k: usize) -> bool {
    let next = ["{}", "{ }", "fn", "impl", "trait", "extern"];
    next.iter().any(|next| reads(tokens, k, &["unsafe", next]))
}

/// What marks unfinished work; written in two parts, so that this file is not found.
const MARKS: [&str; 3] = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")];

fn nothing_is_unfinished(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let marks = MARKS.iter().filter(|mark| has_word(&file.text, mark));
        problems.extend(marks.map(|mark| format!("{}: {mark}", file.path)));
        if file.has_ending(&["rs"]) {
            // A test may need an exercise that is not solved.
            let tokens = file.tokens_without_tests();
            let calls = ["todo", "unimplemented", "dbg"].into_iter();
            let called = |name: &&str| (0..tokens.len()).any(|k| reads(&tokens, k, &[name, "!"]));
            problems.extend(calls.filter(called).map(|name| format!("{}: {name}!", file.path)));
        }
    }
    problems
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
}

/// Every public module of the library has a row in the table of its front page.
fn every_module_is_in_the_table(files: &[File]) -> Vec<String> {
    let Some(front) = files.iter().find(|f| f.path == "lesson_lib/src/lib.rs") else {
        return vec!["lesson_lib/src/lib.rs is missing".into()];
    };
    let modules = front.text.lines().filter_map(|line| line.strip_prefix("pub mod "));
    let names = modules.map(|rest| rest.trim_end_matches(';').trim());
    let rows: Vec<&str> = front.text.lines().filter(|line| line.starts_with("//! |")).collect();
    let listed = |name: &&str| {
        let links = [format!("[`{name}`]"), format!("[`mod@{name}`]"), format!("[`{name}`](")];
        rows.iter().any(|row| links.iter().any(|link| row.contains(link)))
    };
    let missing = names.filter(|name| !listed(name));
    missing
        .map(|name| format!("lesson_lib/src/lib.rs: the table has no row for `{name}`"))
        .collect()
}

#[test]
fn files_are_short() {
    holds(no_file_is_too_long);
    finds(no_file_is_too_long, &[("a.rs", &"\n".repeat(501))], Some("a.rs: 501 lines"));
    finds(no_file_is_too_long, &[("a.rs", &"\n".repeat(500)), ("a.md", &"\n".repeat(501))], None);
    for path in ["a/shim.h", "tools.d/run", "Makefile"] {
        finds(no_file_is_too_long, &[(path, &"\n".repeat(501))], Some("501 lines"));
    }
}

#[test]
fn unsafe_code_stays_where_it_is_allowed() {
    let rule = unsafe_stays_in_its_places;
    holds(rule);
    holds(folders_without_unsafe);
    let allowed = "#![allow(unsafe_code)]\nfn f() { unsafe { g() } }";
    finds(rule, &[("lesson_lib/src/matmul/parallel/simd.rs", allowed)], None);
    finds(rule, &[("lesson_lib/src/einsum/execute/a.rs", allowed)], None);
    finds(rule, &[("lesson_lib/src/einsum/plan/a.rs", allowed)], Some("has no place here"));
    finds(rule, &[("lesson_lib/src/plot/a.rs", allowed)], Some("has no place here"));
    finds(rule, &[("tools/src/a.rs", "unsafe fn f() {}")], Some("has no place here"));
    let silent = "#[allow(unsafe_code)]\nfn f() { unsafe { g() } }";
    finds(rule, &[("lesson_lib/src/matmul/parallel/simd.rs", silent)], Some("without `#![allow"));
    finds(rule, &[("lesson_lib/src/cluster/labels.rs", allowed)], Some("has no place here"));
    finds(rule, &[("tools/src/a.rs", "// unsafe {\nconst A: &str = \"unsafe fn\";")], None);
}

#[test]
fn all_work_is_finished() {
    let rule = nothing_is_unfinished;
    holds(rule);
    for mark in MARKS {
        finds(rule, &[("a.py", &format!("# {mark}: later"))], Some(mark));
    }
    finds(rule, &[("a.rs", "fn f() { todo!() }")], Some("a.rs: todo!"));
    finds(rule, &[("a.rs", "fn f() { dbg!(1); }")], Some("a.rs: dbg!"));
    finds(rule, &[("a.rs", "#[cfg(test)]\nmod tests { fn f() { todo!() } }")], None);
    finds(rule, &[("a.rs", "/// A `todo!()`.\nfn f() { g(\"todo!()\") }")], None);
}

#[test]
fn the_front_page_of_the_library_lists_every_module() {
    holds(every_module_is_in_the_table);
}

#[test]
fn a_module_that_the_front_page_leaves_out_is_found() {
    let front = |table: &str| format!("//! | idea | module |\n{table}\npub mod einsum;\n");
    let path = "lesson_lib/src/lib.rs";
    let rule = every_module_is_in_the_table;
    finds(rule, &[(path, &front("//! | B14 | [`einsum`] |"))], None);
    finds(rule, &[(path, &front("//! | B14 | [`mod@einsum`] |"))], None);
    finds(rule, &[(path, &front("//! See [`einsum`]."))], Some("no row for `einsum`"));
    finds(rule, &[], Some("is missing"));
}
