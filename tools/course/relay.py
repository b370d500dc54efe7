"""Between Jupyter and evcxr: passes on what they say to each other, one request at a time.

A cell is followed closely (cell.py); all else goes through as it came. When a cell fails, the
cells that were queued behind it are not run.
"""

import os
import time
from collections import deque

import zmq

from . import crates, failures, guard, places
from .cell import Cell
from .definitions import Definitions
from .names import Names
from .pipes import Pipes
from .stopping import Stopping

POLL = 1.0  # seconds between two looks at the processes
SHORT = 0.01  # the same while something is awaited that sends no message

# How long to stay idle before using evcxr ourselves, which delays the next request.
QUIET = 0.5  # seconds

# What evcxr leaves without a reply, for which some clients would wait.
ANSWERS = {
    "comm_info_request": ("comm_info_reply", {"status": "ok", "comms": {}}),
    "history_request": ("history_reply", {"status": "ok", "history": []}),
}


class Relay:
    def __init__(self, wire, evcxr, paths, folder, *, imports=None, parent=None):
        """`imports`: what every cell needs and evcxr has not imported yet, once the library is
        there. `parent`: the process with which the kernel ends."""
        self.wire, self.evcxr, self.parent, self.imports = wire, evcxr, parent, imports
        self.paths, self.folder = paths, folder
        self.pipes, self.names, self.definitions = Pipes(evcxr), Names(), Definitions(folder)
        self.queue = deque()
        self.cell = None  # the cell that runs
        self.stopping = None  # a request to interrupt it
        self.other = None  # the id of any other request that evcxr is at work on
        self.count = 0
        self.shut_down = False
        self.own = set()  # the ids of the launcher's own requests
        self.warmed_up = False
        self.library_is_there = False  # as far as a cell has asked for it
        self.last_idle = None  # when evcxr had nothing to do any more

    def run(self):
        """Until the kernel is shut down, or evcxr or the server that started us has ended."""
        front, back = self.wire.front, self.wire.back
        handlers = {
            front["shell"]: self.asked,
            front["control"]: self.controlled,
            front["stdin"]: lambda: self.pass_on(front["stdin"], back["stdin"]),
            # Before the reply: what it says is about the same cell.
            back["iopub"]: self.published,
            back["shell"]: self.replied,
            back["control"]: lambda: self.pass_on(back["control"], front["control"]),
            back["stdin"]: lambda: self.pass_on(back["stdin"], front["stdin"]),
        }
        poller = zmq.Poller()
        for socket in handlers:
            poller.register(socket, zmq.POLLIN)
        while not self.shut_down and self.evcxr.poll() is None and not self.is_orphan():
            awaited = self.stopping or (self.cell and self.cell.replied)
            pause = SHORT if awaited else POLL if self.warmed_up else QUIET
            ready = dict(poller.poll(pause * 1000))
            for socket, handle in handlers.items():
                if socket in ready:
                    handle()
            self.go_on()

    def end(self):
        self.shut_down = True

    def is_orphan(self):
        return self.parent is not None and os.getppid() != self.parent

    def go_on(self):
        """What has become possible: to stop the cell, to end it, to begin the next request."""
        if self.stopping:
            self.stopping.try_now()
        if self.cell and self.cell.is_over():
            self.finish(self.cell)
        while self.queue and not self.cell and not self.other:
            self.begin(self.queue.popleft())
        if not self.cell and not self.other:
            self.do_own()

    def do_own(self):
        """What the launcher asks of evcxr on its own account while nobody else does."""
        if self.imports and self.library_is_there:
            content = {"code": self.imports, "silent": True, "store_history": False}
            self.ask("execute_request", content)
            self.imports = None
        elif not self.warmed_up and self.last_idle and time.monotonic() - self.last_idle > QUIET:
            code = self.paths.library.warm_up
            if code:
                self.ask("complete_request", {"code": code, "cursor_pos": len(code)})
            self.warmed_up = True

    def ask(self, kind, content):
        self.other = self.wire.ask(kind, content)
        self.own.add(self.other)

    # -- from the client --------------------------------------------------
    def asked(self):
        shell = self.wire.front["shell"]
        while shell.poll(0):
            message = self.wire.read(shell)
            if message:
                self.queue.append(message)

    def controlled(self):
        message = self.wire.read(self.wire.front["control"])
        if message is None:
            return
        if message.type == "shutdown_request":
            answer = {"status": "ok", "restart": bool(message.content.get("restart"))}
            for channel in ("iopub", "control"):
                self.wire.send(channel, "shutdown_reply", answer, message)
            self.end()
        elif message.type == "interrupt_request":
            self.interrupt()
            self.wire.send("control", "interrupt_reply", {"status": "ok"}, message)
        else:
            self.wire.back["control"].send_multipart(message.frames)

    def pass_on(self, source, target):
        message = self.wire.read(source)
        if message:
            target.send_multipart(message.frames)

    def interrupt(self):
        if self.cell and self.stopping:
            self.stopping.insist()
        elif self.cell:
            self.stopping = Stopping(self.evcxr)
            self.stopping.try_now()

    def begin(self, message):
        if message.type == "execute_request":
            self.execute(message)
        elif message.type in ANSWERS:
            self.state("busy", message)
            self.wire.send("shell", *ANSWERS[message.type], message)
            self.state("idle", message)
        else:
            self.other = message.id
            self.wire.back["shell"].send_multipart(message.frames)

    def execute(self, message):
        if message.content.get("store_history", True) and not message.content.get("silent"):
            self.count += 1
        cell = Cell(self.wire, self.pipes, message, self.count)
        code = self.paths.library.found(cell.code, self.folder)
        objection = guard.objection(cell.code) or self.missing(code)
        if objection:
            self.tell(cell.refuse, message, failures.told("Refused", objection))
            return
        self.cell = cell
        self.definitions.begin(code, cell.number)
        if code == cell.code:
            self.wire.back["shell"].send_multipart(message.frames)
        else:
            self.wire.pass_on_changed(message, {**message.content, "code": code})

    def missing(self, code):
        """Why a crate that the cell asks for is not there, or None."""
        asked = crates.asked_for(code, self.paths.library.parts)
        try:
            if asked:
                crates.provide(self.paths, asked)
        except crates.Missing as missing:
            return str(missing)
        return None

    def state(self, name, request):
        self.wire.send("iopub", "status", {"execution_state": name}, request)

    # -- from evcxr -------------------------------------------------------
    def published(self):
        iopub = self.wire.back["iopub"]
        while iopub.poll(0):
            message = self.wire.read(iopub)
            if message is None:
                continue
            if self.cell and message.parent_id == self.cell.request.id:
                self.cell.published(message, self.place)
                continue
            if message.parent_id not in self.own and not self.pipes.is_mark(message):
                self.wire.front["iopub"].send_multipart(message.frames)
            if message.parent_id == self.other and message.content.get("execution_state") == "idle":
                self.other, self.last_idle = None, time.monotonic()

    def place(self, place):
        cells = [*self.names.cells.items(), (self.cell.number, self.cell.code)]
        return places.in_cell(place, self.folder, cells)

    def replied(self):
        message = self.wire.read(self.wire.back["shell"])
        if message is None:
            return
        if self.cell and message.parent_id == self.cell.request.id:
            self.cell.has_replied()
        elif message.parent_id not in self.own:
            self.wire.front["shell"].send_multipart(message.frames)

    def finish(self, cell):
        failure = cell.find_failure(
            self.stopping is not None, lambda error: self.names.explained(cell.code, error)
        )
        self.names.lose(cell.redefined, self.definitions.last)
        self.names.take(cell.number, cell.code, failure)
        self.definitions.end(compiled=failure is None or failure.compiled)
        self.cell = self.stopping = None
        self.last_idle = time.monotonic()
        self.library_is_there |= failure is None and self.paths.library.asked_for(cell.code)
        self.tell(cell.conclude, cell.request, failure)

    def tell(self, conclude, request, failure):
        """Tell how a cell ended, and do not run those sent before anybody could know it failed."""
        # What is sent from here on may be an answer to the failure.
        self.asked()
        conclude(failure)
        if not failure or not request.content.get("stop_on_error", True):
            return
        behind = [message for message in self.queue if message.type == "execute_request"]
        for message in behind:
            self.queue.remove(message)
            self.state("busy", message)
            answer = {"status": "aborted", **failure.content()}
            self.wire.send("shell", "execute_reply", answer, message)
            self.state("idle", message)
