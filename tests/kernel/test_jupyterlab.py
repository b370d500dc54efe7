"""A learner's first minute: JupyterLab opens, a notebook runs, and the pictures appear."""

import browser
import nbformat
import pytest
import screenshot
from course import exercises, kernelspec
from throwaway import code, notebook

pytestmark = [
    pytest.mark.skipif(
        browser.chromium() is None,
        reason="no Chromium on this machine (Debian: apt install chromium)",
    ),
    # JupyterLab brings the learner's folder up to date when it starts.
    pytest.mark.usefixtures("learner"),
]

# One red pixel, and a line to wait for.
PICTURE = '''println!("EVCXR_BEGIN_CONTENT image/png\\n{}\\nEVCXR_END_CONTENT", "iVBORw0KGgoAAAANSUhEUgAA\\
AAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");'''


# Three dots, one in each frame of 100 ms; small, because JupyterLab draws only what is in view.
DOT = """:dep lesson_lib = { path = "../../lesson_lib" }
use lesson_lib::prelude::*;
fn dot(i: i32) -> Figure { plot::scatter(array![[i, i]]).size(240, 200) }"""
ANIMATION = """let dots = animate(0..3, |i, axes| { axes.clear(); axes.draw(dot(i)); })?.fps(10);
dots"""
PIXELS = "canvas => canvas.toDataURL()"


def written(places, name, *cells):
    path = places.artifacts / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(*cells), path)
    return path


@pytest.fixture
def throwaway_file(places):
    return written(places, "first_minute", code("let a = 41;"), code("a + 1"), code(PICTURE))


def run_in_the_browser(places, file, unsolved=0):
    """Run All in a fresh page, with so many unsolved exercises; the number of pictures."""
    with browser.lab_page(places, file) as page:
        browser.run_all(page)
        screenshot.save(page, places.artifacts / f"{file.stem}.png", slice_height=2400)
        assert browser.kernel_name(page) == kernelspec.DISPLAY_NAME
        for unwanted in (".jp-Dialog", ".Toastify__toast"):
            assert page.locator(unwanted).count() == 0, unwanted
        assert page.locator("[data-mime-type*=stderr]").count() == unsolved
        return page.locator(".jp-OutputArea-output img").count()


def test_outputs_and_pictures_show(places, throwaway_file):
    assert run_in_the_browser(places, throwaway_file) == 1


def test_an_animation_plays(places):
    file = written(places, "animation", code(DOT), code(ANIMATION), code(ANIMATION))
    with browser.lab_page(places, file) as page:
        browser.run_all(page)
        players = page.locator(".lesson-player")
        players.nth(1).locator("canvas").wait_for()
        steer(page, players.first)
        assert players.nth(1).locator("output").inner_text() == "3 / 3", "each has its own controls"
        screenshot.save(page, places.artifacts / "animation.png", slice_height=2400)
        page.keyboard.press("Control+s")
        wait_until_saved(page, file)
        page.reload()
        players.nth(1).locator("canvas").wait_for()
        assert page.locator(".lesson-player canvas").count() == 2, "the saved players are back"
        # A notebook that somebody else has written: scripts do not run.
        foreign = file.with_stem("animation_foreign")
        foreign.write_text(file.read_text().replace("fps(10)", "fps(11)"))
        page.goto(page.url.replace(file.stem, foreign.stem))
        pictures = page.locator(".jp-OutputArea-output img[alt*='Animation of 3 frames']")
        pictures.nth(1).wait_for()
        assert page.locator(".lesson-player canvas").count() == 0, "it is not trusted"
        assert pictures.nth(1).evaluate("image => image.naturalWidth") == 240


def wait_until_saved(page, file):
    for _ in range(100):
        if "lesson-player" in file.read_text():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{file} was not saved")


def steer(page, player):
    """Use all the controls of a player of three frames."""
    canvas, label = player.locator("canvas"), player.locator("output")

    def shows(frame):
        page.wait_for_function("([label, text]) => label.value === text",
                               arg=[label.element_handle(), f"{frame} / 3"], timeout=5000)
        return canvas.evaluate(PIXELS)

    last = shows(3)
    player.get_by_label("Step back").click()
    middle = shows(2)
    player.get_by_role("slider").fill("0")
    first = shows(1)
    assert len({first, middle, last}) == 3, "every frame is another picture"
    player.get_by_label("Step forward").click()
    assert shows(2) == middle, "forward and back lead to the same picture"
    player.get_by_label("Play", exact=True).click()
    assert shows(3) == last, "it stops on the last frame"
    player.get_by_label("Play", exact=True).wait_for()
    player.get_by_label("Loop").click()
    player.get_by_label("Play", exact=True).click()
    shows(1), shows(3), shows(1)
    player.get_by_label("Pause", exact=True).click()
    player.focus()
    page.keyboard.press("End")
    assert shows(3) == last
    page.keyboard.press("ArrowLeft")
    assert shows(2) == middle, "the keys work, and JupyterLab leaves them alone"


def test_the_first_notebook_runs(places, learner):
    file = learner / "00_start_here.ipynb"
    run_in_the_browser(places, file, unsolved=len(exercises.tasks(exercises.read(file))))


def test_the_welcome_page_opens_first_and_leads_into_the_notebooks(places, learner):
    """The page is made by the server that starts here; its links stay within JupyterLab."""
    with browser.first_page(places, width=1200) as page:
        windows = len(page.context.pages)
        page.screenshot(path=places.artifacts / "welcome.png")
        for number in ("06_", "07_"):
            name = page.locator(".jp-DirListing-itemText:visible").filter(has_text=number)
            assert name.evaluate("text => text.scrollWidth <= text.clientWidth"), "the name is cut"
        page.get_by_role("link", name="00_start_here").first.click()
        notebook = page.locator(".jp-NotebookPanel:visible")
        solutions = notebook.get_by_role("link", name="this notebook with solutions")
        solutions.wait_for()
        solutions.click()
        page.get_by_role("tab", name="00_start_here.ipynb").nth(1).wait_for()
        assert len(page.context.pages) == windows, "no window beside it"


def test_a_narrow_window_shows_what_a_learner_needs(places):
    with browser.first_page(places, width=800) as page:
        page.get_by_role("link", name="00_start_here").first.click()
        notebook = page.locator(".jp-NotebookPanel:visible")
        notebook.get_by_role("link", name="this notebook with solutions").wait_for()
        assert page.locator("#jp-left-stack").bounding_box()["width"] <= 180
        circle = notebook.locator(".jp-Notebook-ExecutionIndicator").bounding_box()
        assert circle and circle["x"] + circle["width"] <= 800, "the kernel's circle is in view"
        page.screenshot(path=places.artifacts / "narrow.png")


def test_pictures_are_dimmed_in_the_dark_and_check_lines_break_between_words(places, throwaway_file):
    with browser.lab_page(places, throwaway_file) as page:
        browser.run_all(page)
        page.set_viewport_size({"width": 800, "height": 900})
        picture = page.locator(".jp-RenderedImage img")
        text = page.locator(".jp-OutputArea-output pre").first
        assert style(text, "wordBreak") == "normal" and style(picture, "filter") == "none"
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        page.get_by_text("Theme", exact=True).hover()
        page.get_by_text("JupyterLab Dark", exact=True).click()
        page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
        assert style(picture, "filter") == "brightness(0.85)"
        assert style(text, "wordBreak") == "normal"
        page.screenshot(path=places.artifacts / "dark.png")


def style(locator, name):
    return locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)
