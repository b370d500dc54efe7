"""Markdown as HTML, by nbconvert's parser, which knows formulas."""

import html
import re
from dataclasses import dataclass

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from . import code


@dataclass(frozen=True)
class Heading:
    """A heading, with the address of its place on the page."""

    level: int
    id: str
    html: str


def jupyter_id(text):
    """The identifier that JupyterLab gives a heading."""
    return text.replace(" ", "-")


def github_id(text):
    """The identifier that a code-hosting page gives a heading."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def plain(text):
    """The words of an HTML text."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


class Page:
    """Renders the texts of one page, and knows the headings so far."""

    def __init__(self, links, source, identifier):
        self.links, self.source, self.identifier = links, source, identifier
        self.headings = []

    def render(self, text):
        made = MarkdownWithMath(renderer=_Renderer(self)).render(text)
        return in_boxes(self.links.rewrite(made, self.source))

    def heading(self, inner, level):
        wanted = self.identifier(plain(inner))
        taken = [heading.id for heading in self.headings]
        again = sum(other == wanted or other.startswith(f"{wanted}~") for other in taken)
        heading = Heading(level, f"{wanted}~{again}" if again else wanted, inner)
        self.headings.append(heading)
        return f'<h{level} id="{html.escape(heading.id)}">{inner}</h{level}>\n'


def inline(text, links, source):
    """A few words of Markdown, without the paragraph around them."""
    made = Page(links, source, jupyter_id).render(text).strip()
    return made.removeprefix("<p>").removesuffix("</p>")


def in_boxes(text):
    """A table wider than the page moves in a box of its own; an empty cell heads nothing."""
    text = text.replace("<th></th>", "<td></td>")
    return text.replace("<table", '<div class="box"><table').replace("</table>", "</table></div>")


class _Renderer(IPythonRenderer):
    def __init__(self, page):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.page = page

    def heading(self, text, level, **_):
        return self.page.heading(text, level)

    def block_code(self, code_text, info=None):
        return code.block(code_text.rstrip("\n"), (info or "text").split()[0])

    def inline_math(self, body):
        return f'<span class="formula">\\({html.escape(body)}\\)</span>'

    def block_math(self, body):
        return f'<span class="formula display">\\[{html.escape(body)}\\]</span>'
