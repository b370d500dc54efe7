"""The variables of a notebook, as far as their cells' text tells: to say where one has gone."""

import re

_LET = re.compile(r"^let\s+(?:mut\s+)?(\(?[\w\s,]+\)?)\s*[:=;]", re.MULTILINE)
_CLOSURE = re.compile(r"^let\s+(?:mut\s+)?(\w+)\s*=\s*(?:move\s*)?\|", re.MULTILINE)
_UNKNOWN = re.compile(r"cannot find value `(\w+)`|expected value, found macro `(\w+)`")
_NO_PACKAGE = re.compile(r"no matching package named `([\w-]+)` found")
# What the compiler says of a closure next to a variable that holds a reference for ever.
_ESCAPES = "borrowed data escapes outside of function"


class Names:
    def __init__(self):
        self.cells = {}  # number -> code of the cells that came to their end
        self.made = {}  # name -> number of the cell that made it
        self.gone = {}  # name -> why it is not there any more

    def take(self, number, code, failure):
        """The cell has ended, by `failure` if there is one."""
        made = _made_by(code)
        if failure is None:
            self.cells[number] = code
            self.made.update(dict.fromkeys(made, number))
            self.gone = {name: why for name, why in self.gone.items() if name not in made}
        elif failure.lost:
            self.gone.update(dict.fromkeys(self.made, f"all variables were lost with cell [{number}]"))
            self.made.clear()
        elif failure.name != "CompileError":
            new = [name for name in made if name not in self.made]
            self.gone.update(dict.fromkeys(new, f"cell [{number}], which makes it, has failed"))

    def lose(self, names, number):
        """The types of these variables were defined anew by the cell."""
        for name in names:
            self.made.pop(name, None)
            self.gone[name] = f"its type was defined anew in cell [{number}]"

    def explained(self, code, error):
        """What evcxr's `error` in a cell means, where its text does not say it: changed fields."""
        value = error["evalue"]
        closure = _CLOSURE.search(code)
        if closure and value.startswith((_ESCAPES, f"The variable `{closure[1]}` is a closure")):
            return _told(
                f"The variable `{closure[1]}` is a closure, which cannot be persisted. Make it a function, "
                f"`fn {closure[1]}(…) -> …`, or a `Box<dyn Fn(…) -> …>`, or keep it within one cell."
            )
        if package := _NO_PACKAGE.search(value):
            return _told(
                f"The crate `{package[1]}` is not there. A cell with `:dep {package[1]} = \"*\"` fetches it, "
                "with a network once and then without."
            )
        unknown = _UNKNOWN.search(value)
        why = unknown and (self._why(unknown[1] or unknown[2]) or _only_a_macro(unknown[2]))
        return {**_first_line(error, why), "evalue": why} if why else {}

    def _why(self, name):
        if name in self.gone:
            return f"`{name}` is not there: {self.gone[name]}. Run the cell that makes it again."
        if name not in self.made:
            return None
        users = [n for n, code in self.cells.items() if re.search(rf"\b{name}\b", code)]
        mover = max((n for n in users if n >= self.made[name]), default=self.made[name])
        return (
            f"`{name}` was moved in cell [{mover}]. Lend it there as `&{name}`, or give away a copy, "
            f"`{name}.clone()`; then run the cell that makes `{name}` again, and that one."
        )


def _only_a_macro(name):
    """`name` is None where it is no macro either."""
    if name:
        return f"There is no variable `{name}` yet, only a macro, `{name}!`: `let {name} = …` makes the variable."
    return None


def _made_by(code):
    """The names that the `let`s at the left margin make."""
    return [name for pattern in _LET.findall(code) for name in re.findall(r"\w+", pattern) if name != "mut"]


def _told(text):
    return {"evalue": text, "traceback": [f"\x1b[31mError:\x1b[0m {text}"]}


def _first_line(error, text):
    """The error's traceback, headed by `text`."""
    return {"traceback": [f"\x1b[31mError:\x1b[0m {text}", *error["traceback"][1:]]}
