"""The types that cells define, and whether a cell defines one anew with other fields.

To evcxr a type is its name: a variable from before would be read as the new type, and whatever lies in
memory is what its fields are. So with each such change the compiler is given another name for the
crate of all later cells (cell_cargo/cargo.sh). Then types of cells are others than before, and evcxr
finds that such variables have lost theirs, says so and drops them.
"""

import re

from . import whole_file

# What cargo.sh reads in the session's folder.
GENERATION = "types.generation"

_TOKEN = re.compile(
    r"""//[^\n]* | /\*.*?\*/ | r(\#*)".*?"\1 | "(?:\\.|[^"\\])*" | '(?:\\[^']+|[^\\'])' | \w+ | \S""",
    re.DOTALL | re.VERBOSE,
)
_COMMENT = ("//", "/*")
_NAME = re.compile(r"(?!fn$)[^\W\d]")

# What has a layout in memory, and what that can depend on.
TYPES = ("struct", "enum", "union", "mod")
KINDS = (*TYPES, "type", "const")


class Definitions:
    def __init__(self, folder):
        self.file = folder / GENERATION
        self.known, self.generation, self.before = {}, 0, ({}, 0)
        self.last = None  # the number of the cell that last changed a type

    def begin(self, code, number):
        """A cell is about to be compiled."""
        self.before = self.known, self.generation
        defined = of(code)
        other = is_other(self.known, defined)
        self._set({**self.known, **defined}, self.generation + other)
        self.last = number if other else self.last

    def end(self, compiled):
        """The cell has ended; one that did not compile has defined nothing."""
        if not compiled:
            self._set(*self.before)

    def _set(self, known, generation):
        if generation != self.generation:
            whole_file.write(self.file, b"-Cmetadata=types%d\n" % generation if generation else b"")
        self.known, self.generation = known, generation


def of(code):
    """What `code` defines outside of functions: name -> (kind, words)."""
    words = [match[0] for match in _TOKEN.finditer(code) if not match[0].startswith(_COMMENT)]
    found, depth, layout = {}, 0, []
    for i, word in enumerate(words):
        if words[i - 2 : i + 1] == ["#", "[", "repr"]:
            layout = _until("])", words[i:])
        elif depth == 0 and word in KINDS and _NAME.match("".join(words[i + 1 : i + 2])):
            found[words[i + 1]] = (word, [*layout, *_until(("}", ";"), words[i:])])
        depth += (word in "{([") - (word in "})]")
        if depth == 0 and word in (";", "}"):
            layout = []
    return found


def _until(ends, words):
    """The words up to the first of `ends` that is not inside of brackets."""
    depth = 0
    for i, word in enumerate(words):
        depth += (word in "{([") - (word in "})]")
        if depth <= 0 and word in ends:
            return words[: i + 1]
    return words


def is_other(known, defined):
    """Whether a type of `known` has another layout in memory once `defined` holds."""
    others = {name for name, what in defined.items() if known.get(name, what) != what}
    after = {**known, **defined}
    while True:
        more = {name for name, (_, words) in after.items() if others & set(words)}
        if more <= others:
            return any(after[name][0] in TYPES for name in others & known.keys())
        others |= more
