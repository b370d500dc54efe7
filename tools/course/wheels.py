"""Fetch the wheels of a requirements file into the cache, and keep of them what is needed."""

import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import progress, venv


@dataclass(frozen=True)
class Wheels:
    """What is fetched, where it goes, and where in it each file of a wheel has its place."""

    title: str
    usual: str
    requirements: Path
    destination: Callable  # (name in the wheel) -> path in the folder, or None
    log: Path


def fetch(places, wheels, target):
    """Make `target`; it is published whole or not at all. The caller holds a lock."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="partial-") as partial:
        files, content = Path(partial) / "wheels", Path(partial) / "content"
        download(places, wheels, files)
        for wheel in sorted(files.glob("*.whl")):
            unpack(wheel, content, wheels.destination)
        if target.is_dir():
            target.rename(Path(partial) / "incomplete")
        content.rename(target)


def download(places, wheels, folder):
    """With the course's own pip where it is, so that the checksums and the user's index hold."""
    python = places.venv_python if venv.ready(venv.of_jupyter(places)) else sys.executable
    command = [python, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-input"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-r", wheels.requirements, "-d", folder]
    progress.run(
        wheels.title,
        command,
        usual=wheels.usual,
        detail=lambda line: line.split("/")[-1][:60] if line.startswith("  Downloading") else None,
        log_path=wheels.log,
        env=venv.environment(),
    )


def unpack(wheel, content, destination):
    """Take from a wheel what is needed."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            to = destination(name)
            if to and not name.endswith("/"):
                path = content / to
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, open(path, "wb") as file:
                    shutil.copyfileobj(source, file)
