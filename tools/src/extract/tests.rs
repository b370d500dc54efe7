use std::path::Path;

use serde_json::json;

use super::*;

fn notebook(sources: &[&str]) -> Notebook {
    let cell = |(k, source): (usize, &&str)| {
        json!({"cell_type": "code", "id": format!("c{k}"), "execution_count": null, "outputs": [],
            "metadata": {"lesson": {"role": "demo"}}, "source": source})
    };
    let cells: Vec<_> = sources.iter().enumerate().map(cell).collect();
    let all = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    Notebook::parse(Path::new("n/02_a-b.ipynb"), &all.to_string()).unwrap()
}

#[test]
fn cells_are_nested_and_their_last_expressions_shown() {
    let notebook = notebook(&[":opt 2\nlet x = 1;", "x // one"]);
    let module = Module::new(&notebook, Edition::Instructor).unwrap();
    let function = "\
fn run() -> ::std::result::Result<(), crate::runner::Stop> {
crate::runner::begin(1);
{ // cell 1 (id c0)

let x = 1;
crate::runner::end(1);
crate::runner::begin(2);
{ // cell 2 (id c1)
lesson_lib::show_cell!(x); // one
crate::runner::end(2);
}}
::std::result::Result::Ok(())
}
";
    assert!(module.source().starts_with(function), "{}", module.source());
    assert_eq!((module.name(), module.file.as_str()), ("n02_a_b", "src/n02_a_b.rs"));
    syn::parse_file(module.source()).unwrap();
}

#[test]
fn every_line_of_a_cell_is_found_again() {
    let sources = [":opt 2\nlet x = 1;\n\nx", "fn f() {\n}", "", "f();\n"];
    let module = Module::new(&notebook(&sources), Edition::Instructor).unwrap();
    let lines: Vec<&str> = module.source().lines().collect();
    let mut found = vec![Vec::new(); sources.len()];
    for (k, line) in lines.iter().enumerate() {
        if let Some((span, line_in_cell)) = module.locate(k + 1) {
            let cell = module.cells.iter().position(|c| c.place == span.place).unwrap();
            found[cell].push((line_in_cell, *line));
        }
    }
    assert_eq!(found[0], [(1, ""), (2, "let x = 1;"), (3, ""), (4, "lesson_lib::show_cell!(x);")]);
    assert_eq!(found[1], [(1, "fn f() {"), (2, "}")]);
    assert_eq!(found[2], [(1, "")]);
    assert_eq!(found[3], [(1, "f();"), (2, "")]);
}

#[test]
fn a_cell_that_does_not_parse_names_its_line() {
    let error = Module::new(&notebook(&["1", "let a = 1;\nlet = 2;"]), Edition::Instructor);
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("n/02_a-b.ipynb, cell 2 (id c1), line 2: does not parse"), "{error}");
}

#[test]
fn a_crate_of_the_course_becomes_a_dependency_once() {
    let course = Course::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let loads = ":dep flowers = { path = \"../flowers\" }";
    let module = Module::new(&notebook(&["1", loads, loads]), Edition::Instructor).unwrap();
    let package = Package { folder: "p".into(), modules: vec![module] };
    let folder = course.notebooks().join("../flowers").display().to_string();
    let line = format!("\nflowers = {{ path = {folder:?} }}\n\n[profile.dev]");
    assert!(package.manifest(&course).contains(&line), "{}", package.manifest(&course));
}
