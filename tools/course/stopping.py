"""Interrupting a cell: its compiler while it is compiled, its process when it runs."""

import os
import signal
import time

from . import pipes

# How long a cell that neither compiles nor runs is left alone: evcxr itself is at work on it.
PATIENCE = 2.0


class Stopping:
    """A request to stop a cell, until it has been obeyed.

    Where a kernel runs on the CPU device, the library ends that launch with an error and the
    variables live on. Any other cell that runs ends with its process, and evcxr starts another.
    Killing that process before the cell runs would lose the variables for nothing.
    """

    def __init__(self, evcxr):
        self.evcxr = evcxr
        self.until = time.monotonic() + PATIENCE
        self.obeyed = False

    def insist(self):
        """Somebody asks a second time."""
        self.until, self.obeyed = 0.0, False

    def try_now(self):
        if self.obeyed:
            return
        if compilers := pipes.compilers(self.evcxr):
            self._signal(compilers, signal.SIGKILL)
        elif (runner := pipes.runner(self.evcxr)) and (pipes.is_busy(runner) or time.monotonic() > self.until):
            self._signal([runner], signal.SIGINT)

    def _signal(self, processes, number):
        for pid in processes:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
            self.obeyed = True
