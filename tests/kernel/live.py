"""A live kernel to talk to, as JupyterLab would."""

import contextlib
import time

import psutil
from course import kernelspec
from jupyter_client import KernelManager

TIMEOUT = 600  # seconds for one answer, on a machine that compiles other things too


class Session:
    """One kernel; `run` gives what a cell printed or showed."""

    def __init__(self, places, manager=None, folder=None):
        self.manager = manager or KernelManager(kernel_name=kernelspec.NAME)
        self.manager.start_kernel(cwd=str(folder or places.notebooks))
        self._connect()

    def _connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)

    def execute(self, source, **options):
        """The content of the reply, and the outputs that came before the cell's end."""
        outputs = []
        reply = self.client.execute_interactive(
            source,
            timeout=TIMEOUT,
            output_hook=lambda message: outputs.append(output(message)),
            **options,
        )
        return reply["content"], [entry for entry in outputs if entry]

    def run(self, source, *, stderr=False):
        """The cell's text output; asserts that the kernel did not complain.

        `stderr`: the cell may write there, as cargo does while it builds.
        """
        reply, shown = self.execute(source)
        complaints = [entry for entry in shown if complains(entry, stderr)]
        assert reply["status"] == "ok" and not complaints, complaints
        return text(shown)

    def failure(self, source):
        """The one error with which the cell ends, the same in its outputs and in the reply."""
        reply, shown = self.execute(source)
        [error] = [entry for entry in shown if entry["output_type"] == "error"]
        assert reply["status"] == "error"
        for field in ("ename", "evalue", "traceback"):
            assert reply[field] == error[field], field
        assert all(isinstance(line, str) for line in error["traceback"]) and error["traceback"]
        assert not [entry for entry in shown if entry.get("name") == "stderr"], shown
        return error

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
def opened(places, manager=None, folder=None):
    """A kernel that runs in `folder`, by default that of the course's notebooks."""
    session = Session(places, manager, folder)
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
    printed = [printed_on(outputs, "stdout")]
    shown = [entry["data"].get("text/plain", "") for entry in outputs if "data" in entry]
    return "".join(printed + shown)


def printed_on(outputs, stream):
    """What the cell printed on `stream`."""
    return "".join(entry["text"] for entry in outputs if entry.get("name") == stream)


def until(condition, seconds=20):
    """Wait for `condition` to become true; whether it did."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()
