"""Let one set-up at a time work on the shared cache."""

import contextlib
import fcntl


@contextlib.contextmanager
def exclusive(path, log):
    """Hold the lock file `path`; the system frees it even when a set-up is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log("Another set-up of the course is at work; waiting for it to finish.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
