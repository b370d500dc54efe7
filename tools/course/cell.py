"""A cell that runs in evcxr: what it puts out, and how it ended.

evcxr answers "ok" to a cell that panicked or met an error at a `?`, may send a cell's last lines
after the word that it has ended, and tells compile errors without name and value in its reply.
Here the end is held back until the last line has come, and whatever ended the cell becomes one
complete Jupyter error, on iopub and in the reply.
"""

import re
import time

from . import failures
from .pipes import END_OF_CELL

# A mark is on its way for a millisecond or two.
MARK_TIMEOUT = 2.0
# Where no mark can be sent: how long nothing more may come.
SETTLE = 0.05

_REDEFINED = re.compile(r"^The type of the variable (\w+) was redefined", re.MULTILINE)

# With this the library ends a piece of text that leaves its line open (show/stand_in.rs).
OPEN_LINE = "\x1e\n"


class Cell:
    def __init__(self, wire, pipes, request, number):
        self.wire, self.pipes, self.request, self.number = wire, pipes, request, number
        self.code = request.content.get("code", "")
        self.failure, self.panic, self.panic_lines, self.errors = None, None, [], []
        self.redefined = []  # variables that are lost because their type is another now
        self.replied = self.idle = self.complete = False
        self.deadline = None  # when to stop waiting for the last line

    def publish(self, kind, content):
        self.wire.send("iopub", kind, content, self.request)

    def published(self, message, place_of):
        """What evcxr says of the cell on iopub; `place_of` finds the learner's line of a panic."""
        content, kind = message.content, message.type
        if kind == "stream":
            self._printed(content["name"], content["text"])
        elif kind == "error":
            self.errors.append(content)
        elif kind == "status":
            self._is(content["execution_state"])
        elif kind == "execute_result":
            self._showed(content["data"], place_of)
        elif kind == "execute_input":
            self.publish(kind, {"code": self.code, "execution_count": self.number})
        else:
            self.publish(kind, content)

    def _is(self, state):
        self.idle = state == "idle"
        if not self.idle:
            self.publish("status", {"execution_state": state})

    def _printed(self, stream, text):
        mark, end = f"{self.pipes.mark}\n", f"{END_OF_CELL}\n"
        if text.endswith(mark):
            self.complete = True
            text = text.removesuffix(mark)
        elif stream == "stdout" and text.endswith(end):
            self.pipes.end_cell()
            text = text.removesuffix(end)
        text = text.removesuffix(OPEN_LINE)
        if stream == "stderr":
            self.redefined += _REDEFINED.findall(text)
        if stream == "stderr" and text.startswith(failures.PANIC_LINE):
            # Told with the cell's end, unless it was what ended it.
            self.panic_lines.append(text)
        elif text:
            self.publish("stream", {"name": stream, "text": text})
        if self.deadline is not None:
            self.deadline = max(self.deadline, time.monotonic() + SETTLE)

    def _showed(self, data, place_of):
        block = data.pop(failures.BLOCK, None)
        if block is not None:
            self.failure, self.panic = failures.of_block(block, place_of)
        if data and self.failure:
            # A cell that failed has no result: what it showed before is no value that counts.
            self.publish("display_data", {"data": data, "metadata": {}, "transient": {}})
        elif data:
            self.publish("execute_result", {"data": data, "metadata": {}, "execution_count": self.number})

    def has_replied(self):
        """evcxr's reply has come: from now on only last lines may follow."""
        self.replied = True
        self.deadline = time.monotonic() + (MARK_TIMEOUT if self.pipes.send_mark() else SETTLE)

    def is_over(self):
        return self.replied and self.idle and (self.complete or time.monotonic() > self.deadline)

    def find_failure(self, interrupted, explained):
        """What ended the cell, or None; `explained` may know better what an error means."""
        if self.errors:
            self.failure = failures.of_errors(self.errors, interrupted, explained, self.number)
        for line in self.panic_lines:
            if self.panic is None or not line.startswith(failures.PANIC_LINE + self.panic):
                self.publish("stream", {"name": "stderr", "text": line})
        return self.failure

    def conclude(self, failure=None):
        """Tell the client how the cell ended."""
        answer = {"status": "ok", "payload": [], "user_expressions": {}}
        if failure:
            self.publish("error", failure.content())
            answer = {"status": "error", **failure.content()}
        self.wire.send("shell", "execute_reply", {**answer, "execution_count": self.number}, self.request)
        self.publish("status", {"execution_state": "idle"})

    def refuse(self, failure):
        """Answer without having run."""
        self.publish("status", {"execution_state": "busy"})
        self.publish("execute_input", {"code": self.code, "execution_count": self.number})
        self.conclude(failure)
