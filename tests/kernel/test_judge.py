"""What makes an executed cell red, without a kernel."""

import pytest
from course import judge
from nbformat.v4 import new_output
from throwaway import code, executed


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_a_quiet_cell_is_sound():
    assert judge.faults(executed(code("let a = 1;"))) == []


def test_an_error_output_is_a_fault():
    error = new_output("error", ename="Error", evalue="\x1b[31mmismatched\x1b[0m types")
    assert judge.faults(executed(code("x"), error)) == ["error Error: mismatched types"]


def test_any_text_on_stderr_is_a_fault():
    [fault] = judge.faults(executed(code("x"), printed("warning", "stderr")))
    assert fault == "text on stderr: warning"


def test_stderr_of_spaces_is_none():
    assert judge.faults(executed(code("x"), printed("\n", "stderr"))) == []


@pytest.mark.parametrize(
    ("source", "lines", "faults"),
    [
        ("check::close(a)?;", "✓ a\n", 0),
        ("check::close(a)?;\ncheck::that(b)?;", "✓ a\n", 1),
        ("check::close::<f64>(a)?;", "", 1),
        ("check::close(a)?;", "see ✓ a\n", 1),
        ("// check::close(a)\ncheck::that(b)?;", "✓ b\n", 0),
        ("/* check::close(a)\n */ check::that(b)?;", "✓ b\n", 0),
        ("let a = 1;", "✓ a\n", 1),
    ],
)
def test_a_check_cell_prints_a_line_per_check(source, lines, faults):
    assert len(judge.faults(executed(code(source, "check"), printed(lines)))) == faults


def test_only_check_cells_must_print_pass_lines():
    assert judge.faults(executed(code("check::close(a)?;", "demo"))) == []


def test_a_cell_is_named_by_place_id_and_first_line():
    cell = code("\nlet a = 1;\na", "check", id="02-ex1")
    assert judge.identity(cell, 7) == "cell 7 (02-ex1): let a = 1;"


def test_source_may_be_a_list_of_lines():
    assert judge.source({"source": ["let a = 1;\n", "a"]}) == "let a = 1;\na"
