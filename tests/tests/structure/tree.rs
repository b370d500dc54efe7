//! The tree in `docs/design.md` against the folders that exist.

use std::collections::BTreeSet;

use super::source::File;
use super::{finds, holds};

const DESIGN: &str = "docs/design.md";

/// How deep the tree goes: `tests/kernel`, but not every folder of data below.
const DEPTH: usize = 2;

/// Every folder that the tree leaves out.
fn the_tree_names_the_folders(files: &[File]) -> Vec<String> {
    let Some(design) = files.iter().find(|file| file.path == DESIGN) else { return vec![] };
    let tree = design.text.split("```").nth(1).unwrap_or_default();
    let missing = &existing(files) - &named(tree);
    missing.iter().map(|folder| format!("{DESIGN}: no line for {folder}")).collect()
}

/// The folders that hold a file of the course or another folder.
fn existing(files: &[File]) -> BTreeSet<String> {
    files.iter().flat_map(|file| above(&file.path)).collect()
}

/// The folders of `path`, from the top down to [`DEPTH`].
fn above(path: &str) -> impl Iterator<Item = String> {
    let ends = path.match_indices('/').map(|(end, _)| end).take(DEPTH);
    ends.map(|end| path[..end].to_string())
}

/// The folders in the lines of the tree: `docs/results/` at the margin; `kernel/` further in, below
/// the folder at the margin before it; and `tools/python/, cuda/`, which are neighbours.
fn named(tree: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut top = String::new();
    for line in tree.lines() {
        let entries = line.trim_start().split("  ").next().unwrap_or_default();
        let mut parent = if line.starts_with(' ') { top.clone() } else { String::new() };
        for entry in entries.split(", ").filter(|entry| entry.contains('/')) {
            let path = format!("{parent}{entry}");
            if parent.is_empty() {
                top = path.clone();
                parent = path.split_once('/').map_or("", |(folder, _)| folder).to_string() + "/";
            }
            named.extend(above(&path));
        }
    }
    named
}

#[test]
fn the_design_names_every_folder() {
    holds(the_tree_names_the_folders);
}

#[test]
fn a_folder_that_the_tree_leaves_out_is_found() {
    let rule = the_tree_names_the_folders;
    let design =
        "```\ndocs/       d\nlib/        l\n  a/, b/    both\nx/y/, z/    more\n```\nno/folder/";
    let design = (DESIGN, design);
    let [a, b, y, z] = [("lib/a/f", ""), ("lib/b/deep/f", ""), ("x/y/f", ""), ("x/z/f", "")];
    finds(rule, &[design, a, b, y, z], None);
    finds(rule, &[design, a, b, y, z, ("lib/c/f", "")], Some("no line for lib/c"));
    finds(rule, &[design, a, b, y, z, ("new/f", "")], Some("no line for new"));
}
