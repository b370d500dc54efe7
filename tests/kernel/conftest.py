"""Every test here runs in the course's own Jupyter environment, on the CPU device."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from course import environment, paths

PLACES = paths.find()
environment.enter(PLACES)
environment.reproducible()


@pytest.fixture(scope="session")
def places():
    return PLACES


@pytest.fixture
def learner(places, monkeypatch):
    """An empty folder for a learner's notebooks; whoever works in this clone keeps their own."""
    monkeypatch.setenv("LESSON_STUDENT", f"student-of-test-{os.getpid()}")
    yield places.learner
    shutil.rmtree(places.learner, ignore_errors=True)
