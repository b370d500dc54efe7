"""Drive a headless Chromium of the system, as a learner would use it: JupyterLab, or pages in a folder."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from course import environment

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KERNEL_IS_IDLE = """() =>
    /\\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText ?? '')
"""
ALL_CELLS_DONE = """() => {
    const empty = cell => cell.querySelector('.cm-content')?.innerText.trim() === '';
    const number = cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent);
    const cells = [...document.querySelectorAll('.jp-CodeCell')];
    return cells.length > 0 && cells.every(cell => number(cell) || empty(cell));
}"""
START_TIMEOUT = 180  # seconds until the server answers, on a machine that compiles other things too


def chromium():
    """The Chromium of this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextlib.contextmanager
def lab_server(places, folder):
    """A JupyterLab server of the course; gives its address and token. What it remembers of open
    tabs and of choices goes into `folder`: the user's own are not opened or changed."""
    port, token = _free_port(), secrets.token_hex(16)
    command = [str(places.venv_python), "-m", "course.lab", "--no-browser"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--LabApp.workspaces_dir={folder}/workspaces", f"--LabApp.user_settings_dir={folder}/settings"]
    log = places.artifacts / "jupyterlab.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output, subprocess.Popen(
        command,
        env=environment.jupyter(places) | {"PYTHONPATH": str(places.tools)},
        stdout=output,
        stderr=output,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(f"{address}/api/status?token={token}", server, log)
            yield address, token
        finally:
            server.terminate()
            server.wait(timeout=30)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(url, server, log):
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start; its log: {log}")


def lab_page(places, notebook, **size):
    """JupyterLab showing one notebook and nothing else; gives playwright's page."""
    inside = notebook.resolve().relative_to(places.course)
    return _page(places, f"doc/tree/{inside.as_posix()}", ".jp-Notebook .jp-Cell", **size)


def first_page(places, **size):
    """JupyterLab as `make lab` opens it; gives playwright's page."""
    return _page(places, "", ".jp-MarkdownViewer:visible table", **size)


@contextlib.contextmanager
def _page(places, path, shown, *, width=1100, height=900):
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        lab_server(places, profile) as (address, token),
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            args=FLAGS,
            viewport={"width": width, "height": height},
        )
        page = context.new_page()
        page.goto(f"{address}/{path}?token={token}")
        page.wait_for_selector(shown, timeout=60_000)
        yield page
        context.close()


@contextlib.contextmanager
def reader():
    """A browser for pages in a folder, without a server; gives playwright's browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def wait_for_kernel(page, timeout=180):
    """Run All before the kernel is connected makes JupyterLab ask for one."""
    page.wait_for_function(KERNEL_IS_IDLE, timeout=timeout * 1000)


def run_all(page, timeout=600):
    """Run every cell through the menu and wait until all have their number."""
    wait_for_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(ALL_CELLS_DONE, timeout=timeout * 1000)


def kernel_name(page):
    """The kernel as the notebook's toolbar shows it."""
    return page.locator(".jp-KernelName").first.inner_text().strip()
