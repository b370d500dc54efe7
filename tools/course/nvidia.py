"""Which NVIDIA software this machine has; asked in a child process, which may hang or crash."""

import ctypes
import glob
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from course import paths

TIMEOUT = 10  # seconds; a broken driver can block forever
# Under its name alone the system's loader knows a library by its version.
LIBRARIES = {
    "driver": ("cuda", ["1"]),
    "NVRTC": ("nvrtc", ["13", "12", "11.2"]),
    "cuBLAS": ("cublas", ["13", "12"]),
}


def probe():
    """{"libraries": {name: file or None}, "devices": count}, or {"problem": words}."""
    try:
        done = subprocess.run(
            [sys.executable, __file__], capture_output=True, text=True, timeout=TIMEOUT
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"problem": f"the driver did not answer within {TIMEOUT} s"}
    except ValueError:
        return {"problem": "the driver crashed while it was asked"}


def _candidates(stem, versions=()):
    """Where the library looks too: what `make cuda` fetched, toolkits, what the loader finds."""
    roots = [*_fetched(), os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH")]
    roots += ["/usr/local/cuda", "/opt/cuda", *_newest_first(glob.glob("/usr/local/cuda-*"))]
    files = [file for root in roots if root for file in _in_toolkit(root, stem)]
    return files + [f"lib{stem}.so.{version}" for version in versions] + [f"lib{stem}.so"]


def _in_toolkit(root, stem):
    """The library's files in a toolkit, whatever their version, the shortest name first."""
    files = [file for lib in ("lib64", "lib") for file in Path(root, lib).glob(f"lib{stem}.so*")]
    return [str(file) for file in sorted(files, key=lambda file: len(file.name))]


def _fetched():
    return _newest_first(paths.find().finished("cuda").glob(f"*-{paths.machine()}"))


def _newest_first(folders):
    """By the first number in their names: cuda-12.9 or 12.9.86-x86_64."""
    version = lambda folder: [int(n) for n in re.search(r"\d+(\.\d+)*", folder.name)[0].split(".")]
    return sorted(map(Path, folders), key=version, reverse=True)


def _find(stem, versions):
    """The first library that loads."""
    for candidate in _candidates(stem, versions):
        try:
            return candidate, ctypes.CDLL(candidate)
        except OSError:
            continue
    return None, None


def _device_count(driver):
    count = ctypes.c_int(0)
    if driver is None or driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def _report():
    found = {name: _find(*library) for name, library in LIBRARIES.items()}
    return {
        "libraries": {name: file for name, (file, _) in found.items()},
        "devices": _device_count(found["driver"][1]),
    }


if __name__ == "__main__":
    print(json.dumps(_report()))
