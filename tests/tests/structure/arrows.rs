//! Which module of the library may use which.

use std::collections::BTreeSet;

use super::modules::Crate;
use super::source::{File, files_of_the_course, reads};
use super::{finds, holds};

const SRC: &str = "lesson_lib/src/";

/// Modules, each with those that it uses.
type Arrows = Vec<(&'static str, Vec<&'static str>)>;

/// The modules from the lowest up, each with those that it may use.
fn arrows() -> Arrows {
    vec![
        ("cache", vec![]),
        ("instructions", vec![]),
        ("tasks", vec![]),
        ("gemm", vec![]),
        ("text", vec![]),
        ("error", vec!["text"]),
        ("show", vec!["error"]),
        ("learner", vec!["error", "cache"]),
        ("predict", vec!["text", "error", "show", "learner"]),
        ("exercises", vec!["error", "show", "learner", "predict"]),
        ("check", vec!["text", "error", "show", "exercises"]),
        ("timing", vec!["text", "error", "show", "check"]),
        ("plot", vec!["text", "error", "show"]),
        ("progress", vec!["text", "show"]),
        ("random", vec!["error", "instructions"]),
        ("points", vec!["error"]),
        ("data", vec!["error", "show", "cache", "random"]),
        ("uiua", vec!["error", "show", "cache"]),
        ("device", vec!["text", "error", "show", "timing", "cache", "tasks", "gemm"]),
        ("einsum", vec!["text", "error", "show", "instructions", "gemm", "device"]),
        ("matmul", vec!["error", "instructions", "tasks", "gemm", "device"]),
        ("linalg", vec!["error", "show"]),
        ("dual", vec!["show"]),
        ("trace", vec!["error", "show", "plot", "device"]),
        ("neighbors", vec!["text", "error", "show", "points", "tasks", "random", "device"]),
        (
            "cluster",
            vec![
                "text",
                "error",
                "show",
                "points",
                "neighbors",
                "instructions",
                "tasks",
                "random",
                "device",
            ],
        ),
        ("vmap", vec!["error"]),
        ("setup", vec!["show", "timing"]),
        (
            "prelude",
            vec![
                "error",
                "show",
                "check",
                "timing",
                "plot",
                "progress",
                "random",
                "data",
                "einsum",
                "device",
                "matmul",
                "linalg",
                "trace",
                "neighbors",
                "cluster",
                "vmap",
                "uiua",
                "exercises",
                "predict",
            ],
        ),
    ]
}

/// Which module of the library uses which, with the file that does: `(file, module, used)`.
fn uses(files: &[File]) -> Vec<(String, String, String)> {
    let library = Crate::new(files, SRC);
    let mut uses = Vec::new();
    for path in library.paths() {
        let Some(module) = path.first() else { continue };
        let used = library.used_by(path).into_iter().filter_map(|used| used.into_iter().next());
        let others: BTreeSet<String> = used.filter(|used| used != module).collect();
        uses.extend(others.into_iter().map(|used| (path.join("/"), module.clone(), used)));
    }
    uses
}

/// Every use of a module that the table does not allow, and every module without a row.
fn arrows_go_one_way(files: &[File]) -> Vec<String> {
    let arrows = arrows();
    let allowed = |module: &str| arrows.iter().find(|(name, _)| *name == module);
    let library = Crate::new(files, SRC);
    let modules = library.paths().filter_map(|path| path.first());
    let modules: BTreeSet<&String> = modules.filter(|module| allowed(module).is_none()).collect();
    let mut problems: Vec<String> = modules
        .into_iter()
        .map(|module| format!("{SRC}: `{module}` has no row in the table of arrows"))
        .collect();
    for (file, module, used) in uses(files) {
        if allowed(&module).is_some_and(|(_, below)| !below.contains(&used.as_str())) {
            problems.push(format!("{SRC}{file}: `{module}` may not use `{used}`"));
        }
    }
    problems
}

/// What the table allows and nobody does, and its rows for modules that are not there.
fn idle_entries(arrows: &Arrows, files: &[File]) -> Vec<String> {
    let library = Crate::new(files, SRC);
    let is_there = |name: &str| library.paths().any(|path| path.len() == 1 && path[0] == name);
    let uses = uses(files);
    let mut problems = Vec::new();
    for (module, allowed) in arrows {
        if !is_there(module) {
            problems.push(format!("there is no module `{module}`: remove its row"));
            continue;
        }
        let used = |name: &&str| uses.iter().any(|(_, from, to)| from == module && to == name);
        let idle = allowed.iter().filter(|name| !used(name));
        problems.extend(idle.map(|name| format!("`{module}` does not use `{name}`: remove it")));
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
fn the_table_allows_nothing_that_nobody_does() {
    let idle = idle_entries(&arrows(), &files_of_the_course());
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

#[test]
fn an_idle_entry_is_found() {
    let files = [("error.rs", ""), ("show.rs", "use crate::error;")];
    let files = files.map(|(path, text)| File::new(&format!("{SRC}{path}"), text));
    let problems = |arrows: Arrows| idle_entries(&arrows, &files).join("\n");
    assert_eq!(problems(vec![("error", vec![]), ("show", vec!["error"])]), "");
    assert!(problems(vec![("plot", vec![])]).contains("no module `plot`"));
    assert!(problems(vec![("error", vec!["show"])]).contains("does not use `show`"));
}

/// Looks for wrong arrows in one file, beside the modules that it could use.
fn in_file(path: &str, text: &str, expected: Option<&str>) {
    let others = ["error.rs", "plot.rs", "random/mod.rs", "show.rs"];
    let mut files = vec![(format!("{SRC}{path}"), text)];
    let others = others.iter().filter(|other| **other != path);
    files.extend(others.map(|other| (format!("{SRC}{other}"), "")));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    finds(arrows_go_one_way, &files, expected);
}

#[test]
fn a_wrong_arrow_is_found_in_every_form() {
    let wrong = Some("`random` may not use `plot`");
    in_file("random/mt.rs", "use crate::plot::Figure;", wrong);
    in_file("random/mt.rs", "use crate::{error::Error, plot};", wrong);
    in_file("random/mt.rs", "fn f() { crate::plot::scatter(); }", wrong);
    in_file("random/mt.rs", "use super::super::plot::Figure;", wrong);
    in_file("random/mod.rs", "use super::plot::Figure;", wrong);
    in_file("random/mt.rs", "mod a { fn f() { let _ = vec![crate::plot::scatter()]; } }", wrong);
    in_file("random/mt.rs", "fn f(figure: crate::plot::Figure) {}", wrong);
    in_file("random/mt.rs", "mod a { use super::super::super::plot; }", wrong);
    in_file("cluster/kmeans.rs", "use crate::plot;", Some("`cluster` may not use `plot`"));
    in_file("error.rs", "use crate::show::Show;", Some("`error` may not use `show`"));
    in_file("extra.rs", "", Some("`extra` has no row"));
}

#[test]
fn right_arrows_and_tests_are_let_through() {
    in_file("random/mt.rs", "use crate::{error::{self, x}, random::seed};", None);
    in_file("random/mt.rs", "use super::plot_numbers;\nuse super::plot::x; // random::plot", None);
    in_file("random/mt.rs", "/// See [`crate::plot`].\nfn f() { g(\"crate::plot::h\") }", None);
    in_file("random/mt.rs", "#[cfg(test)]\nmod tests { use crate::plot::Figure; }", None);
    in_file("random/tests.rs", "use crate::plot::Figure;", None);
    in_file("prelude.rs", "pub use crate::plot::Figure;", None);
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
