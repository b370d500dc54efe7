"""What is compiled serves in other places than the one it was compiled in, and no other content."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from course import launcher, library, session, template
from tiny_course import SETUP, answer, course_at, opened, tiny  # noqa: F401 (tiny is a fixture)

COMPILED = "The library, compiled for the notebooks"


def written(places):
    """What cargo had to say when it built the library last."""
    return (places.cache / "logs" / "template-build.log").read_text()


def test_a_second_clone_compiles_nothing(tiny, tmp_path, places, monkeypatch):
    template.ensure(tiny)
    second = course_at(tmp_path / "second", tiny.cache, places)
    template.ensure(second)
    assert template.state(second).fresh and "Compiling" not in written(second)
    with opened(second, monkeypatch) as session:
        assert session.run("lesson_lib::answer()") == "41"
        assert session.run('std::env::var("LESSON_COURSE").unwrap()') == f'"{second.course}"'


def test_other_times_are_no_edit(tiny, monkeypatch):
    template.ensure(tiny)
    answer(tiny, 41, when=os.stat(tiny.course).st_mtime + 1e6)
    assert template.state(tiny).fresh
    with opened(tiny, monkeypatch) as session:
        assert session.run(f"{SETUP}\nlesson_lib::answer()") == "41"


def test_an_edit_is_seen_however_old_its_file(tiny, monkeypatch):
    template.ensure(tiny)
    answer(tiny, 42, when=1e9)
    template.ensure(tiny)
    with opened(tiny, monkeypatch) as session:
        assert session.run("lesson_lib::answer()") == "42"


def test_an_edit_that_is_taken_back_is_compiled_again(tiny, monkeypatch):
    """Also where the build of the edit was cut short: the library may be there without its stamp."""
    template.ensure(tiny)
    answer(tiny, 42)
    with monkeypatch.context() as patch:
        patch.setattr(template, "toolchain", CutShort(template.toolchain))
        with pytest.raises(KeyboardInterrupt):
            template.ensure(tiny)
    answer(tiny, 41)
    assert not template.state(tiny).fresh
    template.ensure(tiny)
    with opened(tiny, monkeypatch) as session:
        assert session.run("lesson_lib::answer()") == "41"


class CutShort:
    """The toolchain, up to the moment in which all is compiled."""

    def __init__(self, toolchain):
        self._toolchain = toolchain

    def __getattr__(self, name):
        return getattr(self._toolchain, name)

    def analysis_sources(self, _):
        raise KeyboardInterrupt


@pytest.fixture
def sharing(tiny, tmp_path):
    """A user with a cache of their own beside a finished one, in which nothing may be written."""
    template.ensure(tiny)
    own = tmp_path / "own"
    own.mkdir()
    return replace(tiny, cache=own, shared=tiny.cache)


def contents(folder):
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_a_shared_cache_serves_and_stays_as_it_is(sharing, monkeypatch):
    before = contents(sharing.shared / "kernel" / "templates")
    assert template.state(sharing).fresh
    with opened(sharing, monkeypatch) as session:
        assert session.run(f"{SETUP}\nlesson_lib::answer()") == "41"
        assert session.run("let a = 1;\na + 1") == "2"
    assert contents(sharing.shared / "kernel" / "templates") == before
    assert not sharing.templates.exists(), "the user needs no template of their own"


def test_in_a_shared_template_nothing_is_linked_that_cargo_rewrites(sharing):
    folder = sharing.cache / "session"
    launcher.furnish(sharing, folder, template.state(sharing))
    links = [file for file in folder.rglob("*") if file.is_symlink() and file.name != library.LINK]
    assert links and not [file for file in links if file.name.endswith(session.REWRITTEN)]
    kept = [file for file in folder.rglob("*.json") if file.is_file()]
    assert kept and all(os.access(file, os.W_OK) for file in kept)


def test_an_edit_beside_a_shared_cache_is_built_in_the_users_own(sharing, monkeypatch):
    before = contents(sharing.shared / "kernel" / "templates")
    answer(sharing, 42)
    template.ensure(sharing)
    with opened(sharing, monkeypatch) as session:
        assert session.run("lesson_lib::answer()") == "42"
    assert contents(sharing.shared / "kernel" / "templates") == before


def test_a_link_that_is_refused_becomes_a_copy(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    source = tmp_path / "source" / "deps"
    source.mkdir(parents=True)
    (source / "liba.rlib").write_text("a")
    monkeypatch.setattr(os, "link", refuse)
    session.link_tree(tmp_path / "source", tmp_path / "copy")
    shutil.rmtree(tmp_path / "source")
    assert (tmp_path / "copy" / "deps" / "liba.rlib").read_text() == "a"


def test_a_path_that_leads_to_another_library_stays(tmp_path):
    folders = [tmp_path / name for name in ("course/lesson_lib", "own")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "Cargo.toml").touch()
    ours = library.of_course(tmp_path / "course")
    code = ':dep lesson_lib = {{ path = "{}" }}\n  :dep lesson_lib = {{ features = ["x"], path = "{}" }}'
    here = Path("/session/linked/lesson_lib")
    for path, becomes in [("own", "own"), ("course/lesson_lib", here), ("../gone", here), (folders[0], here)]:
        found = ours.found(code.format(path, path), Path("/session"), tmp_path)
        assert found == code.format(becomes, becomes)
    assert ours.found(':dep other = { path = "own" }', Path("/session"), tmp_path) == ':dep other = { path = "own" }'
