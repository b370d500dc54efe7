"""The first hour of INSTRUCTORS.md: its own blocks of code, in the order in which it has them typed."""

import os
import re
import shutil
import subprocess

import nbformat
import pytest
from course import exercises, notebook_tool, runner
from throwaway import code

NAME = "20_biopsies"
LAST_KEPT, FIRST_AFTER = "20-062", "20-098"  # around sections 6 to 9
EXERCISE = "20-ex4"


@pytest.fixture(scope="module")
def blocks(places):
    """The blocks of the first hour by their language, from first to last."""
    hour = (places.course / "INSTRUCTORS.md").read_text(encoding="utf-8").split("\n## ")[1]
    found = {}
    for language, text in re.findall(r"^```(\w+)\n(.*?)\n```$", hour, re.MULTILINE | re.DOTALL):
        found.setdefault(language, []).append(text)
    return found


@pytest.fixture(scope="module")
def folder(places, tmp_path_factory):
    """A course folder to change: what notebooks link to, and no library of its own."""
    course = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "lesson_lib"):
        (course / name).mkdir()
    for file in (*places.notebooks.iterdir(), *(places.course / "lesson_lib").iterdir()):
        if file.name != "Cargo.toml":
            os.symlink(file, course / file.parent.name / file.name)
    readme = course / "notebooks" / "README.md"
    readme.unlink()
    shutil.copyfile(places.notebooks / "README.md", readme)
    return course


@pytest.fixture(scope="module")
def lesson(places, folder, blocks):
    """The lesson as it is after the hour, and how its run went."""
    original, copy = (folder / "notebooks" / f"{name}.ipynb" for name in ("05_mean_shift", NAME))
    assert not notebook_tool.complaints(places, "copy", original, "--out", copy)
    write_crate(folder, blocks)
    nbformat.write(changed(nbformat.read(copy, as_version=4), blocks), copy)
    outcome = runner.execute(nbformat.read(copy, as_version=4), copy.parent, go_on=True)
    nbformat.write(outcome.notebook, copy)
    return copy, outcome


def write_crate(folder, blocks):
    for text in (blocks["toml"][0], blocks["rust"][-2]):
        place = re.match(r"(?:#|//) (\S+)\n", text)[1]
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"{text}\n", encoding="utf-8")


def changed(notebook, blocks):
    """The copy with the data, the exercise and the algorithm of INSTRUCTORS.md for sections 6 to 9."""
    ids = [cell.id for cell in notebook.cells]
    begin, end = ids.index(LAST_KEPT) + 1, ids.index(FIRST_AFTER)
    rust, text = iter(blocks["rust"]), iter(blocks["markdown"])
    data = [code(next(rust)), code(next(rust)), code(next(rust), "check")]
    exercise = [
        prose(next(text)),
        code(next(rust), "exercise", id=EXERCISE),
        prose(next(text), lesson={"role": "hint"}),
        code(next(rust), "check"),
        prose(next(text)),
    ]
    notebook.cells[begin:end] = [*data, *exercise, code(blocks["rust"][-1])]
    return notebook


def prose(source, **metadata):
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def output(notebook, part_of_source):
    [cell] = [cell for cell in notebook.cells if part_of_source in cell.source]
    return "".join(entry.get("text") or entry.data["text/plain"] for entry in cell.outputs)


def test_the_lesson_runs_and_keeps_the_rules(places, lesson):
    copy, outcome = lesson
    assert outcome.faults == []
    assert notebook_tool.complaints(places, "check", copy) == ""


def test_the_data_of_the_file_is_shown_and_clustered(lesson):
    _, outcome = lesson
    assert "683 rows, 11 columns" in output(outcome.notebook, "data::csv")
    clusters = output(outcome.notebook, "for bandwidth in bandwidths")
    assert "bandwidth 3: 2 clusters" in clusters and "bandwidth 4: 1 clusters" in clusters
    assert output(outcome.notebook, ":dep farthest").startswith("[0, ")


def test_the_exercise_has_a_gap_for_learners(places, lesson, tmp_path):
    copy, _ = lesson
    assert not notebook_tool.complaints(places, "student", copy, "--out", tmp_path)
    notebook = exercises.read(tmp_path / copy.name)
    gaps = {cell["metadata"]["lesson"]["id"]: "".join(cell["source"]) for cell in exercises.tasks(notebook)}
    assert list(gaps) == ["20-ex1", "20-ex2", "20-ex3", EXERCISE]
    assert f'todo!("{EXERCISE}: take away the mean' in gaps[EXERCISE] and "column.std" not in gaps[EXERCISE]


def test_the_exercise_becomes_a_graded_task_that_its_solution_passes(places, lesson, tmp_path):
    copy, _ = lesson
    words = ["assignment", copy, "--exercise", f"{EXERCISE}=2", "--out", tmp_path]
    assert not notebook_tool.complaints(places, *words)
    task = nbformat.read(tmp_path / f"{EXERCISE}.ipynb", as_version=4)
    [grading] = [cell for cell in task.cells if cell.metadata.nbgrader.get("grade")]
    assert grading.metadata.nbgrader.points == 2
    assert len(task.cells) == 4, "setup, text, gap and check: no file is needed"
    outcome = runner.execute(task, tmp_path)
    assert outcome.faults == [], outcome.faults


def test_the_crates_own_test_passes(folder, lesson):
    manifest = folder / "farthest" / "Cargo.toml"
    command = ["cargo", "test", "--quiet", "--manifest-path", manifest, "--target-dir", folder / "target"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr
