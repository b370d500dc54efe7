use super::*;

const FIRST: &str =
    "fn first() -> i32 {\n    // BEGIN SOLUTION: one\n    1\n    // END SOLUTION\n}";
const SECOND: &str = "fn second() -> i32 {\n    // BEGIN SOLUTION\n    2\n    // END SOLUTION\n}";

/// A notebook of cells `(id, role, source)`; a role of "" is a text without one.
fn notebook(cells: &[(&str, &str, &str)]) -> Notebook {
    let cell = |(id, role, source): &(&str, &str, &str)| {
        let kind = if ["", "hint"].contains(role) { "markdown" } else { "code" };
        let lesson = if role.is_empty() { json!({}) } else { json!({"lesson": {"role": role}}) };
        json!({"cell_type": kind, "id": id, "metadata": lesson, "source": source,
            "execution_count": 1, "outputs": []})
    };
    let cells: Vec<_> = cells.iter().map(cell).collect();
    let all = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    Notebook::parse(Path::new("n/a.ipynb"), &all.to_string()).unwrap()
}

/// A notebook with the code `given`, of role demo, before one exercise with the check `check`.
fn with_given(given: &[(&str, &str)], check: &str) -> Notebook {
    let mut cells = vec![("setup", "setup", "start")];
    cells.extend(given.iter().map(|(id, source)| (*id, "demo", *source)));
    cells.push((
        "text",
        "",
        "Before.\n\n### Exercise 1\nSee [04](04_cuda.ipynb) and [it](https://a.b).",
    ));
    cells.push(("ex1", "exercise", FIRST));
    cells.push(("hint", "hint", "it is 1"));
    cells.push(("ex1-check", "check", check));
    notebook(&cells)
}

fn choices(ids: &[&str]) -> Vec<Choice> {
    ids.iter().map(|id| Choice::parse(id).unwrap()).collect()
}

fn made(notebook: &Notebook, ids: &[&str]) -> Result<Notebook> {
    let choices = choices(ids);
    of_exercise(std::slice::from_ref(notebook), &choices[0], &choices)
}

fn ids(notebook: &Notebook) -> Vec<&str> {
    notebook.cells().map(|cell| cell.id()).collect()
}

const CHECK: &str = "check::equal(\"one\", first(), a)?;";

/// The demo cells that the exercise needs, of those `given`.
fn needed(given: &[(&str, &str)], check: &str) -> Vec<String> {
    let made = made(&with_given(given, check), &["ex1"]).unwrap();
    let is_given = |id: &&str| given.iter().any(|(name, _)| name == id);
    ids(&made).into_iter().filter(is_given).map(String::from).collect()
}

#[test]
fn what_the_check_mentions_is_given_and_what_that_needs() {
    let given = [("x", "let x = 1;"), ("y", "let y = 2;"), ("a", "let a = x;")];
    assert_eq!(needed(&given, CHECK), ["x", "a"]);
}

#[test]
fn the_nearest_cell_makes_a_name_and_what_it_makes_it_of_counts() {
    assert_eq!(needed(&[("1", "let a = 1;"), ("2", "let a = 2;")], CHECK), ["2"]);
    assert_eq!(needed(&[("1", "let a = 1;"), ("2", "let a = a + 1;")], CHECK), ["1", "2"]);
}

#[test]
fn a_crate_that_is_mentioned_is_loaded() {
    let loads = ":dep flowers = { path = \"../flowers\" }";
    let check = "check::equal(\"one\", first(), flowers::one())?;";
    assert_eq!(needed(&[("1", loads), ("2", "let a = 1;")], check), ["1"]);
}

#[test]
fn every_kind_of_item_is_found() {
    for item in [
        "fn a() {}",
        "struct a;",
        "const a: i32 = 1;",
        "static a: i32 = 1;",
        "type a = i32;",
        "enum a {}",
        "mod a {}",
        "trait a {}",
        "macro_rules! a { () => {} }",
        "use b::{c, d::a};",
        "use b as a;",
        "let (b, mut a) = (1, 2);",
    ] {
        assert_eq!(needed(&[("item", item), ("no", "let other = 1;")], CHECK), ["item"], "{item}");
    }
}

#[test]
fn an_implementation_goes_with_its_type() {
    let given =
        [("a", "struct a;"), ("impl", "impl Show for a {}"), ("other", "impl Show for b {}")];
    assert_eq!(needed(&given, CHECK), ["a", "impl"]);
}

#[test]
fn what_may_have_changed_a_variable_is_given() {
    let between = ("push", "a.push(1);");
    assert_eq!(needed(&[("a", "let mut a = vec![];"), between], CHECK), ["a", "push"]);
    assert_eq!(needed(&[("a", "let a = vec![];"), between], CHECK), ["a"]);
}

#[test]
fn the_type_of_a_variable_is_needed_too() {
    let given = [("type", "type T = i32;"), ("a", "let a: T = 1;"), ("T", "let b = 1;")];
    assert_eq!(needed(&given, CHECK), ["type", "a"]);
}

#[test]
fn a_function_sees_no_variable_and_a_member_is_no_name() {
    let given = [("b", "let b = 1;"), ("a", "fn a(b: i32) -> i32 { b }")];
    assert_eq!(needed(&given, CHECK), ["a"]);
    let given = [("b", "let b = 1;"), ("c", "let c = 3;")];
    assert_eq!(needed(&given, "check::equal(\"{c}\", d.b, d::b)?;"), ["c"]);
    assert_eq!(needed(&given, "check::equal(\"1\", 0..b, 1)?;"), ["b"]);
}

