"""The library's documentation, beside the lessons."""

import shutil
import subprocess
from pathlib import Path

from .failure import NotBuilt

FOLDER = "api"


def build(places, site):
    """Let cargo write the documentation of lesson_lib, and copy it to the site."""
    target = places.cargo_target
    # A folder of its own for the pages, so that no other crate is among them. What is compiled for
    # them is shared with all other commands.
    command = ["cargo", "doc", "--quiet", "--package", "lesson_lib", "--no-deps"]
    command += ["--target-dir", target / "api", "--config", f'build.build-dir="{target}"']
    done = subprocess.run(command, cwd=places.course, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise NotBuilt(f"cargo doc failed:\n{done.stderr}")
    shutil.copytree(target / "api" / "doc", site / FOLDER, ignore=shutil.ignore_patterns(".lock"))


def page(site, name):
    """The page of the module `cluster::kmeans`, or of the function `vmap`."""
    if found := _find(site, name.split("::")):
        return found
    raise NotBuilt(f"notebooks/README.md names {name} in its column “library”, which has no documentation")


def _find(site, names):
    *above, last = names
    folder = "/".join([FOLDER, "lesson_lib", *above])
    paths = (f"{folder}/{last}/index.html", f"{folder}/fn.{last}.html")
    return next((path for path in paths if (site / path).exists()), None)


def page_of_source(site, file):
    """The page of what `lesson_lib/src/plot/mod.rs` or `lesson_lib/src/vmap.rs` documents, or None."""
    match Path(file).parts:
        case ["lesson_lib", "src", *folders, "mod.rs"] if folders:
            return _find(site, folders)
        case ["lesson_lib", "src", *folders, name]:
            return _find(site, [*folders, Path(name).stem])
    return None


def source_of(course, module):
    """The file of the module `cluster::kmeans`, for a site without documentation."""
    stem = "/".join(["lesson_lib/src", *module.split("::")])
    files = [f"{stem}.rs", f"{stem}/mod.rs"]
    found = [file for file in files if (course / file).exists()]
    if not found:
        raise NotBuilt(f"notebooks/README.md names {module} in its column “library”, which has no file")
    return found[0]
