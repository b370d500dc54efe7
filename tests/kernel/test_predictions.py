"""A bet and its outcome: what the learner reads, and the line that is kept."""

import live
import pytest
from course import exercises, predictions

BET = 'predict::bet("02-rows", \'{}\')'
REVEAL = """predict::reveal("02-rows", &[
    (1 + 1 == 2, "A vector lies along the last axis."),
    (1 + 1 == 3, "On paper `c` stands upright."),
])?"""
ANSWERS = "→ a  A vector lies along the last axis.\n  b  On paper `c` stands upright."


@pytest.fixture(scope="module")
def kernel(places):
    with live.opened(places) as session:
        session.run("use lesson_lib::prelude::*;")
        yield session


def test_a_bet_waits_for_the_cell_that_reveals(kernel):
    assert kernel.run(BET.format("a")) == "Bet on a."
    assert kernel.run(REVEAL) == f"Bet on a: right.\n{ANSWERS}"


def test_without_a_bet_the_notebook_goes_on(kernel):
    assert kernel.run(BET.format("?")).startswith("No bet yet: put a letter between the quotes")
    assert kernel.run(REVEAL) == f"No bet: it is a.\n{ANSWERS}"


def test_answers_are_a_list_of_the_page(kernel):
    _, shown = kernel.execute(REVEAL)
    [data] = [entry["data"] for entry in shown if "data" in entry]
    assert "<code>c</code>" in data["text/html"] and "<ul><li><b>a: A" in data["text/html"]


def test_the_first_bet_is_kept_in_the_learners_folder(places, learner):
    with live.opened(places, folder=learner) as session:
        session.run("use lesson_lib::prelude::*;")
        session.run(BET.format("?"))
        assert session.run(REVEAL).endswith(ANSWERS)
        assert not (learner / predictions.RECORD).exists(), "no bet, no line"
        session.run(BET.format("b"))
        assert session.run(REVEAL).endswith(f"{ANSWERS}\npredictions: 0 of 1 right")
        session.run(BET.format("a"))
        first = "(Your first bet, b, is the one that is kept.)"
        assert session.run(REVEAL).endswith(f"{ANSWERS}\n{first}\npredictions: 0 of 1 right")
        [line] = (learner / predictions.RECORD).read_text().splitlines()[1:]
        assert line.endswith(" 02-rows b, it was a")
        shown = session.run("exercises::solved()?")
        assert shown == exercises.state(learner).text()
        assert shown.endswith(" exercises solved; next: 00-ex1, in 00_start_here\n"
                              "predictions: 0 of 1 right")


@pytest.mark.parametrize(
    "lines, tally",
    [
        ("", (0, 0)),
        ("# a remark\n2026-11-30 02-rows a, right\n2026-11-30 02-two b, it was a\n", (1, 2)),
        ("2026-11-30 02-rows a, it was a\n02-rows a, right\n2026-11-30 02-ex1\n", (0, 0)),
    ],
)
def test_lines_are_read_as_the_library_reads_them(tmp_path, lines, tally):
    (tmp_path / predictions.RECORD).write_text(lines)
    assert predictions.tally(tmp_path) == tally


def test_every_bet_of_the_course_is_left_to_the_learner(editions):
    cells = [cell for notebook in editions.values() for cell in notebook["cells"]]
    bets = [cell for cell in cells if cell["metadata"].get("lesson", {}).get("role") == "bet"]
    sources = ["".join(cell["source"]) for cell in bets]
    assert len(bets) >= 40 and all(source.endswith(", '?')") for source in sources), sources
