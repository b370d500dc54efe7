//! One word, one thing: no two types of the library have the same name.

use std::collections::BTreeMap;

use syn::{Item, Visibility};

use super::source::{File, files_of_the_course};
use super::{finds, holds};

const SRC: &str = "lesson_lib/src/";

/// The names that may stand several times, and why.
const ALLOWED: [(&str, &str); 2] = [
    (
        "KernelVersion",
        "each algorithm has a list of its kernels, and a notebook uses one at a time",
    ),
    ("Version", "each algorithm with a ladder on the host has a list of its steps"),
];

/// Where each type stands that other files can name.
fn types(files: &[File]) -> BTreeMap<String, Vec<&str>> {
    let mut types: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|f| f.is_in(SRC) && f.has_ending(&["rs"])) {
        for name in file.items().iter().flat_map(visible_types) {
            types.entry(name).or_default().push(&file.path);
        }
    }
    types
}

fn visible_types(item: &Item) -> Vec<String> {
    let (visibility, name) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        Item::Mod(module) => {
            let items = module.content.iter().flat_map(|(_, items)| items);
            return items.flat_map(visible_types).collect();
        }
        _ => return Vec::new(),
    };
    let is_private = matches!(visibility, Visibility::Inherited);
    if is_private { Vec::new() } else { vec![name.to_string()] }
}

fn every_type_has_its_own_name(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, places) in types(files) {
        if places.len() > 1 && !ALLOWED.iter().any(|(allowed, _)| *allowed == name) {
            problems.push(format!("`{name}` is {} things: {}", places.len(), places.join(", ")));
        }
    }
    problems
}

#[test]
fn no_name_stands_for_two_types() {
    holds(every_type_has_its_own_name);
}

#[test]
fn every_name_in_the_table_is_needed() {
    let files = files_of_the_course();
    let types = types(&files);
    for (name, reason) in ALLOWED {
        assert!(types.get(name).is_some_and(|places| places.len() > 1), "{name} ({reason})");
    }
}

#[test]
fn a_name_that_stands_twice_is_found_with_its_files() {
    let rule = every_type_has_its_own_name;
    let pair = |a: &'static str, b: &'static str, expected| {
        finds(rule, &[("lesson_lib/src/a.rs", a), ("lesson_lib/src/b.rs", b)], expected);
    };
    let twice = Some("`Run` is 2 things: lesson_lib/src/a.rs, lesson_lib/src/b.rs");
    pair("pub struct Run;", "pub(crate) enum Run {}", twice);
    pair("pub(super) trait Run {}", "mod inner { pub type Run = u8; }", twice);
    pair("pub struct Run;", "struct Run;", None);
    pair("pub struct Run;", "pub fn run() {}\n#[cfg(test)]\npub struct Run;", None);
    pair("pub enum KernelVersion {}", "pub enum KernelVersion {}", None);
    finds(
        rule,
        &[("lesson_lib/src/a.rs", "pub struct Run;"), ("tools/b.rs", "pub struct Run;")],
        None,
    );
}
