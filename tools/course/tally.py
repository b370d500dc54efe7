"""Count what the test runners report: passed, failed, skipped by name."""

import re
import textwrap
from dataclasses import dataclass, field
from xml.etree import ElementTree

RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;", re.MULTILINE)
PASSED = re.compile(r"^test (?:\S+::)?(\S+) \.\.\. ok$", re.MULTILINE)
IGNORED = re.compile(r"^test (.+?) \.\.\. ignored(?:, (.*))?$", re.MULTILINE)
INDENT = " " * 6


@dataclass
class Tally:
    """The counts of one suite; `skips` pairs a test with the reason."""

    passed: int = 0
    failed: int = 0
    skips: list = field(default_factory=list)

    @property
    def ran(self):
        return self.passed + self.failed


def one(status):
    """A command that either passes or fails."""
    return Tally(passed=int(status == 0), failed=int(status != 0))


def cargo(output, skip_notes):
    """What `cargo test` printed, and the notes of tests that found they cannot run here.

    On a stable toolchain libtest writes no report but these lines; nextest, which writes one, would
    have to be built on every machine and runs no doctests.

    libtest has no word for a test that skips itself: it counts as passed there. A note that names
    no test is of a part that a test left out, such as one of its devices; the rest of it passed.
    """
    counts = [tuple(map(int, match)) for match in RESULT.findall(output)]
    skips = [(name, reason or "ignored") for name, reason in IGNORED.findall(output)]
    own = [tuple(line.split("\t", 1)) for line in skip_notes.splitlines() if "\t" in line]
    skipped = {name for name, _ in own} & set(PASSED.findall(output))
    return Tally(
        passed=sum(passed for passed, _, _ in counts) - len(skipped),
        failed=sum(failed for _, failed, _ in counts),
        skips=skips + own,
    )


def pytest(report):
    """What pytest wrote with --junitxml; an unreadable report counts as a failure."""
    try:
        cases = list(ElementTree.fromstring(report).iter("testcase"))
    except ElementTree.ParseError:
        return Tally(failed=1)
    tally = Tally()
    for case in cases:
        skip = case.find("skipped")
        if skip is not None:
            tally.skips.append((case.get("name"), skip.get("message", "")))
        elif case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        else:
            tally.passed += 1
    return tally


def table(rows):
    """The summary: `rows` of (suite, tally, seconds)."""
    lines = [f"{'':2}{'suite':24}{'passed':>8}{'failed':>8}{'skipped':>8}{'s':>8}"]
    for suite, tally, seconds in rows:
        mark = "✗" if tally.failed else "✓"
        counts = f"{tally.passed:8}{tally.failed:8}{len(tally.skips):8}"
        lines.append(f"{mark} {suite:24}{counts}{seconds:8.0f}")
    for suite, tally, _ in rows:
        for reason, names in by_reason(tally.skips).items():
            lines.append(f"  skipped in {suite}, {len(names)}: {reason}")
            lines += textwrap.wrap(", ".join(names), 100, initial_indent=INDENT, subsequent_indent=INDENT)
    return "\n".join(lines)


def by_reason(skips):
    """The names of the skipped tests under each reason."""
    reasons = {}
    for name, reason in skips:
        reasons.setdefault(reason, []).append(name)
    return reasons
