"""One folder per live kernel: a copy of the prebuilt template that only this kernel writes to.

A lock file in the folder is held by the launcher and by the kernel it starts; the system frees it
when both are gone, however they went. A folder whose lock is free is swept at the next start.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

LOCK = "session.lock"

# Cargo rewrites these in place, so a copy must not share them; everything else it replaces. It holds
# `.cargo-lock` while it compiles: kernels that shared one would wait for each other. What a build
# script said (`output`, `root-output`, `stderr`) or wrote (`out`) would look newer to all when one runs
# it again, and all would build its crate, and what needs it, at each start.
REWRITTEN = (".json", ".d", ".toml", ".lock", "-lock", ".timestamp", "output", "stderr")
REWRITTEN_FOLDERS = (".fingerprint", "out", "src")

# rustc writes to these in place too, and nothing is lost without them.
INCREMENTAL = "incremental"

# What a system says that makes no hard link: it may not, or cannot, or not to another file system.
REFUSALS = {errno.EPERM, errno.EACCES, errno.EXDEV, errno.EMLINK, errno.ENOTSUP}

# A folder younger than this without a lock belongs to a launcher that is about to take it.
GRACE_SECONDS = 10


@contextlib.contextmanager
def opened(paths):
    """A new session folder, locked while the block runs and removed after it."""
    sweep(paths)
    paths.sessions.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=paths.sessions))
    with open(folder / LOCK, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        try:
            yield folder, lock.fileno()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(paths):
    """Remove the folders of dead kernels; gives their number."""
    if not paths.sessions.is_dir():
        return 0
    dead = [folder for folder in paths.sessions.iterdir() if not alive(folder)]
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def alive(folder):
    try:
        with open(folder / LOCK, "rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return _age(folder) < GRACE_SECONDS
    except BlockingIOError:
        return True
    return False


def link_tree(source, target, link=None):
    """Copy `source` into `target` by links, except for what cargo rewrites in place.

    By hard links, if not told otherwise, so that the copy outlives the original.
    """
    link = link or hard_link
    for folder, subfolders, names in os.walk(source):
        if INCREMENTAL in subfolders:
            subfolders.remove(INCREMENTAL)
        relative = os.path.relpath(folder, source)
        destination = os.path.join(target, relative)
        os.makedirs(destination, exist_ok=True)
        own_copy = any(part in REWRITTEN_FOLDERS for part in Path(relative).parts)
        for name in names:
            if name == LOCK:
                continue
            put = copy if own_copy or name.endswith(REWRITTEN) else link
            put(os.path.join(folder, name), os.path.join(destination, name))


def hard_link(source, target):
    """A hard link, or a copy where the system refuses one, as some file systems do."""
    try:
        os.link(source, target)
    except OSError as refused:
        if refused.errno not in REFUSALS:
            raise
        shutil.copy2(source, target)


def symbolic_link(source, target):
    """To what lies in a shared cache: Linux refuses hard links to files of another user, and in an
    image each would copy its file. What cargo compiles anew replaces a link of either kind."""
    os.symlink(os.path.abspath(source), target)


def copy(source, target):
    """A copy that is its owner's to change."""
    shutil.copy2(source, target)
    os.chmod(target, os.stat(target).st_mode | stat.S_IWUSR)


def call_fresh(folder, newest):
    """Tell cargo that what is compiled in `folder` is no older than its sources.

    Whether it is, has been decided by content; times say nothing about files that were unpacked,
    checked out or laid into an image.
    """
    now = max(time.time(), newest)
    for file in folder.rglob(".fingerprint/*/dep-*"):
        os.utime(file, (now, now))


def _age(folder):
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
