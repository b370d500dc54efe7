"""The crate that a kernel comes with, compiled: by default the course's library.

Cargo gives what it compiles a name made of, among other things, the crate's place: below the folder
that it builds in the path from there, anywhere else the whole path. So every folder that cargo
builds in holds a link to the library's workspace, and the crate is named by that link. What was
compiled in one folder then serves in any other: of this user, of another clone, on another machine.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

# The link to the workspace, in a folder that cargo builds in.
LINK = "linked"

# Folders of a crate that no notebook uses.
UNUSED = {"target", "tests", "benches", "examples", "fuzz"}

COURSE = "lesson_lib"

# By these the course's library tells what ended a cell, and what it prints without ending its line;
# and by the trait a cell shows its value, from the first one on.
IMPORTS = "use lesson_lib::show::{Show as _, stand_in::{eprint, eprintln, print, println}};"

# Completing this makes evcxr's analyser read what the first `let` would otherwise wait for.
WARM_UP = "use lesson_lib::prelude::*;\nlet a = Array2::<f32>::ones((2, 3)).dot(&array![1.0, 2.0, 3.0]);\na.su"


_LOADS = re.compile(r'^([ \t]*:dep\s+([\w-]+)\s*=\s*\{[^\n]*?\bpath\s*=\s*)"([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Library:
    """A crate, and the crates that belong to it."""

    name: str
    # The crates that are compiled from a path, this one among them: names and folders.
    parts: dict
    # A folder that all of them lie in, as does whatever they reach by a relative path.
    root: Path
    lock: Path

    @property
    def folder(self):
        return self.parts[self.name]

    @property
    def manifest(self):
        return self.folder / "Cargo.toml"

    @property
    def loaded(self):
        """What a kernel loads at its start. A crate that builds on the course's library comes with
        it, so that a cell may use both."""
        return sorted({self.name, COURSE} & set(self.parts))

    @property
    def imports(self):
        """What is run before the first cell, once the crates are there."""
        return IMPORTS if COURSE in self.parts else ""

    @property
    def warm_up(self):
        """What is completed, while nobody waits, to have the analyser read what cells will need."""
        return WARM_UP if COURSE in self.parts else ""

    def link(self, folder):
        """Make the way to the crates, for cargo to build in `folder`."""
        link = folder / LINK
        link.unlink(missing_ok=True)
        link.symlink_to(self.root, target_is_directory=True)

    def below(self, folder, name=None):
        """Where the crate, or another part, is found in `folder`."""
        return folder / LINK / self.parts[name or self.name].relative_to(self.root)

    def dependencies(self, folder):
        """As lines of a manifest in `folder`, or for evcxr's `:dep`."""
        return [f'{name} = {{ path = "{self.below(folder, name)}" }}' for name in self.loaded]

    def digest(self):
        """A name for all that is compiled here, whatever its place and the files' times."""
        about = hashlib.sha256()
        for name, folder in sorted(self.parts.items()):
            about.update(f"{name}\0{folder.relative_to(self.root)}\n".encode())
            for file in _files(folder):
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                about.update(f"{file.relative_to(folder)}\0{content}\n".encode())
        return about.hexdigest()

    def newest(self):
        """The time of the newest file."""
        return max(file.stat().st_mtime for folder in self.parts.values() for file in _files(folder))

    def asked_for(self, code):
        """Whether a cell loads the library."""
        return any(match[2] == self.name for match in _LOADS.finditer(code))

    def found(self, code, session, folder=Path()):
        """`code` with the session's own paths for the library and whatever lies in its workspace.

        `folder`: the one that a relative path begins in. A path that leads nowhere from there is
        meant as it stands in a notebook of the course: homework lies elsewhere, and so does what a
        grader runs. One that leads to another clone is left alone.
        """

        def path_of(match):
            there = self._meant(match[2], match[3], folder)
            within = there and there.is_relative_to(self.root.resolve())
            path = session / LINK / there.relative_to(self.root.resolve()) if within else match[3]
            return f'{match[1]}"{path}"'

        return _LOADS.sub(path_of, code)

    def _meant(self, name, path, folder):
        """The folder of the crate `name`, or None."""
        in_the_course = Path(os.path.normpath(self.root / "notebooks" / path))
        places = [folder / path, self.parts.get(name, in_the_course)]
        return next((place.resolve() for place in places if _is_crate(place)), None)

    def write(self, file):
        parts = {name: str(folder) for name, folder in self.parts.items()}
        about = {"name": self.name, "parts": parts, "root": str(self.root), "lock": str(self.lock)}
        file.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def of_course(course):
    return Library(COURSE, {COURSE: course / COURSE}, course, course / "Cargo.lock")


def read(file):
    """A library that `write` has written."""
    about = json.loads(Path(file).read_text(encoding="utf-8"))
    parts = {name: Path(folder) for name, folder in about["parts"].items()}
    return Library(about["name"], parts, Path(about["root"]), Path(about["lock"]))


def _is_crate(folder):
    return (folder / "Cargo.toml").is_file()


def _files(crate):
    """The files of a crate that a notebook may use, in a fixed order."""
    for folder, subfolders, names in os.walk(crate):
        subfolders[:] = sorted(name for name in subfolders if name not in UNUSED and name[0] != ".")
        yield from (Path(folder, name) for name in sorted(names) if name[0] != ".")
