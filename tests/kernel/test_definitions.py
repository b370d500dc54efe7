"""A cell may define a type anew; no variable of the old one is read as the new one."""

import live
import pytest
from course import definitions

CODE = """
// struct InAComment { x: i32 }
#[derive(Clone)]
#[repr(C)]
struct Point { x: i32, name: &'static str }
const SIZE: usize = 4;
fn f() { struct InAFunction; }
pub(crate) struct Row([f32; SIZE]);
let union = 3;
const fn three() -> i32 { 3 }
enum Shape<T> where T: Copy { Dot(T), Box { left: char } } /* struct InAnother; */
let text = "struct InAText { }"; let quoted = r#"enum "InARawText" {}"#; let brace = '{';
mod parts { pub struct Wheel; }
type Table = [f32; SIZE];
struct Unit;
"""


def test_what_a_cell_defines_is_found():
    found = definitions.of(CODE)
    assert {name: kind for name, (kind, _) in found.items()} == {
        "Point": "struct",
        "SIZE": "const",
        "Row": "struct",
        "Shape": "enum",
        "parts": "mod",
        "Table": "type",
        "Unit": "struct",
    }
    assert found["Unit"][1] == ["struct", "Unit", ";"]
    assert found["Point"][1][:4] == ["repr", "(", "C", ")"]


@pytest.mark.parametrize("code", ["struct", "struct A {", "#[repr(", "const", '"', "/*", "enum E { A(", "}", "r#"])
def test_code_that_does_not_end_is_no_trouble(code):
    definitions.of(code)


@pytest.mark.parametrize(
    ("before", "now", "other"),
    [
        ("struct A { x: i32 }", "struct A { x: f32 }", True),
        ("struct A { x: i32 }", "struct B { x: f32 }", False),
        ("struct A { x: i32 }", "// the same\nstruct  A {\n    x: i32 }", False),
        ("struct A { x: i32 }", "#[derive(Clone)] struct A { x: i32 }", False),
        ("struct A { x: u8, y: u32 }", "#[repr(C)] struct A { x: u8, y: u32 }", True),
        ("enum E { A, B }", "enum E { B, A }", True),
        ("union U { a: i32, b: u32 }", "union U { a: i64, b: u32 }", True),
        ("mod m { pub struct A { x: i32 } }", "mod m { pub struct A { x: f32 } }", True),
        ("const N: usize = 2;", "const N: usize = 3;", False),
        ("const N: usize = 2; struct A([f32; N]);", "const N: usize = 3;", True),
        ("const N: usize = 2; type R = [f32; N]; struct A { row: R }", "const N: usize = 3;", True),
        ("const N: usize = 2; struct A;", "const N: usize = 3; struct B([f32; N]);", False),
        ("type R = f32; struct A { row: R }", "type R = f64;", True),
        ("type R = f32;", "type R = f64;", False),
        ("fn f() -> i32 { 1 }", "fn f() -> i64 { 2 }", False),
    ],
)
def test_a_change_of_layout_is_seen(before, now, other):
    assert definitions.is_other(definitions.of(before), definitions.of(now)) == other


def test_a_cell_that_did_not_compile_has_defined_nothing(tmp_path):
    known = definitions.Definitions(tmp_path)
    file = tmp_path / definitions.GENERATION
    known.begin("struct A { x: i32 }", 7)
    known.end(compiled=True)
    assert not file.exists()
    known.begin("struct A { x: f32 } wrong", 7)
    assert file.read_text() == "-Cmetadata=types1\n"
    known.end(compiled=False)
    assert file.read_text() == ""
    known.begin("struct A { x: i32 }", 7)
    known.end(compiled=True)
    assert file.read_text() == ""
    for generation, kind in enumerate(("u8", "u16"), start=1):
        known.begin(f"struct A {{ x: {kind} }}", 7)
        known.end(compiled=True)
        assert file.read_text() == f"-Cmetadata=types{generation}\n"


def test_variables_of_a_type_that_was_defined_anew_are_lost_with_a_word(places):
    with live.opened(places) as session:
        session.run("struct Point { x: i32 }\nlet point = Point { x: 1 };\nlet many = vec![Point { x: 2 }];")
        session.run("let number = 3;\nlet list = vec![1.5, 2.5];")
        session.run("struct Point { x: i32 } // the same")
        assert session.run("point.x + many[0].x") == "3"
        session.failure("struct Point { x: f64 }\nlet wrong: i32 = \"text\";")
        assert session.run("point.x + number") == "4"
        session.run("struct Point { x: f64 }")
        _, shown = session.execute("number + list.len() as i32")
        said = live.printed_on(shown, "stderr")
        for name in ("point", "many"):
            assert f"The type of the variable {name} was redefined, so was lost." in said
        assert live.text(shown) == "5"
        assert session.run("number + list.len() as i32") == "5"
        assert "`point` is not there: its type was defined anew in cell [7]" in session.failure("point.x")["evalue"]
        session.run("let point = Point { x: 2.5 };")
        assert session.run("point.x") == "2.5"
