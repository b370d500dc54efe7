"""Tell Jupyter about the course's kernel: a kernelspec named `rust`.

    python -m course.kernelspec FOLDER    into a Jupyter folder, such as ~/.local/share/jupyter
"""

import json
import sys
from pathlib import Path

from . import whole_file
from .paths import find

NAME = "rust"
DISPLAY_NAME = "Rust (lesson)"
LOGO = "logo-svg.svg"


def specification(paths):
    # An editor starts the kernel without make's environment.
    shared = {"LESSON_SHARED": str(paths.shared)} if paths.shared else {}
    own = {} if paths.shares else {"LESSON_CACHE": str(paths.cache)}
    return {
        "argv": [str(paths.venv_python), str(paths.launcher), "{connection_file}"],
        "display_name": DISPLAY_NAME,
        "language": "rust",
        # Asked by message, evcxr kills the process with all variables; the launcher knows better.
        "interrupt_mode": "signal",
        "env": {**shared, **own},
    }


def folders(paths):
    """For this clone (through JUPYTER_PATH), and for editors that use the environment."""
    homes = [paths.jupyter_path, paths.venv / "share" / "jupyter"]
    return [home / "kernels" / NAME for home in homes]


def names(paths):
    """The course's kernel, and those that come with another crate (warm.py)."""
    others = (paths.jupyter_path / "kernels").glob(f"{NAME}-*")
    return [NAME, *sorted(folder.name for folder in others)]


def ensure(paths):
    """Write it where it is missing or belongs to another clone."""
    logo = (paths.jupyter_looks / LOGO).read_bytes()
    for folder in folders(paths):
        write(folder, specification(paths))
        put(folder / LOGO, logo)


def write(folder, wanted):
    put(folder / "kernel.json", (json.dumps(wanted, indent=1) + "\n").encode())


def put(file, content):
    """Leave a file alone that is right: a kernel of another session may be starting."""
    if not (file.exists() and file.read_bytes() == content):
        file.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(file, content)


def ensure_in(paths, home):
    """Write it into the Jupyter folder `home`; the kernel runs in the environment of this process,
    so that no other need be there."""
    folder = home / "kernels" / NAME
    wanted = specification(paths)
    write(folder, {**wanted, "argv": [sys.executable, *wanted["argv"][1:]]})
    put(folder / LOGO, (paths.jupyter_looks / LOGO).read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ensure_in(find(), Path(sys.argv[1]))
