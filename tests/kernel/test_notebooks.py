"""Every notebook of the course in the course's kernel; outputs in the files are those of a run."""

import notebook_runs
import pytest
from conftest import PLACES
from course import runner

NOTEBOOKS = sorted(PLACES.notebooks.glob("*.ipynb"))


@pytest.fixture(scope="module")
def outcomes(places):
    with pytest.MonkeyPatch.context() as patch:
        # What they time is no part of the comparison.
        patch.setenv("LESSON_TIMING_SECONDS", "0.1")
        yield notebook_runs.start_all(
            NOTEBOOKS, lambda file: runner.run_file(file, places, compare=True)
        )


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebook(file, outcomes):
    faults = outcomes[file].result().faults
    assert not faults, "\n".join(faults)
