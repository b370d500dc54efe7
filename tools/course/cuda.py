"""Fetch NVIDIA's run-time compiler and its headers into the cache; quick when they are there.

    python -m course.cuda    (make cuda)

They compile kernels for any NVIDIA GPU, with or without one in this machine. The library finds
them by itself. Needs Linux: NVIDIA has no such compiler for macOS.
"""

import re
import subprocess
import sys
from pathlib import PurePosixPath

from . import locking, paths, progress, storage, wheels

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
            wheels.fetch(places, _wheels(places), target)
    return target


def is_complete(target):
    """Whether it has the headers of the last wheel that was added to the list."""
    return (target / "include" / "nv" / "target").is_file()


def _wheels(places):
    log = places.cache / "logs" / "cuda.log"
    usual = "10 s to 2 minutes; 130 MB, once"
    return wheels.Wheels(TITLE, usual, places.cuda_requirements, destination, log)


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
