"""A kernel for any crate (python -m course.warm)."""

import json

import pytest
from course import kernelspec, paths, template, warm
from tiny_course import opened, tiny  # noqa: F401 (tiny is a fixture)


def crate(folder, name, text="pub fn twice(x: i32) -> i32 { 2 * x }\n", manifest=""):
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n{manifest}'
    )
    (folder / "src" / "lib.rs").write_text(text)
    return folder


def installed(places, folder, name):
    """The paths of a launcher that starts the kernel, and the file that it is told."""
    [there] = warm.install(places, warm.library_at(folder), name, user=False)
    description = there / warm.DESCRIPTION
    return paths.Paths(places.course, places.cache, other_library=paths.libraries.read(description)), description


def test_a_crate_is_there_without_being_compiled(tiny, tmp_path, monkeypatch):
    folder = crate(tmp_path / "a place" / "twice-it", "twice-it")
    own, description = installed(tiny, folder, "twice")
    template.ensure(own)
    specification = json.loads((description.parent / "kernel.json").read_text())
    assert specification["display_name"] == "Rust (twice)" and specification["argv"][-1] == str(description)
    with opened(own, monkeypatch, description) as session:
        assert session.run("twice_it::twice(21)") == "42"
        assert session.run(f':dep twice-it = {{ path = "{folder}" }}\ntwice_it::twice(4)') == "8"


def test_a_crate_beside_the_library_brings_it_along(tiny, monkeypatch):
    """One copy of it: a value of the library fits into what the crate asks for."""
    needs = '[dependencies]\nlesson_lib = { path = "../lesson_lib" }\n'
    folder = crate(tiny.course / "own", "own", "pub fn next() -> i32 { lesson_lib::answer() + 1 }\n", needs)
    own, description = installed(tiny, folder, "own")
    template.ensure(own)
    with opened(own, monkeypatch, description) as session:
        cell = ':dep lesson_lib = { path = "../lesson_lib" }\n:dep own = { path = "../own" }\n'
        assert session.run(f"{cell}own::next() - lesson_lib::answer()") == "1"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder.mkdir(), "has no Cargo.toml"),
        (lambda folder: (crate(folder, "x") / "Cargo.toml").write_text("[package"), "cargo cannot read"),
        (lambda folder: (crate(folder, "x") / "src/lib.rs").rename(folder / "src/main.rs"), "no library that a cell"),
    ],
)
def test_what_is_no_library_is_refused(tmp_path, make, says):
    folder = tmp_path / "crate"
    make(folder)
    with pytest.raises(warm.NoLibrary, match=says):
        warm.library_at(folder)


def test_the_users_own_jupyter_learns_of_it_only_when_asked(tiny, monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    assert len(warm.specifications(tiny, "own", user=False)) == 1
    [_, users] = warm.specifications(tiny, "own", user=True)
    assert users == tmp_path / "data" / "kernels" / f"{kernelspec.NAME}-own"
