"""What a solved exercise leaves: a line for the learner, one in the file, and the same summary in a
cell and from `make progress`."""

import live
import pytest
from course import exercises

SOLVED = 'check::exercise("02-ex1", || check::that("a", true, ""))?;'
FAILED = 'check::exercise("02-ex2", || check::that("a", false, "no"))?;'


@pytest.fixture(scope="module")
def kernel(places):
    with live.opened(places) as session:
        session.run("use lesson_lib::prelude::*;")
        yield session


def test_a_notebook_of_the_course_keeps_nothing(kernel):
    assert kernel.run(SOLVED) == "✓ a: holds\n✓ 02-ex1: solved\n"


def test_a_solved_exercise_is_kept_and_the_next_one_is_named(places, learner):
    with live.opened(places, folder=learner) as session:
        session.run("use lesson_lib::prelude::*;")
        assert not (learner / exercises.RECORD).exists()
        assert session.run(SOLVED).endswith("✓ 02-ex1: solved\n  next: 02-ex2\n")
        session.failure(FAILED)
        assert exercises.state(learner).solved == ["02-ex1"]
        (learner / exercises.RECORD).write_text("what is this\n2026-01-02 03-ex1\n")
        assert "kept as progress.damaged1.txt" in session.run(SOLVED)
        assert exercises.state(learner).solved == ["03-ex1", "02-ex1"]
        shown = session.run("exercises::solved()?")
        assert shown == exercises.state(learner).text()
        assert "02_matmul               █░░░░░░░░       1 of 9" in shown
        assert shown.endswith("2 of 106 exercises solved; next: 02-ex2, in 02_matmul")


@pytest.mark.parametrize(
    "solved, following",
    [
        ([], "a1"),
        (["a1"], "a2"),
        (["a1", "a2"], "b1"),
        (["b2"], "b1"),
        (["b1", "b2"], "a1"),
        (["gone"], "a1"),
        (["a1", "a2", "b1", "b2"], None),
    ],
)
def test_the_next_exercise_is_in_the_notebook_of_the_last_one(solved, following):
    course = [exercises.Exercise(name, f"notebook_{name[0]}") for name in ("a1", "a2", "b1", "b2")]
    found = exercises.State(course, solved).next
    assert (found and found.id) == following
