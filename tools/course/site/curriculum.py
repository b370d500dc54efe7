"""The lessons as `notebooks/README.md` lists them, with what each needs."""

import re
from dataclasses import dataclass

from .failure import NotBuilt
from .links import page_of

# “04 for section 12” names one lesson.
NUMBER = re.compile(r"(?<!section )(?<!sections )\b\d\d\b")
COLUMNS = ["notebook", "about", "minutes", "needs", "library", "kernels"]


@dataclass(frozen=True)
class Lesson:
    """One row of the table. Texts are Markdown, their links relative to `notebooks/`."""

    stem: str
    about: str
    minutes: int
    needs: str
    modules: tuple
    kernels: str

    @property
    def number(self):
        return self.stem.split("_")[0]

    @property
    def short_title(self):
        return " ".join(self.stem.split("_")[1:])

    @property
    def path(self):
        """The notebook in the course."""
        return f"notebooks/{self.stem}.ipynb"

    @property
    def page(self):
        return page_of(self.path)

    @property
    def prerequisites(self):
        """The numbers of the lessons that come first."""
        return _numbers(part for part in self.needs.split(";") if " for " not in part)

    @property
    def partial_prerequisites(self):
        """The numbers of the lessons that some of it needs: `04 for section 8`."""
        return _numbers(part for part in self.needs.split(";") if " for " in part)


def _numbers(parts):
    return [number for part in parts for number in NUMBER.findall(part)]


def read(text):
    """The lessons in the order of the table."""
    rows = [_row(line) for line in text.splitlines() if line.startswith("|")]
    if not rows or rows[0] != COLUMNS:
        raise NotBuilt(f"notebooks/README.md: no table with the columns {', '.join(COLUMNS)}")
    lessons = [_lesson(row) for row in rows[2:]]
    known = {lesson.number for lesson in lessons}
    for lesson in lessons:
        for number in lesson.prerequisites + lesson.partial_prerequisites:
            if number not in known:
                raise NotBuilt(f"notebooks/README.md: {lesson.stem} needs {number}, which is no row")
    return lessons


def with_links(needs, lessons):
    """The Markdown of `needs`, where the number of a lesson leads to it."""
    stems = {lesson.number: lesson.stem for lesson in lessons}

    def link(match):
        return f"[{match[0]}]({stems[match[0]]}.ipynb)" if match[0] in stems else match[0]

    return NUMBER.sub(link, needs)


def _row(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def _lesson(row):
    link = re.fullmatch(r"\[(\w+)\]\(\1\.ipynb\)", row[0])
    if not link or len(row) != len(COLUMNS) or not row[2].isdigit():
        raise NotBuilt(f"notebooks/README.md: {row[0]} has no link, or no minutes, or cells are missing")
    modules = tuple(re.findall(r"`([\w:]+)`", row[4]))
    kernels = "" if row[5] == "none" else row[5]
    return Lesson(link[1], row[1], int(row[2]), row[3], modules, kernels)
