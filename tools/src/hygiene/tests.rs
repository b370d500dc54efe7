use std::path::PathBuf;

use serde_json::{Value, json};

use super::{cells::SETUP, *};

/// A notebook that keeps every rule, in a folder of its own with a README.
fn good() -> Value {
    let code_with_outputs = |id: &str, role: &str, source: &str, outputs: Value| {
        json!({"cell_type": "code", "id": id, "execution_count": 1, "outputs": outputs,
            "metadata": {"lesson": {"role": role}}, "source": source})
    };
    let code = |id: &str, role: &str, source: &str| code_with_outputs(id, role, source, json!([]));
    let folded = |mut cell: Value| {
        cell["metadata"]["jupyter"] = json!({"source_hidden": true});
        cell
    };
    let passed = json!([{"output_type": "stream", "name": "stdout", "text": "✓ two: equal\n"}]);
    let exercise = "fn two() -> i32 {\n    // BEGIN SOLUTION\n    2\n    // END SOLUTION\n}";
    let mut exercise = code("ex", "exercise", exercise);
    exercise["metadata"]["lesson"]["id"] = json!("01-ex1");
    json!({"cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A\n[index](README.md)"},
        code("setup", "setup", SETUP),
        exercise,
        code_with_outputs("check", "check", "check::exercise(\"01-ex1\", || check::equal(\"two\", [two()], [2]))?;", passed),
        code("bet", "bet", "predict::bet(\"02-two\", 'a')"),
        folded(code("reveal", "reveal", "predict::reveal(\"02-two\", &[(two() == 2, \"\")])?")),
    ], "metadata": {"kernelspec": {"name": "rust"}}, "nbformat": 4, "nbformat_minor": 5})
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("hygiene-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("README.md"), "| `a.ipynb` | 10 minutes |").unwrap();
    folder
}

/// What `check` finds in the good notebook after `spoil`.
fn found(name: &str, file: &str, spoil: impl FnOnce(&mut Value)) -> String {
    let mut json = good();
    spoil(&mut json);
    let folder = folder(name);
    let notebook = Notebook::parse(&folder.join(file), &json.to_string()).unwrap();
    let problems: Vec<String> = check(&notebook).iter().map(Error::to_string).collect();
    std::fs::remove_dir_all(folder).unwrap();
    problems.join("\n")
}

/// Gives the exercise cell one output.
fn put_out(notebook: &mut Value, output: Value) {
    notebook["cells"][2]["outputs"] = json!([output]);
}

/// One way to spoil a notebook.
type Spoil = fn(&mut Value);

#[test]
fn a_notebook_that_keeps_the_rules_has_no_problem() {
    assert_eq!(found("good", "a.ipynb", |_| {}), "");
}

