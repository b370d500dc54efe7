"""What git shows of a notebook once `make git-diff` has set it up."""

import subprocess

import nbformat
import pytest
from course import git_diff
from throwaway import code, notebook

PICTURE = nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo"})


def git(folder, *words):
    identity = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def repository(places, tmp_path):
    """A repository with this course's attributes and one notebook."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitattributes").write_bytes((places.course / ".gitattributes").read_bytes())
    save(tmp_path, "let a = 1;", outputs=[])
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    return tmp_path


def save(folder, source, outputs):
    cells = [code("// first", id="first"), code(source, id="second")]
    for cell, name in zip(cells, ("first", "second"), strict=True):
        cell["id"] = name
    cells[1]["outputs"] = outputs
    nbformat.write(notebook(*cells), folder / "a.ipynb")


def test_a_change_is_shown_as_lines_of_its_cell_and_without_outputs(places, repository):
    save(repository, "let a = 2;\nlet b = a;", outputs=[PICTURE])
    assert "iVBORw0KGgo" in git(repository, "diff")
    git_diff.configure(places, repository)
    shown = git(repository, "diff", "--unified=0")
    changed = [line for line in shown.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-let a = 1;", "+let a = 2;", "+let b = a;"]
    assert "@@ === code second" in shown
    git(repository, "commit", "--all", "--quiet", "-m", "two")
    assert "+let b = a;" in git(repository, "log", "-p", "-1")


def test_outputs_alone_are_no_change(places, repository):
    git_diff.configure(places, repository)
    save(repository, "let a = 1;", outputs=[PICTURE])
    assert "@@" not in git(repository, "diff")
    assert "iVBORw0KGgo" in git(repository, "diff", "--no-textconv")


def test_what_is_no_notebook_is_shown_as_it_is(places, repository):
    git_diff.configure(places, repository)
    (repository / "a.ipynb").write_text("<<<<<<< not JSON\n", encoding="utf-8")
    assert "+<<<<<<< not JSON" in git(repository, "diff")
