"""Where the course keeps what it builds: one cache per user, shared by all clones.

Nothing here creates a folder or contacts anything; importing it costs nothing.
"""

import hashlib
import os
import platform
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Optional

from . import library as libraries

COURSE_NAME = "lesson12-rs"
EVCXR_VERSION = "0.22.0"


def cache_root(course, environ=os.environ, system=sys.platform):
    """$LESSON_CACHE, else the platform's cache folder; lesson_lib/src/cache.rs has the same rule.

    `~/` is the home folder, and any other relative path begins in the folder `course`.
    """
    home = Path(environ.get("HOME") or Path.home())
    chosen = environ.get("LESSON_CACHE")
    if chosen and Path(chosen).parts[0] == "~":
        return home.joinpath(*Path(chosen).parts[1:])
    if chosen:
        return course / chosen
    # The XDG rules ask us to ignore a relative $XDG_CACHE_HOME.
    xdg = environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(xdg):
        return Path(xdg) / COURSE_NAME
    parent = home / "Library" / "Caches" if system == "darwin" else home / ".cache"
    return parent / COURSE_NAME


@dataclass(frozen=True)
class Paths:
    """The course (this clone) and the cache (this user's, for every clone)."""

    course: Path
    cache: Path
    # A finished cache that others use and do not write to: what is in it need not be made.
    shared: Optional[Path] = None
    # The crate that kernels come with, where it is not the course's.
    other_library: Optional[libraries.Library] = None

    @cached_property
    def library(self):
        return self.other_library or libraries.of_course(self.course)

    def finished(self, *parts):
        """A part of the cache: the shared one where that is there already."""
        shared = self.shared and self.shared.joinpath(*parts)
        return shared if shared and shared.exists() else self.cache.joinpath(*parts)

    @property
    def shares(self):
        """Whether this user's cache is the one that others share."""
        return self.shared == self.cache

    # -- this clone -------------------------------------------------------
    @property
    def notebooks(self):
        return self.course / "notebooks"

    @property
    def learner(self):
        """The notebooks to work in, in the clone or, by a whole path, elsewhere;
        lesson_lib/src/exercises/learner.rs has the same rule."""
        return self.course / (os.environ.get("LESSON_STUDENT") or "student")

    @property
    def tools(self):
        return self.course / "tools"

    @property
    def target(self):
        return self.course / "target"

    @property
    def cargo_target(self):
        """Where cargo puts what it compiles of this clone's workspace."""
        return self.course / (os.environ.get("CARGO_TARGET_DIR") or "target")

    @property
    def artifacts(self):
        """Screenshots and logs worth keeping after a failed run."""
        return self.target / "artifacts"

    @property
    def jupyter_path(self):
        """Added to JUPYTER_PATH; holds kernels/rust/kernel.json of this clone."""
        return self.target / "jupyter"

    @property
    def jupyter_looks(self):
        """The kernel's logo and the style of JupyterLab's pages."""
        return self.tools / "jupyter"

    @property
    def requirements(self):
        return self.tools / "python" / "requirements.txt"

    @property
    def cuda_requirements(self):
        return self.tools / "cuda" / "requirements.txt"

    @property
    def paper_requirements(self):
        return self.tools / "paper" / "requirements.txt"

    @property
    def nbgrader_requirements(self):
        return self.tools / "nbgrader" / "requirements.txt"

    @property
    def hub_requirements(self):
        return self.tools / "hub" / "requirements.txt"

    @property
    def site_requirements(self):
        return self.tools / "site" / "requirements.txt"

    @property
    def launcher(self):
        return self.tools / "course" / "launcher.py"

    # -- the cache --------------------------------------------------------
    @property
    def evcxr_root(self):
        return self.finished("evcxr", f"{EVCXR_VERSION}-{sys.platform}-{platform.machine()}")

    @property
    def evcxr(self):
        """The kernel that set-up builds; `evcxr.on_path` knows another."""
        return self.evcxr_root / "bin" / "evcxr_jupyter"

    @cached_property
    def venv(self):
        """The environment with JupyterLab."""
        return self._venv(self.requirements)

    @cached_property
    def paper_venv(self):
        """The environment that typesets the paper."""
        return self._venv(self.paper_requirements)

    @cached_property
    def nbgrader_venv(self):
        """The environment with nbgrader, which has a JupyterLab of its own."""
        return self._venv(self.nbgrader_requirements)

    @cached_property
    def hub_venv(self):
        """The environment with JupyterHub and the JupyterLab of its users."""
        return self._venv(self.hub_requirements)

    @property
    def venv_python(self):
        return self.venv / "bin" / "python"

    @property
    def kernel(self):
        """Templates and sessions of the warm kernel."""
        return self.cache / "kernel"

    @property
    def shared_kernel(self):
        """The same of the shared cache, or None."""
        return self.shared / "kernel" if self.shared and not self.shares else None

    @property
    def templates(self):
        return self.kernel / "templates"

    @property
    def sessions(self):
        """One folder per live kernel session, removed with it."""
        return self.kernel / "sessions"

    def edition(self, source):
        """The notebooks with gaps that were made of `source`, a digest."""
        return self.finished("editions", source[:16])

    @property
    def cuda(self):
        """NVIDIA's run-time compiler, a folder per version and machine; the library looks here."""
        return self.cache / "cuda"

    @cached_property
    def browser_files(self):
        """MathJax and reveal.js, for pages and slides."""
        digest = hashlib.sha256(self.site_requirements.read_bytes()).hexdigest()
        return self.finished("site", digest[:16])

    @property
    def mnist(self):
        return self.cache / "mnist"

    @property
    def jupyter_home(self):
        """Stands in for the user's own Jupyter and IPython folders."""
        return self.cache / "jupyter"

    @property
    def locks(self):
        return self.cache / "locks"

    def _venv(self, requirements):
        """One environment per requirements file and Python interpreter."""
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        about = f"{version}\n{sys.base_prefix}\n{platform.machine()}\n".encode()
        digest = hashlib.sha256(about + requirements.read_bytes()).hexdigest()
        return self.finished("python", f"{version}-{digest[:16]}")


def machine():
    """The processor's architecture by the name that Rust has for it too."""
    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())


def find(library=None):
    """The paths of the clone this file lies in; `library`: the file of another one than its own."""
    course = Path(__file__).resolve().parents[2]
    shared = os.environ.get("LESSON_SHARED")
    return Paths(
        course=course,
        cache=cache_root(course),
        shared=Path(shared) if shared else None,
        other_library=libraries.read(library) if library else None,
    )


if __name__ == "__main__":
    # For the Makefile: `python -m course.paths venv_python` prints one path.
    print(getattr(find(), sys.argv[1]))
