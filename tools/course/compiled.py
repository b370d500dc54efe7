"""Other people's crates, compiled for the tests: a second clone begins with what the first has made.

Cargo keeps them in each clone's `target/debug`, and knows them by version, compiler and settings, not
by the place they lie in. So they are copied from the cache into a new clone, where cargo looks at
each and compiles what does not fit. The workspace's own crates belong to one clone and stay there.
"""

import hashlib
import re
import shutil

from . import locking, progress, toolchain

PARTS = (".fingerprint", "build", "deps")
# `syn-0123456789abcdef`, and the files that a compiler makes for it: `libsyn-….rlib`, `syn-….d`.
UNIT = re.compile(r"(.+?)-[0-9a-f]{16}\b")
FOREIGN = re.compile(r'^name = "(.+)"\nversion = ".+"\nsource = ', re.MULTILINE)


def hand_out(places):
    """Give a clone that has compiled nothing yet what the cache has."""
    kept, target = _folder(places), places.cargo_target / "debug"
    if kept.is_dir() and not target.exists():
        partial = target.with_name(f"{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(kept, partial, symlinks=True)
        partial.rename(target)


def keep(places):
    """Put what this clone has into the cache, in place of what belongs to other versions."""
    kept = _folder(places)
    with locking.exclusive(places.locks / "dependencies", progress.log):
        if kept.is_dir():
            return
        shutil.rmtree(kept.parent, ignore_errors=True)
        partial = kept.with_name(f"{kept.name}.partial")
        names = foreign(places)
        for part in PARTS:
            _copy(places.cargo_target / "debug" / part, partial / part, names)
        partial.rename(kept)


def foreign(places):
    """The names of all crates that come from a registry."""
    packages = FOREIGN.findall(_lock(places).read_text(encoding="utf-8"))
    return {_crate(name) for name in packages}


def _copy(source, target, names):
    target.mkdir(parents=True)
    for entry in source.iterdir():
        unit = UNIT.match(entry.name)
        if unit and names & {_crate(unit[1]), _crate(unit[1].removeprefix("lib"))}:
            copy = shutil.copytree if entry.is_dir() else shutil.copy2
            copy(entry, target / entry.name)


def _crate(package):
    return package.replace("-", "_")


def _lock(places):
    return places.course / "Cargo.lock"


def _folder(places):
    """By what decides whether cargo takes them: versions, profiles and compiler."""
    settings = [_lock(places).read_bytes(), (places.course / "Cargo.toml").read_bytes()]
    key = hashlib.sha256(b"".join([*settings, toolchain.identity().encode()])).hexdigest()[:16]
    return places.cache / "dependencies" / key
