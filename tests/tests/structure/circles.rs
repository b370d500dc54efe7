//! In no folder of a crate do files and folders use each other in a circle.
//!
//! The nodes of a folder are its files and its folders, each with everything below it. `mod.rs`
//! is the folder itself and no node; a name that it hands on stands for the file the name is
//! from. So a folder can be read from the bottom up, and any of its lower files be moved away
//! together.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Crate, ModulePath};
use super::source::File;
use super::{finds, holds};

/// What each node of a folder uses of the others.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn nothing_goes_in_circles(files: &[File]) -> Vec<String> {
    let crates = crate_roots(files);
    crates.iter().flat_map(|root| circles_in(root, &Crate::new(files, root))).collect()
}

/// What is imported as a whole hides which of its parts are used, so that no circle is seen.
fn every_import_names_what_it_takes(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for root in crate_roots(files) {
        let modules = Crate::new(files, &root);
        for module in modules.paths() {
            problems.extend(modules.wholesale_imports(module).iter().map(|whole| {
                let module = module.join("::");
                format!("{root}: `{module}` imports all of `{whole}`: name what it uses")
            }));
        }
    }
    problems
}

/// The folders with a crate's first file.
fn crate_roots(files: &[File]) -> BTreeSet<String> {
    let first = |file: &File| {
        let root = ["lib.rs", "main.rs"].iter().find_map(|name| file.path.strip_suffix(name))?;
        root.ends_with('/').then(|| root.to_string())
    };
    files.iter().filter_map(first).collect()
}

fn circles_in(root: &str, modules: &Crate) -> Vec<String> {
    let mut folders: BTreeMap<ModulePath, Arrows> = BTreeMap::new();
    for module in modules.paths() {
        for used in modules.used_by(module) {
            let shared = module.iter().zip(&used).take_while(|(a, b)| a == b).count();
            // Where one lies in the other, the folder speaks with its own.
            if let (Some(from), Some(to)) = (module.get(shared), used.get(shared)) {
                let arrows = folders.entry(module[..shared].to_vec()).or_default();
                arrows.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    let all = folders.iter().flat_map(|(folder, arrows)| {
        circles(arrows).into_iter().map(move |circle| describe(root, folder, &circle, arrows))
    });
    all.collect()
}

/// The largest sets of nodes in which each is reached from each.
fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|node| (node, reached_from(node, arrows))).collect();
    let circle = |node| {
        let back = |other: &&String| reached.get(other).is_some_and(|nodes| nodes.contains(node));
        reached[node].iter().filter(back).cloned().collect()
    };
    let found: BTreeSet<BTreeSet<String>> = arrows.keys().map(circle).collect();
    let mut found: Vec<_> = found.into_iter().filter(|circle| !circle.is_empty()).collect();
    found.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    found
}

fn reached_from(node: &str, arrows: &Arrows) -> BTreeSet<String> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![node]);
    while let Some(node) = open.pop() {
        for next in arrows.get(node).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

/// The circle's files, each with those that it uses.
fn describe(root: &str, folder: &[String], circle: &BTreeSet<String>, arrows: &Arrows) -> String {
    let place = [root.trim_end_matches('/'), &folder.join("/")].join("/");
    let mut text = format!("{}: {} in a circle", place.trim_end_matches('/'), circle.len());
    for node in circle {
        let used: Vec<&str> = arrows[node].intersection(circle).map(String::as_str).collect();
        text += &format!("\n    {node} uses {}", used.join(", "));
    }
    text
}

/// Plants a crate `a` and looks for circles.
fn planted(files: &[(&str, &str)], expected: Option<&str>) {
    let paths: Vec<String> = files.iter().map(|(path, _)| format!("a/src/{path}")).collect();
    let mut files: Vec<(&str, &str)> =
        paths.iter().zip(files).map(|(path, (_, text))| (path.as_str(), *text)).collect();
    if !paths.iter().any(|path| path == "a/src/lib.rs") {
        files.push(("a/src/lib.rs", ""));
    }
    finds(nothing_goes_in_circles, &files, expected);
}

#[test]
fn no_file_of_the_course_is_in_a_circle() {
    holds(nothing_goes_in_circles);
}

#[test]
fn no_file_of_the_course_imports_all_of_another() {
    let rule = every_import_names_what_it_takes;
    holds(rule);
    let tree = |text: &'static str| [("a/lib.rs", ""), ("a/x.rs", ""), ("a/y.rs", text)];
    finds(rule, &tree("use crate::x::*;"), Some("`y` imports all of `x`"));
    finds(rule, &tree("pub use super::x::{A, *};"), Some("`y` imports all of `x`"));
    finds(rule, &tree("use crate::x::Kind::*;\nuse rayon::prelude::*;"), None);
    finds(rule, &tree("mod inner { use super::*; }"), None);
    finds(rule, &tree("#[cfg(test)]\nmod tests { use super::*; use crate::x::*; }"), None);
    finds(rule, &[("a/lib.rs", "pub use x::*;"), ("a/x.rs", "")], Some("imports all of `x`"));
}

#[test]
fn a_circle_is_found_with_all_its_files() {
    let pair = Some("a/src: 2 in a circle\n    x uses y\n    y uses x");
    planted(&[("x.rs", "use crate::y::Y;"), ("y.rs", "use super::x::X;")], pair);
    planted(&[("x.rs", "use crate::y::Y;"), ("y.rs", "fn f() { crate::x::g() }")], pair);
    planted(&[("x.rs", "use crate::{y::{self, Y}};"), ("y.rs", "struct S(crate::x::X);")], pair);
    planted(&[("x.rs", "use crate::y;"), ("y.rs", "fn f() { v![crate::x::g()] }")], pair);
    planted(
        &[("x.rs", "fn f(y: crate::y::Y) {}"), ("y.rs", "mod m { use super::super::x; }")],
        pair,
    );
    let three = [
        ("x.rs", "use super::y::Y;"),
        ("y.rs", "use super::z::Z;"),
        ("z.rs", "use super::{x::X, w::W};"),
        ("w.rs", ""),
    ];
    planted(&three, Some("3 in a circle\n    x uses y\n    y uses z\n    z uses x"));
}

#[test]
fn a_circle_deep_inside_is_found_in_its_folder() {
    let inside = [
        ("f/mod.rs", "mod x; mod y;"),
        ("f/x.rs", "use super::y::Y;"),
        ("f/y.rs", "use crate::f::x::X;"),
    ];
    planted(&inside, Some("a/src/f: 2 in a circle"));
}

#[test]
fn a_folder_counts_with_all_that_is_in_it() {
    let pair = Some("a/src: 2 in a circle\n    f uses x\n    x uses f");
    planted(&[("f/mod.rs", ""), ("f/deep.rs", "use crate::x;"), ("x.rs", "use crate::f;")], pair);
    planted(&[("f/mod.rs", "use super::x;"), ("x.rs", "use crate::f::deep::Y;")], pair);
    planted(
        &[("f.rs", ""), ("f/deep.rs", "use super::super::x;"), ("x.rs", "use crate::f;")],
        pair,
    );
}

#[test]
fn a_name_handed_on_stands_for_the_file_it_is_from() {
    let pair = Some("a/src/f: 2 in a circle");
    let handed = |text: &'static str| {
        [("f/mod.rs", text), ("f/x.rs", "use super::{Y, u};"), ("f/y.rs", "use super::x::X;")]
    };
    planted(&handed("mod x; mod y; pub use y::Y;"), pair);
    planted(&handed("mod x; mod y; use self::y::{A, Z as Y};"), pair);
    planted(&handed("mod x; mod y; use crate::f::y::Y;"), pair);
    planted(&handed("mod x; mod y; struct Y; pub use y::Z;"), None);
    let twice = [
        ("lib.rs", "pub use f::Y;"),
        ("f/mod.rs", "pub use y::Y;"),
        ("f/x.rs", "use crate::Y;"),
        ("f/y.rs", "use super::x::X;"),
    ];
    planted(&twice, pair);
}

