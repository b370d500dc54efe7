"""The prebuilt library that every new kernel starts from.

A template is a folder as evcxr makes it for its cells, with the library and all it depends on
compiled. It is good for one content of the library, compiled in one way. A clone keeps one; a second
clone begins with links to what the first has compiled, and builds only what differs. Where a cache
is shared, its templates serve as they are.

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

from . import cell_cargo, locking, progress, session, toolchain
from .library import LINK
from .paths import EVCXR_VERSION, find, machine

# What cells and library are compiled with. `prefer-dynamic` is evcxr's own flag; lints that deny
# warnings are for whoever edits the library in its workspace, not for a learner's newer compiler.
# An exercise that is not solved yet does not use its arguments: beside a real error evcxr would
# show each of them as an error, too.
#
# What is built for many machines sets LESSON_TARGET_CPU: `portable` is what servers have.
PORTABLE = {"x86_64": "x86-64-v3"}
ASKED_CPU = os.environ.get("LESSON_TARGET_CPU") or "native"
TARGET_CPU = PORTABLE.get(machine(), "generic") if ASKED_CPU == "portable" else ASKED_CPU
RUSTFLAGS = f"-Cprefer-dynamic -Ctarget-cpu={TARGET_CPU} --cap-lints=warn -Aunused_variables"
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

# What evcxr calls the crate that it makes of a cell.
CELL = "ctx"

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
{dependencies}
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

    @property
    def exists(self):
        return (self.folder / STAMP).exists()


def state(paths):
    """Compare the template with the sources; compiles nothing."""
    sources = paths.library.digest()
    folder = _folder(paths)
    for ready in (folder, *_shared(paths)):
        if (_stamp(ready) or {}).get("sources") == sources:
            return State(ready, True)
    if _stamp(folder) is not None:
        return State(folder, False, f"{paths.library.name} was edited")
    earlier = any(paths.templates.glob(f"*-{_clone(paths)}/{STAMP}"))
    reason = "the Rust toolchain or a dependency changed" if earlier else "it was never built"
    return State(folder, False, reason)


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
    return (_folder(paths) / STAMP).exists() or bool(_relatives(paths))


def environment(paths, base):
    """`base` with the compiler settings of the course's cells, and with their own crates."""
    return {**base, **PROFILE, "RUSTFLAGS": RUSTFLAGS, "CARGO_HOME": str(cargo_home(paths))}


def cargo_home(paths):
    """Where cargo keeps the crates of the template and of every session.

    At its start evcxr compiles a cell without dependencies, whereupon cargo empties the lock
    file. Offline, cargo then chooses the newest version of each crate that was ever downloaded:
    with the user's own folder that would be whatever other projects needed, and the library would
    be compiled anew at each start. In this folder there are the locked versions and no others.

    What was compiled from a registry's crates is good only for crates in the same place. So whoever
    uses the templates of a shared cache uses its crates, too.
    """
    return paths.finished("kernel", _crates(paths))


def _crates(paths):
    ingredients = paths.library.lock.read_bytes() + CELL_PROFILE.encode()
    return f"cargo-{hashlib.sha256(ingredients).hexdigest()[:16]}"


def _prepare_cargo_home(paths):
    """Take over the user's settings, such as a mirror; drop the crates that no template uses."""
    home = cargo_home(paths)
    if paths.shared_kernel in home.parents:
        return
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
    sources = paths.library.digest()
    _prepare_cargo_home(paths)
    relative = _best_relative(paths, sources)
    _sort_out_earlier(paths, folder, take_over=relative is None)
    begun = None if folder.exists() else donor or relative
    if begun:
        _link_compiled(paths, begun, folder)
    stamped = (_stamp(begun or folder) or {}).get("sources")
    _write_crate(paths, folder)
    # Whatever becomes of this build, what is there is no longer what an earlier stamp says.
    _put_stamp(paths, folder, None)
    # Cargo looks at times, which say nothing about files that came from elsewhere.
    if stamped == sources or (begun and begun == donor):
        session.call_fresh(folder, paths.library.newest())
    else:
        forget(paths.library, folder)
    # All of them: the kernel, which works offline, asks cargo about dependencies that only other
    # systems compile.
    _cargo(paths, "The library's dependencies", folder, "fetch")
    # `check` too: the kernel runs it to explain a cell that does not compile.
    for command, title in (
        ("build", "The library, compiled for the notebooks"),
        ("check", "The library, checked for the messages of the compiler"),
    ):
        _cargo(paths, title, folder, command, "--target", toolchain.host())
    _compile_store(paths, folder)
    toolchain.analysis_sources(paths)
    _put_stamp(paths, folder, sources)
    _drop_orphans(paths)


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


