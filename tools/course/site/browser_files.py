"""What pages and slides bring along for the browser: MathJax and reveal.js, fetched once."""

from pathlib import PurePosixPath

from .. import locking, progress, storage, wheels


def ensure(places):
    """The folder with both, fetched if it is not there."""
    folder = places.browser_files
    if not folder.is_dir():
        storage.mark(places)
        with locking.exclusive(places.locks / "site", progress.log):
            if not folder.is_dir():
                wheels.fetch(places, _wheels(places), folder)
    return folder


def _wheels(places):
    log = places.cache / "logs" / "site.log"
    title, usual = "MathJax and reveal.js", "a few seconds; 13 MB, once"
    return wheels.Wheels(title, usual, places.site_requirements, destination, log)


def destination(name):
    """Where a wheel's file goes; None if it is not needed."""
    match PurePosixPath(name).parts:
        case ["mathjax", "static", "mathjax", "LICENSE"]:
            return "mathjax/LICENSE"
        case ["mathjax", "static", "mathjax", "es5", "tex-svg.js"]:
            return "mathjax/tex-svg.js"
        case ["sphinx_revealjs", "_static", "revealjs", "LICENSE"]:
            return "reveal/LICENSE"
        case [*_, "revealjs", "dist", ("reveal.js" | "reveal.css" | "reset.css") as file]:
            return f"reveal/{file}"
    return None
