"""Hand out the learner's edition: the notebooks with gaps, in a folder to work in.

    python -m course.edition    (make student)

A file in which somebody has worked is never written over. `.course/handed_out.json` in the folder
knows the bytes of every file as it was handed out: a file that still has them is brought up to date,
and beside any other one the new version appears as NAME.new.ipynb.
"""

import hashlib
import itertools
import json
import shutil
import sys
import tempfile
from pathlib import Path

from . import exercises, locking, notebook_tool, paths, progress, whole_file

MANIFEST = "handed_out.json"

# The folders of the clone that notebooks link to.
NEIGHBOURS = ("docs", "kernels", "lesson_lib", "notebooks")


class Manifest:
    """What was handed out: the digest of each file, and that of each notebook's latest version."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / exercises.OWN / MANIFEST
        self.files, self.latest, self.source = {}, {}, ""
        try:
            known = json.loads(self.file.read_bytes())
            self.files, self.latest = dict(known["files"]), dict(known["latest"])
            self.source = known["source"]
        except FileNotFoundError:
            pass
        except (ValueError, KeyError, TypeError):
            # Then every file counts as worked in, which loses nothing.
            progress.log(f"{self.file} is damaged and will be made anew.")

    def write(self):
        known = {"source": self.source, "files": self.files, "latest": self.latest}
        text = json.dumps(known, indent=1, sort_keys=True)
        whole_file.write(self.file, text.encode() + b"\n")

    def is_complete(self, source):
        """Whether all that is made of `source` was handed out and is still there."""
        return self.source == source and all((self.folder / name).exists() for name in self.latest)

    def is_untouched(self, file, content):
        """Whether `file` may be replaced by `content`: nobody has changed what was handed out."""
        present = digest(file.read_bytes())
        return present in (self.files.get(file.name), digest(content))

    def note(self, file, notebook, content):
        self.files[file.name] = self.latest[notebook] = digest(content)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def ensure(places):
    """Bring the learner's folder up to date; a line for each notebook that was worked in."""
    _settle(places)
    with locking.exclusive(places.learner / exercises.OWN / "lock", progress.log):
        source = source_of(places)
        # Cargo is not asked: it may be busy with something else.
        if Manifest(places.learner).is_complete(source):
            return []
        return hand_out(places.learner, made(places), source)


def _settle(places):
    """See to it that the links of the notebooks lead somewhere, and that git sees no work."""
    if not places.learner.is_relative_to(places.course):
        _link_neighbours(places)
    elif places.learner.parent != places.course or not places.learner.name.startswith("student"):
        raise progress.StepFailed(
            f"LESSON_STUDENT is {places.learner}: choose a name that begins with `student`, for a "
            f"folder in {places.course}, or the whole path of a folder elsewhere"
        )


def _link_neighbours(places):
    """Beside a folder that lies elsewhere, put links to what lies beside it in the clone."""
    parent = places.learner.parent
    parent.mkdir(parents=True, exist_ok=True)
    for name in NEIGHBOURS:
        link, target = parent / name, places.course / name
        if link.is_symlink() and link.readlink() != target:
            link.unlink()
        elif link.exists() and not link.samefile(target):
            raise progress.StepFailed(
                f"LESSON_STUDENT is {places.learner}, but {link} is in the way: the notebooks need a "
                f"link to {target} there. Choose a folder in a new one, such as ~/course/student"
            )
        if not link.is_symlink():
            link.symlink_to(target)


def source_of(places):
    """The digest of all that the edition is made of."""
    files = [Path(__file__), *places.notebooks.glob("*.ipynb")]
    files += (places.tools / "src").rglob("*.rs")
    return digest("".join(digest(file.read_bytes()) for file in sorted(files)).encode())


def made(places):
    """The contents of the notebooks with gaps, by file name; they are made once for all learners."""
    kept = places.edition(source_of(places))
    if not kept.is_dir():
        _make(places, kept)
    return {file.name: exercises.read(file) for file in sorted(kept.glob("*.ipynb"))}


def _make(places, folder):
    """Have the notebook tool write the edition into `folder`; it is there whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        notebooks = Path(fresh) / "notebooks"
        problem = notebook_tool.complaints(places, "student", places.notebooks, "--out", notebooks)
        if problem:
            raise progress.StepFailed(f"The learner's edition could not be made:\n{problem}")
        shutil.rmtree(folder, ignore_errors=True)
        notebooks.rename(folder)


def hand_out(folder, editions, source):
    """Put the notebooks `editions`, made of `source`, into `folder`; a line for each set beside."""
    (folder / exercises.OWN).mkdir(exist_ok=True)
    manifest, news = Manifest(folder), []
    manifest.source = source
    for name, notebook in editions.items():
        content = bytes_of(with_links(notebook, name))
        place = free_place(folder / name, name, content, manifest)
        if place is None:
            continue
        whole_file.write(place, content)
        manifest.note(place, name, content)
        if place.name != name:
            news.append(f"{name} has a new version, beside yours: {place.name}")
    exercises.write_list(folder, editions)
    manifest.write()
    return news


def free_place(file, name, content, manifest):
    """Where a new version of `file` may be written, or None if the learner has this one."""
    if file.exists() and manifest.latest.get(name) == digest(content):
        return None
    beside = (file.with_suffix(f".new{number}.ipynb") for number in itertools.count(2))
    places = itertools.chain([file, file.with_suffix(".new.ipynb")], beside)
    return next(
        place for place in places if not place.exists() or manifest.is_untouched(place, content)
    )


def with_links(notebook, name):
    """The notebook, with a line on top that leads to the way and to the solutions."""
    line = (
        f"[The way through the course]({exercises.WELCOME}) · "
        f"[this notebook with solutions and outputs](../notebooks/{name})"
    )
    links = {"cell_type": "markdown", "id": "links", "metadata": {}, "source": [line]}
    return {**notebook, "cells": [links, *notebook["cells"]]}


def bytes_of(notebook):
    """As nbformat writes it."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def main():
    places = paths.find()
    try:
        news = ensure(places)
    except progress.StepFailed as failure:
        sys.exit(str(failure))
    for line in news:
        print(line)
    print(f"{places.learner} has the latest notebooks: `make lab` opens it.")


if __name__ == "__main__":
    main()
