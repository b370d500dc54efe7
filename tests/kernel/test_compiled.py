"""A second clone begins with other people's crates compiled; its own it compiles itself."""

import subprocess

import pytest
from course import compiled, paths

# A crate without a build script, and one with.
MANIFEST = """[package]
name = "own-crate"
version = "0.1.0"
edition = "2024"

[dependencies]
cfg-if = "1"
libc = "0.2"
"""


def clone(folder, cache):
    """A workspace of one crate, with the versions that the course's workspace has."""
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(MANIFEST)
    (folder / "src" / "lib.rs").write_text("pub fn pid() -> i32 { unsafe { libc::getpid() } }\n")
    return paths.Paths(course=folder, cache=cache)


def build(places):
    """What cargo has to say of each crate."""
    command = ["cargo", "build", "--offline", "--verbose", "--target-dir", places.cargo_target]
    done = subprocess.run(command, cwd=places.course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    words = [line.split()[:2] for line in done.stderr.splitlines()]
    return {name: what for what, name, *_ in words if what in ("Fresh", "Compiling")}


@pytest.fixture
def first(tmp_path):
    """A clone that has compiled everything, and put what is not its own into the cache."""
    places = clone(tmp_path / "first", tmp_path / "cache")
    assert build(places) == dict.fromkeys(("cfg-if", "libc", "own-crate"), "Compiling")
    compiled.keep(places)
    return places


def test_a_second_clone_compiles_its_own_crate_alone(first, tmp_path):
    second = clone(tmp_path / "second", first.cache)
    (second.course / "Cargo.lock").write_bytes((first.course / "Cargo.lock").read_bytes())
    compiled.hand_out(second)
    assert build(second) == {"cfg-if": "Fresh", "libc": "Fresh", "own-crate": "Compiling"}


def test_the_cache_has_nothing_of_the_clones_own(first):
    names = [file.name for file in (first.cache / "dependencies").rglob("*")]
    assert any("libc" in name for name in names) and not [n for n in names if "own" in n]


def test_they_lie_where_cargo_is_told_to_put_them(first, tmp_path, monkeypatch):
    """A build folder elsewhere is filled, and the clone's own is not made."""
    second = clone(tmp_path / "second", first.cache)
    (second.course / "Cargo.lock").write_bytes((first.course / "Cargo.lock").read_bytes())
    monkeypatch.setenv("CARGO_TARGET_DIR", str(tmp_path / "elsewhere"))
    compiled.hand_out(second)
    assert (tmp_path / "elsewhere" / "debug" / "deps").is_dir() and not second.target.exists()


def test_what_a_clone_has_compiled_is_left_alone(first):
    before = sorted(first.target.rglob("*"))
    compiled.hand_out(first)
    assert sorted(first.target.rglob("*")) == before


def test_other_versions_get_nothing_and_take_the_place_of_these(first, tmp_path):
    second = clone(tmp_path / "second", first.cache)
    lock = (first.course / "Cargo.lock").read_text()
    (second.course / "Cargo.lock").write_text(f"{lock}\n# other versions\n")
    compiled.hand_out(second)
    assert not second.target.exists()
    build(second)
    (second.course / "Cargo.lock").write_text(f"{lock}\n# other versions\n")
    compiled.keep(second)
    assert len(list((first.cache / "dependencies").iterdir())) == 1
