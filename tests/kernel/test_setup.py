"""Set-up: where things go, what counts as ready, and what happens when it is interrupted."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from course import environment, evcxr, kernelspec, locking, paths, progress, storage, venv
from jupyter_client.kernelspec import get_kernel_spec


@pytest.fixture
def elsewhere(places, tmp_path):
    """The course's paths with an empty cache."""
    return paths.Paths(course=places.course, cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("environ", "system", "expected"),
    [
        ({"LESSON_CACHE": "/a/b", "XDG_CACHE_HOME": "/x"}, "linux", "/a/b"),
        ({"LESSON_CACHE": "~/c", "HOME": "/h"}, "linux", "/h/c"),
        ({"LESSON_CACHE": "c", "HOME": "/h"}, "linux", "/course/c"),
        ({"LESSON_CACHE": "~x/c", "HOME": "/h"}, "linux", "/course/~x/c"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "linux", "/x/lesson12-rs"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "linux", "/h/.cache/lesson12-rs"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Caches/lesson12-rs"),
    ],
)
def test_the_cache_is_where_the_platform_puts_caches(environ, system, expected):
    assert paths.cache_root(Path("/course"), environ, system) == Path(expected)


def test_the_environment_is_named_by_its_requirements(places, tmp_path):
    other = tmp_path / "tools" / "python"
    other.mkdir(parents=True)
    (other / "requirements.txt").write_text("pytest==1\n")
    assert paths.Paths(tmp_path, places.cache).venv != places.venv


def test_jupyter_sees_only_the_courses_folders(places):
    mine = environment.jupyter(places, {"PYTHONPATH": "/else", "JUPYTER_CONFIG_DIR": "/home/me"})
    assert "PYTHONPATH" not in mine
    folders = [mine[f"JUPYTER_{name}_DIR"] for name in ("CONFIG", "DATA", "RUNTIME")]
    assert all(Path(folder).is_relative_to(places.cache) for folder in folders)


def test_a_half_made_environment_is_not_ready(elsewhere):
    elsewhere.venv_python.parent.mkdir(parents=True)
    elsewhere.venv_python.touch()
    jupyter = venv.of_jupyter(elsewhere)
    assert not venv.ready(jupyter)
    jupyter.stamp.touch()
    assert venv.ready(jupyter)


def kernel_on_path(folder, monkeypatch, version):
    (folder / "bin").mkdir()
    program = folder / "bin" / "evcxr_jupyter"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    note = f'[v1]\n"evcxr_jupyter {version} (registry+x)" = ["evcxr_jupyter"]\n'
    (folder / ".crates.toml").write_text(note)
    monkeypatch.setenv("PATH", str(folder / "bin"))
    return program


def test_a_kernel_of_the_right_version_is_copied(elsewhere, tmp_path, monkeypatch):
    program = kernel_on_path(tmp_path, monkeypatch, paths.EVCXR_VERSION)
    evcxr.ensure(elsewhere)
    program.unlink()
    assert evcxr.ready(elsewhere)


def test_a_kernel_of_another_version_is_not_taken(tmp_path, monkeypatch):
    kernel_on_path(tmp_path, monkeypatch, paths.EVCXR_VERSION + "1")
    assert evcxr.on_path() is None


def test_a_failed_build_says_why_and_leaves_no_kernel(elsewhere, tmp_path, monkeypatch):
    cargo = tmp_path / "cargo"
    cargo.write_text("#!/bin/sh\necho 'linker `cc` not found' >&2\nexit 101\n")
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(progress.StepFailed, match="linker `cc` not found"):
        evcxr.ensure(elsewhere)
    assert not evcxr.ready(elsewhere)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("    Building [=====>     ] 12/345: syn, quote", "12 of 345 crates"),
        ("   Compiling syn v2.0.0", None),
    ],
)
def test_cargos_progress_is_understood(line, words):
    assert evcxr.crates_built(line) == words


def test_the_kernelspec_is_mended_when_another_clone_wrote_it(elsewhere, tmp_path):
    written = tmp_path / "rust" / "kernel.json"
    other = dataclasses.replace(elsewhere, course=tmp_path / "other", cache=elsewhere.cache)
    for clone in (other, elsewhere):
        specification = {"argv": [str(clone.launcher)]}
        kernelspec.write(written.parent, specification)
        assert json.loads(written.read_text()) == specification


def test_the_kernel_that_jupyter_finds_has_the_logo(places):
    folder = Path(get_kernel_spec(kernelspec.NAME).resource_dir)
    logo = (places.jupyter_looks / kernelspec.LOGO).read_bytes()
    assert (folder / kernelspec.LOGO).read_bytes() == logo and logo.startswith(b"<svg ")


def test_a_second_set_up_waits_for_the_first(tmp_path):
    lock, order = tmp_path / "lock", tmp_path / "order"
    script = (
        "import sys, pathlib; from course import locking\n"
        "with locking.exclusive(pathlib.Path(sys.argv[1]), print):\n"
        "    open(sys.argv[2], 'a').write('second')\n"
    )
    tools = Path(paths.__file__).parents[1]
    with locking.exclusive(lock, print):
        second = subprocess.Popen(
            [sys.executable, "-c", script, lock, order],
            env={**os.environ, "PYTHONPATH": str(tools)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert "waiting" in second.stdout.readline()
        order.write_text("first ")
    second.communicate(timeout=30)
    assert order.read_text() == "first second"


def test_clean_removes_only_a_tagged_cache(elsewhere):
    stranger = elsewhere.cache / "thesis.tex"
    stranger.parent.mkdir()
    stranger.touch()
    with pytest.raises(SystemExit, match="not tagged"):
        storage.clean(elsewhere)
    assert stranger.exists()
    storage.mark(elsewhere)
    storage.clean(elsewhere)
    assert not elsewhere.cache.exists()


def test_hard_links_count_once(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    once = storage.disk_bytes(tmp_path)
    os.link(tmp_path / "a", tmp_path / "b")
    assert storage.disk_bytes(tmp_path) == once > 0
