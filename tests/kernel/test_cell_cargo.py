"""The cargo that evcxr calls in a session, tried with a cargo and a compiler that only write down."""

import os
import subprocess
from pathlib import Path

import live
import pytest
from course import cell_cargo

CARGO = """#!/bin/sh
echo "cargo $*" >>"$LOG"
case "$*" in *build*) ;; *) exit ;; esac
echo "    Dirty ctx v1.0.0" >&2
echo "   Compiling ctx v1.0.0" >&2
[ -f fails ] && echo "error: it failed" >&2 && exit 101
mkdir -p target/host/debug/deps
touch target/host/debug/deps/libctx.so
echo "     Running \\`A='b c' '$COMPILER' --crate-name dep lib.rs\\`" >&2
echo "     Running \\`A='b c' '$COMPILER' --crate-name ctx lib.rs --json=diagnostic-rendered-ansi,artifacts\\`" >&2
"""
COMPILER = """#!/bin/sh
echo "rustc A=$A $*" >>"$LOG"
echo '{"message":"a warning"}' >&2
[ -f src/lib.rs ] && cat src/lib.rs >>"$SOURCES"
exit "${CODE:-0}"
"""
BUILD = ("--offline", "build", "--target", "host", "--message-format=json")
KEPT = "rustc A=b c --crate-name ctx lib.rs --json=artifacts"


CELL = """#![allow(dead_code)]
mod evcxr_internal_runtime {
pub struct VariableStore {
    a: i32,
}

pub fn create() {
}
}
fn main() {
}
"""


