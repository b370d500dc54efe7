"""A live kernel to talk to, as JupyterLab would."""

import contextlib
import queue
import time

import psutil
from course import kernelspec
from jupyter_client import KernelManager

TIMEOUT = 600  # seconds for one answer, on a machine that compiles other things too
SETTLE = 0.2  # seconds: a printed line may arrive after the word that its cell has ended


class Session:
    """One kernel; `run` gives what a cell printed or showed."""

    def __init__(self, places):
        self.manager = KernelManager(kernel_name=kernelspec.NAME)
        self.manager.start_kernel(cwd=str(places.notebooks))
        self._connect()

    def _connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)

    def run(self, source, *, stderr=False):
        """The cell's text output; asserts that the kernel did not complain.

        `stderr`: the cell may write there, as cargo does while it builds.
        """
        outputs = []
        reply = self.client.execute_interactive(
            source, timeout=TIMEOUT, output_hook=lambda message: outputs.append(output(message))
        )
        shown = [entry for entry in [*outputs, *self._late()] if entry]
        complaints = [entry for entry in shown if complains(entry, stderr)]
        assert reply["content"]["status"] == "ok" and not complaints, complaints
        return text(shown)

    def _late(self):
        """What arrives after the end of a cell, until nothing has come for a while."""
        while True:
            try:
                yield output(self.client.get_iopub_msg(timeout=SETTLE))
            except queue.Empty:
                return

    def processes(self):
        """The launcher and everything below it."""
        launcher = psutil.Process(self.manager.provisioner.pid)
        return [launcher, *launcher.children(recursive=True)]

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self._connect()

    def shut_down(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


@contextlib.contextmanager
def opened(places):
    session = Session(places)
    try:
        yield session
    finally:
        if session.manager.has_kernel:
            session.shut_down()


def output(message):
    """The notebook output in a message of the kernel, or None."""
    kind, content = message["header"]["msg_type"], message["content"]
    if kind in ("stream", "error", "execute_result", "display_data"):
        return {"output_type": kind, **content}
    return None


def complains(entry, stderr):
    return entry["output_type"] == "error" or (entry.get("name") == "stderr" and not stderr)


def text(outputs):
    printed = [entry["text"] for entry in outputs if entry.get("name") == "stdout"]
    shown = [entry["data"].get("text/plain", "") for entry in outputs if "data" in entry]
    return "".join(printed + shown)


def until(condition, seconds=20):
    """Wait for `condition` to become true; whether it did."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()
