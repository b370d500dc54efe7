"""Python environments of the course: one per user, interpreter and requirements file."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import locking, progress, storage


@dataclass(frozen=True)
class Environment:
    """Where one is, what is in it, and how long it takes to make."""

    title: str
    usual: str
    folder: Path
    requirements: Path
    log: Path

    @property
    def python(self):
        return self.folder / "bin" / "python"

    @property
    def stamp(self):
        """Written last, so that its presence means the environment is whole."""
        return self.folder / ".complete"


def of_jupyter(paths):
    log = paths.cache / "logs" / "pip.log"
    title = "JupyterLab environment"
    return Environment(title, "1 to 3 minutes", paths.venv, paths.requirements, log)


def of_paper(paths):
    log = paths.cache / "logs" / "paper.log"
    return Environment("Typst", "10 s to 1 minute", paths.paper_venv, paths.paper_requirements, log)


def of_nbgrader(paths):
    log = paths.cache / "logs" / "nbgrader.log"
    return Environment("nbgrader", "1 to 3 minutes", paths.nbgrader_venv, paths.nbgrader_requirements, log)


def of_hub(paths):
    log = paths.cache / "logs" / "hub.log"
    return Environment("JupyterHub", "1 to 3 minutes", paths.hub_venv, paths.hub_requirements, log)


def ready(it):
    return it.stamp.exists() and it.python.exists()


def ensure(it):
    """Make the environment if it is not there. The caller holds the set-up lock.

    An interrupted one is made afresh: what pip had downloaded is in pip's own cache.
    """
    if ready(it):
        return
    progress.log(f"{it.title}: {it.folder}")
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(it.folder)], check=True, env=environment()
    )
    _install(it)
    it.stamp.touch()


def ensure_apart(paths, it, lock):
    """Make the environment outside set-up, under a lock of its own; gives it back."""
    if not ready(it):
        storage.mark(paths)
        with locking.exclusive(paths.locks / lock, progress.log):
            ensure(it)
    return it


def _install(it):
    command = [it.python, "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", it.requirements]
    progress.run(
        it.title,
        command,
        usual=it.usual,
        detail=_Counter(),
        log_path=it.log,
        env=environment(),
    )


class _Counter:
    """Counts packages in pip's output."""

    def __init__(self):
        self.packages = 0

    def __call__(self, line):
        if line.startswith("Installing collected packages"):
            return f"installing {self.packages} packages"
        if name := re.match(r"Collecting ([\w.-]+)", line):
            self.packages += 1
            return f"package {self.packages}, {name[1].split('==')[0]}"
        return None


def environment():
    """The user's, without the settings that would make pip install elsewhere."""
    elsewhere = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    return {name: value for name, value in os.environ.items() if name not in elsewhere}
