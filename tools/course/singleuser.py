"""Prepare the course for one of a machine's many users, and become the server they work on.

    python -m course.singleuser COMMAND [ARGUMENT …]

A JupyterHub starts this with `jupyterhub-singleuser`, a container with `jupyter lab`. The clone and
the shared cache (LESSON_SHARED) belong to somebody else; all that is written goes to the user's
own folders, which nobody else can read.
"""

import json
import os
import sys
from pathlib import Path

from . import environment, kernelspec, lab, paths, whole_file

# Files that the server or a cell makes are for their owner alone.
PRIVATE = 0o077

# On a hub many share the memory, and each open notebook is a kernel with a gigabyte of it. One that
# nobody has used for half an hour ends, its window open or not, and its variables with it.
CULLING = {"cull_idle_timeout": 1800, "cull_connected": True, "cull_interval": 300}


def own_folder():
    """Where a user's notebooks lie, with links to the course beside them."""
    return Path.home() / paths.COURSE_NAME / "student"


def prepare(places):
    """Everything that the server finds through `environment.jupyter`, and the learner's folder."""
    lab.prepare(places)
    lab.write_settings(places)
    settings = places.jupyter_home / "config" / "jupyter_server_config.json"
    whole_file.write(settings, json.dumps(server(places), indent=1).encode())
    kernelspec.ensure_in(places, places.jupyter_home / "data")


def server(places):
    """The server's settings; a hub's arguments (`c.Spawner.args`) have the last word."""
    on_a_hub = "JUPYTERHUB_API_TOKEN" in os.environ
    return {**lab.server(places), **({"MappingKernelManager": CULLING} if on_a_hub else {})}


def enter(places):
    """Make this process one of the course's, with the user's own kernelspec and no other."""
    environment.enter(places)
    del os.environ["JUPYTER_PATH"]
    os.environ.setdefault("JUPYTERHUB_DEFAULT_URL", f"/lab/tree/{lab.start(places).as_posix()}")
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])


def main():
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    os.umask(PRIVATE)
    os.environ.setdefault("LESSON_STUDENT", str(own_folder()))
    places = paths.find()
    enter(places)
    prepare(places)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
