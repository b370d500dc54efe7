"""Fetch NVIDIA's run-time compiler and its headers into the cache; quick when they are there.

    python -m course.cuda    (make cuda)

They compile kernels for any NVIDIA GPU, with or without one in this machine. The library finds
them by itself. Needs Linux: NVIDIA has no such compiler for macOS.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from . import locking, paths, progress, storage, venv

TITLE = "NVIDIA's run-time compiler NVRTC"


def version(places):
    """The version of NVRTC that is fetched."""
    pins = places.cuda_requirements.read_text(encoding="utf-8")
    return re.search(r"^nvidia-cuda-nvrtc\S*==(\S+)", pins, re.MULTILINE)[1]


def folder(places, machine):
    return places.cuda / f"{version(places)}-{machine}"


def ensure(places, system, machine):
    """Fetch what is missing; the folder is published whole or not at all."""
    if system != "linux":
        raise progress.StepFailed("NVIDIA has no CUDA compiler for this system: the CPU device needs none.")
    target = folder(places, machine)
    if is_complete(target):
        return target
    storage.mark(places)
    with locking.exclusive(places.locks / "cuda", progress.log):
        if not is_complete(target):
            _fetch(places, target)
    return target


def is_complete(target):
    """Whether it has the headers of the last wheel that was added to the list."""
    return (target / "include" / "nv" / "target").is_file()


def _fetch(places, target):
    places.cuda.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.cuda, prefix="partial-") as partial:
        wheels, content = Path(partial) / "wheels", Path(partial) / "content"
        _download(places, wheels)
        for wheel in sorted(wheels.glob("*.whl")):
            unpack(wheel, content)
        if target.is_dir():
            target.rename(Path(partial) / "incomplete")
        content.rename(target)


def _download(places, wheels):
    """With the course's own pip where it is, so that the checksums and the user's index hold."""
    python = places.venv_python if venv.ready(venv.of_jupyter(places)) else sys.executable
    command = [python, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-input"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-r", places.cuda_requirements, "-d", wheels]
    progress.run(
        TITLE,
        command,
        usual="10 s to 2 minutes; 130 MB, once",
        detail=lambda line: line.split("/")[-1][:60] if line.startswith("  Downloading") else None,
        log_path=places.cache / "logs" / "cuda.log",
        env=venv.environment(),
    )


def unpack(wheel, content):
    """Take from a wheel what compiling needs, by the rules of `destination`."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            to = destination(name)
            if to and not name.endswith("/"):
                path = content / to
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, open(path, "wb") as file:
                    shutil.copyfileobj(source, file)


def destination(name):
    """Where a wheel's file goes: lib/, include/ or licenses/; None if it is not needed."""
    path = PurePosixPath(name)
    if path.name == "License.txt":
        return f"licenses/{path.parts[0]}.txt"
    match path.parts:
        case ["nvidia", "cuda_nvrtc", "lib", file] if ".alt." not in file:
            return f"lib/{file}" if ".so" in file else None
        case ["nvidia", "cuda_runtime", "include", *rest] if path.name != "__init__.py":
            return "/".join(["include", *rest])
        case ["nvidia", "cuda_nvcc", "include", "crt", *rest]:
            return "/".join(["include", "crt", *rest])
        case ["nvidia", "cuda_cccl", "include", ("cuda" | "nv") as part, *rest]:
            return "/".join(["include", part, *rest])
    return None


def ensure_if_possible(places, system, machine):
    """For the tests: without the compiler some skip themselves, and say so."""
    try:
        ensure(places, system, machine)
    except (progress.StepFailed, OSError, subprocess.SubprocessError) as failure:
        progress.log(f"Going on without {TITLE}: {failure}")


def main():
    places = paths.find()
    try:
        print(f"✓ {TITLE}: {ensure(places, sys.platform, paths.machine())}")
    except progress.StepFailed as failure:
        sys.exit(f"{failure}\n  Run the same command again when the network answers.")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the same command again.")


if __name__ == "__main__":
    main()
