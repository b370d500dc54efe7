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


def test_the_template_of_a_clone_that_is_gone_goes_too(tiny, tmp_path, places):
    gone = course_at(tmp_path / "gone", tiny.cache, places)
    template.ensure(gone)
    shutil.rmtree(gone.course)
    template.ensure(tiny)
    assert [folder.name for folder in tiny.templates.iterdir()] == [template.state(tiny).folder.name]


def test_other_times_are_no_edit(tiny, monkeypatch):
    template.ensure(tiny)
    answer(tiny, 41, when=os.stat(tiny.course).st_mtime + 1e6)
    assert template.state(tiny).fresh
    compiled = next(template.state(tiny).folder.rglob("deps/liblesson_lib.rlib"))
    with opened(tiny, monkeypatch) as session:
        assert session.run(f"{SETUP}\nlesson_lib::answer()") == "41"
        [used] = tiny.sessions.rglob("debug/deps/liblesson_lib.rlib")
        assert used.samefile(compiled), "cargo has compiled it anew"


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


@pytest.fixture
def ours(tmp_path):
    """The course's library, a crate beside it, and another clone; in folders with nothing else."""
    for folder in ("course/lesson_lib", "course/own", "course/notebooks", "other"):
        (tmp_path / folder).mkdir(parents=True)
        if "notebooks" not in folder:
            (tmp_path / folder / "Cargo.toml").touch()
    return library.of_course(tmp_path / "course")


LINKED = Path("/session") / library.LINK


@pytest.mark.parametrize(
    ("name", "path", "becomes"),
    [
        ("lesson_lib", "../lesson_lib", LINKED / "lesson_lib"),
        ("lesson_lib", "../../gone", LINKED / "lesson_lib"),
        ("lesson_lib", "../../other", "../../other"),
        ("own", "../own", LINKED / "own"),
        ("own", "../../gone", "../../gone"),
    ],
)
def test_whatever_lies_in_the_workspace_is_reached_by_one_way(ours, name, path, becomes):
    """Two ways would be two crates to cargo, of which only one is compiled already."""
    code = f':dep {name} = {{ path = "%s" }}\n  :dep {name} = {{ features = ["x"], path = "%s" }}'
    found = ours.found(code % (path, path), Path("/session"), ours.root / "notebooks")
    assert found == code % (becomes, becomes)


def test_from_another_folder_a_path_is_meant_as_in_the_courses_notebooks(ours, tmp_path):
    code = ':dep lesson_lib = { path = "../lesson_lib" }\n:dep own = { path = "../own" }\n:dep hex = "1"'
    elsewhere = tmp_path / "homework" / "deep"
    linked = code.replace('"../', f'"{LINKED}/')
    assert ours.found(code, Path("/session"), elsewhere) == linked
