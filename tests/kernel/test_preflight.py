"""Missing prerequisites are named together, each with the line that installs it."""

import os
import shutil
import subprocess

import pytest

SHELL_TOOLS = "sh sed mktemp rm cat head printf".split()


@pytest.fixture
def only(tmp_path):
    """A PATH with the shell's own tools and those asked for."""
    for tool in SHELL_TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool))

    def check(places, *tools, variables=None, **fakes):
        for tool in tools:
            (tmp_path / tool).symlink_to(shutil.which(tool))
        for name, script in fakes.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        environment = {"PATH": str(tmp_path), "HOME": os.environ["HOME"], **(variables or {})}
        return subprocess.run(
            ["sh", places.tools / "preflight.sh"], env=environment, capture_output=True, text=True
        )

    return check


def test_all_is_well_here(places):
    done = subprocess.run(["sh", places.tools / "preflight.sh"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_everything_missing_is_named_at_once(places, only):
    done = only(places)
    assert done.returncode == 1
    for text in ("Rust", "rustup.rs", "Python", "python3-venv", "C++", "apt install g++"):
        assert text in done.stderr


def test_an_old_compiler_is_named_with_its_version(places, only):
    done = only(places, cargo="", rustc="echo 'rustc 1.80.1 (x 2024-08-06)'", rustup="")
    assert done.returncode == 1
    assert "found rustc 1.80.1" in done.stderr and "rustup update stable" in done.stderr


def test_a_compiler_that_does_not_compile_is_missing(places, only):
    done = only(places, **{"c++": "exit 1"})
    assert "no working c++" in done.stderr


WORKS = 'while [ $# -gt 0 ]; do [ "$1" = -o ] && : >"$2"; shift; done'


@pytest.mark.parametrize(
    "variables, is_found",
    [
        ({}, False),
        ({"CXX": "mine"}, True),
        ({"LESSON_CXX": "mine"}, True),
        ({"LESSON_CXX": "mine -O1", "CXX": "other"}, True),
        ({"CXX": "other"}, False),
    ],
)
def test_the_compiler_is_the_one_that_a_variable_names(places, only, variables, is_found):
    done = only(places, variables=variables, mine=WORKS)
    assert ("C++ compiler:" not in done.stderr) == is_found


def test_a_compiler_of_the_courses_own_variable_is_the_only_one_tried(places, only):
    done = only(places, variables={"LESSON_CXX": "other", "CXX": "mine"}, mine=WORKS)
    assert "LESSON_CXX is other" in done.stderr
