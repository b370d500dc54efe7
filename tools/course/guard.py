"""What a cell cannot do, told before it runs."""

import re

# Comments, strings and characters, as far as a pattern can tell them.
_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"' r"|'(?:\\.|[^'\\])'", re.DOTALL
)
_READS_INPUT = re.compile(r"\bstdin\s*\(\s*\)")

NO_INPUT = (
    "A cell cannot read from the keyboard: `stdin()` would wait for ever. Write what would be typed "
    'into the cell, as in `let line = "42";`.'
)


def objection(code):
    """Why the cell would never end, or None."""
    return NO_INPUT if _READS_INPUT.search(_TEXT.sub(" ", code)) else None
