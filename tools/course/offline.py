"""Put the course with all that it runs on into one archive, for machines without a network.

    python -m course.offline [--place /var/tmp/lesson12-rs] [--crates itertools=0.14 …] [--without-rust]

What cargo compiles from a registry's crates is good in one place only. So the archive is made in the
place in which it will be unpacked, the same on every machine. What a learner writes lies in
the home folder. INSTRUCTORS.md says how a class uses it (make offline).
"""

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from . import crates, hub, paths, progress, setup, storage, toolchain

PLACE = Path("/var/tmp") / paths.COURSE_NAME
MARK = "made-by-make-offline"

# Of the toolchain, what the kernel and cargo call.
PROGRAMS = ("cargo", "rustc")

# Of this user's cache, what takes long to make or to fetch, if it is there.
TAKEN_ALONG = ("uiua", "mnist", "kernels")

# What is left over from building. Of the standard library's sources the cache has what is needed.
NEEDLESS = ("course/target", "cache/logs", "cache/locks", "cache/jupyter", "rust/lib/rustlib/src")

START = """#!/bin/sh
# Opens the course's notebooks in JupyterLab. No network is needed; your work goes to {home}.
place={place}
here=$(cd "$(dirname "$0")" && pwd -P)
if [ "$here" != "$place" ]; then
    echo "This is $here, but the course only works in $place: unpack the archive with -C /" >&2
    exit 1
fi
if ! "$place/{python}" -c 'import sys' 2>/dev/null; then
    echo "The course needs {interpreter}, as on the machine on which the archive was made." >&2
    exit 1
fi
if ! command -v c++ >/dev/null && ! command -v g++ >/dev/null && ! command -v clang++ >/dev/null; then
    echo "There is no C++ compiler: all works but the cells that run CUDA kernels." >&2
fi
{exports}
exec "$place/{python}" -m course.singleuser jupyter lab --ServerApp.ip=127.0.0.1 "$@"
"""


class NotMade(Exception):
    """Why there is no archive."""


def build(places, place, with_rust=True, words=()):
    """Make the course's folder in `place`, with everything compiled, and with the crates that `words`
    name for cells to ask for."""
    _empty(place)
    copy_course(places.course, place / "course")
    rust = place / "rust" if with_rust else toolchain.sysroot()
    if with_rust:
        progress.log(f"Rust: {rust}")
        copy_toolchain(rust)
    environment = surroundings(places, place, rust)
    # The steps of the set-up say themselves how far they have come.
    inside = [sys.executable, "-m", "course.offline", "--inside", "--crates", *words]
    subprocess.run(inside, check=True, env=environment)
    for part in TAKEN_ALONG:
        if (places.cache / part).is_dir():
            shutil.copytree(places.cache / part, place / "cache" / part, dirs_exist_ok=True)
    for needless in NEEDLESS:
        shutil.rmtree(place / needless, ignore_errors=True)


def _empty(place):
    if place.exists() and not (place / MARK).is_file():
        raise NotMade(f"{place} is there already and not of this command: name another place.")
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(parents=True)
    except OSError as problem:
        raise NotMade(f"{place} cannot be made ({problem.strerror}): name another place.") from problem
    (place / MARK).touch()


