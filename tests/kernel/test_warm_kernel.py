"""The launcher and its template, tried on a course whose library is one line long."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import live
import pytest
from course import kernelspec, launcher, session, template
from tiny_course import SETUP, answer, opened, tiny, write_library  # noqa: F401 (tiny is a fixture)

NOTE = 'std::env::var("LESSON_KERNEL_NOTE").unwrap()'


def test_a_missing_template_is_told_and_mended(tiny, monkeypatch):
    with opened(tiny, monkeypatch) as session:
        assert "never built" in session.run(NOTE)
        session.run(f"{SETUP}\n", stderr=True)
        assert session.run("lesson_lib::answer()", stderr=True) == "41"
        assert live.until(lambda: template.state(tiny).fresh, seconds=60)
    with opened(tiny, monkeypatch) as session:
        assert session.run(NOTE) == '""'
        assert session.run("lesson_lib::answer()") == "41"


def test_a_session_without_template_leaves_the_locked_crates_alone(tiny):
    """It may fetch newer ones, which every later session would then build the library with."""
    homes = []
    for warm in (True, False):
        folder = tiny.cache / f"session-{warm}"
        folder.mkdir()
        homes.append(launcher.kernel_environment(tiny, folder, warm, "").get("CARGO_HOME"))
    assert homes == [str(template.cargo_home(tiny)), os.environ.get("CARGO_HOME")]


def test_an_edit_of_the_library_is_picked_up_by_the_next_kernel(tiny, monkeypatch):
    template.ensure(tiny)
    with opened(tiny, monkeypatch) as session:
        assert session.run("lesson_lib::answer()") == "41"
        answer(tiny, 42)
        with opened(tiny, monkeypatch) as second:
            assert "lesson_lib was edited" in second.run(NOTE)
            assert second.run("lesson_lib::answer()") == "42"
        assert session.run("2 + 2") == "4"  # the running kernel kept its own copy
    assert template.state(tiny).fresh


def test_a_library_that_does_not_compile_leaves_a_kernel_that_says_so(tiny, monkeypatch):
    template.ensure(tiny)
    write_library(tiny, "pub fn answer() -> i32 { }\npub mod prelude {}\n")
    with opened(tiny, monkeypatch) as session:
        assert "does not compile" in session.run(NOTE)
        with pytest.raises(AssertionError, match="(?i)mismatched types|could not compile"):
            session.run(f"{SETUP}\nlesson_lib::answer()", stderr=True)
        assert session.run("1 + 1") == "2"


def test_a_session_shares_no_lock_with_the_template(tiny):
    """Kernels would compile in turns, and all of them wait while the library is built."""
    template.ensure(tiny)
    folder = template.state(tiny).folder
    locks = [file.relative_to(folder) for file in folder.rglob("*lock") if file.is_file()]
    assert any(file.name.startswith(".cargo") for file in locks)
    copy = tiny.cache / "copy"
    session.link_tree(folder, copy)
    assert not [file for file in locks if (copy / file).samefile(folder / file)]


def test_a_session_shares_no_word_of_a_build_script(tmp_path):
    """Cargo rewrites what a script said where it lies, and takes the others' crates for stale."""
    said = tmp_path / "template" / "target" / "debug" / "build" / "crate-1"
    said.mkdir(parents=True)
    (said / "out").mkdir()
    for name in ("output", "root-output", "stderr", "build-script-build", "out/made.rs"):
        (said / name).touch()
    session.link_tree(tmp_path / "template", tmp_path / "copy")
    copy = tmp_path / "copy" / said.relative_to(tmp_path / "template")
    shared = {f.name for f in said.rglob("*") if f.is_file() and f.samefile(copy / f.relative_to(said))}
    assert shared == {"build-script-build"}


def test_the_course_is_still_the_kernel_that_jupyter_finds(tiny, monkeypatch, places):
    """evcxr rewrites a kernelspec that it finds; the launcher lets it find none."""
    files = [folder / "kernel.json" for folder in kernelspec.folders(places)]
    before = [file.read_bytes() for file in files]
    with opened(tiny, monkeypatch) as session:
        session.run("1")
    assert [file.read_bytes() for file in files] == before


def test_a_template_of_another_kind_is_replaced(tiny):
    template.ensure(tiny)
    [folder] = tiny.templates.iterdir()
    kind, clone = folder.name.rsplit("-", 1)
    folder.rename(folder.with_name(f"{kind[::-1]}-{clone}"))
    assert "changed" in template.state(tiny).reason
    template.ensure(tiny)
    assert [kept.name for kept in tiny.templates.iterdir()] == [folder.name]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads in /proc")
def test_there_is_one_thread_pool_for_all_cells(places):
    threads = 'std::fs::read_dir("/proc/self/task").unwrap().count()'
    product = "matmul::parallel(&a, &a).unwrap().len()"
    with live.opened(places) as session:
        session.run(f"{SETUP}\nuse lesson_lib::prelude::*;")
        session.run("let a = Array2::<f32>::ones((600, 600));")
        alone = int(session.run(threads))
        session.run(product)
        first = int(session.run(threads))
        session.run(product)
        assert int(session.run(threads)) == first
        assert first > alone or os.cpu_count() == 1


def test_cargo_chooses_the_locked_crates_again_without_lock_and_network(places, tmp_path):
    """evcxr's first cell empties the lock; crates that only other systems compile count too."""
    library = places.course / "lesson_lib"
    (tmp_path / "lib.rs").touch()
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "ctx"\n[lib]\npath = "lib.rs"\n'
        f'[dependencies]\nlesson_lib = {{ path = "{library}" }}\n'
    )
    answer = subprocess.run(
        ["cargo", "metadata", "--offline", "--format-version", "1"],
        cwd=tmp_path,
        env=template.environment(places, os.environ),
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    assert crates(tmp_path / "Cargo.lock") - {("ctx", "0.0.0")} <= crates(places.course / "Cargo.lock")


def crates(lock):
    return set(re.findall(r'^name = "(.+)"\nversion = "(.+)"', lock.read_text(), re.MULTILINE))
