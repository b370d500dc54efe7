"""Maps a line of the file that evcxr makes of a cell back to the learner's cell."""

import re


def in_cell(place, sources, cells):
    """`cell [n], line k` for `place`, a `src/lib.rs:17`; "" if no cell has that line.

    `sources`: the folder of the file; `cells`: (number, code) pairs, the running cell last.
    """
    line = re.search(r"src/lib\.rs:(\d+)", place)
    if not line:
        return ""
    generated = (sources / "src" / "lib.rs").read_text(encoding="utf-8").split("\n")
    at = int(line[1]) - 1
    if at >= len(generated):
        return ""
    for number, code in reversed(cells):
        lines = code.split("\n")
        fits = [k for k, text in enumerate(lines) if text.strip() and text.strip() in generated[at]]
        if fits:
            best = max(fits, key=lambda k: _agreement(lines, k, generated, at))
            return f"cell [{number}], line {best + 1}"
    return ""


def _agreement(lines, k, generated, at):
    """How many of the lines around the two are the same."""
    pairs = [(k + d, at + d) for d in range(-3, 4)]
    inside = [(i, j) for i, j in pairs if 0 <= i < len(lines) and 0 <= j < len(generated)]
    return sum(lines[i].strip() == generated[j].strip() for i, j in inside)
