"""The Rust kernel, evcxr_jupyter, in exactly one version, built into the cache."""

import os
import re
import shutil
from pathlib import Path

from . import progress
from .paths import EVCXR_VERSION

TITLE = f"Rust kernel evcxr_jupyter {EVCXR_VERSION}"


def blindfold(paths):
    """The environment in which the kernel finds no kernelspec. At its start it rewrites one that
    it finds under JUPYTER_PATH, or under the user's own folder, if that looks out of date to it:
    the course's would."""
    return {"JUPYTER_PATH": str(paths.kernel / "no-kernelspec")}


def ready(paths):
    return os.access(paths.evcxr, os.X_OK)


def ensure(paths):
    """Take the kernel from PATH if it is the right one, else build it. Under the set-up lock."""
    if ready(paths):
        return
    installed = on_path()
    if installed:
        _copy(paths, installed)
        progress.log(f"✓ {TITLE} (copied from {installed})")
    else:
        _build(paths)


def on_path():
    """An evcxr_jupyter on PATH of exactly our version, or None.

    The program cannot be asked for its version, but `cargo install` notes it
    beside the folder it installs to.
    """
    program = shutil.which("evcxr_jupyter")
    if not program:
        return None
    program = Path(program).resolve()
    try:
        notes = (program.parents[1] / ".crates.toml").read_text(encoding="utf-8")
    except OSError:
        return None
    return program if f'"evcxr_jupyter {EVCXR_VERSION} (' in notes else None


def _copy(paths, program):
    """A copy, so that a later upgrade of the user's own kernel does not change the course's."""
    partial = _partial(paths)
    (partial / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy2(program, partial / "bin" / program.name)
    _publish(paths, partial)


def _build(paths):
    """cargo's target folder survives an interruption, so the next try resumes."""
    partial, target = _partial(paths), paths.evcxr_root.with_name("building")
    command = ["cargo", "install", "--locked", "--version", EVCXR_VERSION]
    command += ["--root", partial, "evcxr_jupyter"]
    environment = dict(
        os.environ,
        CARGO_TARGET_DIR=str(target),
        CARGO_TERM_COLOR="never",
        CARGO_TERM_PROGRESS_WHEN="always",
        CARGO_TERM_PROGRESS_WIDTH="80",
    )
    progress.run(
        TITLE,
        command,
        usual="3 to 7 minutes, once",
        detail=crates_built,
        log_path=paths.cache / "logs" / "evcxr.log",
        env=environment,
        cwd=paths.course,
    )
    _publish(paths, partial)
    shutil.rmtree(target, ignore_errors=True)


def crates_built(line):
    """What cargo's progress bar says: "12 of 345 crates"."""
    count = re.search(r"Building \[.*\] (\d+)/(\d+)", line)
    return f"{count[1]} of {count[2]} crates" if count else None


def _partial(paths):
    return paths.evcxr_root.with_name(paths.evcxr_root.name + ".partial")


def _publish(paths, partial):
    """One rename: there is either a whole kernel or none."""
    shutil.rmtree(paths.evcxr_root, ignore_errors=True)
    partial.rename(paths.evcxr_root)
