"""An archive for machines without a network: what is unpacked in its place runs at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course import offline, template
from course.paths import Paths
from tiny_course import SETUP, opened, tiny  # noqa: F401 (tiny is a fixture)

CHOSEN = {"LESSON_TARGET_CPU": "native"}


@pytest.fixture
def clone(tiny):  # noqa: F811
    """The tiny course as a git clone, with files that are not its own."""
    (tiny.course / ".gitignore").write_text("student/\n__pycache__/\n")
    (tiny.course / "student").mkdir()
    (tiny.course / "student" / "work.ipynb").write_text("mine")
    (tiny.course / "notebooks" / "lesson.ipynb").touch()
    subprocess.run(["git", "init", "-q", str(tiny.course)], check=True)
    return tiny


def unpacked(archive, place):
    """As on another machine: the place is empty before."""
    shutil.rmtree(place)
    subprocess.run(["tar", "-xzf", str(archive), "-C", "/"], check=True)


def test_what_is_unpacked_runs_without_being_compiled(clone, tmp_path, monkeypatch):
    place = tmp_path / "place"
    offline._empty(place)
    offline.copy_course(clone.course, place / "course")
    inside = Paths(course=place / "course", cache=place / "cache")
    inside.cache.mkdir()
    (inside.cache / "evcxr").symlink_to(clone.cache / "evcxr")
    template.ensure(inside)
    offline.pack(place, tmp_path / "archive.tar.gz")
    unpacked(tmp_path / "archive.tar.gz", place)
    assert not (place / "course" / "student").exists(), "what a learner wrote stays at home"
    learner = Paths(course=inside.course, cache=tmp_path / "own", shared=inside.cache)
    assert template.state(learner).fresh
    with opened(learner, monkeypatch) as session:
        assert session.run(f"{SETUP}\nlesson_lib::answer()") == "41"
    assert not learner.templates.exists()


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path):
    (tmp_path / "work").touch()
    with pytest.raises(offline.NotMade, match="there already"):
        offline._empty(tmp_path)
    assert (tmp_path / "work").exists()


def test_a_course_that_is_no_clone_is_refused(tmp_path):
    with pytest.raises(offline.NotMade, match="no git clone"):
        offline.copy_course(tmp_path, tmp_path / "copy")


@pytest.fixture
def start(tmp_path):
    """The command, with a Python that says what it is called with."""
    place = tmp_path / "the place"
    python = place / "cache" / "python" / "x" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "$LESSON_SHARED|$LESSON_OFFLINE|$*"\n')
    python.chmod(0o755)
    offline.write_start(place, python, CHOSEN, with_rust=False)
    return place / "start"


def said(command, **more):
    environment = {**os.environ, **more}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


def test_start_opens_the_course_with_its_own_cache(start):
    code, out, _ = said([str(start), "--port=1"])
    assert code == 0
    shared, without_network, words = out.split("|")
    assert shared == str(start.parent / "cache") and without_network == "1"
    assert words == "-m course.singleuser jupyter lab --ServerApp.ip=127.0.0.1 --port=1"


def test_start_says_what_is_missing(start, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy2(start, elsewhere)
    code, _, problem = said([str(elsewhere / "start")])
    assert code == 1 and f"only works in {start.parent}" in problem and "-C /" in problem
    code, out, problem = said(["/bin/sh", str(start)], PATH=bare_path(tmp_path))
    assert code == 0 and out and "no C++ compiler" in problem
    next(start.parent.rglob("python/x/bin/python")).unlink()
    code, _, problem = said([str(start)])
    assert code == 1 and f"needs Python {sys.version_info[0]}.{sys.version_info[1]}" in problem


def bare_path(tmp_path):
    """A folder with the few programs that the command itself needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(Path(shutil.which(name)).resolve())
    return str(folder)
