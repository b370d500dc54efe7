//! Which module of the library may use which.

use super::source::{File, reads};
use super::{finds, holds};

const SRC: &str = "lesson_lib/src/";

/// What every algorithm may use.
const BASE: &[&str] =
    &["text", "error", "show", "check", "instructions", "random", "data", "einsum", "device"];

/// The modules from the lowest up, each with the modules that it may use.
fn arrows() -> Vec<(&'static str, Vec<&'static str>)> {
    let with = |more: &[&'static str]| [BASE, more].concat();
    vec![
        ("cache", vec![]),
        ("instructions", vec![]),
        ("text", vec![]),
        ("error", vec!["text"]),
        ("show", vec!["error"]),
        ("check", vec!["error", "show"]),
        ("timing", vec!["text", "error", "show", "check"]),
        ("plot", vec!["text", "error", "show"]),
        ("progress", vec!["text", "show"]),
        ("random", vec!["error", "show", "instructions"]),
        ("data", vec!["error", "show", "cache", "random"]),
        ("einsum", vec!["text", "error", "show"]),
        ("device", vec!["text", "error", "show", "cache", "einsum"]),
        ("matmul", BASE.to_vec()),
        ("trace", vec!["error", "show", "device", "plot"]),
        ("neighbors", with(&["matmul"])),
        ("cluster", with(&["matmul", "neighbors"])),
        ("vmap", vec!["error", "show"]),
        ("setup", vec!["error", "show", "timing", "device"]),
        (
            "prelude",
            with(&[
                "matmul",
                "neighbors",
                "cluster",
                "vmap",
                "timing",
                "plot",
                "progress",
                "trace",
                "setup",
            ]),
        ),
    ]
}

/// The path of a file of the library as modules: `a/b.rs` is `[a, b]`, `a/mod.rs` is `[a]`.
fn modules_of(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches(SRC).trim_end_matches(".rs");
    inner.split('/').filter(|name| !matches!(*name, "mod" | "lib")).collect()
}

/// The names that follow `crate::`, or as many `super::` as lead to the root of the library.
fn root_names(file: &File) -> Vec<String> {
    let tokens = file.tokens_without_tests();
    let to_root = ["super", ":", ":"].repeat(modules_of(&file.path).len());
    let mut names = Vec::new();
    for k in 0..tokens.len() {
        for prefix in [&["crate", ":", ":"][..], &to_root] {
            let starts = !prefix.is_empty() && reads(&tokens, k, prefix);
            if starts && !(k >= 1 && reads(&tokens, k - 1, &[":"])) {
                names.extend(names_after(&tokens, k + prefix.len()));
            }
        }
    }
    names
}

/// One name, or the first names of a group `{a, b::c, d::{e}}`.
fn names_after(tokens: &[proc_macro2::TokenTree], k: usize) -> Vec<String> {
    if !reads(tokens, k, &["{}"]) && !reads(tokens, k, &["{ }"]) {
        return tokens.get(k).map(ToString::to_string).into_iter().collect();
    }
    let (mut names, mut depth, mut begins) = (Vec::new(), 1, true);
    for token in &tokens[k + 1..] {
        match token.to_string().as_str() {
            "{}" | "{ }" => depth += 1,
            "\"end of group\"" => depth -= 1,
            "," if depth == 1 => begins = true,
            name if begins => {
                names.push(name.to_string());
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Every use of a module that the table does not allow, and every module without a row.
fn arrows_go_one_way(files: &[File]) -> Vec<String> {
    let arrows = arrows();
    let known = |name: &str| arrows.iter().any(|(module, _)| *module == name);
    let mut problems = Vec::new();
    for file in files.iter().filter(|f| f.is_in(SRC) && f.has_ending(&["rs"])) {
        let Some(&module) = modules_of(&file.path).first() else { continue };
        let Some((_, allowed)) = arrows.iter().find(|(name, _)| *name == module) else {
            problems.push(format!("{}: `{module}` has no row in the table of arrows", file.path));
            continue;
        };
        for name in root_names(file) {
            if known(&name) && name != module && !allowed.contains(&name.as_str()) {
                problems.push(format!("{}: `{module}` may not use `{name}`", file.path));
            }
        }
    }
    problems
}

fn only_the_cuda_device_names_cudarc(files: &[File]) -> Vec<String> {
    let outside = |f: &&File| f.has_ending(&["rs"]) && !f.is_in("lesson_lib/src/device/cuda");
    let named = |f: &&File| f.tokens().iter().any(|token| token.to_string() == "cudarc");
    let files = files.iter().filter(outside).filter(named);
    files.map(|f| format!("{}: names cudarc", f.path)).collect()
}

fn tools_do_not_use_the_library(files: &[File]) -> Vec<String> {
    let uses = |f: &&File| match f.has_ending(&["rs"]) {
        true => {
            let tokens = f.tokens();
            (0..tokens.len()).any(|k| reads(&tokens, k, &["lesson_lib", ":", ":"]))
        }
        false => f.path.ends_with("Cargo.toml") && f.text.contains("lesson_lib"),
    };
    let files = files.iter().filter(|f| f.is_in("tools/")).filter(uses);
    files.map(|f| format!("{}: uses lesson_lib", f.path)).collect()
}

fn kernels_know_no_rust(files: &[File]) -> Vec<String> {
    let foreign = |f: &&File| f.is_in("kernels/") && !f.has_ending(&["cu", "cuh", "md"]);
    files.iter().filter(foreign).map(|f| format!("{}: is not a kernel", f.path)).collect()
}

#[test]
fn arrows_in_the_library_go_one_way() {
    holds(arrows_go_one_way);
}

#[test]
fn a_table_row_names_only_modules_below_it() {
    let arrows = arrows();
    for (k, (module, allowed)) in arrows.iter().enumerate() {
        let below = |name: &&str| arrows[..k].iter().any(|(lower, _)| lower == name);
        assert!(allowed.iter().all(below), "{module} uses a module that is not below");
    }
}

#[test]
fn a_wrong_arrow_is_found_in_every_form() {
    let rule = arrows_go_one_way;
    let in_file = |path: &str, text: &str, expected| {
        finds(rule, &[(&format!("{SRC}{path}"), text)], expected);
    };
    let wrong = Some("`random` may not use `plot`");
    in_file("random/mt.rs", "use crate::plot::Figure;", wrong);
    in_file("random/mt.rs", "use crate::{error::Error, plot};", wrong);
    in_file("random/mt.rs", "fn f() { crate::plot::scatter(); }", wrong);
    in_file("random/mt.rs", "use super::super::plot::Figure;", wrong);
    in_file("random/mod.rs", "use super::plot::Figure;", wrong);
    in_file("random.rs", "mod a { fn f() { let _ = vec![crate::plot::scatter()]; } }", wrong);
    in_file("cluster/kmeans.rs", "use crate::plot;", Some("`cluster` may not use `plot`"));
    in_file("error.rs", "use crate::show::Show;", Some("`error` may not use `show`"));
    in_file("extra.rs", "", Some("`extra` has no row"));
}

#[test]
fn right_arrows_and_tests_are_let_through() {
    let in_file = |path: &str, text: &str| {
        finds(arrows_go_one_way, &[(&format!("{SRC}{path}"), text)], None);
    };
    in_file("random/mt.rs", "use crate::{Error, error::{self, x}, random::seed};");
    in_file("random/mt.rs", "use super::plot_numbers;\nuse super::plot::x; // random::plot");
    in_file("random/mt.rs", "/// See [`crate::plot`].\nfn f() { g(\"crate::plot::h\") }");
    in_file("random/mt.rs", "#[cfg(test)]\nmod tests { use crate::plot::Figure; }");
    in_file("random/tests.rs", "use crate::plot::Figure;");
    in_file("prelude.rs", "pub use crate::plot::Figure;");
    finds(arrows_go_one_way, &[("tools/src/a.rs", "use crate::plot;")], None);
}

#[test]
fn cudarc_stays_in_the_cuda_device() {
    holds(only_the_cuda_device_names_cudarc);
    let rule = only_the_cuda_device_names_cudarc;
    finds(rule, &[("lesson_lib/src/device/mod.rs", "use cudarc::driver;")], Some("names cudarc"));
    finds(rule, &[("lesson_lib/src/device/cuda/mod.rs", "use cudarc::driver;")], None);
    finds(
        rule,
        &[("lesson_lib/src/device/mod.rs", "// cudarc\nconst A: &str = \"cudarc\";")],
        None,
    );
}

#[test]
fn tools_never_use_the_library() {
    holds(tools_do_not_use_the_library);
    let rule = tools_do_not_use_the_library;
    finds(rule, &[("tools/src/a.rs", "use lesson_lib::check;")], Some("uses lesson_lib"));
    finds(rule, &[("tools/Cargo.toml", "lesson_lib.workspace = true")], Some("uses lesson_lib"));
    finds(rule, &[("tools/src/a.rs", "fn f() { course.lesson_lib(); }")], None);
}

#[test]
fn kernels_are_cuda_alone() {
    holds(kernels_know_no_rust);
    finds(kernels_know_no_rust, &[("kernels/launch.rs", "")], Some("is not a kernel"));
    finds(kernels_know_no_rust, &[("kernels/matmul.cu", ""), ("tools/src/a.rs", "")], None);
}
