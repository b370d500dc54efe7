"""Which exercises of the course the learner has solved, and which predictions came true.

    python -m course.exercises    (make progress)

The files and their rules stand in lesson_lib/src/exercises; the library writes what is solved, and
shows in a cell what is printed here.
"""

import json
import re
from dataclasses import dataclass
from itertools import groupby

from . import learner_files, paths, predictions, whole_file

OWN = ".course"
LIST = "exercises.txt"
RECORD = "progress.txt"
WELCOME = "welcome.md"

_SOLVED = re.compile(r"\d{4}-\d\d-\d\d ([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Exercise:
    id: str
    notebook: str


@dataclass(frozen=True)
class State:
    """The course's exercises in their order, and the names of the solved ones in theirs; what the
    learner's predictions came to, in words."""

    exercises: list
    solved: list
    predictions: str = ""

    def has(self, exercise):
        return exercise.id in self.solved

    @property
    def next(self):
        """The one to try: after the last solved one, in its notebook as long as there is one."""
        ids = [exercise.id for exercise in self.exercises]
        last = self.solved[-1] if self.solved else None
        start = ids.index(last) + 1 if last in ids else 0
        here = self.exercises[start - 1].notebook if start else None
        ordered = self.exercises[start:] + self.exercises[:start]
        unsolved = [exercise for exercise in ordered if not self.has(exercise)]
        nearby = [exercise for exercise in unsolved if exercise.notebook == here]
        return next(iter(nearby + unsolved), None)

    def notebooks(self):
        """Each notebook with its exercises."""
        pairs = groupby(self.exercises, key=lambda exercise: exercise.notebook)
        return {notebook: list(exercises) for notebook, exercises in pairs}

    def bar(self, exercises):
        return "".join("█" if self.has(exercise) else "░" for exercise in exercises)

    def count(self, exercises):
        return f"{sum(map(self.has, exercises))} of {len(exercises)}"

    def text(self):
        """What `exercises::solved()` shows in a cell."""
        notebooks = self.notebooks()
        name = max(map(len, notebooks), default=0)
        bar = max(map(len, notebooks.values()), default=0)
        rows = [
            f"{notebook:{name}}  {self.bar(exercises):{bar}}  {self.count(exercises)}"
            for notebook, exercises in notebooks.items()
        ]
        then = f"; next: {self.next.id}, in {self.next.notebook}" if self.next else ""
        rows.append(f"{self.count(self.exercises)} exercises solved{then}")
        return "\n".join([*rows, *filter(None, [self.predictions])])


def state(folder):
    """What the files in the learner's `folder` say; FileNotFoundError where there is no edition."""
    lines = learner_files.lines(folder / OWN / LIST)
    listed = [Exercise(*line.split(" ", 1)) for line in lines if " " in line]
    record = learner_files.kept(folder / RECORD)
    solved = [found[1] for line in record if (found := _SOLVED.fullmatch(line))]
    return State(listed, solved, predictions.summary(folder))


def write_list(folder, notebooks):
    """Write down the exercises of `notebooks`, which are contents of .ipynb files by file name."""
    lines = [f"{learner_files.REMARK} The exercises of the course, in their order."]
    for name, notebook in notebooks.items():
        stem = name.removesuffix(".ipynb")
        lines += [f"{cell['metadata']['lesson']['id']} {stem}" for cell in tasks(notebook)]
    whole_file.write(folder / OWN / LIST, "\n".join([*lines, ""]).encode())


def read(file):
    """The content of a notebook."""
    return json.loads(file.read_text(encoding="utf-8"))


def tasks(notebook):
    """The cells in which a learner is to write something."""
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [cell for cell in code if cell["metadata"].get("lesson", {}).get("role") == "exercise"]


def main():
    try:
        print(state(paths.find().learner).text())
    except FileNotFoundError:
        print("Nothing is solved yet: `make lab` opens the course.")


if __name__ == "__main__":
    main()
