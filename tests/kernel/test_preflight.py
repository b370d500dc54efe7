"""Missing prerequisites are named together, each with the line that installs it; where somebody says
yes, those lines are run."""

import os
import pty
import shutil
import subprocess

import pytest

SHELL_TOOLS = "sh sed mktemp rm cat head printf".split()


def in_a_terminal(command, environment, answer):
    """Run `command` where somebody answers its question; its errors come with its output."""
    ours, terminal = pty.openpty()
    with subprocess.Popen(
        command, env=environment, stdin=terminal, stdout=terminal, stderr=terminal
    ) as child:
        os.close(terminal)
        os.write(ours, f"{answer}\n".encode())
        said = b""
        try:
            while chunk := os.read(ours, 4096):
                said += chunk
        except OSError:  # Linux's word for a terminal that nobody uses any more
            pass
    os.close(ours)
    return subprocess.CompletedProcess(command, child.returncode, "", said.decode())


@pytest.fixture
def only(tmp_path):
    """A PATH with the shell's own tools and those asked for."""
    for tool in SHELL_TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool))

    def check(places, *words, variables=None, answer=None, **fakes):
        for name, script in fakes.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        environment = {"PATH": str(tmp_path), "HOME": str(tmp_path), **(variables or {})}
        command = ["sh", places.tools / "preflight.sh", *words]
        if answer is not None:
            return in_a_terminal(command, environment, answer)
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
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


@pytest.mark.parametrize("system", ["MINGW64_NT-10.0-22631", "MSYS_NT-10.0", "CYGWIN_NT-10.0"])
def test_windows_itself_is_told_of_wsl(places, only, system):
    done = only(places, uname=f"echo {system}")
    assert done.returncode == 2
    assert "wsl --install" in done.stderr and "Rust" not in done.stderr


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


# A machine with Rust and Python where `apt-get install g++` brings a compiler.
RUST = {"cargo": "", "rustc": "echo 'rustc 1.99.0 (x 2026-08-06)'"}
APT = {
    "id": "echo 1000",
    "sudo": '"$@"',
    "apt-get": f'cd "${{0%/*}}"; echo "$*" >>asked; cat model >g++; PATH={os.defpath} chmod +x g++',
    "python3": 'echo "Python 3.12.0"',
    "model": f"{WORKS}",
}
LINE = "sudo apt-get update && sudo apt-get install -y g++"


@pytest.mark.parametrize("answer, is_asked_for", [("y", True), ("n", False), ("", False)])
def test_what_is_missing_is_installed_if_somebody_says_yes(
    places, only, tmp_path, answer, is_asked_for
):
    done = only(places, "--offer", answer=answer, **RUST, **APT)
    assert LINE in done.stderr and "Run it now? [y/N]" in done.stderr
    assert (tmp_path / "asked").exists() == is_asked_for
    assert (done.returncode == 0) == is_asked_for, done.stderr


def test_with_yes_nobody_is_asked(places, only, tmp_path):
    done = only(places, "--offer", variables={"YES": "1"}, **RUST, **APT)
    assert done.returncode == 0 and "y/N" not in done.stderr
    assert (tmp_path / "asked").read_text() == "update\ninstall -y g++\n"


def test_without_a_terminal_nothing_is_installed(places, only, tmp_path):
    done = only(places, "--offer", **RUST, **APT)
    assert done.returncode == 1 and not (tmp_path / "asked").exists()
    assert LINE in done.stderr and "YES=1" in done.stderr


def test_nothing_is_offered_that_this_machine_cannot_run(places, only):
    done = only(places, "--offer", answer="y", **RUST, python3="exit 0", id="echo 0")
    assert done.returncode == 1 and "apt install g++" in done.stderr
    assert "y/N" not in done.stderr


def test_rust_comes_by_rustup_and_is_found_at_once(places, only, tmp_path):
    programs = tmp_path / ".cargo/bin"
    programs.mkdir(parents=True)
    installer = "; ".join(f"cp {tmp_path / name} {programs}" for name in ("cargo2", "rustc2"))
    fakes = {"cargo2": "", "rustc2": RUST["rustc"]}
    rename = f"mv {programs}/cargo2 {programs}/cargo; mv {programs}/rustc2 {programs}/rustc"
    fakes["curl"] = f"echo 'PATH={os.defpath}; {installer}; {rename}'"
    machine = {**fakes, "python3": "exit 0", "id": "echo 0", "g++": WORKS}
    done = only(places, "--offer", variables={"YES": "1"}, **machine)
    assert "https://sh.rustup.rs | sh -s -- -y" in done.stderr
    assert done.returncode == 0, done.stderr
