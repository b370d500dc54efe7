"""Measure the library beside its peers (make bench); writes docs/results.

    python -m course.bench [--install-peers]

The peers (NumPy, PyTorch, opt_einsum, numba, scikit-learn) are optional: 6 GB, in an environment of
their own. Where they are missing, their columns say so.
"""

import hashlib
import os
import subprocess
import sys

from . import paths, progress

BENCHMARKS = ("matmul", "einsum", "mean_shift", "plot")


def peers_folder(places):
    digest = hashlib.sha256(requirements(places).read_bytes()).hexdigest()[:16]
    return places.cache / "peers" / digest


def requirements(places):
    return places.course / "bench" / "requirements.txt"


def install_peers(places):
    folder = peers_folder(places)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    progress.run(
        "NumPy, PyTorch, opt_einsum, numba, scikit-learn",
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


def main():
    places = paths.find()
    try:
        if "--install-peers" in sys.argv[1:]:
            install_peers(places)
        for name in BENCHMARKS:
            command = ["cargo", "bench", "-p", "lesson_lib", "--bench", name]
            subprocess.run(command, cwd=places.course, env=environment(places), check=True)
    except (progress.StepFailed, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
