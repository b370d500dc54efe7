"""The Python environment with JupyterLab: one per user, interpreter and requirements file."""

import os
import re
import subprocess
import sys

from . import progress

TITLE = "JupyterLab environment"


def stamp(paths):
    """Written last, so that its presence means the environment is whole."""
    return paths.venv / ".complete"


def ready(paths):
    return stamp(paths).exists() and paths.venv_python.exists()


def ensure(paths):
    """Make the environment if it is not there. The caller holds the set-up lock.

    An interrupted one is made afresh: what pip had downloaded is in pip's own cache.
    """
    if ready(paths):
        return
    progress.log(f"{TITLE}: {paths.venv}")
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(paths.venv)],
        check=True,
        env=environment(),
    )
    _install(paths)
    stamp(paths).touch()


def _install(paths):
    command = [paths.venv_python, "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", paths.requirements]
    progress.run(
        TITLE,
        command,
        usual="1 to 3 minutes",
        detail=_Counter(),
        log_path=paths.cache / "logs" / "pip.log",
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
