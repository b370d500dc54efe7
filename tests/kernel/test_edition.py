"""The learner's edition: what was worked in is never written over, and news lie beside it."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from course import edition, exercises, predictions, progress, welcome
from nbformat.v4 import new_markdown_cell
from throwaway import code, notebook

NAME = "05_walk.ipynb"


def version(text):
    """A notebook with one exercise, as the notebook tool leaves it."""
    title, task = new_markdown_cell("# Walk", id="title"), code(text, "exercise", id="05-ex1")
    task.id = "05-ex1"
    return json.loads(nbformat.writes(notebook(title, task)))


def hand_out(folder, text):
    return edition.hand_out(folder, {NAME: version(text)}, "source")


def cells(folder):
    return nbformat.read(folder / "00_start_here.ipynb", as_version=4).cells


def names(folder):
    return sorted(file.name for file in folder.glob("*.ipynb"))


def test_the_first_version_is_a_notebook_with_links_to_the_way_and_the_solutions(tmp_path):
    assert hand_out(tmp_path, "todo!()") == []
    handed = nbformat.read(tmp_path / NAME, as_version=4)
    nbformat.validate(handed)
    assert "(welcome.md)" in handed.cells[0].source
    assert f"(../notebooks/{NAME})" in handed.cells[0].source
    assert [cell.source for cell in handed.cells[1:]] == ["# Walk", "todo!()"]
    assert nbformat.writes(handed) + "\n" == (tmp_path / NAME).read_text(), "as nbformat writes it"


def test_an_untouched_notebook_is_brought_up_to_date_in_silence(tmp_path):
    hand_out(tmp_path, "first")
    assert hand_out(tmp_path, "second") == []
    assert names(tmp_path) == [NAME] and "second" in (tmp_path / NAME).read_text()


def test_work_is_kept_and_a_new_version_lies_beside_it(tmp_path):
    hand_out(tmp_path, "first")
    work = (tmp_path / NAME).read_bytes().replace(b"first", b"hours of work")
    (tmp_path / NAME).write_bytes(work)
    assert hand_out(tmp_path, "first") == [], "nothing is new"
    [news] = hand_out(tmp_path, "second")
    assert "05_walk.new.ipynb" in news
    assert hand_out(tmp_path, "second") == [], "it is handed out once"
    # Nobody has touched it, so that it is replaced in turn.
    hand_out(tmp_path, "third")
    assert names(tmp_path) == ["05_walk.ipynb", "05_walk.new.ipynb"]
    assert "third" in (tmp_path / "05_walk.new.ipynb").read_text()
    (tmp_path / "05_walk.new.ipynb").write_bytes(work)
    hand_out(tmp_path, "fourth")
    assert names(tmp_path) == ["05_walk.ipynb", "05_walk.new.ipynb", "05_walk.new2.ipynb"]
    assert (tmp_path / NAME).read_bytes() == (tmp_path / "05_walk.new.ipynb").read_bytes() == work


def test_a_notebook_that_was_moved_away_comes_again(tmp_path):
    hand_out(tmp_path, "first")
    (tmp_path / NAME).rename(tmp_path / "mine.ipynb")
    assert not edition.Manifest(tmp_path).is_complete("source")
    hand_out(tmp_path, "first")
    assert names(tmp_path) == [NAME, "mine.ipynb"]
    assert edition.Manifest(tmp_path).is_complete("source")


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"files": 1, "latest": 2, "source": 3}'])
def test_without_the_manifest_every_notebook_counts_as_worked_in(tmp_path, damage):
    hand_out(tmp_path, "first")
    before = (tmp_path / NAME).read_bytes()
    (tmp_path / exercises.OWN / edition.MANIFEST).write_text(damage)
    assert hand_out(tmp_path, "first") == []
    (tmp_path / exercises.OWN / edition.MANIFEST).write_text(damage)
    assert len(hand_out(tmp_path, "second")) == 1
    assert (tmp_path / NAME).read_bytes() == before


def test_the_edition_of_the_course_is_complete_and_made_once(places, new_learner):
    learner = new_learner
    assert edition.ensure(places) == []
    notebooks = sorted(file.name for file in places.notebooks.glob("*.ipynb"))
    assert names(learner) == notebooks
    text = (learner / "02_matmul.ipynb").read_text()
    assert "todo!(" in text and "BEGIN SOLUTION" not in text
    times = [(learner / name).stat().st_mtime_ns for name in notebooks]
    assert edition.ensure(places) == []
    assert [(learner / name).stat().st_mtime_ns for name in notebooks] == times


@pytest.mark.parametrize("name", ["notebooks", "target/student"])
def test_the_folder_lies_beside_the_library_and_is_nothing_else(places, monkeypatch, name):
    monkeypatch.setenv("LESSON_STUDENT", name)
    with pytest.raises(progress.StepFailed, match="choose a name that begins with `student`"):
        edition.ensure(places)


def test_a_folder_elsewhere_has_links_to_what_lies_beside_it_in_the_clone(places, monkeypatch, tmp_path):
    monkeypatch.setenv("LESSON_STUDENT", str(tmp_path / "new" / "work"))
    assert edition.ensure(places) == edition.ensure(places) == []
    text = (tmp_path / "new" / "work" / "02_matmul.ipynb").read_text()
    links = {link for link in re.findall(r"\]\((\.\./[\w./]+)", text)}
    assert "../notebooks/02_matmul.ipynb" in links
    assert all((places.learner / link).exists() for link in links), links
    # The clone has moved.
    link = tmp_path / "new" / "notebooks"
    link.unlink()
    link.symlink_to(tmp_path / "gone")
    edition.ensure(places)
    assert link.samefile(places.notebooks)


def test_nothing_of_the_learners_is_replaced_by_a_link(places, monkeypatch, tmp_path):
    monkeypatch.setenv("LESSON_STUDENT", str(tmp_path / "work"))
    (tmp_path / "docs").mkdir()
    with pytest.raises(progress.StepFailed, match="docs is in the way"):
        edition.ensure(places)


def test_the_edition_is_made_once_for_all_learners(places, monkeypatch, tmp_path):
    first = edition.made(places)
    monkeypatch.setattr(edition.notebook_tool, "complaints", lambda *_: "asked again")
    assert edition.made(places) == first
    monkeypatch.setattr(edition, "source_of", lambda _: "new")
    with pytest.raises(progress.StepFailed, match="asked again"):
        edition.made(places)
    assert not places.edition("new").exists()


def test_every_exercise_of_the_course_is_listed_under_the_name_that_its_check_gives(places, learner):
    listed = [exercise.id for exercise in exercises.state(learner).exercises]
    checked = []
    for file in sorted(places.notebooks.glob("*.ipynb")):
        source = "".join(cell.source for cell in nbformat.read(file, as_version=4).cells)
        checked += [part.split('"')[0] for part in source.split('check::exercise("')[1:]]
    assert listed == checked and len(set(listed)) == len(listed)


def test_the_welcome_page_has_a_row_for_every_notebook_and_links_to_the_next_exercise(
    places, learner
):
    welcome.write(places)
    page = (learner / exercises.WELCOME).read_text()
    for file in places.notebooks.glob("*.ipynb"):
        assert f"| [{file.stem}]({file.name}) | " in page
    assert "Begin with [00_start_here]" in page and "New versions" not in page
    assert "Predictions:" not in page
    (learner / exercises.RECORD).write_text("2026-11-30 00-ex1\n")
    (learner / predictions.RECORD).write_text("2026-11-30 02-rows b, it was a\n")
    (learner / "02_matmul.new.ipynb").touch()
    welcome.write(places)
    page = (learner / exercises.WELCOME).read_text()
    [anchor] = re.findall(r"\[00-ex2, in 00_start_here\]\(00_start_here.ipynb#cell-id=(.+?)\)", page)
    [task] = [cell for cell in cells(learner) if cell.id == anchor]
    assert "**00-ex2.**" in task.source, "the link leads to the exercise's text"
    assert "exercises are solved. Predictions: 0 of 1 right." in page
    assert "■□□□&nbsp;1&nbsp;of&nbsp;4" in page and "[02_matmul.new.ipynb](02_matmul.new.ipynb)" in page


def test_make_progress_says_what_to_do_first(places, new_learner):
    done = subprocess.run(
        [sys.executable, "-m", "course.exercises"], cwd=places.tools, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "Nothing is solved yet: `make lab` opens the course.\n")
