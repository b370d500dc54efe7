"""Every test here runs in the course's own Jupyter environment, on the CPU device."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from course import edition, environment, paths

PLACES = paths.find()
environment.enter(PLACES)
environment.reproducible()


@pytest.fixture(scope="session")
def places():
    return PLACES


@pytest.fixture
def new_learner(places, monkeypatch):
    """An empty folder for a learner's notebooks; whoever works in this clone keeps their own."""
    monkeypatch.setenv("LESSON_STUDENT", f"student-of-test-{os.getpid()}")
    places.learner.mkdir()
    yield places.learner
    shutil.rmtree(places.learner)


@pytest.fixture(scope="session")
def editions(places):
    """The contents of the notebooks with gaps, made once."""
    return edition.made(places)


@pytest.fixture
def learner(places, new_learner, editions):
    """A learner's folder with all notebooks, as `make lab` leaves it."""
    edition.hand_out(new_learner, editions, edition.source_of(places))
    return new_learner
