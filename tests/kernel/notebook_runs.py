"""Run several notebooks at once and hand out each one's outcome when it is asked for."""

import os
from concurrent.futures import ThreadPoolExecutor


def start_all(files, run):
    """A dict of futures `run(file)`; a kernel starts slowly, so several start side by side."""
    pool = ThreadPoolExecutor(max_workers=max(2, min(4, (os.cpu_count() or 2) // 2)))
    futures = {file: pool.submit(run, file) for file in files}
    pool.shutdown(wait=False)
    return futures
