use std::path::Path;

use super::*;
use crate::lesson::Role;

/// As `nbformat` writes it: fields that the tool does not know, numbers in Python's spelling,
/// control characters, and keys that are not in the order of the alphabet.
const TEXT: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "title",
   "metadata": {
    "tags": []
   },
   "source": [
    "# Title\n",
    "über ✓ \u001b[0m"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "a1",
   "metadata": {
    "zoom": 1e-05,
    "lesson": {
     "role": "check",
     "id": "02-ex1"
    },
    "empty": {}
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1.0\n"
     ]
    }
   ],
   "source": [
    "let x = 1;\n",
    "x"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "name": "rust"
  },
  "big": 12345678901234567890123
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
"##;

fn notebook() -> Notebook {
    Notebook::parse(Path::new("course/notebooks/02_a.ipynb"), TEXT).unwrap()
}

#[test]
fn an_unchanged_notebook_is_written_back_byte_for_byte() {
    assert_eq!(notebook().to_text(), TEXT);
}

#[test]
fn a_cell_knows_what_it_holds() {
    let notebook = notebook();
    let cell = notebook.code_cells().next().unwrap();
    assert_eq!(cell.source(), "let x = 1;\nx");
    assert_eq!(cell.place(), "notebooks/02_a.ipynb, cell 2 (id a1)");
    assert!(cell.was_run());
    let lesson = cell.lesson().unwrap().unwrap();
    assert_eq!((lesson.role, lesson.id.as_deref()), (Role::Check, Some("02-ex1")));
    let output = Output::Stream { name: "stdout".into(), text: "1.0\n".into() };
    assert_eq!(cell.outputs().unwrap(), [output]);
    assert_eq!((notebook.stem(), notebook.label()), ("02_a".into(), "notebooks/02_a.ipynb".into()));
}

#[test]
fn a_new_source_is_stored_as_lines() {
    let mut notebook = notebook();
    notebook.set_source(2, "x\n\ny");
    let expected =
        TEXT.replace("    \"let x = 1;\\n\",\n    \"x\"", "    \"x\\n\",\n    \"\\n\",\n    \"y\"");
    assert_ne!(expected, TEXT);
    assert_eq!(notebook.to_text(), expected);
}

#[test]
fn what_is_not_a_notebook_is_refused_with_its_place() {
    for (old, new, expected) in [
        ("\"nbformat_minor\": 5", "\"nbformat_minor\": 4", "02_a.ipynb: format 4.4"),
        ("\"cells\": [", "\"sells\": [", "02_a.ipynb: has no list `cells`"),
        ("   \"id\": \"a1\",\n", "", "cell 2 (id ): has no id"),
        ("\"cell_type\": \"code\"", "\"cell_type\": \"cod\"", "cell 2 (id a1): `cell_type`"),
        ("\"# Title\\n\"", "7", "cell 1 (id title): `source` is not text"),
        ("\"cells\"", "cells", "02_a.ipynb: not a notebook"),
    ] {
        let text = TEXT.replace(old, new);
        assert_ne!(text, TEXT, "{old}");
        let error = Notebook::parse(Path::new("notebooks/02_a.ipynb"), &text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn wrong_metadata_names_the_cell_and_what_is_allowed() {
    for (old, new, expected) in [
        ("\"role\": \"check\"", "\"role\": \"chekc\"", "unknown variant `chekc`"),
        ("\"id\": \"02-ex1\"", "\"name\": \"02-ex1\"", "unknown field `name`"),
        ("\"id\": \"02-ex1\"", "\"varies\": \"always\"", "unknown variant `always`"),
    ] {
        let text = TEXT.replace(old, new);
        let notebook = Notebook::parse(Path::new("02_a.ipynb"), &text).unwrap();
        let error = notebook.code_cells().next().unwrap().lesson().unwrap_err().to_string();
        assert!(error.starts_with("02_a.ipynb, cell 2 (id a1): metadata `lesson`"), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}
