"""A course of its own, with a cache of its own, whose library is one line long."""

import os
import shutil
import sys

import live
import pytest
from course.paths import Paths
from jupyter_client.kernelspec import KernelSpec

SETUP = ':dep lesson_lib = { path = "../lesson_lib" }'
# What the launcher imports into every cell.
IMPORTED = "pub mod show { pub trait Show {} pub mod stand_in { pub use std::{eprint, eprintln, print, println}; } }\n"
MANIFEST = """[package]
name = "lesson_lib"
version = "0.1.0"
edition = "2024"
[lib]
crate-type = ["rlib", "dylib"]
"""


@pytest.fixture
def tiny(places, tmp_path):
    """The kernel's binary is that of the real course."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "evcxr").symlink_to(places.cache / "evcxr")
    return course_at(tmp_path / "course", cache, places)


def course_at(course, cache, places, **more):
    for part in ("course", "jupyter", "python"):
        shutil.copytree(places.tools / part, course / "tools" / part)
    for folder in ("lesson_lib/src", "notebooks"):
        (course / folder).mkdir(parents=True)
    (course / "lesson_lib" / "Cargo.toml").write_text(MANIFEST)
    (course / "Cargo.lock").write_text("version = 4\n")
    made = Paths(course=course, cache=cache, **more)
    answer(made, 41)
    return made


def answer(tiny, number, when=None):
    """Let the library's only function give `number`; `when`: the file's time, in seconds."""
    write_library(tiny, f"pub fn answer() -> i32 {{ {number} }}\npub mod prelude {{}}\n", when)


def write_library(tiny, text, when=None):
    file = tiny.course / "lesson_lib/src/lib.rs"
    file.write_text(text + IMPORTED)
    if when is not None:
        os.utime(file, (when, when))


def opened(tiny, monkeypatch, *more):
    """A session with the launcher of the tiny course."""
    argv = [sys.executable, str(tiny.launcher), "{connection_file}", *map(str, more)]
    spec = KernelSpec(argv=argv, language="rust", interrupt_mode="signal")
    monkeypatch.setenv("LESSON_CACHE", str(tiny.cache))
    if tiny.shared:
        monkeypatch.setenv("LESSON_SHARED", str(tiny.shared))
    monkeypatch.setattr(live.KernelManager, "kernel_spec", spec)
    return live.opened(tiny)
