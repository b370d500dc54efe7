"""The counts of the summary, from what the runners print."""

from course import tally

CARGO = """
test a::works ... ok
test gpu::launches ... ignored, needs a GPU
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
"""

JUNIT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="one"/>
<testcase name="two"><failure message="no"/></testcase>
<testcase name="three"><error message="no"/></testcase>
<testcase name="four"><skipped message="no Chromium"/></testcase>
</testsuite></testsuites>"""


def test_cargo_counts_add_up_over_binaries():
    counted = tally.cargo(CARGO, "")
    assert (counted.passed, counted.failed) == (8, 2)
    assert counted.skips == [("gpu::launches", "needs a GPU")]


def test_a_test_that_skips_itself_did_not_pass():
    counted = tally.cargo(CARGO, "works\tno GPU\n")
    assert counted.passed == 7
    assert ("works", "no GPU") in counted.skips


def test_a_part_left_out_leaves_the_test_passed():
    notes = "works on cuda\tno GPU\nworks, v8 on cpu\tneeds tensor cores\n"
    counted = tally.cargo(CARGO, notes)
    assert counted.passed == 8
    assert ("works on cuda", "no GPU") in counted.skips


def test_a_test_with_two_notes_skips_itself_once():
    assert tally.cargo(CARGO, "works\tno GPU\nworks\tno NVRTC\n").passed == 7


def test_pytest_counts():
    counted = tally.pytest(JUNIT)
    assert (counted.passed, counted.failed) == (1, 2)
    assert counted.skips == [("four", "no Chromium")]


def test_a_missing_report_is_a_failure():
    assert tally.pytest("").failed == 1


def test_the_table_names_failures_and_skips():
    shown = tally.table([("Rust tests", tally.cargo(CARGO, ""), 3.0)])
    assert shown.splitlines()[1].startswith("✗ Rust tests")
    assert "skipped in Rust tests, 1: needs a GPU\n      gpu::launches" in shown


def test_skips_for_one_reason_stand_together():
    skips = [("a", "no GPU"), ("b", "no Chromium"), ("c", "no GPU")]
    shown = tally.table([("Rust tests", tally.Tally(passed=1, skips=skips), 1.0)])
    assert shown.splitlines()[2:] == [
        "  skipped in Rust tests, 2: no GPU",
        "      a, c",
        "  skipped in Rust tests, 1: no Chromium",
        "      b",
    ]
