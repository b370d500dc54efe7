"""Say what the course found on this machine; changes nothing and never fails.

    python -m course.doctor    (make doctor)
"""

import os
import platform
import sys

from . import evcxr, nvidia, paths, storage, venv


def line(name, text):
    print(f"  {name:14} {text}")


def system(name=sys.platform, machine=paths.machine(), release=platform.release()):
    """What this machine is, and how far the course has been tried on its kind."""
    named = {"linux": "Linux", "darwin": "macOS"}.get(name, name)
    found = f"{named} on {machine}" + (", in WSL2" if "microsoft-standard" in release else "")
    is_tested = (name, machine) == ("linux", "x86_64")
    return found if is_tested else f"{found} (not tried yet: docs/platforms.md)"


def built(places):
    line("Rust kernel", _state(evcxr.ready(places), f"{evcxr.TITLE}, {places.evcxr}"))
    line("JupyterLab", _state(venv.ready(venv.of_jupyter(places)), str(places.venv)))


def _state(ready, text):
    return text if ready else "not built yet (make setup)"


def graphics(report):
    if problem := report.get("problem"):
        line("NVIDIA", problem)
        return
    for name, file in report["libraries"].items():
        line(f"NVIDIA {name}", file or "not found")
    line("GPUs", str(report["devices"]))


def device(report, chosen):
    """The device a notebook will use, and why."""
    if chosen:
        return f"{chosen} (LESSON_DEVICE says so)"
    if not report.get("devices"):
        return "CPU (no NVIDIA GPU answers)"
    if not report["libraries"]["NVRTC"]:
        return "CPU (a GPU is here, but not NVRTC, which compiles the kernels)"
    return "CUDA"


def disk(places):
    for what, size, free in storage.table(places):
        if size:
            print(f"  {storage.human(size):>8}  {what:27} {free}")


def main():
    places = paths.find()
    line("system", system())
    built(places)
    report = nvidia.probe()
    graphics(report)
    line("device", device(report, os.environ.get("LESSON_DEVICE")))
    print("\nOn disk, and how to free it:")
    disk(places)


if __name__ == "__main__":
    main()
