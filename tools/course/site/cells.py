"""What a page shows of each cell of a notebook."""

import base64
import html
import struct
from dataclasses import dataclass, field

from . import code, markdown
from .failure import NotBuilt

LEFT_OUT = ("instructor", "bet")


@dataclass(frozen=True)
class Picture:
    """A picture of an output, and what it shows in words."""

    name: str
    content: bytes
    description: str

    @property
    def size(self):
        """Width and height, from a PNG's header."""
        return struct.unpack(">II", self.content[16:24])


@dataclass(frozen=True)
class Output:
    """An output: `text`, `html` with a table or a player, or a `picture`."""

    kind: str
    text: str = ""
    picture: Picture = None

    @property
    def is_player(self):
        return self.kind == "html" and "lesson-player" in self.text


@dataclass(frozen=True)
class Cell:
    """A cell: its text as HTML, or the parts of its code and its outputs."""

    id: str
    role: str
    html: str = ""
    headings: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    outputs: list = field(default_factory=list)
    source_is_hidden: bool = False

    @property
    def is_code(self):
        return bool(self.parts)


def of_notebook(notebook, page):
    """The cells in order; texts for instructors stay out, and bets, which a page cannot take."""
    cells = [_cell(cell, page) for cell in notebook.cells if cell.source.strip()]
    return [cell for cell in cells if cell.role not in LEFT_OUT]


def _cell(cell, page):
    common = {"id": cell.id, "role": role(cell)}
    if cell.cell_type == "markdown":
        before = len(page.headings)
        made = page.render(cell.source)
        return Cell(**common, html=made, headings=page.headings[before:])
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return Cell(
        **common,
        parts=code.parts(cell.source),
        outputs=outputs(cell),
        source_is_hidden=hidden,
    )


def role(cell):
    """The role in the metadata of a notebook's cell."""
    return cell.metadata.get("lesson", {}).get("role", "")


def outputs(cell):
    """What a code cell has put out."""
    return [_output(output, f"{cell.id}-{k}") for k, output in enumerate(cell.outputs)]


def _output(output, name):
    if output.output_type == "stream":
        return Output("text", html.escape(output.text))
    data = output.data
    if "text/html" in data:
        return Output("html", _of_html(data["text/html"]))
    if "image/png" in data:
        if not data.get("text/plain", "").strip():
            raise NotBuilt(f"cell {name}: its picture has no text/plain that describes it")
        content = base64.b64decode(data["image/png"])
        return Output("picture", picture=Picture(f"{name}.png", content, data["text/plain"]))
    return Output("text", html.escape(data["text/plain"]))


def _of_html(text):
    """A table gets a box; a player is taken as it is, for its script has the tags of one page."""
    return text if "lesson-player" in text else markdown.in_boxes(text)
