"""The index that the pages search: one entry for each section, with its words."""

import json

from . import markdown


def of_cells(page, title, cells):
    """The entries of a lesson. Hints and solutions are not in it: they are folded."""
    entries = [_entry(page, title, title)]
    for cell in cells:
        for heading in cell.headings:
            entries.append(_entry(f"{page}#{heading.id}", title, markdown.plain(heading.html)))
        if cell.role != "hint":
            entries[-1]["words"] += f" {_words(cell)}"
    return entries


def of_text(page, title, text):
    """The one entry of any other page."""
    return {**_entry(page, title, title), "words": markdown.plain(text)}


def script(entries):
    """A script rather than JSON, for a page read from a folder may load no other file."""
    return f"window.searchIndex = {json.dumps(entries, ensure_ascii=False)};\n"


def _entry(address, title, section):
    return {"address": address, "title": title, "section": section, "words": ""}


def _words(cell):
    shown = [part.html for part in cell.parts if not part.is_solution]
    shown += [output.text for output in cell.outputs if not output.is_player]
    return markdown.plain(" ".join([cell.html, *shown]))
