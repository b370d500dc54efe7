use std::path::Path;

use serde_json::{Value, json};

use super::*;

fn notebook(varies: bool, outputs: Value) -> Notebook {
    let lesson =
        if varies { json!({"role": "demo", "varies": "timing"}) } else { json!({"role": "demo"}) };
    let cell = json!({"cell_type": "code", "execution_count": 1, "id": "a",
        "metadata": {"lesson": lesson}, "outputs": outputs, "source": ["f()"]});
    let all = json!({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    Notebook::parse(Path::new("n/a.ipynb"), &all.to_string()).unwrap()
}

fn printed(text: &str) -> Value {
    json!({"output_type": "stream", "name": "stdout", "text": text})
}

fn shown(data: Value) -> Value {
    json!({"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data})
}

fn differences(varies: bool, old: Value, new: Value) -> String {
    let (old, new) = (notebook(varies, old), notebook(varies, new));
    compare(&old, &new).unwrap().iter().map(Error::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn how_the_kernel_cut_its_messages_does_not_matter() {
    let old = json!([printed("a\n"), printed("b\n"), shown(json!({"text/plain": ["1\n", "2"]}))]);
    let new = json!([shown(json!({"text/plain": "1\n2"})), printed("a\nb\n")]);
    assert_eq!(differences(false, old, new), "");
}

#[test]
fn the_first_line_that_differs_is_shown() {
    let found = differences(false, json!([printed("a\nb\n")]), json!([printed("a\nc\n")]));
    assert_eq!(
        found,
        "n/a.ipynb, cell 1 (id a): stdout differs at line 2\n  committed: \"b\"\n  fresh:     \"c\""
    );
}

#[test]
fn every_kind_of_difference_is_found() {
    let text = |text: &str| json!([shown(json!({"text/plain": text}))]);
    let failed = json!([{"output_type": "error", "ename": "E", "evalue": "x", "traceback": []}]);
    for (old, new, expected) in [
        (text("1"), text("1\n2"), "value 1: text/plain differs at line 2\n  committed: (nothing)"),
        (text("1"), json!([]), "shows 1 values, 0 when run"),
        (json!([]), text("1"), "shows 0 values, 1 when run"),
        (json!([printed("a")]), json!([]), "stdout is committed, but not put out when run"),
        (json!([]), failed.clone(), "error: committed None, fresh Some(\"E: x\")"),
        (
            json!([shown(json!({"image/png": "AAAA", "text/plain": "a"}))]),
            json!([shown(json!({"image/png": "AAAB", "text/plain": "a"}))]),
            "image/png differs (4 characters of base64, 4 when run)",
        ),
    ] {
        let found = differences(false, old, new);
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[test]
fn where_output_varies_only_its_kinds_count() {
    let times = |text: &str| json!([printed(text), shown(json!({"text/plain": text}))]);
    assert_eq!(differences(true, times("1 ms"), times("2 ms")), "");
    let found = differences(true, times("1 ms"), json!([printed("1 ms")]));
    assert!(found.contains("kinds of output: committed {\"stdout\", \"text/plain\"}"), "{found}");
    let failed = json!([{"output_type": "error", "ename": "E", "evalue": "x", "traceback": []}]);
    let found = differences(true, failed.clone(), failed);
    assert!(found.contains("the fresh output is an error: E: x"), "{found}");
}

#[test]
fn a_changed_source_or_cell_count_is_a_difference() {
    let old = notebook(false, json!([]));
    let mut new = old.clone();
    new.set_source(1, "g()");
    assert!(compare(&old, &new).unwrap()[0].to_string().contains("another cell"));
    new.retain_cells(|_| false);
    assert!(compare(&old, &new).unwrap()[0].to_string().contains("1 cells, 0 when run"));
}
