use std::path::Path;

use serde_json::json;

use super::*;

/// A notebook of code cells `(role, source)`.
fn notebook(cells: &[(&str, &str)]) -> Notebook {
    let cell = |(k, (role, source)): (usize, &(&str, &str))| {
        let kind = if *role == "hint" { "markdown" } else { "code" };
        json!({"cell_type": kind, "id": format!("c{k}"), "execution_count": 1,
            "metadata": {"lesson": {"role": role, "id": "02-ex1"}}, "source": source,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "7"}]})
    };
    let cells: Vec<_> = cells.iter().enumerate().map(cell).collect();
    let all = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    Notebook::parse(Path::new("n/a.ipynb"), &all.to_string()).unwrap()
}

fn solved_away(source: &str) -> Result<String> {
    let notebook = notebook(&[("exercise", source)]);
    let cell = notebook.cells().next().unwrap();
    without_solution(&cell)
}

#[test]
fn a_body_becomes_a_hint_and_a_todo_at_its_indentation() {
    let source = "fn f(x: f32) -> f32 {\n    // BEGIN SOLUTION: use `{x}` \"twice\"\n    x + x\n    // END SOLUTION\n}";
    let expected = "fn f(x: f32) -> f32 {\n    // Your turn: use `{x}` \"twice\"\n    \
        todo!(\"02-ex1: use `{{x}}` \\\"twice\\\"\");\n}";
    assert_eq!(solved_away(source).unwrap(), expected);
}

#[test]
fn several_solutions_methods_and_initialisers_are_found() {
    let source = "impl A {\n  fn g(&self) -> i32 {\n    let a: i32 = {\n      // BEGIN SOLUTION\n      2\n      // END SOLUTION\n    };\n    a\n  }\n}\n\
        fn h() {\n  // BEGIN SOLUTION\n  // END SOLUTION\n}\n";
    let text = solved_away(source).unwrap();
    assert_eq!(text.matches("todo!(\"02-ex1: write this part\");").count(), 2);
    assert!(!text.contains("SOLUTION") && text.ends_with("}\n"));
    CellCode::parse(&text).unwrap();
}

#[test]
fn in_a_string_only_the_comment_remains() {
    let source = "let kernel = r#\"\n__global__ void f(float* a) {\n    // BEGIN SOLUTION: write a[0]\n    a[0] = 1;\n    // END SOLUTION\n}\n\"#;";
    let expected =
        "let kernel = r#\"\n__global__ void f(float* a) {\n    // Your turn: write a[0]\n}\n\"#;";
    assert_eq!(solved_away(source).unwrap(), expected);
}

#[test]
fn markers_in_a_wrong_place_are_refused_with_their_line() {
    for (source, expected) in [
        ("// BEGIN SOLUTION\nfn f() {}\n// END SOLUTION", "line 1: a solution stands inside"),
        (
            "let x = {\n// BEGIN SOLUTION\n1\n// END SOLUTION\n};",
            "line 2: a solution stands inside",
        ),
        ("fn f() {\n// BEGIN SOLUTION\n}", "line 2: `BEGIN SOLUTION` without an end"),
        ("fn f() {\n// END SOLUTION\n}", "line 2: `END SOLUTION` without a begin"),
        (
            "fn f() {\n// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION\n}",
            "line 3: `BEGIN SOLUTION` inside",
        ),
        (
            "fn f() {\n// BEGIN SOLUTION\nif a {\n// END SOLUTION\n}\n}",
            "line 2: a solution begins and ends in the same block",
        ),
        (
            "fn f() {\n// BEGIN SOLUTION\n}\nfn g() {\n// END SOLUTION\n}",
            "line 2: a solution stands inside",
        ),
    ] {
        let error = solved_away(source).unwrap_err().to_string();
        assert!(error.starts_with("n/a.ipynb, cell 1 (id c0): "), "{error}");
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn the_edition_has_no_solutions_no_outputs_and_nothing_for_instructors() {
    let exercise = "fn f() {\n// BEGIN SOLUTION\ng();\n// END SOLUTION\n}";
    let original = notebook(&[
        ("demo", "1"),
        ("exercise", exercise),
        ("hint", "think"),
        ("instructor", "2"),
        ("check", "check::that(\"a\", true, \"\")?;"),
    ]);
    let student = edition(&original).unwrap();
    let ids: Vec<&str> = student.cells().map(|cell| cell.id()).collect();
    assert_eq!(ids, ["c0", "c1", "c2", "c4"]);
    assert!(student.code_cells().all(|cell| !cell.was_run() && cell.outputs().unwrap().is_empty()));
    assert_eq!(checks_of_exercises(&student).unwrap(), BTreeSet::from([4]));
}

#[test]
fn a_learners_work_is_not_written_over() {
    let folder = std::env::temp_dir().join(format!("student-edition-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (original, copy) = (notebook(&[("demo", "1")]), folder.join("a.ipynb"));
    assert_eq!(write_into(&folder, &original).unwrap(), Written::New(copy.clone()));
    std::fs::write(&copy, "hours of work").unwrap();
    assert_eq!(write_into(&folder, &original).unwrap(), Written::Kept(copy.clone()));
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "hours of work");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_exercise_needs_its_own_check() {
    let (exercise, check) = (("exercise", "1"), ("check", "1"));
    for cells in [&[exercise, exercise, check][..], &[check, exercise]] {
        let error = checks_of_exercises(&notebook(cells)).unwrap_err().to_string();
        assert!(error.contains("no check cell follows this exercise"), "{error}");
    }
    let both = notebook(&[exercise, check, check, exercise, check]);
    assert_eq!(checks_of_exercises(&both).unwrap(), BTreeSet::from([2, 5]));
}

#[test]
fn the_check_of_an_exercise_may_fail_and_no_other_cell() {
    let exercise = "fn f() -> i32 {\n    // BEGIN SOLUTION\n    1\n    // END SOLUTION\n}";
    let original = notebook(&[("exercise", exercise), ("check", "f();"), ("check", "1;")]);
    let text = edition(&original).unwrap().to_text();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let tags: Vec<_> = (0..3).map(|k| &json["cells"][k]["metadata"]["tags"]).collect();
    assert_eq!(tags, [&json!(null), &json!(["raises-exception"]), &json!(null)]);
}

#[test]
fn a_bet_is_left_to_the_learner() {
    let original = notebook(&[
        ("bet", "predict::bet(\"02-rows\", 'a')"),
        ("demo", "predict::bet(\"of a demo\", 'a')"),
    ]);
    let sources: Vec<_> = edition(&original).unwrap().cells().map(|cell| cell.source()).collect();
    assert_eq!(sources, ["predict::bet(\"02-rows\", '?')", "predict::bet(\"of a demo\", 'a')"]);
}
