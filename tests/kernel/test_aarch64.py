"""Tests in an emulator: what is missing is named, and what is left out is counted and is there."""

import pytest
from course import aarch64, tally

RESULT = "test result: ok. {} passed; 0 failed; 0 ignored; 0 measured; {} filtered out; finished in 1 s"


def output(*pairs):
    return "\n".join(RESULT.format(*pair) for pair in pairs)


def test_what_has_to_be_installed_is_named_in_one_line():
    assert aarch64.missing(lambda program: program) == ""
    line = aarch64.missing(lambda program: None)
    assert line == "sudo apt install g++-aarch64-linux-gnu qemu-user"
    assert aarch64.missing(lambda program: program != aarch64.EMULATOR and program) == "sudo apt install qemu-user"


@pytest.mark.parametrize("filtered, failed", [((1, 1), 0), ((2, 0), 0), ((1, 0), 1), ((2, 1), 1)])
def test_a_test_that_is_left_out_is_counted_and_must_be_there(filtered, failed):
    said = output((3, filtered[0]), (4, filtered[1]))
    left_out = {"it hangs": ["a::b"], "it is slow": ["c"]}
    counted = aarch64.with_left_out(tally.cargo(said, ""), left_out, said)
    assert (counted.passed, counted.failed) == (7, failed)
    assert counted.skips == [("a::b", "it hangs"), ("c", "it is slow")]


def test_no_test_is_left_out_twice():
    for left_out in [*aarch64.LEFT_OUT.values(), aarch64.NOTEBOOKS_LEFT_OUT]:
        names = aarch64.names(left_out)
        assert len(names) == len(set(names))


def test_every_notebook_that_is_left_out_is_there(places):
    stems = {file.stem for file in places.notebooks.glob("*.ipynb")}
    assert set(aarch64.names(aarch64.NOTEBOOKS_LEFT_OUT)) < stems
