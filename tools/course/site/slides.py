"""Slides of a lesson, by rule.

    python -m course.site.slides notebooks/02_matmul.ipynb    (make slides NB=…)

A heading begins a slide, and so does what no longer fits. A picture, an animation and a table have
one of their own. Left out are exercises, from their heading to the folded explanation behind them
or to the next heading, hints, checks, bets and what came of them, the set-up and whatever is folded.
Where the rule is wrong, Jupyter's own mark of a cell decides: the slide type `slide` begins one,
`skip` leaves the cell out.
"""

import argparse
import math
import re
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat

from .. import paths, progress
from . import browser_files, cells, code, markdown
from .failure import NotBuilt
from .pages import PACKAGE, environment

LEFT_OUT = ("setup", "check", "exercise", "hint", "bet", "reveal", "instructor")
FOLDED = "<details>"
LINES = 14  # of text that a slide has room for, below its heading
TEXT_WIDTH = 76  # characters in a line of text
CODE_LINE = 0.7  # of a line of text
PICTURES = "pictures"
LONGEST_OUTPUT = 16  # lines; more is scrolled


@dataclass(frozen=True)
class Piece:
    """What stays together on a slide: a heading, a paragraph, the code of a cell, an output.

    `following` is what should come on the same slide, in lines.
    """

    kind: str
    html: str = ""
    lines: float = 0
    following: float = 0
    output: object = None
    begins: bool = False


@dataclass
class Slide:
    """A heading, which is that of the slide before where none is new, and what stands below."""

    heading: str = ""
    is_continued: bool = False
    pieces: list = field(default_factory=list)

    @property
    def lines(self):
        return sum(piece.lines for piece in self.pieces)


class _NoLinks:
    """Slides stand alone: of a link into the course only the words stay."""

    def rewrite(self, text, _):
        return re.sub(r'<a href="(?!https?:)[^"]*">(.*?)</a>', r"\1", text, flags=re.DOTALL)


def of_notebook(notebook):
    """The slides in order."""
    return arrange(_pieces(notebook))


def arrange(pieces):
    """Pieces on slides: full ones, but never more than fits."""
    slides = []
    for piece in pieces:
        if piece.kind == "heading":
            slides.append(Slide(piece.html))
        elif not slides or not _fits(slides[-1], piece):
            heading = slides[-1].heading if slides else ""
            slides.append(Slide(heading, is_continued=True, pieces=[piece]))
        else:
            slides[-1].pieces.append(piece)
    return slides


def _fits(slide, piece):
    if not slide.pieces:
        return True
    return not piece.begins and slide.lines + piece.lines + piece.following <= LINES


def _pieces(notebook):
    page = markdown.Page(_NoLinks(), "", markdown.jupyter_id)
    in_exercise = False
    for cell in notebook.cells:
        mark = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if FOLDED in cell.source and cells.role(cell) != "hint":
            in_exercise = False
        blocks = _blocks(cell.source) if cell.cell_type == "markdown" else _of_code(cell)
        if cells.role(cell) in LEFT_OUT:
            continue
        for k, block in enumerate(blocks):
            piece = _of_text(block, page) if isinstance(block, str) else block
            if piece.kind == "heading":
                in_exercise = markdown.plain(piece.html).startswith("Exercise")
            if not in_exercise and mark not in ("skip", "notes"):
                begins = piece.begins or (k == 0 and mark in ("slide", "subslide"))
                yield replace(piece, begins=begins)


def _blocks(source):
    """The paragraphs of a text, its headings apart; what is folded stays out."""
    source = re.sub(r"<details>.*?</details>", "", source, flags=re.DOTALL)
    blocks = []
    # Between fences is code, whose comments may begin as headings do.
    for k, part in enumerate(re.split(r"(^```.*?^```$)", source, flags=re.DOTALL | re.MULTILINE)):
        apart = re.sub(r"^(#+ .*)$", r"\n\1\n", part, flags=re.MULTILINE)
        blocks += [part] if k % 2 == 1 else re.split(r"\n\s*\n", apart)
    return [block for block in blocks if block.strip()]


def _of_text(block, page):
    made = page.render(block)
    heading = re.fullmatch(r"\s*<h\d[^>]*>(.*)</h\d>\s*", made, flags=re.DOTALL)
    if heading:
        return Piece("heading", heading[1])
    paragraphs = block.splitlines() if re.match(r"[-*\d|`]", block) else [markdown.plain(made)]
    lines = sum(math.ceil(len(line) / TEXT_WIDTH) for line in paragraphs) + 0.5
    return Piece("text", made, lines)


def _of_code(cell):
    outputs = [_of_output(output) for output in cells.outputs(cell)]
    if cell.metadata.get("jupyter", {}).get("source_hidden", False):
        return outputs
    made = "\n".join(part.html for part in code.parts(cell.source))
    lines = CODE_LINE * (cell.source.count("\n") + 2)
    printed = sum(piece.lines for piece in outputs if piece.kind == "printed")
    following = printed if lines + printed <= LINES else 0
    return [Piece("code", made, lines, following), *outputs]


def _of_output(output):
    if output.kind == "text":
        lines = min(LONGEST_OUTPUT, output.text.count("\n") + 2)
        return Piece("printed", lines=CODE_LINE * lines, output=output)
    return Piece("shown", lines=LINES, output=output, begins=True)


def build(places, notebook, folder):
    """Write the slides of the notebook into `folder`, which they replace; how many there are."""
    brought = browser_files.ensure(places)
    slides = of_notebook(nbformat.read(notebook, as_version=4))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(brought, folder)
    for name in ("slides.css", "code.css", "formulas.js"):
        shutil.copyfile(PACKAGE / "assets" / name, folder / name)
    outputs = (piece.output for slide in slides for piece in slide.pieces if piece.output)
    (folder / PICTURES).mkdir()
    for picture in (output.picture for output in outputs if output.picture):
        (folder / PICTURES / picture.name).write_bytes(picture.content)
    title = markdown.plain(slides[0].heading)
    page = environment().get_template("slides.html.j2").render(
        title=title, slides=slides, pictures=f"{PICTURES}/"
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    return len(slides)


def main():
    parser = argparse.ArgumentParser(prog="make slides")
    parser.add_argument("notebook", type=Path, nargs="?")
    notebook = parser.parse_args().notebook
    places = paths.find()
    if notebook is None or not notebook.is_file():
        sys.exit("Name a notebook, as in: make slides NB=notebooks/02_matmul.ipynb")
    folder = places.target / "slides" / notebook.stem
    try:
        slides = build(places, notebook, folder)
    except (NotBuilt, progress.StepFailed) as failure:
        sys.exit(str(failure))
    print(f"✓ {slides} slides: open {folder / 'index.html'}")


if __name__ == "__main__":
    main()