def copy_course(course, target):
    """The files that belong to the clone, as they are now."""
    command = ["git", "-C", str(course), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode != 0:
        raise NotMade(f"{course} is no git clone, so its own files cannot be told from others.")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (course / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(course / name, target / name)


def copy_toolchain(target):
    """The compiler, cargo and the standard library, without documentation."""
    source = toolchain.sysroot()
    (target / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        shutil.copy2(source / "bin" / name, target / "bin" / name)
    shutil.copytree(source / "lib", target / "lib", symlinks=True)


def build_inside(places, words):
    """What is run by the copy of the course, in the surroundings of its own."""
    setup.ensure_environment(places)
    hub.ensure_parts(places)
    if words:
        crates.provide(places, crates.named(words))


def surroundings(places, place, rust):
    """The environment in which the archive's course is built."""
    search = [rust / "bin", places.evcxr.parent, os.environ["PATH"]]
    return {
        **{name: value for name, value in os.environ.items() if name not in ("LESSON_SHARED", "RUSTUP_TOOLCHAIN")},
        "PATH": os.pathsep.join(map(str, search)),
        "PYTHONPATH": str(place / "course" / "tools"),
        "LESSON_CACHE": str(place / "cache"),
        "LESSON_TARGET_CPU": os.environ.get("LESSON_TARGET_CPU") or "portable",
    }


def write_start(place, python, environment, with_rust=True):
    """The command that a learner calls."""
    kept = {
        "LESSON_SHARED": f"{place}/cache",
        "LESSON_TARGET_CPU": environment["LESSON_TARGET_CPU"],
        "LESSON_OFFLINE": "1",
        "PYTHONPATH": f"{place}/course/tools",
    }
    if (place / "cache" / "mnist").is_dir():
        kept["LESSON_MNIST_DIR"] = f"{place}/cache/mnist"
    exports = [f"export {name}={shlex.quote(value)}" for name, value in kept.items()]
    if with_rust:
        exports.append(f'export PATH={shlex.quote(str(place / "rust" / "bin"))}:"$PATH"')
    start = place / "start"
    text = START.format(
        home=f"~/{paths.COURSE_NAME}",
        place=shlex.quote(str(place)),
        python=python.relative_to(place),
        interpreter=f"Python {platform.python_version()} at {Path(sys.base_prefix)}",
        exports="\n".join(exports),
    )
    start.write_text(text, encoding="utf-8")
    start.chmod(0o755)


def pack(place, archive):
    """Everything in `place`, by its whole path."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_suffix(".partial")
    # Little compression: whoever unpacks it waits, and most of it are programs.
    with tarfile.open(partial, "w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as made:
        made.add(place, arcname=str(place).lstrip("/"), filter=_for_everybody)
    partial.replace(archive)


def _for_everybody(entry):
    """Readable by all users, and owned by whoever unpacks it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode |= 0o555 if entry.isdir() or entry.mode & 0o100 else 0o444
    return entry


def main():
    options = _arguments()
    place = options.place.absolute()
    os.umask(0o022)
    places = paths.find()
    begun = time.monotonic()
    try:
        if options.inside:
            build_inside(places, options.crates)
            return
        build(places, place, not options.without_rust, options.crates)
        inside = paths.Paths(course=place / "course", cache=place / "cache")
        environment = surroundings(places, place, place / "rust")
        write_start(place, inside.venv_python, environment, not options.without_rust)
        archive = places.target / f"{paths.COURSE_NAME}-{sys.platform}-{paths.machine()}.tar.gz"
        progress.log(f"Packing {storage.human(storage.disk_bytes(place))}")
        pack(place, archive)
    except (NotMade, crates.Missing, progress.StepFailed) as failure:
        sys.exit(str(failure))
    except subprocess.CalledProcessError:
        sys.exit("The archive was not made: see above.")
    size, took = storage.human(archive.stat().st_size), progress.duration(time.monotonic() - begun)
    print(f"✓ {archive} ({size}, made in {took})\n\nOn each machine:\n\n    tar -xzf {archive.name} -C /\n    {place}/start")


def _arguments():
    what, _, usage = __doc__.partition("\n")
    parser = argparse.ArgumentParser(prog="python -m course.offline", description=what, epilog=usage)
    parser.add_argument("--place", type=Path, default=PLACE, help="where it is unpacked on every machine")
    parser.add_argument("--crates", nargs="*", default=[], help="for cells to ask for, as in itertools=0.14")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--without-rust", action="store_true", help="every machine has this Rust already")
    return parser.parse_args()


if __name__ == "__main__":
    main()
