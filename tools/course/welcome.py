"""The page that opens first: the way through the course, and how far the learner has come."""

import re

from . import exercises, predictions, whole_file

# A row of the table in notebooks/README.md: name, what it is about (here its first words are
# enough), minutes, what it needs.
_ROW = re.compile(
    r"^\| \[(\w+)\]\(\w+\.ipynb\) \| ([^|:;]+)[^|]* \| ([^|]+) \| ([^|]+) \|", re.MULTILINE
)

_PAGE = """\
# Matrix multiplication to mean shift, in Rust notebooks

{state}
{news}
| notebook | about | minutes | needs | solved |
|---|---|---:|---|---|
{rows}

Numbers of notebooks follow the lesson; {minutes}.

**Your work.** This folder, `{folder}/`, is yours: exercises have gaps for your code, and no later \
version of the course writes over a notebook that you have worked in. A new version of such a \
notebook appears beside it as `….new.ipynb`. Move a notebook away, and the next start of JupyterLab \
gives you a fresh one. The line on top of each notebook leads back here, and to \
[the same notebooks with solutions and outputs](../notebooks/README.md).

**Your progress.** A check that passes is kept in [{record}]({record}) with its date, and what you \
predicted in [{predictions}]({predictions}). This page shows what was solved when JupyterLab \
started; `exercises::solved()?` in a cell shows it at once.

*Each start of JupyterLab writes this page anew; notes of your own are safe in any other file.*
"""


def write(places):
    """Write the page into the learner's folder."""
    table = (places.notebooks / "README.md").read_text(encoding="utf-8")
    state, rows = exercises.state(places.learner), _ROW.findall(table)
    news = sorted(file.name for file in places.learner.glob("*.new*.ipynb"))
    page = text(state, rows, places.learner, news)
    whole_file.write(places.learner / exercises.WELCOME, page.encode())


def text(state, rows, folder, news):
    """The page of the learner's `folder`, for `rows` of (notebook, about, minutes, needs); `news`:
    files with new versions."""
    total = sum(int(minutes) for _, _, minutes, _ in rows)
    return _PAGE.format(
        state=_state(state, folder),
        news=_news(news),
        rows="\n".join(_row(state, *row) for row in rows),
        minutes=f"all together take some {round(total / 60)} hours, exercises included",
        folder=folder.name,
        record=exercises.RECORD,
        predictions=predictions.RECORD,
    )


def _state(state, folder):
    count = f"{state.count(state.exercises)} exercises are solved."
    if state.predictions:
        count += f" {state.predictions.capitalize()}."
    if state.next is None:
        return f"**{count}** That is all of them."
    link = f"{state.next.notebook}.ipynb{_anchor(folder, state.next)}"
    if not state.solved:
        return f"**Begin with [00_start_here](00_start_here.ipynb).** {count}"
    return f"**Next: [{state.next.id}, in {state.next.notebook}]({link}).** {count}"


def _anchor(folder, exercise):
    """The end of an address by which JupyterLab shows the cell before `exercise`, its text."""
    try:
        cells = exercises.read(folder / f"{exercise.notebook}.ipynb")["cells"]
        before = [text for text, task in zip(cells, cells[1:]) if task["id"] == exercise.id]
        return f"#cell-id={before[0]['id']}"
    except (OSError, ValueError, LookupError, TypeError):
        # A learner may have done anything to it.
        return ""


def _news(names):
    links = ", ".join(f"[{name}]({name})" for name in names)
    return f"\nNew versions, beside notebooks that you have worked in: {links}.\n" if links else ""


def _row(state, notebook, about, minutes, needs):
    tasks = state.notebooks().get(notebook, [])
    squares = "".join("■" if state.has(task) else "□" for task in tasks)
    # A line is not broken at these spaces.
    solved = f"{squares} {state.count(tasks)}".replace(" ", "&nbsp;") if tasks else ""
    return f"| [{notebook}]({notebook}.ipynb) | {about} | {minutes} | {needs} | {solved} |"
