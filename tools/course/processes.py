"""Which processes a process has started."""

import subprocess
import sys
from pathlib import Path


def children(parent):
    """The process ids of the direct children of `parent`, each with its program's name."""
    if sys.platform == "linux":
        return list(_of_proc(parent))
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,comm="], check=True, capture_output=True, text=True
    )
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [(int(pid), Path(name).name) for pid, ppid, name in rows if int(ppid) == parent]


def _of_proc(parent):
    """Reads /proc: a small Linux image may come without `ps`."""
    for thread in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            for pid in thread.read_text().split():
                yield int(pid), Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since
