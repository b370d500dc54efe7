"""Run the test suites, all of them, and sum up.

    python -m course.suites          everything (make test)
    python -m course.suites --fast   without the kernel and the browser (make test-fast)
"""

import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable

from . import compiled, cuda, environment, paths, progress, tally, toolchain


@dataclass(frozen=True)
class Suite:
    """A command, the environment it adds, and how its counts are read."""

    name: str
    command: list
    count: Callable  # (status, output) -> Tally
    environment: dict


def suites(places, fast):
    """Lists of suites: those of one list run side by side."""
    rust = [
        _checker("formatting", ["cargo", "fmt", "--all", "--check"]),
        _checker("lints", "cargo clippy --workspace --all-targets -- -D warnings".split()),
        _checker(
            "documentation",
            "cargo doc --workspace --no-deps".split(),
            {"RUSTDOCFLAGS": "-D warnings"},
        ),
        _cargo_tests(places),
    ]
    alone = [[suite] for suite in rust]
    return alone if fast else [*alone, _kernel_tests(places)]


def _checker(name, command, extra=None):
    return Suite(name, command, lambda status, _: tally.one(status), extra or {})


def _cargo_tests(places):
    notes = places.artifacts / "skips.tsv"
    notes.write_text("", encoding="utf-8")

    def count(status, output):
        return at_least_one(tally.cargo(output, notes.read_text(encoding="utf-8")), status)

    command = "cargo test --workspace --no-fail-fast".split()
    return Suite("Rust tests", command, count, {"LESSON_TEST_SKIPS": str(notes)})


def _kernel_tests(places):
    """All notebooks, the wrong ones too, and beside them everything else, which takes about as long.
    More at once would overrun what waits for a kernel or a server."""
    notebooks = [f"tests/kernel/test_{name}.py" for name in ("notebooks", "fixtures")]
    others = ["tests/kernel", *(f"--ignore={file}" for file in notebooks)]
    return [
        _pytest(places, "kernel and browser", others),
        _pytest(places, "notebooks", notebooks),
    ]


def _pytest(places, name, which):
    report = places.artifacts / f"{name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)

    def count(status, _):
        text = report.read_text(encoding="utf-8") if report.exists() else ""
        return at_least_one(tally.pytest(text), status)

    command = [places.venv_python, "-m", "pytest", *which, f"--junitxml={report}"]
    return Suite(name, command, count, {**environment.jupyter(places), "PYTHONPATH": ""})


def at_least_one(counted, status):
    """A runner that failed without a failed test, or ran none at all, has not passed."""
    if counted.failed == 0 and (status != 0 or counted.ran == 0):
        counted.failed = 1
    return counted


def run_all(side_by_side, course):
    """Run suites at once; a (tally, seconds) for each. The first one's output is on the screen as it
    comes, the others' as soon as that has ended."""
    with ThreadPoolExecutor(len(side_by_side)) as pool:
        first, *others = side_by_side
        unseen = [(io.StringIO(), suite) for suite in others]
        later = [pool.submit(run, suite, course, screen) for screen, suite in unseen]
        outcomes = [run(first, course)]
        for (screen, _), outcome in zip(unseen, later):
            outcomes.append(outcome.result())
            sys.stdout.write(screen.getvalue())
    return outcomes


def run(suite, course, screen=None):
    """Run one suite, its output on the screen as it comes; (tally, seconds)."""
    screen = screen or sys.stdout
    print(f"\n── {suite.name}", file=screen, flush=True)
    start = time.monotonic()
    lines = []
    with subprocess.Popen(
        [str(word) for word in suite.command],
        cwd=course,
        env={**os.environ, **suite.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        for line in child.stdout:
            screen.write(line)
            screen.flush()
            lines.append(line)
    return suite.count(child.returncode, "".join(lines)), time.monotonic() - start


def main():
    places = paths.find()
    places.artifacts.mkdir(parents=True, exist_ok=True)
    try:
        toolchain.ensure_linters(places)
    except progress.StepFailed as failure:
        sys.exit(str(failure))
    fast = "--fast" in sys.argv[1:]
    if not fast and not os.environ.get("LESSON_OFFLINE"):
        cuda.ensure_if_possible(places, sys.platform, paths.machine())
    compiled.hand_out(places)
    rows = []
    for side_by_side in suites(places, fast):
        outcomes = run_all(side_by_side, places.course)
        rows += [(suite.name, *outcome) for suite, outcome in zip(side_by_side, outcomes)]
    print(f"\n{tally.table(rows)}")
    if any(counted.failed for _, counted, _ in rows):
        sys.exit(1)
    compiled.keep(places)


if __name__ == "__main__":
    main()
