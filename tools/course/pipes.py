"""The pipes between evcxr and the process that runs the cells.

evcxr reads both of them line by line. Linux lets the launcher write into them too: a line of its
own comes behind all that the cell has written. Elsewhere it has to wait and hope.
"""

import os
import secrets
from pathlib import Path

from . import processes

# evcxr's word that a cell has ended. It looks for a line that says just this.
END_OF_CELL = "EVCXR_EXECUTION_COMPLETE"


class Pipes:
    def __init__(self, evcxr):
        self.evcxr = evcxr
        # Nothing that a cell prints is taken for it.
        self.mark = f"end of cell {secrets.token_hex(8)}"

    def send_mark(self):
        """Write the mark behind the last line on standard error; whether that was possible."""
        return self._write(2, self.mark)

    def is_mark(self, message):
        """Whether it is a mark that nobody waits for any more."""
        return message.type == "stream" and self.mark in message.content.get("text", "")

    def end_cell(self):
        """Let evcxr see the end of a cell whose last line was left open and hides the word."""
        return self._write(1, END_OF_CELL)

    def _write(self, descriptor, line):
        process = runner(self.evcxr)
        if process is None:
            return False
        try:
            # Opened each time: as long as it is open, evcxr would not see that the process ends.
            pipe = os.open(f"/proc/{process}/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            os.write(pipe, f"{line}\n".encode())
        except OSError:
            return False
        finally:
            os.close(pipe)
        return True


def runner(evcxr):
    """The process below `evcxr` that runs the cells, or None."""
    program = Path(evcxr.args[0]).name
    # comm has 15 characters at most.
    return next((pid for pid, name in processes.children(evcxr.pid) if program.startswith(name)), None)


def is_busy(runner):
    """Whether the process does anything but wait for the next cell."""
    try:
        return "pipe" not in Path(f"/proc/{runner}/wchan").read_text()
    except OSError:
        return True


def compilers(evcxr):
    """The processes that compile a cell for `evcxr`, and their children."""
    cargos = [pid for pid, name in processes.children(evcxr.pid) if name in ("cargo", "mold")]
    return [pid for cargo in cargos for pid in [cargo, *(child for child, _ in processes.children(cargo))]]
