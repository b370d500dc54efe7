"""How much the course keeps on disk, where, and how to free it.

    python -m course.storage clean    removes the cache (make clean-cache)
"""

import os
import shutil
import sys

from . import paths

TAG = "CACHEDIR.TAG"
# The first line is the standard's own (bford.info/cachedir).
SIGNATURE = f"Signature: 8a477f597d28d172789f06886806bc55\n# {paths.COURSE_NAME}\n"


def disk_bytes(folder):
    """What `folder` takes on disk; hard links to one file count once."""
    seen, total, stack = set(), 0, [folder]
    while stack:
        try:
            entries = list(os.scandir(stack.pop()))
        except OSError:
            continue
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                stack.append(entry.path)
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_blocks * 512
    return total


def human(size):
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


NAMES = {
    "python": "Python environments",
    "evcxr": "Rust kernel",
    "kernel": "warm kernels",
    "dependencies": "crates compiled for the tests",
    "kernels": "kernels built for the CPU device",
    "editions": "notebooks with gaps",
    "jupyter": "JupyterLab's settings",
    "peers": "libraries to measure against",
    "logs": "logs of the set-up",
    "locks": "locks of the set-up",
    "mnist": "MNIST",
    "site": "MathJax and reveal.js",
    "hadolint": "hadolint, for a test of the image",
    "axe": "axe-core, for a test of the site",
    "cuda": "NVIDIA's compiler",
    "cubins": "compiled CUDA kernels",
    "uiua": "Uiua, for notebook 13",
}


def table(places):
    """(what, bytes, how to free it) for everything the course keeps."""
    kept = [("build output of this clone", places.target, "make clean")]
    if places.cache.exists():
        folders = sorted(entry for entry in places.cache.iterdir() if entry.is_dir())
        kept += [(NAMES.get(f.name, f.name), f, f"rm -r '{f}'") for f in folders]
        kept.append(("all caches together", places.cache, "make clean-cache"))
    return [(what, disk_bytes(folder), free) for what, folder, free in kept]


def mark(places):
    """Tag the cache as one: backup programs skip it, and `clean` knows it is ours."""
    tag = places.cache / TAG
    if not tag.exists():
        places.cache.mkdir(parents=True, exist_ok=True)
        tag.write_text(SIGNATURE, encoding="ascii")


def clean(places):
    """Remove the whole cache, but only a folder that set-up has tagged."""
    tag = places.cache / TAG
    if not places.cache.exists():
        print(f"nothing at {places.cache}")
    elif not tag.exists() or tag.read_text(encoding="ascii", errors="replace") != SIGNATURE:
        sys.exit(f"{places.cache} is not tagged as the course's cache: remove it by hand")
    else:
        size = human(disk_bytes(places.cache))
        shutil.rmtree(places.cache)
        print(f"removed {places.cache} ({size})")


if __name__ == "__main__":
    if sys.argv[1:] != ["clean"]:
        sys.exit(__doc__)
    clean(paths.find())
