"""A learner's first minute: open a notebook in JupyterLab, run all cells, see the pictures."""


import nbformat
import pytest
from course import browser, kernelspec, screenshot
from throwaway import code, notebook

pytestmark = pytest.mark.skipif(
    browser.chromium() is None, reason="no Chromium on this machine (Debian: apt install chromium)"
)

# One red pixel, and a line to wait for.
PICTURE = '''println!("EVCXR_BEGIN_CONTENT image/png\\n{}\\nEVCXR_END_CONTENT", "iVBORw0KGgoAAAANSUhEUgAA\\
AAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");'''


@pytest.fixture
def file(places):
    """A notebook with a number and a picture."""
    path = places.target / "artifacts" / "first_minute.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(code("let a = 41;"), code("a + 1"), code(PICTURE)), path)
    return path


def test_a_notebook_runs_in_the_browser(places, file):
    with browser.lab_page(places, file) as page:
        browser.run_all(page)
        assert browser.kernel_name(page) == kernelspec.DISPLAY_NAME
        assert page.locator(".jp-Dialog").count() == 0
        assert page.locator(".jp-OutputArea-output img").count() > 0
        assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
        assert page.locator(".jp-toast-message, .Toastify__toast").count() == 0
        screenshot.save(page, places.artifacts / f"{file.stem}.png", slice_height=2400)
