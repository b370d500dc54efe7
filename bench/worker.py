"""The peers' side of lesson_lib/benches/harness: answers requests with measured times.

A request is a line, `seconds case`; the answer is a line of times in seconds, empty if the case
is not known. The first run of a turn is a warm-up and is not reported.
"""

import sys
import time

MAX_RUNS = 2000


def serve(name, prepare):
    """Answers until the input ends; `prepare(case)` returns what to time, or None."""
    print(name, flush=True)
    prepared, run = None, None
    for request in sys.stdin:
        seconds, case = request.strip().split(" ", 1)
        if case != prepared:
            run = None  # the old operands go before the new ones come
            prepared, run = case, prepare(case)
        times = measure(run, float(seconds)) if run else []
        print(*times, flush=True)


def measure(run, seconds):
    run()
    start = time.perf_counter()
    times = []
    while not times or (time.perf_counter() - start < seconds and len(times) < MAX_RUNS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return times
