"""The notebook tool, a program of this workspace that cargo builds when it is first asked for."""

import re
import subprocess

from . import compiled, progress

PROGRAM = "cargo", "run", "-q", "-p", "tools", "--bin", "notebook", "--"


def built(places):
    """Where cargo puts the program."""
    return places.cargo_target / "debug" / "notebook"


def ensure(places):
    """Build the tool where it was never built: from then on cargo needs a moment and no network."""
    if built(places).exists():
        return
    compiled.hand_out(places)
    progress.run(
        "The notebook tool",
        ["cargo", "build", "-p", "tools", "--bin", "notebook"],
        usual="under a minute",
        detail=_crate,
        log_path=places.cache / "logs" / "notebook-tool.log",
        cwd=places.course,
    )


def _crate(line):
    compiling = re.match(r"\s*Compiling (\S+)", line)
    return compiling and compiling[1]


def complaints(places, *words):
    """What the tool complains about when it is run with these words; "" when all is well."""
    command = [*PROGRAM, *map(str, words)]
    done = subprocess.run(command, cwd=places.course, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    return (done.stdout + done.stderr).strip() or f"{words[0]} ended with {done.returncode}"
