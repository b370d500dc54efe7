"""Other crates for a cell that asks for one with `:dep`: fetched once, and then there without network.

A session works offline, with a cargo folder that holds the crates of the library and no others
(template.py says why). A new crate is added to it, with what it needs, if the versions that the
library was built with can stay: otherwise every later session would build the library anew.

    python -m course.crates itertools=0.14 rand    fetch crates before a cell asks for them
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import paths, template

_DEP = re.compile(r"^[ \t]*:dep\s+([\w-]+)[ \t]*(?:=[ \t]*(\S.*))?$", re.MULTILINE)
_PATH = re.compile(r'(\bpath\s*=\s*)"([^"\n]*)"')
_LOCKED = re.compile(r'^name = "(.+)"\nversion = "(.+)"', re.MULTILINE)

# What cargo says first where the requirement itself is the problem.
_CHOICE = re.compile(r"no matching package|failed to select a version")

FETCH_TIMEOUT = 300  # seconds


class Missing(Exception):
    """Why a crate cannot be had, in the learner's words."""


def asked_for(code, known=(), folder=Path()):
    """The crates that the cell asks for beside those `known`: {name: requirement}.

    One that lies in a folder, named from `folder`, may need others of a registry.
    """
    asked = {name: (rest or '"*"').strip() for name, rest in _DEP.findall(code)}

    def whole(match):
        return f'{match[1]}"{os.path.realpath(folder / match[2])}"'

    return {name: _PATH.sub(whole, rest) for name, rest in asked.items() if name not in known}


def provide(places, asked):
    """Have the crates of `asked` in the sessions' cargo folder, or raise Missing."""
    names = ", ".join(f"`{name}`" for name in asked)
    for name, requirement in asked.items():
        path = _PATH.search(requirement)
        if path and not (Path(path[2]) / "Cargo.toml").is_file():
            raise Missing(f"`{name}` is not there: {path[2]} has no Cargo.toml.")
    with tempfile.TemporaryDirectory() as folder:
        project = _project(places, Path(folder), asked)
        if _cargo(places, project, "fetch", "--offline") is None:
            return
        if places.shared_kernel in template.cargo_home(places).parents:
            raise Missing(
                f"{names} is not on this machine, and what the course shares is not yours to change: ask "
                "whoever looks after it to add it (docs/jupyterhub.md)."
            )
        if os.environ.get("LESSON_OFFLINE") == "1":
            raise Missing(f"{names} is not on this machine, and LESSON_OFFLINE=1 forbids to fetch it.")
        # Chooses versions, but loads nothing yet.
        problem = _cargo(places, project, "update", "--workspace")
        if problem is None and not _keeps_the_locked(places, project):
            raise Missing(
                f"{names} needs other versions of crates that {places.library.name} uses, so it cannot be added "
                "to this kernel. Ask for an older version of it, or use a project of its own."
            )
        problem = problem or _cargo(places, project, "fetch")
        if problem:
            raise Missing(
                f"{names} could not be fetched: {problem}\nA crate needs a network once, and is then "
                "there without (INSTRUCTORS.md, “Crates of a registry”)."
            )


def _project(places, folder, asked):
    """A project that depends on the library, with its locked versions, and on what is asked for."""
    library = places.library
    lines = ["[package]", 'name = "wanted"', 'edition = "2024"', "[lib]", 'path = "lib.rs"']
    lines += ["[dependencies]", f"{library.name} = {{ path = '{library.folder}' }}"]
    lines += [f"{name} = {requirement}" for name, requirement in asked.items()]
    (folder / "Cargo.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "lib.rs").touch()
    shutil.copyfile(library.lock, folder / "Cargo.lock")
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
    return _needed_by_library(places) <= _versions(project / "Cargo.lock")


def _needed_by_library(places):
    """What the template was built with. The workspace's own lock file has the needs of its tests, too."""
    built = template.state(places).folder / "Cargo.lock"
    needed = _versions(built if built.exists() else places.library.lock)
    return {(name, version) for name, version in needed if name != template.CELL}


def _versions(lock):
    return set(_LOCKED.findall(lock.read_text(encoding="utf-8")))


def named(words):
    """What `itertools=0.14` and `rand` ask for, as `asked_for` gives it."""
    pairs = [word.partition("=") for word in words]
    return {name: f'"{version or "*"}"' for name, _, version in pairs}


def main(words):
    if not words:
        sys.exit(__doc__)
    try:
        provide(paths.find(), named(words))
    except Missing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main(sys.argv[1:])
