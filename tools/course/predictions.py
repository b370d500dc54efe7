"""What the learner predicted, and how often that came true.

The file and its rules stand in lesson_lib/src/predict; the library writes it.
"""

import re

from . import learner_files

RECORD = "predictions.txt"

_LINE = re.compile(r"\d{4}-\d\d-\d\d [A-Za-z0-9_-]+ ([a-z]), (right|it was (?!\1)[a-z])")


def tally(folder):
    """How many predictions in the learner's `folder` came true, and of how many."""
    found = map(_LINE.fullmatch, learner_files.kept(folder / RECORD))
    outcomes = [line[2] for line in found if line]
    return outcomes.count("right"), len(outcomes)


def summary(folder):
    """The same in words, as the library puts it; "" where there are none."""
    right, made = tally(folder)
    return f"predictions: {right} of {made} right" if made else ""