#[test]
fn each_cell_has_its_part() {
    let notebook = with_given(&[("a", "let a = 1;"), ("b", "let b = 1;")], CHECK);
    let made = made(&notebook, &["ex1=2.5"]).unwrap();
    assert_eq!(ids(&made), ["setup", "a", "text", "ex1", "ex1-check"]);
    let text: Value = serde_json::from_str(&made.to_text()).unwrap();
    let part = |k: usize| {
        let nbgrader = &text["cells"][k]["metadata"]["nbgrader"];
        ["grade_id", "locked", "solution", "grade", "points", "schema_version"]
            .map(|key| nbgrader[key].clone())
    };
    let value = |id: &str, locked, solution, grade, points: Value| {
        [json!(id), json!(locked), json!(solution), json!(grade), points, json!(3)]
    };
    assert_eq!(part(0), value("setup", true, false, false, Value::Null));
    assert_eq!(part(1), value("a", true, false, false, Value::Null));
    assert_eq!(part(2), value("text", true, false, false, Value::Null));
    assert_eq!(part(3), value("ex1", false, true, false, Value::Null));
    assert_eq!(part(4), value("ex1-check", true, false, true, json!(2.5)));
}

#[test]
fn the_text_begins_with_its_heading_and_links_to_no_file() {
    let made = made(&with_given(&[("a", "let a = 1;")], CHECK), &["ex1"]).unwrap();
    let text = made.cells().find(|cell| cell.id() == "text").unwrap().source();
    assert_eq!(text, "### Exercise 1\nSee 04 and [it](https://a.b).");
}

#[test]
fn the_hint_stands_before_the_marker() {
    let made = made(&with_given(&[("a", "let a = 1;")], CHECK), &["ex1"]).unwrap();
    let source = made.cells().find(|cell| cell.id() == "ex1").unwrap().source();
    let expected = "fn first() -> i32 {\n    // Your turn: one\n    // BEGIN SOLUTION\n    1\n    // END SOLUTION\n}";
    assert_eq!(source, expected);
}

#[test]
fn the_grading_cell_ends_with_its_last_check_and_has_no_value() {
    let graded = |check: &str| {
        let made = made(&with_given(&[], check), &["ex1"]).unwrap();
        made.cells().last().unwrap().source()
    };
    let cell = |body: &str| {
        let head = "{\nuse ::lesson_lib::check;\ncheck::graded(|| {\n";
        format!("{head}{body}\nOk(())\n}})?;\n}};")
    };
    let check = "let b = 1;\ncheck::that(\"a\", b == first(), \"\")?;";
    assert_eq!(graded(&format!("{check}\nladder.push(b);\nplot(&ladder)")), cell(check));
    let check = "check::that(\"a\", true, \"\")?";
    assert_eq!(graded(&format!("{check} // a value")), cell(&format!("{check};")));
}

#[test]
fn another_exercise_is_given_with_its_solution_unless_it_is_asked_for_too() {
    let notebook = notebook(&[
        ("setup", "setup", "start"),
        ("text-1", "", "# 1"),
        ("ex1", "exercise", FIRST),
        ("ex1-check", "check", "check::equal(\"1\", first(), 1)?;"),
        ("text-2", "", "# 2"),
        ("ex2", "exercise", SECOND),
        ("ex2-check", "check", "check::equal(\"2\", second(), 2 * first())?;"),
    ]);
    let alone = made(&notebook, &["ex2"]).unwrap();
    assert_eq!(ids(&alone), ["setup", "ex1", "text-2", "ex2", "ex2-check"]);
    assert_eq!(alone.cells().nth(1).unwrap().source(), "fn first() -> i32 {\n    1\n}");
    let error = made(&notebook, &["ex2", "ex1"]).unwrap_err().to_string();
    assert!(error.contains("needs the solution of ex1, which the same assignment"), "{error}");
}

#[test]
fn an_unknown_exercise_and_wrong_points_are_refused() {
    let notebook = with_given(&[], CHECK);
    let error = made(&notebook, &["ex9"]).unwrap_err().to_string();
    assert_eq!(error, "ex9: no such exercise; there are ex1");
    for word in ["ex1=", "ex1=0", "ex1=-1", "ex1=NaN", "ex1=inf"] {
        assert!(
            Choice::parse(word).unwrap_err().to_string().contains("a number above 0"),
            "{word}"
        );
    }
}

#[test]
fn an_assignment_that_is_there_is_not_written_over() {
    let folder = std::env::temp_dir().join(format!("assignment-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let notebooks = [with_given(&[], CHECK)];
    let write = || write_into(&folder, &notebooks, &choices(&["ex1"]));
    assert_eq!(write().unwrap(), [folder.join("ex1.ipynb")]);
    assert!(write().unwrap_err().to_string().contains("is there already"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn all_exercises_of_a_notebook_are_worth_one_point() {
    let all = Choice::all_of(&[with_given(&[], CHECK)]).unwrap();
    assert_eq!(all, [Choice { id: "ex1".into(), points: 1.0 }]);
}
