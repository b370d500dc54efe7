"""Slides: what the rule puts on them, and that all of it is in view."""

import browser
import nbformat
import pytest
from course.site import slides
from throwaway import code, notebook

WIDTH, HEIGHT = 1280, 720
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
# The lowest edge of what each slide shows.
LOWEST = """() => [...document.querySelectorAll('.slides section')].map((section, k) => {
    Reveal.slide(k);
    return Math.max(...[...section.querySelectorAll('*')].map(part => part.getBoundingClientRect().bottom));
})"""


def text(source, **metadata):
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def cell(source, role="demo", outputs=(), **metadata):
    made = code(source, role)
    made.metadata.update(metadata)
    made.outputs = list(outputs)
    return made


def picture():
    data = {"image/png": PIXEL, "text/plain": "One red pixel."}
    return nbformat.v4.new_output("execute_result", data=data)


def printed(words):
    return nbformat.v4.new_output("stream", name="stdout", text=words)


def made(*cells):
    """(heading, kinds of pieces) of each slide."""
    found = slides.of_notebook(notebook(*cells))
    return [(slide.heading, [piece.kind for piece in slide.pieces]) for slide in found]


def test_a_heading_begins_a_slide_also_in_the_middle_of_a_text():
    assert made(text("# One\nWords.\n## Two\n\nMore.")) == [("One", ["text"]), ("Two", ["text"])]


def test_a_number_sign_in_code_is_no_heading():
    assert made(text("# One\n\n```python\na = 1\n\n# two\nb = 2\n```")) == [("One", ["text"])]


def test_a_picture_has_a_slide_of_its_own():
    cells = [text("# One\n\nWords."), cell("plot", outputs=[picture()]), text("Behind it.")]
    assert made(*cells) == [("One", ["text", "code"]), ("One", ["shown"]), ("One", ["text"])]


def test_exercises_checks_hints_bets_and_set_up_are_left_out():
    cells = [
        text("# One"),
        cell("setup()", role="setup"),
        cell("check::that(a)?", role="check", outputs=[printed("✓ a")]),
        cell("predict::bet(a)", role="bet", outputs=[printed("Bet on a.")]),
        cell("predict::reveal(a)?", role="reveal", outputs=[printed("right")]),
        text("### Exercise 1 (read)\nThe task."),
        cell("fn f() {}", role="exercise"),
        text("<details><summary>Hint 1</summary>Think.</details>", lesson={"role": "hint"}),
        text("<details><summary>Why</summary>So.</details>\n\n## Two\n\nWords."),
    ]
    assert made(*cells) == [("One", []), ("Two", ["text"])]


def test_an_exercise_ends_with_its_folded_explanation():
    cells = [
        text("## One\n\nWords."),
        text("### Exercise 1 (read)\nThe task."),
        text("<details><summary>Hint 1</summary>Think.</details>", lesson={"role": "hint"}),
        text("More of the task."),
        text("<details><summary>Why</summary>So.</details>"),
        text("The lesson goes on."),
    ]
    assert made(*cells) == [("One", ["text", "text"])]


def test_what_no_longer_fits_goes_on_under_the_same_heading():
    long = "\n\n".join(["word " * 60] * 6)
    found = slides.of_notebook(notebook(text(f"# One\n\n{long}")))
    assert len(found) > 1
    assert all(slide.heading == "One" and slide.lines <= slides.LINES for slide in found)
    assert [slide.is_continued for slide in found] == [False, *[True] * (len(found) - 1)]


def test_code_stays_with_what_it_printed():
    lines = "\n".join(["a();"] * 6)
    cells = [text("# One\n\n" + "word " * 100), cell(lines, outputs=[printed("1\n" * 6)])]
    assert made(*cells) == [("One", ["text"]), ("One", ["code", "printed"])]


def test_jupyters_slide_types_decide():
    new, skipped = {"slideshow": {"slide_type": "slide"}}, {"slideshow": {"slide_type": "skip"}}
    assert made(text("# One\n\nA."), text("B.", **new)) == [("One", ["text"]), ("One", ["text"])]
    assert made(text("# One\n\nA."), text("B.", **skipped)) == [("One", ["text"])]


def test_hidden_code_is_left_out_and_its_output_is_shown():
    hidden = cell("plot", outputs=[picture()], jupyter={"source_hidden": True})
    assert made(text("# One"), hidden) == [("One", ["shown"])]


@pytest.fixture(scope="module")
def deck(places, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides") / "05"
    slides.build(places, places.notebooks / "05_mean_shift.ipynb", folder)
    return folder / "index.html"


@pytest.mark.skipif(
    browser.chromium() is None, reason="no Chromium on this machine (Debian: apt install chromium)"
)
def test_all_that_a_slide_shows_is_in_view_and_an_animation_plays(deck):
    asked = []
    with browser.reader() as opened:
        tab = opened.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        tab.set_default_timeout(120_000)
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(deck.as_uri())
        tab.locator(".lesson-player canvas").last.wait_for(state="attached")
        tab.locator("mjx-container").last.wait_for(state="attached")
        lowest = tab.evaluate(LOWEST)
        assert {k + 1: bottom for k, bottom in enumerate(lowest) if bottom > HEIGHT} == {}

        player = tab.locator(".lesson-player").first
        show = "player => Reveal.slide(Reveal.getIndices(player.closest('section')).h)"
        player.evaluate(show)
        before = player.locator("output").inner_text()
        player.get_by_label("Step back").click()
        assert player.locator("output").inner_text() != before
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
