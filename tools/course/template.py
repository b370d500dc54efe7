"""The prebuilt library that every new kernel starts from.

A template is a folder as evcxr makes it for its cells, with `lesson_lib` and all it depends on
compiled. It is keyed by what went into it (toolchain, locked versions, flags) and by the clone,
because cargo gives the library of every clone the same file name. A second clone links the
compiled dependencies of the first and builds only its own library.

    python -m course.template      build what is missing
"""

import hashlib
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import locking, progress, session, toolchain
from .paths import EVCXR_VERSION, find

# What cells and library are compiled with. `prefer-dynamic` is evcxr's own flag; lints that deny
# warnings are for whoever edits the library in its workspace, not for a learner's newer compiler.
# An exercise that is not solved yet does not use its arguments: beside a real error evcxr would
# show each of them as an error, too.
RUSTFLAGS = "-Cprefer-dynamic -Ctarget-cpu=native --cap-lints=warn -Aunused_variables"
PROFILE = {
    # rustc writes into its incremental files in place: hard-linked copies would spoil each other.
    # Cells are too small to gain from it.
    "CARGO_INCREMENTAL": "0",
    "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS": "false",
    "CARGO_PROFILE_DEV_OVERFLOW_CHECKS": "false",
    # By the lines in a cell's code a panic finds its cell (see CELL_PROFILE).
    "CARGO_PROFILE_DEV_STRIP": "none",
}

# The same for a cell alone, which only cargo's configuration can tell apart. A cell is too small for
# more threads: each repeats some of the others' work.
CELL_PROFILE = """
[profile.dev.package.ctx]
codegen-units = 2
debug = "line-tables-only"
"""

# evcxr's own choice is 2; loops over arrays written in a cell are several times faster at 3.
OPT_LEVEL = 3

# The manifest that evcxr 0.22 writes for a cell whose only dependency is the library. If a later
# evcxr writes another one, cells still work; cargo then builds the difference in the session.
MANIFEST = """
[package]
name = "ctx"
version = "1.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]
path = "src/lib.rs"

[profile.dev]
opt-level = {opt_level}
debug = false
strip = "debuginfo"
rpath = true
lto = false
debug-assertions = true
codegen-units = 16
panic = 'unwind'
incremental = true
overflow-checks = true

[dependencies]
lesson_lib = {{ path = {library} }}
"""

STAMP = "template.json"

# How long a cargo folder stays that no template uses.
UNUSED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class State:
    """Whether this clone's template can be used as it is, or why not."""

    folder: Path
    fresh: bool
    reason: str = ""


def state(paths):
    """Compare the template with the sources; reads file times only, compiles nothing."""
    folder = _folder(paths)
    stamp = _stamp(folder)
    if stamp is None:
        earlier = any(paths.templates.glob(f"*-{_clone(paths)}/{STAMP}"))
        reason = "the Rust toolchain or a dependency changed" if earlier else "it was never built"
        return State(folder, False, reason)
    if stamp.get("sources") != _sources(paths):
        return State(folder, False, "lesson_lib was edited")
    return State(folder, True)


def ensure(paths, log=progress.log, donor=None):
    """Build the template if it is not fresh; returns its State from before.

    `donor`: a session's folder in which the kernel built this very library.
    """
    before = state(paths)
    if not before.fresh:
        with locking.exclusive(paths.locks / f"template-{before.folder.name}", log):
            if not state(paths).fresh:
                _build(paths, before.folder, donor)
    return before


def has_dependencies(paths):
    """Whether only the library itself would have to be compiled."""
    return (_folder(paths) / STAMP).exists()


def environment(paths, base):
    """`base` with the compiler settings of the course's cells, and with their own crates."""
    return {**base, **PROFILE, "RUSTFLAGS": RUSTFLAGS, "CARGO_HOME": str(cargo_home(paths))}


def cargo_home(paths):
    """Where cargo keeps the crates of the template and of every session.

    At its start evcxr compiles a cell without dependencies, whereupon cargo empties the lock
    file. Offline, cargo then chooses the newest version of each crate that was ever downloaded:
    with the user's own folder that would be whatever other projects needed, and the library would
    be compiled anew at each start. In this folder there are the locked versions and no others.
    """
    ingredients = (paths.course / "Cargo.lock").read_bytes() + CELL_PROFILE.encode()
    lock = hashlib.sha256(ingredients).hexdigest()[:16]
    return paths.kernel / f"cargo-{lock}"


def _prepare_cargo_home(paths):
    """Take over the user's settings, such as a mirror; drop the crates that no template uses."""
    home = cargo_home(paths)
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").unlink(missing_ok=True)
    user = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for name in ("config.toml", "credentials.toml"):
        if (user / name).is_file():
            shutil.copy2(user / name, home / name)
    with open(home / "config.toml", "a", encoding="utf-8") as config:
        config.write(CELL_PROFILE)
    used = {(_stamp(stamp.parent) or {}).get("crates") for stamp in paths.templates.glob(f"*/{STAMP}")}
    for other in paths.kernel.glob("cargo-*"):
        # Another clone may be building with one that no template names yet.
        old = time.time() - other.stat().st_mtime > UNUSED_SECONDS
        if other.name not in used | {home.name} and old:
            shutil.rmtree(other, ignore_errors=True)


