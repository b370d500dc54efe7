"""Every test here runs in the course's own Jupyter environment, on the CPU device."""

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
