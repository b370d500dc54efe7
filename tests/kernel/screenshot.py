"""Picture a notebook at full length, as JupyterLab shows it.

    PYTHONPATH=tools python tests/kernel/screenshot.py [--run] [--width W] [--slice H] NOTEBOOK OUT.png

The README's pictures are made with it. A long notebook becomes OUT-01.png, OUT-02.png, … of H
pixels each. The notebook must lie inside the course. Runs in the course's environment.
"""

import argparse
import sys
from pathlib import Path

import browser
from course import environment, paths

# Running all cells leaves the page at the last one.
TO_TOP = "() => document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer').scrollTo(0, 0)"
BOTTOM_OF_LAST_CELL = """() => {
    const scroller = document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer');
    const last = [...scroller.querySelectorAll('.jp-Cell')].at(-1);
    return Math.ceil(last.getBoundingClientRect().bottom + scroller.scrollTop) + 40;
}"""
TALLEST = 60_000  # pixels; a longer notebook would exhaust the browser
SETTLE = 1500  # milliseconds for formulas and pictures after the last cell is there


def spread(page):
    """Grow the window until the whole notebook is in view; gives its size."""
    # JupyterLab draws only what is in view, and leaves room to scroll past the end.
    page.add_style_tag(content=".jp-Cell { content-visibility: visible !important }")
    width, height = page.viewport_size["width"], 0
    page.evaluate(TO_TOP)
    page.wait_for_timeout(SETTLE)
    # A taller window makes JupyterLab draw more cells, and some outputs grow once they are drawn.
    while height < (bottom := min(page.evaluate(BOTTOM_OF_LAST_CELL), TALLEST)):
        height = bottom
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(2 * SETTLE)
    return width, height


def save(page, target, slice_height):
    """Write one picture, or numbered slices; gives the files."""
    width, height = spread(page)
    starts = range(0, height, slice_height)
    files = []
    for number, top in enumerate(starts, 1):
        name = target if len(starts) == 1 else target.with_stem(f"{target.stem}-{number:02}")
        part = {"x": 0, "y": top, "width": width, "height": min(slice_height, height - top)}
        page.screenshot(path=name, clip=part)
        files.append(name)
    return files


def main():
    options = _arguments()
    places = paths.find()
    environment.enter(places)
    if not browser.chromium():
        sys.exit("no Chromium here: install chromium (Debian) or Google Chrome")
    with browser.lab_page(places, options.notebook, width=options.width) as page:
        if options.run:
            browser.run_all(page)
        for file in save(page, options.target, options.slice):
            print(file)


def _arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", action="store_true", help="run all cells first")
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--slice", type=int, default=2400)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("target", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
