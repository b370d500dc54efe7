"""Measure the library beside its peers (make bench); writes docs/results.

    PYTHONPATH=tools python bench/library.py [--install-peers] [--short] [SUITE…]

The peers (NumPy, SciPy, PyTorch, opt_einsum, numba, scikit-learn) are optional: 6 GB, in an
environment of their own. Where they are missing, their columns say so.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time

from course import paths, progress

SUITES = (
    "matmul", "einsum", "accuracy", "mean_shift", "fast_mean_shift", "kmeans", "neighbors", "dbscan",
    "verify_fast", "cpu_device", "plot",
)


def peers_folder(places):
    digest = hashlib.sha256(requirements(places).read_bytes()).hexdigest()[:16]
    return places.cache / "peers" / digest


def requirements(places):
    return places.course / "bench" / "requirements.txt"


def install_peers(places):
    folder = peers_folder(places)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    progress.run(
        "NumPy, SciPy, PyTorch, opt_einsum, numba, scikit-learn",
        [folder / "bin" / "python", "-m", "pip", "install", "--require-hashes", "--no-input",
         "--progress-bar", "off", "-r", requirements(places)],
        usual="1 to 10 minutes",
        detail=lambda line: None,
        log_path=places.cache / "logs" / "peers.log",
    )


def environment(places):
    python = peers_folder(places) / "bin" / "python"
    return {
        "PEERS_PYTHON": os.environ.get("PEERS_PYTHON", str(python)),
        "RUSTFLAGS": "-C target-cpu=native",
        # Other flags, other files: the tests' build stays as it is.
        "CARGO_TARGET_DIR": str(places.target / "native"),
        **os.environ,
    }


def measure(places, suites, short):
    """Run the suites one after another; each says itself which case it measures."""
    for number, suite in enumerate(suites, 1):
        print(f"\n── {suite}, {number} of {len(suites)}", flush=True)
        start = time.monotonic()
        command = ["cargo", "bench", "-p", "lesson_lib", "--bench", suite]
        command += ["--", "--short"] if short else []
        subprocess.run(command, cwd=places.course, env=environment(places), check=True)
        print(f"── {suite}: {time.monotonic() - start:.0f} s", flush=True)


def main():
    options = _arguments()
    places = paths.find()
    try:
        if options.install_peers:
            install_peers(places)
        measure(places, options.suites or SUITES, options.short)
    except (progress.StepFailed, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))


def _arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--install-peers", action="store_true", help="6 GB, once")
    parser.add_argument("--short", action="store_true", help="one round of each case; writes no page")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    options = parser.parse_args()
    if unknown := set(options.suites) - set(SUITES):
        parser.error(f"no suite {', '.join(unknown)}; there are {', '.join(SUITES)}")
    return options


if __name__ == "__main__":
    main()
