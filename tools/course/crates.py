"""Other crates for a cell that asks for one with `:dep`: fetched once, and then there without network.

A session works offline, with a cargo folder that holds the crates of the library and no others
(template.py says why). A new crate is added to it, with what it needs, if the versions that the
library was built with can stay: otherwise every later session would build the library anew.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import template

_DEP = re.compile(r"^[ \t]*:dep\s+([\w-]+)[ \t]*(?:=[ \t]*(\S.*))?$", re.MULTILINE)
_LOCKED = re.compile(r'^name = "(.+)"\nversion = "(.+)"', re.MULTILINE)

# What cargo says first where the requirement itself is the problem.
_CHOICE = re.compile(r"no matching package|failed to select a version")

FETCH_TIMEOUT = 300  # seconds


class Missing(Exception):
    """Why a crate cannot be had, in the learner's words."""


def asked_for(code):
    """The crates of a registry that the cell asks for: {name: requirement}."""
    asked = {name: (rest or '"*"').strip() for name, rest in _DEP.findall(code)}
    return {name: rest for name, rest in asked.items() if not re.search(r"\bpath\s*=", rest)}


def provide(places, asked):
    """Have the crates of `asked` in the sessions' cargo folder, or raise Missing."""
    names = ", ".join(f"`{name}`" for name in asked)
    with tempfile.TemporaryDirectory() as folder:
        project = _project(places, Path(folder), asked)
        if _cargo(places, project, "fetch", "--offline") is None:
            return
        if os.environ.get("LESSON_OFFLINE") == "1":
            raise Missing(f"{names} is not on this machine, and LESSON_OFFLINE=1 forbids to fetch it.")
        # Chooses versions, but loads nothing yet.
        problem = _cargo(places, project, "update", "--workspace")
        if problem is None and not _keeps_the_locked(places, project):
            raise Missing(
                f"{names} needs other versions of crates that lesson_lib uses, so it cannot be added "
                "to this kernel. Ask for an older version of it, or use a project of its own."
            )
        problem = problem or _cargo(places, project, "fetch")
        if problem:
            raise Missing(
                f"{names} could not be fetched: {problem}\nA crate needs a network once, and is then "
                "there without (INSTRUCTORS.md, “Other crates”)."
            )


def _project(places, folder, asked):
    """A project that depends on the library, with its locked versions, and on what is asked for."""
    library = str(places.course / "lesson_lib")
    lines = ["[package]", 'name = "wanted"', 'edition = "2024"', "[lib]", 'path = "lib.rs"']
    lines += ["[dependencies]", f"lesson_lib = {{ path = '{library}' }}"]
    lines += [f"{name} = {requirement}" for name, requirement in asked.items()]
    (folder / "Cargo.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "lib.rs").touch()
    shutil.copyfile(places.course / "Cargo.lock", folder / "Cargo.lock")
    return folder


def _cargo(places, project, *words):
    """What cargo complains about; None when all is well."""
    try:
        done = subprocess.run(
            ["cargo", *words, "--color", "never"],
            cwd=project,
            env=template.environment(places, os.environ),
            capture_output=True,
            text=True,
            timeout=FETCH_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {FETCH_TIMEOUT} s"
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    told = [line for line in lines if _CHOICE.search(line)]
    # Of the causes that cargo lists the last is the one that started it.
    return (told or lines[-1:] or [f"cargo ended with {done.returncode}"])[0].removeprefix("error: ")


def _keeps_the_locked(places, project):
    def versions(lock):
        return set(_LOCKED.findall(lock.read_text(encoding="utf-8")))

    ours = _needed_by_library(places, versions(places.course / "Cargo.lock"))
    return ours <= versions(project / "Cargo.lock")


def _needed_by_library(places, locked):
    """Of the workspace's locked crates those that the sessions have: its tests need more."""
    there = {file.name for file in template.cargo_home(places).glob("registry/cache/*/*.crate")}
    return {(name, version) for name, version in locked if f"{name}-{version}.crate" in there}
