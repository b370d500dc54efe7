"""Typeset the paper: docs/paper becomes target/paper/fast-mean-shift.pdf.

    python -m course.paper    (make paper)

Every measured number in it is read from pages in docs/results. Nothing is typeset where one of
them is missing, or lacks a table, a row or a column that the paper shows.
"""

import subprocess
import sys

from . import paths, progress, venv

SOURCE = "fast-mean-shift.typ"

# What the paper reads, and what writes it.
PAGES = {
    "fast_mean_shift.md": "make bench BENCH_ARGS=fast_mean_shift",
    "verify_fast.md": "make verify-fast",
}


class NotTypeset(Exception):
    """Says what is missing or wrong, and where."""


def ensure(places):
    """The environment with Typst, made if it is not there."""
    return venv.ensure_apart(places, venv.of_paper(places), "paper")


def typeset(typst, course, pdf):
    """Typeset the paper of the clone at `course` into `pdf`; the number of its pages."""
    for page, command in PAGES.items():
        if not (course / "docs" / "results" / page).exists():
            raise NotTypeset(f"docs/results/{page} is missing: `{command}` writes it")
    pdf.parent.mkdir(parents=True, exist_ok=True)
    source = course / "docs" / "paper" / SOURCE
    script = paths.find().tools / "course" / "typeset.py"
    done = subprocess.run(
        [typst.python, script, course, source, pdf],
        env=venv.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise NotTypeset(done.stderr.strip())
    return int(done.stdout)


def main():
    places = paths.find()
    pdf = (places.target / "paper" / SOURCE).with_suffix(".pdf")
    try:
        pages = typeset(ensure(places), places.course, pdf)
    except (progress.StepFailed, NotTypeset) as failure:
        sys.exit(str(failure))
    print(f"✓ {pdf.relative_to(places.course)}: {pages} pages")


if __name__ == "__main__":
    main()
