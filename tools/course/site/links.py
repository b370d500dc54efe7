"""Links between files of the course become links between pages.

The site has the folders of the course: `notebooks/x.ipynb` becomes `notebooks/x.html`, a text
`docs/gpu.md` becomes `docs/gpu.html`, a source `kernels/x.cu` becomes `kernels/x.cu.html`. What a
page links to is remembered, so that it becomes a page too.
"""

import html
import posixpath
import re
from urllib.parse import unquote, urlsplit

from .failure import NotBuilt

INDEX = "notebooks/README.md"
PICTURES = (".png", ".gif", ".jpg", ".svg")


def page_of(path):
    """The page of the file or folder `path`."""
    if path == INDEX:
        return "index.html"
    stem, ending = posixpath.splitext(path)
    if ending in (".ipynb", ".md"):
        return f"{stem}.html"
    return path if ending in PICTURES else f"{path}.html"


def between(page, other):
    """The relative address of the page `other` on `page`."""
    return posixpath.relpath(other, posixpath.dirname(page) or ".")


class Links:
    """Rewrites links, and remembers the files of the course that they lead to."""

    def __init__(self, course):
        self.course = course
        self.found = []

    def rewrite(self, text, source):
        """The HTML `text`, written for a reader of the file `source`, for a reader of its page."""

        def address(match):
            return f'{match[1]}="{html.escape(self.address(html.unescape(match[2]), source))}"'

        return re.sub(r'\b(href|src)="([^"]*)"', address, text)

    def address(self, link, source):
        """Where `link` in the file `source` leads, as its page links there."""
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            return link
        joined = posixpath.join(posixpath.dirname(source), unquote(parts.path))
        path = posixpath.normpath(joined)
        if path.startswith("..") or not (self.course / path).exists():
            raise NotBuilt(f"{source}: the link to {link} leads to no file")
        if path not in self.found:
            self.found.append(path)
        target = between(page_of(source), page_of(path))
        return f"{target}#{parts.fragment}" if parts.fragment else target
