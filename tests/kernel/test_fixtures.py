"""Notebooks that are wrong in one way each: the runner must say so, and pass the sound one.

`metadata.lesson.expect.kernel` is a pattern for what the runner says, `expect.compare` for what
the comparison of outputs says; a fixture with neither is sound in the kernel.
"""

import re
from pathlib import Path

import notebook_runs
import nbformat
import pytest
from course import runner

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures").glob("*.ipynb"))
TIMEOUT = 40  # seconds for one cell; one fixture never ends


def expectation(file):
    return nbformat.read(file, as_version=4).metadata.get("lesson", {}).get("expect", {})


@pytest.fixture(scope="module")
def outcomes(places):
    def run(file):
        compare = "compare" in expectation(file)
        return runner.run_file(file, places, compare=compare, cell_timeout=TIMEOUT)

    return notebook_runs.start_all(FIXTURES, run)


def test_there_are_fixtures_of_both_kinds():
    names = {file.name for file in FIXTURES}
    assert "green.ipynb" in names and len(names) > 1


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_fixture(file, outcomes):
    said = "\n".join(outcomes[file].result().faults)
    expected = expectation(file)
    pattern = expected.get("kernel") or expected.get("compare")
    if pattern:
        assert re.search(pattern, said), said or "the runner found nothing wrong"
    else:
        assert not said, said
