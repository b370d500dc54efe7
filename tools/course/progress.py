"""Run a long command and say how it goes: one line that updates, or sparse lines in a log."""

import os
import re
import selectors
import subprocess
import sys
import time
from collections import deque

TERMINAL_TICK = 0.25  # seconds between rewrites of the line
PLAIN_TICK = 20.0  # seconds between lines when nobody watches a terminal


class StepFailed(Exception):
    """A command of the set-up failed; its text says which, where the log is and how it ended."""


def log(text):
    """The plain way to say something during set-up."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


class Line:
    """The state of one step: rewritten in place on a terminal, sparse otherwise."""

    def __init__(self, title, usual, stream=sys.stderr):
        self.title, self.usual, self.stream = title, usual, stream
        self.terminal = stream.isatty()
        self.start = self.shown = time.monotonic()
        self.detail = ""
        if not self.terminal:
            self._print(f"{title}: started (usually {usual})\n")

    def update(self, detail=None):
        self.detail = detail or self.detail
        now = time.monotonic()
        if now - self.shown < (TERMINAL_TICK if self.terminal else PLAIN_TICK):
            return
        self.shown = now
        text = f"{self.title}: {self.detail}, {duration(now - self.start)}".replace(": ,", ":")
        if self.terminal:
            text = f"{text} (usually {self.usual})"[: terminal_width() - 1]
            self._print(f"\r\033[K{text}")
        else:
            self._print(f"{text}\n")

    def finish(self, mark):
        erase = "\r\033[K" if self.terminal else ""
        self._print(f"{erase}{mark} {self.title} ({duration(time.monotonic() - self.start)})\n")

    def _print(self, text):
        self.stream.write(text)
        self.stream.flush()


def terminal_width():
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def run(title, command, *, usual, detail, log_path, env=None, cwd=None):
    """Run `command`, its output in `log_path`, its progress in one line.

    `detail` maps a line of output to a few words, or None. Raises StepFailed
    with the end of the output when the command fails.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    line = Line(title, usual)
    tail = deque(maxlen=25)
    with subprocess.Popen(
        [str(word) for word in command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as child:
        for text in _output(child.stdout, log_path):
            if text:
                tail.append(text)
            line.update(detail(text))
    if child.returncode != 0:
        line.finish("✗")
        raise StepFailed(_failure(title, command, log_path, tail))
    line.finish("✓")


def _failure(title, command, log_path, tail):
    ending = "\n".join(f"    {text}" for text in tail)
    return f"{title} failed: {' '.join(map(str, command))}\n{ending}\n  The whole log: {log_path}"


def _output(pipe, log_path):
    """Lines of the child's output as they come; "" now and then, so that time shows."""
    rest = ""
    with open(log_path, "wb") as saved, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(TERMINAL_TICK):
                yield ""
                continue
            chunk = os.read(pipe.fileno(), 1 << 16)
            saved.write(chunk)
            *lines, rest = re.split(r"[\r\n]+", rest + chunk.decode(errors="replace"))
            yield from lines
            if not chunk:
                yield rest
                return
