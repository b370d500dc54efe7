"""Tell Jupyter about the course's kernel: a kernelspec named `rust`."""

import json

NAME = "rust"
DISPLAY_NAME = "Rust (lesson)"


def specification(paths):
    return {
        "argv": [str(paths.venv_python), str(paths.launcher), "{connection_file}"],
        "display_name": DISPLAY_NAME,
        "language": "rust",
        # Asked by message, evcxr kills the process with all variables; the launcher knows better.
        "interrupt_mode": "signal",
        # LESSON_CACHE: an editor starts the kernel without make's environment.
        "env": {"LESSON_CACHE": str(paths.cache)},
    }


def folders(paths):
    """For this clone (through JUPYTER_PATH), and for editors that use the environment."""
    return [
        paths.jupyter_path / "kernels" / NAME,
        paths.venv / "share" / "jupyter" / "kernels" / NAME,
    ]


def ensure(paths):
    """Write it where it is missing or belongs to another clone."""
    for folder in folders(paths):
        write(folder, specification(paths))


def write(folder, wanted):
    file, text = folder / "kernel.json", json.dumps(wanted, indent=1) + "\n"
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: a kernel of another session may be starting.
    partial = file.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
