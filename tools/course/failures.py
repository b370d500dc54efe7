"""What ended a cell, as a Jupyter error: a name, a value, a traceback."""

import re
from dataclasses import dataclass, replace

RED, PLAIN = "\x1b[31m", "\x1b[0m"

# The type of the block with which the library tells that a cell failed (show/stand_in.rs).
BLOCK = "application/vnd.lesson.failure"

LOST = "All variables are gone: run the notebook again from the top (Run → Run All Above Selected Cell)."
KEPT = "Nothing ran, and all variables are as they were."

_COMMAND = re.compile(r"\bcommand_\d+(?=:\d+:\d)")
_TERMINATED = re.compile(r"Subprocess terminated with status: (.*)")


# How the library's panic hook begins its line on standard error.
PANIC_LINE = "panic: "


@dataclass
class Failure:
    name: str
    value: str
    traceback: list
    lost: bool = False  # all variables with it
    compiled: bool = True

    def content(self):
        return {"ename": self.name, "evalue": self.value, "traceback": self.traceback}


def told(name, text, lost=False):
    """A failure whose one text is all there is to say."""
    first, *rest = text.split("\n")
    return Failure(name, text, [f"{RED}{name}:{PLAIN} {first}", *rest], lost)


def of_block(text, place_of):
    """The failure that the library tells, and the message of the panic if it was one.

    `place_of` finds the learner's line of a place.
    """
    kind, place, message = (text.split("\n", 2) + ["", ""])[:3]
    if kind == "panic":
        place = place_of(place)
        return told("Panic", f"{message} ({place})" if place else message), message
    name = "CheckFailed" if message.startswith("check failed: ") else "Error"
    return told(name, message), None


def of_errors(errors, interrupted, explained, number):
    """evcxr's errors of the cell `number` as one; `explained` may know better what one of them means."""
    first = errors[0]["evalue"]
    ended = _TERMINATED.search(first)
    if interrupted and ended:
        return told("Interrupted", f"The cell was interrupted, and its process has ended. {LOST}", True)
    if interrupted:
        failure = told("Interrupted", f"The cell was interrupted while it was compiled. {KEPT}")
        return replace(failure, compiled=False)
    if ended:
        before = first[: ended.start()].strip()
        verb = "died" if "signal" in ended[1] else "ended"
        text = f"The process that runs the cells has {verb} ({ended[1]}). {LOST}"
        return told("ProcessEnded", f"{text}\n{before}".strip(), True)
    errors = [{**error, **explained(error)} for error in errors]
    values = dict.fromkeys(error["evalue"] for error in errors)
    # evcxr counts what it has compiled, and the learner sees the numbers of cells.
    lines = [line for error in errors for line in error["traceback"]]
    traceback = [_COMMAND.sub(f"cell [{number}]", line) for line in lines]
    return Failure("CompileError", "\n".join(values), traceback, compiled=False)
