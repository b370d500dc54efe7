"""Measure a class: users of a JupyterHub on this machine, each with an account, at work at once.

    PYTHONPATH=tools python bench/hub.py [NOTEBOOK ...] [--users 1 3]    (make bench-hub; as root)

Every user opens the notebooks with their solutions, one after another, and runs all cells as fast as
answers come, which no person does. Writes docs/results/hub.md.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import classroom
import psutil
import remote
from course import environment, hub, paths, runner, storage, toolchain
from notebook_latency import processor

NOTEBOOKS = ("02_matmul", "04_cuda")

# What a process is for, by what stands in its command line; the first that fits.
ROLES = (
    ("JupyterLab's server", "jupyterhub-singleuser"),
    ("launcher", "launcher.py"),
    ("evcxr with its analyser", "--control_file"),
    ("cells", "evcxr_jupyter"),
)
COMPILERS = "compilers"


@dataclass
class Run:
    """One notebook of one user."""

    name: str
    seconds: list  # until the kernel was ready, then cell by cell
    faults: list


class Memory(threading.Thread):
    """Samples what each user's processes hold: shared pages count in part, as in a class."""

    def __init__(self, users):
        super().__init__(daemon=True)
        self.names = {user.uid: user.name for user in users}
        self.peaks, self.roles, self.ended = Counter(), Counter(), threading.Event()

    def run(self):
        while not self.ended.wait(0.5):
            held = defaultdict(Counter)
            for process in psutil.process_iter():
                name, role, size = self.look(process)
                held[name][role] += size
            for name in set(held) - {None}:
                self.peaks[name] = max(self.peaks[name], held[name].total())
                for role, size in held[name].items():
                    self.roles[role] = max(self.roles[role], size)

    def look(self, process):
        """A user's name, a role and the bytes; nobody's for any other process."""
        try:
            name = self.names.get(process.uids().real)
            if name is None:
                return None, None, 0
            return name, role_of(" ".join(process.cmdline())), share(process.pid)
        except (psutil.Error, OSError):
            return None, None, 0

    def end(self):
        self.ended.set()
        self.join()


def role_of(command):
    return next((role for role, mark in ROLES if mark in command), COMPILERS)


def share(pid):
    """A process's proportional share of memory in bytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return 1024 * int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])


def work(places, server, notebooks):
    """All notebooks, one after another."""
    runs = []
    for name in notebooks:
        notebook, seconds = remote.execute(server, f"notebooks/{name}.ipynb")
        runs.append(Run(name, seconds, runner.judged(notebook, places)))
    return runs


def measure(places, python, count, notebooks):
    """`count` users at once; their runs, the seconds that their servers took, and memory."""
    log = Path(tempfile.gettempdir()) / "bench-hub.log"
    with classroom.users(count) as users, classroom.opened(places, python, log) as opened:
        memory = Memory(users)
        memory.start()
        start = time.monotonic()
        with ThreadPoolExecutor(count) as pool:
            servers = list(pool.map(opened.server, users))
            started = time.monotonic() - start
            works = pool.map(lambda found: work(places, remote.Server(*found), notebooks), servers)
            runs = [run for each in works for run in each]
        memory.end()
        disk = max(storage.disk_bytes(user.home) for user in users)
        for user in users:
            opened.stop(user)
    return {"users": count, "started": started, "runs": runs, "memory": memory, "disk": disk}


def report(results, notebooks, load):
    lines = [
        "# A class on one machine",
        "",
        f"{processor()}, {os.cpu_count()} threads; {toolchain.version().splitlines()[0]}; "
        "`make bench-hub` measures it again and rewrites this page. Every user has an account of "
        "their own and runs all cells of a notebook, solutions included, as fast as answers come. "
        f"Before it began, {load:.1f} other processes wanted a thread on average.",
        "",
        "| users at once | notebook | server | kernel ready | a cell, median | slowest in twenty | all cells | cells that failed |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        for name in notebooks:
            runs = [run for run in result["runs"] if run.name == name]
            lines.append(row(result, name, runs))
    lines += [
        "",
        "Server: until the last user's JupyterLab answers. The other times are medians over users.",
        "",
        "| users at once | peak memory of a user | " + " | ".join(role_names()) + " | disk of a user |",
        "|---:|---:|" + "---:|" * (len(ROLES) + 2),
    ]
    lines += [memory_row(result) for result in results]
    lines += [
        "",
        "Memory is the largest proportional share (PSS) seen, sampled twice a second: a page that "
        "several processes use counts in part for each. A part's peak is its own, so that the parts "
        "add up to more than the whole.",
        "",
    ]
    return "\n".join(lines)


def role_names():
    return [role for role, _ in ROLES] + [COMPILERS]


def row(result, name, runs):
    cells = sorted(second for run in runs for second in run.seconds[1:])
    ready = statistics.median(run.seconds[0] for run in runs)
    total = statistics.median(sum(run.seconds[1:]) for run in runs)
    late = cells[int(0.95 * (len(cells) - 1))]
    faults = sum(len(run.faults) for run in runs)
    return (
        f"| {result['users']} | {name} | {result['started']:.1f} s | {ready:.1f} s "
        f"| {statistics.median(cells):.2f} s | {late:.1f} s | {total:.0f} s | {faults} |"
    )


def memory_row(result):
    memory = result["memory"]
    parts = [storage.human(memory.roles[role]) for role in role_names()]
    peak, disk = storage.human(max(memory.peaks.values())), storage.human(result["disk"])
    return f"| {result['users']} | {peak} | {' | '.join(parts)} | {disk} |"


def main():
    parser = argparse.ArgumentParser(prog="bench/hub.py")
    parser.add_argument("--users", nargs="+", type=int, default=[1, 3])
    parser.add_argument("notebooks", nargs="*", default=NOTEBOOKS)
    options = parser.parse_args()
    if problem := classroom.missing():
        sys.exit(f"a class cannot be measured here: {problem}")
    load = os.getloadavg()[0]
    places = paths.find()
    environment.enter(places)
    python = hub.ensure(places).python
    results = [measure(places, python, count, options.notebooks) for count in options.users]
    text = report(results, options.notebooks, load)
    (places.course / "docs" / "results" / "hub.md").write_text(text, encoding="utf-8")
    print(text)
    for result in results:
        for run in result["runs"]:
            for fault in run.faults:
                print(f"{result['users']} users, {run.name}: {fault}")


if __name__ == "__main__":
    main()
