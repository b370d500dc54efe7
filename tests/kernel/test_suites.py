"""A suite that breaks must not look like one that passed."""

import sys
import time

from course import suites, tally


def suite(script, count):
    return suites.Suite("example", [sys.executable, "-c", script], count, {})


def run(places, script, count):
    return suites.run(suite(script, count), places.course)[0]


def count_cargo(status, output):
    return suites.at_least_one(tally.cargo(output, ""), status)


def test_output_is_counted(places):
    line = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
    counted = run(places, f"print({line!r})", count_cargo)
    assert (counted.passed, counted.failed) == (3, 0)


def test_no_test_at_all_is_a_failure(places):
    assert run(places, "print('nothing')", count_cargo).failed == 1


def test_a_runner_that_dies_is_a_failure(places):
    line = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
    assert run(places, f"print({line!r}); raise SystemExit(101)", count_cargo).failed == 1


def test_a_checker_passes_or_fails_by_its_status(places):
    def by_status(status, _):
        return tally.one(status)

    assert run(places, "", by_status).failed == 0
    assert run(places, "raise SystemExit(1)", by_status).failed == 1


def test_suites_side_by_side_are_counted_each_and_their_outputs_do_not_mix(places, capsys):
    waits = "import time; print('a', flush=True); time.sleep(1); print('b')"
    both = [suite(waits, lambda status, _: tally.one(status)), suite("print('c'); raise SystemExit(1)", count_cargo)]
    start = time.monotonic()
    outcomes = suites.run_all(both, places.course)
    assert [(counted.passed, counted.failed) for counted, _ in outcomes] == [(1, 0), (0, 1)]
    assert time.monotonic() - start < sum(seconds for _, seconds in outcomes)
    assert [line for line in capsys.readouterr().out.split() if len(line) == 1] == ["a", "b", "c"]
