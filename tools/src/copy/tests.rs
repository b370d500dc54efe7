use super::*;
use serde_json::json;

/// A lesson `05_shift.ipynb` in a folder of its own, with the README.md that lists it.
fn lesson(name: &str) -> (PathBuf, Notebook) {
    let folder = std::env::temp_dir().join(format!("copy-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let readme = "# Index\n\n| notebook | about |\n|---|---|\n| [05_shift](05_shift.ipynb) | shifting |\n\
        | [06_next](06_next.ipynb) | more |\n\nThe end.\n";
    fs::write(folder.join("README.md"), readme).unwrap();
    let output = json!([{"output_type": "stream", "name": "stdout", "text": "7"}]);
    let code = |id: &str, role: &str, exercise: &str, source: &str| {
        json!({"cell_type": "code", "id": id, "execution_count": 1, "outputs": output,
            "metadata": {"lesson": {"role": role, "id": exercise}}, "source": source})
    };
    let text = |id: &str, source: &str| json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": source});
    let all = json!({"cells": [
        text("05-001", "# 05 · Shift\nafter [05](05_shift.ipynb)"),
        code("05-ex1", "exercise", "05-ex1", "fn f() {\n    // BEGIN SOLUTION\n    // END SOLUTION\n}"),
        code("own", "check", "05-ex1", "check::exercise(\"05-ex1\", || check::that(\"05-ex10\", true, \"05-ex1\"))?;"),
        code("05-bet", "bet", "05-ex1", "predict::bet(\"05-steps\", 'b')"),
        code("told", "reveal", "05-ex1", "predict::reveal(\"05-steps\", &[(false, \"\"), (true, \"05-steps\")])?"),
    ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    let path = folder.join("05_shift.ipynb");
    fs::write(&path, all.to_string()).unwrap();
    let notebook = Notebook::read(&path).unwrap();
    (folder, notebook)
}

#[test]
fn a_copy_has_names_of_its_own_and_no_outputs() {
    let (folder, lesson) = lesson("names");
    let copied = write(&lesson, &folder.join("20_flowers.ipynb")).unwrap();
    let copy = Notebook::read(&copied.path).unwrap();
    let ids: Vec<&str> = copy.cells().map(|cell| cell.id()).collect();
    assert_eq!(ids, ["20-001", "20-ex1", "own", "20-bet", "told"]);
    let cells: Vec<_> = copy.cells().collect();
    assert_eq!(cells[0].source(), "# 20 · Shift\nafter [05](05_shift.ipynb)");
    assert_eq!(
        cells[2].source(),
        "check::exercise(\"20-ex1\", || check::that(\"05-ex10\", true, \"20-ex1\"))?;"
    );
    assert_eq!(cells[3].source(), "predict::bet(\"20-steps\", 'b')");
    assert!(cells[4].source().starts_with("predict::reveal(\"20-steps\", &["));
    for cell in &cells[1..] {
        assert_eq!(cell.lesson().unwrap().unwrap().id.as_deref(), Some("20-ex1"));
        assert!(!cell.was_run() && cell.outputs().unwrap().is_empty());
    }
    let readme = fs::read_to_string(copied.listed_in.unwrap()).unwrap();
    assert!(readme.contains(
        "| [06_next](06_next.ipynb) | more |\n| [20_flowers](20_flowers.ipynb) | shifting |\n\nThe end."
    ));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_copy_without_a_number_of_its_own_is_refused() {
    let (folder, lesson) = lesson("refused");
    for (name, problem) in [
        ("flowers.ipynb", "call it NUMBER_topic.ipynb"),
        ("x2_flowers.ipynb", "call it NUMBER_topic.ipynb"),
        ("20_flowers.txt", "call it NUMBER_topic.ipynb"),
        ("05_flowers.ipynb", "05_shift.ipynb has the number 05"),
        ("05_shift.ipynb", "is there already"),
    ] {
        let error = write(&lesson, &folder.join(name)).unwrap_err().to_string();
        assert!(error.contains(problem), "{name}: {error}");
    }
    assert!(
        write(&lesson, &folder.join("gone/20_a.ipynb"))
            .unwrap_err()
            .to_string()
            .contains("cannot read")
    );
    fs::remove_dir_all(folder).unwrap();
}
