"""The paper: typeset from the pages in docs/results, whose numbers it shows, and from nothing less."""

import re
import shutil

import pytest
from course import paper

MEASURED = "fast_mean_shift.md"
VERIFIED = "verify_fast.md"

# The beginning of a row in each table that the paper shows.
ROWS = [
    (MEASURED, "| gaussian:2.5 10000000 |"),
    (MEASURED, "| 1000000 |"),
    (MEASURED, "| slope from 10 000 on |"),
    (MEASURED, "| all pairs, f32 |"),
    (MEASURED, "| ours: grid_shift flat:8 120000 |"),
    (VERIFIED, "| Gaussian(2.5) | Interpolation | 1200000 | 3 |"),
]


@pytest.fixture(scope="module")
def typst(places):
    return paper.ensure(places)


@pytest.fixture
def course(places, tmp_path):
    """A folder with all that the paper is made of."""
    for folder in ("docs/paper", "docs/results"):
        shutil.copytree(places.course / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture(scope="module")
def unchanged(places, typst, tmp_path_factory):
    pdf = tmp_path_factory.mktemp("paper") / "unchanged.pdf"
    return paper.typeset(typst, places.course, pdf), pdf.read_bytes()


def edit(course, page, change):
    path = course / "docs" / "results" / page
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def lines_that_begin(begin, change):
    """Lets `change` make lines of those that begin so."""
    return lambda text: "".join(
        change(line) if line.startswith(begin) else line for line in text.splitlines(keepends=True)
    )


def without_lines(begin):
    return lines_that_begin(begin, lambda line: "")


def other_numbers(begin):
    """Other digits behind the beginning of a line."""

    def other(line):
        return begin + re.sub(r"\d", lambda digit: str(int(digit[0]) % 9 + 1), line[len(begin) :])

    return lines_that_begin(begin, other)


def test_it_has_no_warnings_and_as_many_pages_as_a_short_paper(unchanged):
    pages, _ = unchanged
    assert 5 <= pages <= 10


def test_it_is_the_same_every_time(unchanged, typst, course):
    pdf = course / "again.pdf"
    paper.typeset(typst, course, pdf)
    assert pdf.read_bytes() == unchanged[1]


@pytest.mark.parametrize(("page", "begin"), ROWS)
def test_a_changed_row_changes_it(unchanged, typst, course, page, begin):
    edit(course, page, other_numbers(begin))
    pdf = course / "changed.pdf"
    paper.typeset(typst, course, pdf)
    assert pdf.read_bytes() != unchanged[1]


@pytest.mark.parametrize(
    ("page", "change", "message"),
    [
        (MEASURED, without_lines("| gaussian:2.5 10000000 |"), "no row for gaussian of the lesson's width"),
        (MEASURED, without_lines("| triangular:"), "no row for triangular of the lesson's width"),
        (MEASURED, without_lines("| 100000 |"), "has no row “100000”"),
        (MEASURED, without_lines("| slope from 1000 on |"), "has no row “slope from 1000 on”"),
        (MEASURED, without_lines("| all pairs, f32 |"), "has no row “all pairs, f32”"),
        (MEASURED, without_lines("| ours: mean_shift_pp flat:8 12000 |"), "mean_shift_pp flat:8 12000"),
        (MEASURED, lambda text: text.replace("| most memory |", "|"), "no table has the columns “weight, n”"),
        (MEASURED, lambda text: text.replace("| largest error |", "| error |"), "“largest error”"),
        (MEASURED, lambda text: text.replace(" alone: `", " alone "), "names no command"),
        (MEASURED, lines_that_begin("| 10000 |", lambda line: line.replace(" / ", " ")), "is no time"),
        (MEASURED, lines_that_begin("| 10000 |", lambda line: line[: line.rindex(" |", 0, -2)] + "\n"), "cells, not"),
        (VERIFIED, lambda text: text.replace("| off by f32 |", "| f32 |"), "“off by f32”"),
        (VERIFIED, lambda text: text.replace("Interpolation", "Guessing"), "there is no engine “Guessing”"),
        (VERIFIED, lambda text: text.split("|")[0], "no table has the columns “weight”"),
        (VERIFIED, lambda text: "# Steps\n\n" + text[text.index("|") :], "names no machine"),
    ],
)
def test_what_a_page_lacks_ends_it_with_a_message(typst, course, page, change, message):
    edit(course, page, change)
    with pytest.raises(paper.NotTypeset) as refused:
        paper.typeset(typst, course, course / "paper.pdf")
    said = str(refused.value)
    assert said.startswith(f"docs/results/{page}: ") and message in said
    assert paper.PAGES[page] in said


@pytest.mark.parametrize("page", paper.PAGES)
def test_a_missing_page_is_named_with_what_writes_it(typst, course, page):
    (course / "docs" / "results" / page).unlink()
    with pytest.raises(paper.NotTypeset, match=f"docs/results/{page} is missing: `{paper.PAGES[page]}`"):
        paper.typeset(typst, course, course / "paper.pdf")


def test_a_warning_of_typst_is_an_error(typst, course):
    with (course / "docs" / "paper" / paper.SOURCE).open("a", encoding="utf-8") as source:
        source.write('\n#text(font: "No Such Font")[word]\n')
    with pytest.raises(paper.NotTypeset, match="unknown font family"):
        paper.typeset(typst, course, course / "paper.pdf")
