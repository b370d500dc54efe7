"""A learner's first minute: open a notebook in JupyterLab, run all cells, see the pictures."""


import nbformat
import pytest
from course import browser, kernelspec, lab, screenshot
from throwaway import code, notebook

pytestmark = pytest.mark.skipif(
    browser.chromium() is None, reason="no Chromium on this machine (Debian: apt install chromium)"
)

# One red pixel, and a line to wait for.
PICTURE = '''println!("EVCXR_BEGIN_CONTENT image/png\\n{}\\nEVCXR_END_CONTENT", "iVBORw0KGgoAAAANSUhEUgAA\\
AAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");'''


@pytest.fixture
def throwaway_file(places):
    path = places.artifacts / "first_minute.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(code("let a = 41;"), code("a + 1"), code(PICTURE)), path)
    return path


@pytest.fixture
def first_notebook(places):
    """The notebook that `make lab` opens, put back as it was: JupyterLab saves by itself."""
    path = places.course / lab.START
    text = path.read_bytes()
    yield path
    path.write_bytes(text)


def run_in_the_browser(places, file):
    """Run All in a fresh page; the number of pictures."""
    with browser.lab_page(places, file) as page:
        browser.run_all(page)
        screenshot.save(page, places.artifacts / f"{file.stem}.png", slice_height=2400)
        assert browser.kernel_name(page) == kernelspec.DISPLAY_NAME
        for unwanted in (".jp-Dialog", ".Toastify__toast", "[data-mime-type*=stderr]"):
            assert page.locator(unwanted).count() == 0, unwanted
        return page.locator(".jp-OutputArea-output img").count()


def test_outputs_and_pictures_show(places, throwaway_file):
    assert run_in_the_browser(places, throwaway_file) == 1


def test_the_first_notebook_runs(places, first_notebook):
    run_in_the_browser(places, first_notebook)