def _compile_store(paths, folder):
    progress.run(
        "The store of a session's variables",
        cell_cargo.compile_store(RUSTFLAGS),
        usual="a second",
        detail=lambda line: None,
        log_path=paths.cache / "logs" / "template-store.log",
        cwd=folder,
    )


def _write_crate(paths, folder):
    library = paths.library
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "lib.rs").touch()
    library.link(folder)
    dependencies = "\n".join(library.dependencies(folder))
    manifest = MANIFEST.format(dependencies=dependencies, opt_level=OPT_LEVEL)
    (folder / "Cargo.toml").write_text(manifest, encoding="utf-8")
    shutil.copyfile(library.lock, folder / "Cargo.lock")


def _crate_named(line):
    words = line.split()
    return f"compiling {words[1]}" if words[:1] == ["Compiling"] and len(words) > 1 else None


def _shared(paths):
    """The finished templates of this kind in the shared cache."""
    shared = paths.shared_kernel
    return _finished(shared / "templates", paths) if shared else []


def _relatives(paths):
    """Other templates of this kind: of other clones, and in the shared cache."""
    own = [folder for folder in _finished(paths.templates, paths) if folder != _folder(paths)]
    return own + _shared(paths)


def _best_relative(paths, sources):
    """The one that has the most in common with this clone's, or None."""
    found = _relatives(paths)
    same = [folder for folder in found if _stamp(folder).get("sources") == sources]
    return next(iter(same or found), None)


def _finished(templates, paths):
    return [stamp.parent for stamp in sorted(templates.glob(f"{_kind(paths)}-*/{STAMP}"))]


def _link_compiled(paths, donor, folder):
    """Start `folder` with what `donor` compiled."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    link_tree(paths, donor / "target", partial / "target")
    partial.rename(folder)


def link_tree(paths, source, target):
    """Copy what is compiled, by the kind of link that its place allows."""
    shared = paths.shared_kernel in source.parents
    session.link_tree(source, target, session.symbolic_link if shared else session.hard_link)


def forget(library, folder):
    """Have cargo compile the library itself anew."""
    for name in library.parts:
        for kept in folder.rglob(f".fingerprint/{name}-*"):
            shutil.rmtree(kept, ignore_errors=True)


def _sort_out_earlier(paths, folder, take_over):
    """Drop this clone's other templates.

    `take_over`: continue from this clone's own after a change of versions; cargo sees what is new.
    """
    for earlier in paths.templates.glob(f"*-{_clone(paths)}"):
        stamp = _stamp(earlier)
        same_rust = stamp and stamp.get("toolchain") == toolchain.identity()
        if take_over and same_rust and not folder.exists():
            earlier.rename(folder)
        elif earlier != folder:
            shutil.rmtree(earlier, ignore_errors=True)


def _drop_orphans(paths):
    """Remove the templates of clones that are gone; until now they were good to begin with."""
    for template in paths.templates.iterdir():
        link = template / LINK
        if link.is_symlink() and not link.exists():
            shutil.rmtree(template, ignore_errors=True)


def _put_stamp(paths, folder, sources):
    stamp = {"sources": sources, "toolchain": toolchain.identity(), "crates": _crates(paths)}
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def _stamp(folder):
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _folder(paths):
    return paths.templates / f"{_kind(paths)}-{_clone(paths)}"


def _clone(paths):
    return hashlib.sha256(str(paths.library.folder).encode()).hexdigest()[:12]


def _kind(paths):
    """A name for everything but the library's own sources and place."""
    library = paths.library
    ingredients = [
        EVCXR_VERSION,
        toolchain.version(),
        toolchain.processor() if TARGET_CPU == "native" else "",
        RUSTFLAGS,
        json.dumps(PROFILE),
        str(OPT_LEVEL),
        CELL_PROFILE,
        MANIFEST,
        cell_cargo.STORE.read_text(encoding="utf-8"),
        "\n".join(library.dependencies(Path())),
        *((folder / "Cargo.toml").read_text(encoding="utf-8") for folder in library.parts.values()),
        _crates(paths),
    ]
    return hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:16]


if __name__ == "__main__":
    try:
        ensure(find())
    except progress.StepFailed as failure:
        sys.exit(str(failure))