#[test]
fn every_rule_finds_the_notebook_that_breaks_it() {
    let spoils: [(&str, Spoil); 40] = [
        ("needs metadata `lesson.role`", |n| n["cells"][2]["metadata"] = json!({})),
        ("unknown variant `extra`", |n| {
            n["cells"][2]["metadata"]["lesson"]["role"] = json!("extra")
        }),
        ("cannot have the role Hint", |n| {
            n["cells"][2]["metadata"]["lesson"]["role"] = json!("hint")
        }),
        ("a text cell cannot have", |n| {
            n["cells"][0]["metadata"] = json!({"lesson": {"role": "demo"}})
        }),
        ("another cell has the same id", |n| n["cells"][3]["id"] = json!("ex")),
        ("the setup cell has to read", |n| {
            n["cells"][1]["source"] = json!("use lesson_lib::prelude::*;")
        }),
        ("the first code cell, and no other", |n| {
            n["cells"][1]["metadata"]["lesson"]["role"] = json!("demo")
        }),
        ("26 lines of code: 25 at most", |n| n["cells"][3]["source"] = json!("f();\n".repeat(26))),
        ("does not parse", |n| n["cells"][3]["source"] = json!("let = 1;")),
        (":dep rand", |n| n["cells"][3]["source"] = json!(":dep rand = \"0.10\"")),
        ("calls no `check::`", |n| n["cells"][3]["source"] = json!("assert!(true);")),
        ("a `check::` call needs `?`", |n| {
            n["cells"][3]["source"] = json!("let _ = check::that(\"a\", true, \"\");")
        }),
        ("an exercise needs", |n| n["cells"][2]["source"] = json!("fn two() -> i32 { 2 }")),
        ("`BEGIN SOLUTION` without an end", |n| {
            n["cells"][2]["source"] = json!("fn f() {\n// BEGIN SOLUTION\n}")
        }),
        ("only an exercise has solution markers", |n| {
            n["cells"][2]["metadata"]["lesson"]["role"] = json!("demo")
        }),
        ("no check cell follows", |n| n["cells"][3]["metadata"]["lesson"]["role"] = json!("demo")),
        ("an exercise needs a name", |n| {
            n["cells"][2]["metadata"] = json!({"lesson": {"role": "exercise"}})
        }),
        ("its check has to call `check::exercise(\"01-ex2\", || …)?`", |n| {
            n["cells"][2]["metadata"]["lesson"]["id"] = json!("01-ex2")
        }),
        ("another exercise has the name 01-ex1", |n| {
            let again = [n["cells"][2].clone(), n["cells"][3].clone()];
            n["cells"].as_array_mut().unwrap().extend(again);
        }),
        ("a bet reads", |n| n["cells"][4]["source"] = json!("predict::bet(\"02-two\", '?')")),
        ("a reveal calls", |n| n["cells"][5]["source"] = json!("two();")),
        ("are folded", |n| n["cells"][5]["metadata"]["jupyter"] = Value::Null),
        ("no later cell reveals", |n| n["cells"][5]["metadata"]["lesson"]["role"] = json!("demo")),
        ("no bet on 02-two stands", |n| {
            n["cells"][4]["metadata"]["lesson"]["role"] = json!("demo")
        }),
        ("no bet on 02-two stands", |n| {
            let mut again = n["cells"][5].clone();
            again["id"] = json!("again");
            n["cells"].as_array_mut().unwrap().push(again);
        }),
        ("another bet is on 02-two", |n| {
            let mut again = n["cells"][4].clone();
            again["id"] = json!("again");
            n["cells"].as_array_mut().unwrap().push(again);
        }),
        ("is empty: select it", |n| {
            let mut empty = n["cells"][5].clone();
            for (field, value) in [
                ("id", json!("empty")),
                ("source", json!("")),
                ("metadata", json!({})),
                ("outputs", json!([])),
                ("execution_count", Value::Null),
            ] {
                empty[field] = value;
            }
            n["cells"].as_array_mut().unwrap().push(empty);
        }),
        ("saved without being run", |n| n["cells"][2]["execution_count"] = Value::Null),
        ("failed: E: x", |n| {
            put_out(n, json!({"output_type": "error", "ename": "E", "evalue": "x"}))
        }),
        ("wrote to stderr: oh", |n| {
            put_out(n, json!({"output_type": "stream", "name": "stderr", "text": "oh"}))
        }),
        ("printed 0 of 1 pass lines", |n| n["cells"][3]["outputs"] = json!([])),
        ("description of 20", |n| {
            put_out(
                n,
                json!({"output_type": "execute_result", "data": {"image/png": "AA", "text/plain": "a plot"}}),
            )
        }),
        ("shows `()`", |n| {
            put_out(n, json!({"output_type": "execute_result", "data": {"text/plain": "()"}}))
        }),
        ("shows a picture in words", |n| {
            put_out(
                n,
                json!({"output_type": "execute_result", "data": {"text/plain": "Figure(a)"}}),
            )
        }),
        ("shows a picture in words", |n| {
            let data = json!({"text/plain": "Animation of 12 frames."});
            put_out(n, json!({"output_type": "execute_result", "data": data}))
        }),
        ("output of unknown type", |n| put_out(n, json!({"output_type": "update"}))),
        ("stdout: `/home/anna/x`", |n| {
            put_out(
                n,
                json!({"output_type": "stream", "name": "stdout", "text": "in /home/anna/x"}),
            )
        }),
        ("kernelspec.name is \"python3\"", |n| {
            n["metadata"]["kernelspec"]["name"] = json!("python3")
        }),
        ("bytes: 1500000 at most", |n| n["metadata"]["filler"] = json!("x".repeat(1_500_000))),
        ("the link to `../gone.md` leads nowhere", |n| {
            n["cells"][0]["source"] = json!("[a](../gone.md#part)")
        }),
    ];
    for (k, (expected, spoil)) in spoils.into_iter().enumerate() {
        let problems = found(&format!("spoilt{k}"), "a.ipynb", spoil);
        assert!(problems.contains(expected), "{expected}: {problems:?}");
    }
}

#[test]
fn a_notebook_that_the_readme_leaves_out_is_found() {
    assert!(found("unlisted", "b.ipynb", |_| {}).contains("README.md beside it does not list it"));
}