#[test]
fn what_is_no_circle_is_let_through() {
    planted(
        &[("x.rs", "use crate::y::Y;"), ("y.rs", "// crate::x\nfn f() { \"crate::x\" }")],
        None,
    );
    planted(&[("x.rs", "use crate::y::Y;"), ("y.rs", "/// See [`crate::x`].\nfn f() {}")], None);
    planted(&[("x.rs", "use crate::y::Y;"), ("y.rs", "use x::X;\nfn f() { z::crate_x() }")], None);
    let tests = "#[cfg(test)]\nuse crate::x;\n#[cfg(test)]\nmod tests { use crate::x; }\n\
                 impl A { #[cfg(test)]\nfn f() { crate::x::g() } }";
    planted(&[("x.rs", "use crate::y::Y;"), ("y.rs", tests)], None);
    planted(&[("x.rs", "use crate::y;"), ("y/mod.rs", ""), ("y/tests.rs", "use crate::x;")], None);
    // A file and what its folder defines, and a folder and what it holds.
    planted(&[("f/mod.rs", "mod x; pub use x::X; struct F;"), ("f/x.rs", "use super::F;")], None);
    // Another crate's files of the same names.
    let rule = nothing_goes_in_circles;
    let two = [
        ("a/src/lib.rs", ""),
        ("a/src/x.rs", "use crate::y;"),
        ("a/src/y.rs", ""),
        ("b/src/main.rs", ""),
        ("b/src/x.rs", ""),
        ("b/src/y.rs", "use crate::x;"),
    ];
    finds(rule, &two, None);
}
