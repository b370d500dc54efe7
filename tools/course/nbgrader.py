"""Make a graded assignment for nbgrader out of the course's exercises.

    python -m course.nbgrader ASSIGNMENT [--notebooks 02_matmul …] [--exercises 02-ex1=2 …] [--folder grading]

The folder becomes nbgrader's course folder: its settings, the command `nbgrader` itself, and the
assignment's notebooks with their solutions (make nbgrader).
"""

import argparse
import subprocess
import sys
from pathlib import Path

from . import paths, progress, venv

FOLDER = "grading"

# What a course folder has at hand; by `./jupyter lab` it has the formgrader.
COMMANDS = ("nbgrader", "jupyter")

CONFIG = '''"""nbgrader's settings for this course folder."""

load_subconfig({settings!r})

c = get_config()
# Your own settings go here: https://nbgrader.readthedocs.io/en/stable/configuration
'''

NEXT = """
Next, in {folder}:

    ./nbgrader generate_assignment {assignment}
    # hand out release/{assignment}; put what comes back into submitted/STUDENT/{assignment}
    ./nbgrader autograde {assignment}
    ./nbgrader generate_feedback {assignment}
    ./nbgrader export
"""


class NotWritten(Exception):
    """Says what was wrong with the choice of exercises."""


def ensure(places):
    """The environment with nbgrader, made if it is not there."""
    return venv.ensure_apart(places, venv.of_nbgrader(places), "nbgrader")


def make(places, environment, folder, assignment, notebooks=(), exercises=()):
    """Write the notebooks of `assignment`, and what the course folder `folder` still lacks."""
    files = [places.notebooks / f"{name}.ipynb" for name in notebooks] or [places.notebooks]
    words = ["assignment", *files, "--out", folder / "source" / assignment]
    for exercise in exercises:
        words += ["--exercise", exercise]
    command = ["cargo", "run", "-q", "-p", "tools", "--bin", "notebook", "--", *map(str, words)]
    done = subprocess.run(command, cwd=places.course, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise NotWritten(done.stderr.strip())
    config = folder / "nbgrader_config.py"
    if not config.exists():
        settings = str(places.tools / "nbgrader" / "settings.py")
        config.write_text(CONFIG.format(settings=settings), encoding="utf-8")
    for name in COMMANDS:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(environment.python.parent / name)
    return [Path(line) for line in done.stdout.splitlines()]


def main():
    options = _arguments()
    places = paths.find()
    folder = places.course / options.folder
    try:
        environment = ensure(places)
        made = make(places, environment, folder, options.assignment, options.notebooks, options.exercises)
    except (progress.StepFailed, NotWritten) as failure:
        sys.exit(str(failure))
    for path in made:
        print(f"✓ {path}")
    print(NEXT.format(folder=folder, assignment=options.assignment), end="")


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m course.nbgrader")
    parser.add_argument("assignment")
    parser.add_argument("--notebooks", nargs="*", default=[])
    parser.add_argument("--exercises", nargs="*", default=[])
    parser.add_argument("--folder", default=FOLDER, type=Path)
    options = parser.parse_args()
    if not options.notebooks and not options.exercises:
        parser.error('choose exercises: EXERCISES="02-ex1 02-ex3=2", or NB=02_matmul for all of a notebook')
    return options


if __name__ == "__main__":
    main()