class Crate:
    """A cell's crate, in a folder whose name a shell would take apart."""

    def __init__(self, root):
        self.folder, self.log = root / "it's a crate", root / "log"
        (self.folder / ".cargo").mkdir(parents=True)
        (self.folder / "Cargo.toml").write_text("[package]\n")
        (self.folder / ".cargo" / "config.toml").touch()
        for name, text in (("cargo", CARGO), ("compiler", COMPILER)):
            (root / name).write_text(text)
            (root / name).chmod(0o755)
        self.sources = root / "sources"
        base = {
            **os.environ,
            "LOG": str(self.log),
            "SOURCES": str(self.sources),
            "COMPILER": str(root / "compiler"),
            "RUSTFLAGS": "-C a",
        }
        self.environment = cell_cargo.environment(root / "bin", root / "cargo", base)
        self.made = self.folder / "made"

    def write_cell(self):
        (self.folder / "src").mkdir(exist_ok=True)
        (self.folder / "src" / "lib.rs").write_text(CELL)
        self.sources.write_text("")

    def call(self, *words, **extra):
        """The answer of `cargo`, and what was run for it."""
        self.log.write_text("")
        environment = {**self.environment, "EVCXR_EXECUTION_SO_PATH": str(self.made), **extra}
        done = subprocess.run(
            ["cargo", *words], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        return done, self.log.read_text().splitlines()


@pytest.fixture
def crate(tmp_path):
    return Crate(tmp_path)


def test_a_later_cell_runs_the_compiler_alone(crate):
    done, ran = crate.call(*BUILD)
    assert (done.returncode, done.stderr, ran) == (0, "", [f"cargo {' '.join(BUILD)} -vv"])
    done, ran = crate.call(*BUILD)
    assert (done.returncode, ran) == (0, [KEPT])
    assert done.stderr == '{"message":"a warning"}\n'
    library = crate.folder / "target" / "host" / "debug" / "deps" / "libctx.so"
    assert crate.made.read_text() == str(library)


def test_a_cell_that_does_not_compile_says_so(crate):
    crate.call(*BUILD)
    done, ran = crate.call(*BUILD, CODE="1")
    assert (done.returncode, ran) == (1, [KEPT])
    assert crate.call(*BUILD)[1] == [KEPT]


def test_a_later_cell_is_compiled_without_what_the_template_has(crate):
    store = crate.folder / cell_cargo.COMPILED_STORE
    crate.call(*BUILD)
    store.touch()
    crate.write_cell()
    done, ran = crate.call(*BUILD)
    assert (done.returncode, ran) == (0, [f"{KEPT} --extern evcxr_internal_runtime={store}"])
    assert done.stderr == '{"message":"a warning"}\n'
    assert crate.sources.read_text() == "#![allow(dead_code)]\n" + 8 * "\n" + "fn main() {\n}\n"


def test_what_is_wrong_with_a_cell_is_told_of_the_whole_cell(crate):
    store = crate.folder / cell_cargo.COMPILED_STORE
    crate.call(*BUILD)
    store.touch()
    crate.write_cell()
    done, ran = crate.call(*BUILD, CODE="1")
    assert (done.returncode, ran) == (1, [f"{KEPT} --extern evcxr_internal_runtime={store}", KEPT])
    assert done.stderr == '{"message":"a warning"}\n'
    assert crate.sources.read_text().endswith(CELL)
    assert (crate.folder / "src" / "lib.rs").read_text() == CELL


def test_cargo_is_asked_again_when_something_changed(crate):
    crate.call(*BUILD)
    (crate.folder / "Cargo.toml").write_text("[package]\n[dependencies]\nrand = '1'\n")
    assert len(crate.call(*BUILD)[1]) == 1 and crate.call(*BUILD)[1] == [KEPT]
    for change in ({"RUSTFLAGS": "-C b"}, {"RUSTC_WRAPPER": "/w"}, {"RUSTC": "/r"}):
        assert crate.call(*BUILD, **change)[1] == [f"cargo {' '.join(BUILD)} -vv"], change
    (crate.folder / ".cargo" / "config.toml").write_text("[net]\n")
    assert crate.call(*BUILD)[1] != [KEPT]


def test_a_build_that_failed_is_not_kept(crate):
    (crate.folder / "fails").touch()
    done, _ = crate.call(*BUILD)
    assert (done.returncode, done.stderr) == (101, "error: it failed\n")
    (crate.folder / "fails").unlink()
    assert len(crate.call(*BUILD)[1]) == 1 and crate.call(*BUILD)[1] == [KEPT]
    # Now one after others that succeeded.
    (crate.folder / "fails").touch()
    (crate.folder / "Cargo.toml").write_text("[package]\nname = 'ctx'\n")
    assert crate.call(*BUILD)[0].returncode == 101
    assert crate.call(*BUILD)[0].returncode == 101


def test_all_else_is_left_to_cargo(crate):
    crate.call(*BUILD)
    for words in (("metadata", "--format-version", "1"), ("check", "--target", "host"), ("clean",)):
        assert crate.call(*words)[1] == [f"cargo {' '.join(words)}"]


def test_rustup_names_this_cargo_and_its_own_compiler(crate, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "rustup").write_text('#!/bin/sh\necho "rustup $*"\n')
    (own / "rustup").chmod(0o755)
    here, _, rest = crate.environment["PATH"].partition(os.pathsep)
    environment = {**crate.environment, "PATH": os.pathsep.join([here, str(own), rest])}

    def rustup(*words):
        asked = subprocess.run(["rustup", *words], env=environment, capture_output=True, text=True)
        return asked.stdout.strip()

    assert rustup("which", "cargo") == f"{here}/cargo"
    assert rustup("which", "rustc") == "rustup which rustc"
    assert rustup("+beta", "which", "cargo") == "rustup +beta which cargo"


def test_a_session_asks_cargo_once(places):
    with live.opened(places) as session:
        session.run("let a = 1;")
        asked = (folder_of(session) / "kept.log").stat().st_mtime_ns
        assert session.run("let b = a + 1;\nb") == "2"
        session.failure("let c: i32 = \"text\";")
        assert session.run("a + b") == "3"
        assert (folder_of(session) / "kept.log").stat().st_mtime_ns == asked


def folder_of(session):
    [folder] = {process.environ().get("EVCXR_TMPDIR") for process in session.processes()} - {None}
    return Path(folder)


def test_variables_live_in_the_store_of_the_template(places):
    with live.opened(places) as session:
        session.run("let mut names = vec![\"a\"];\nlet size = (2, 3.5);")
        session.run("names.push(\"b\");")
        assert session.run("(names.len(), size)") == "(2, (2, 3.5))"
        folder = folder_of(session)
        assert "struct VariableStore" not in (folder / "src" / "lib.rs").read_text()
        assert "struct VariableStore" in (folder / "kept.rs").read_text()
        assert "mismatched types" in session.failure("let wrong: i32 = \"text\";")["evalue"]
        session.run("drop(names);")
        assert session.run("size") == "(2, 3.5)"
        assert "names" in session.failure("names.len()")["evalue"]