def _build(paths, folder, donor):
    sources = _sources(paths)
    _prepare_cargo_home(paths)
    _take_over_earlier(paths, folder)
    relative = _relative(paths)
    if not folder.exists() and donor:
        session.link_tree(donor / "target", folder / "target")
    elif not folder.exists() and relative:
        _link_dependencies(relative, folder)
    _write_crate(paths, folder)
    # All of them: the kernel, which works offline, asks cargo about dependencies that only other
    # systems compile.
    _cargo(paths, "The library's dependencies", folder, "fetch")
    # `check` too: the kernel runs it to explain a cell that does not compile.
    for command, title in (
        ("build", "The library, compiled for the notebooks"),
        ("check", "The library, checked for the messages of the compiler"),
    ):
        _cargo(paths, title, folder, command, "--target", toolchain.host())
    toolchain.analysis_sources(paths)
    crates = cargo_home(paths).name
    stamp = {"sources": sources, "toolchain": toolchain.identity(), "crates": crates}
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def _cargo(paths, title, folder, command, *arguments):
    progress.run(
        title,
        ["cargo", command, *arguments, "--color", "never"],
        usual="10 to 30 s, but 1 to 3 minutes the first time",
        detail=_crate_named,
        log_path=paths.cache / "logs" / f"template-{command}.log",
        env=environment(paths, {**os.environ, "CARGO_TARGET_DIR": "target"}),
        cwd=folder,
    )


def _write_crate(paths, folder):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "lib.rs").write_text("use lesson_lib::prelude::*;\n", encoding="utf-8")
    library = json.dumps(str(paths.course / "lesson_lib"))
    (folder / "Cargo.toml").write_text(MANIFEST.format(library=library, opt_level=OPT_LEVEL), encoding="utf-8")
    shutil.copyfile(paths.course / "Cargo.lock", folder / "Cargo.lock")


def _crate_named(line):
    words = line.split()
    return f"compiling {words[1]}" if words[:1] == ["Compiling"] and len(words) > 1 else None


def _relative(paths):
    """Another clone's template of this kind, or None."""
    stamps = paths.templates.glob(f"{_kind(paths)}-*/{STAMP}")
    return next((stamp.parent for stamp in stamps), None)


def _link_dependencies(donor, folder):
    """Start `folder` with what `donor` compiled, but for the library itself."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    session.link_tree(donor / "target", partial / "target")
    for own in [*partial.rglob("*lesson_lib*"), *partial.rglob("*lesson-lib*")]:
        if own.is_dir():
            shutil.rmtree(own)
        else:
            own.unlink(missing_ok=True)
    partial.rename(folder)


def _take_over_earlier(paths, folder):
    """Continue from this clone's template after a change of versions; cargo sees what is new."""
    for earlier in paths.templates.glob(f"*-{_clone(paths)}"):
        if earlier == folder:
            continue
        stamp = _stamp(earlier)
        if stamp and stamp.get("toolchain") == toolchain.identity() and not folder.exists():
            earlier.rename(folder)
        else:
            shutil.rmtree(earlier, ignore_errors=True)


def _stamp(folder):
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _folder(paths):
    return paths.templates / f"{_kind(paths)}-{_clone(paths)}"


def _clone(paths):
    return hashlib.sha256(str(paths.course).encode()).hexdigest()[:12]


def _kind(paths):
    """A name for everything but the library's own sources and place."""
    ingredients = [
        EVCXR_VERSION,
        toolchain.version(),
        RUSTFLAGS,
        json.dumps(PROFILE),
        str(OPT_LEVEL),
        CELL_PROFILE,
        MANIFEST,
        (paths.course / "Cargo.lock").read_text(encoding="utf-8"),
        _dependencies(paths),
        cargo_home(paths).name,
    ]
    return hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:16]


def _dependencies(paths):
    return (paths.course / "lesson_lib" / "Cargo.toml").read_text(encoding="utf-8")


def _sources(paths):
    """What cargo would look at: names, sizes and times of the library's files."""
    library = paths.course / "lesson_lib"
    about = hashlib.sha256()
    for folder in ("src", "assets", "data", "Cargo.toml"):
        root = library / folder
        files = [root] if root.is_file() else sorted(f for f in root.rglob("*") if f.is_file())
        for file in files:
            status = file.stat()
            about.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return about.hexdigest()


if __name__ == "__main__":
    try:
        ensure(find())
    except progress.StepFailed as failure:
        sys.exit(str(failure))
