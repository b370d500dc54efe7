"""What of NVIDIA's software this machine has. Asked in a child process, which may hang or crash."""

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

TIMEOUT = 10  # seconds; a broken driver can block for ever
LIBRARIES = {
    "driver": ["libcuda.so.1", "libcuda.so"],
    "NVRTC": ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"],
    "cuBLAS": ["libcublas.so.13", "libcublas.so.12", "libcublas.so"],
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


def _candidates(names):
    """Where the library looks too: what `make cuda` fetched, toolkits, what the loader finds."""
    roots = [*_fetched(), os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH")]
    roots += ["/usr/local/cuda", "/opt/cuda", *glob.glob("/usr/local/cuda-*")]
    folders = [f"{root}/{lib}" for root in roots if root for lib in ("lib64", "lib")]
    return [f"{folder}/{name}" for folder in folders for name in names] + names


def _fetched():
    folders = paths.find().cuda.glob(f"*-{paths.machine()}")
    version = lambda folder: [int(number) for number in re.findall(r"\d+", folder.name.split("-")[0])]
    return [str(folder) for folder in sorted(folders, key=version, reverse=True)]


def _find(names):
    """The first library that loads."""
    for candidate in _candidates(names):
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
    found = {name: _find(names) for name, names in LIBRARIES.items()}
    return {
        "libraries": {name: file for name, (file, _) in found.items()},
        "devices": _device_count(found["driver"][1]),
    }


if __name__ == "__main__":
    print(json.dumps(_report()))
