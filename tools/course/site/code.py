"""Highlighted code, with solutions folded."""

import html
from dataclasses import dataclass

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

BEGIN, END = "// BEGIN SOLUTION", "// END SOLUTION"


@dataclass(frozen=True)
class Part:
    """Some lines of a cell, as HTML; a solution stays folded."""

    html: str
    is_solution: bool


def block(text, language):
    """A block of code in the language of that name."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    lines = "\n".join(_lines(text, lexer))
    return f'<div class="code"><pre>{lines}</pre></div>'


def of_file(text, name):
    """A whole source file; each line has an address."""
    try:
        lexer = get_lexer_for_filename(name, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    lines = enumerate(_lines(text.rstrip("\n"), lexer), 1)
    return "\n".join(f'<span id="L{number}">{line}</span>' for number, line in lines)


def parts(source):
    """The Rust of a cell, cut where solutions begin and end.

    The line that begins one makes way for the comment that the student edition has there.
    """
    found, lines, is_solution = [], [], False
    for plain, line in zip(source.split("\n"), _lines(source, get_lexer_by_name("rust", stripnl=False))):
        if plain.lstrip().startswith(BEGIN):
            lines.append(_your_turn(plain))
        elif not plain.lstrip().startswith(END):
            lines.append(line)
            continue
        found.append(Part("\n".join(lines), is_solution))
        lines, is_solution = [], not is_solution
    return [part for part in [*found, Part("\n".join(lines), is_solution)] if part.html]


def _your_turn(line):
    hint = line.partition(BEGIN)[2].lstrip(": ") or "write this part"
    indent = line[: len(line) - len(line.lstrip())]
    return f'{indent}<span class="c1">// Your turn: {html.escape(hint)}</span>'


def _lines(text, lexer):
    """Each line as HTML that stands by itself."""
    made = highlight(text, lexer, HtmlFormatter(nowrap=True)).removesuffix("\n")
    # pygments closes a token over several lines at each end of a line, and opens it again.
    return made.split("\n")
