"""Build what the users of a JupyterHub share: all of them read it, and none need write to it.

    python -m course.hub    (make hub)

docs/jupyterhub.md says how a class is served from it.
"""

import json
import os
import sys

from . import (
    edition,
    notebook_tool,
    paths,
    progress,
    setup,
    template,
    toolchain,
    venv,
    whole_file,
)

# What the one who builds it chooses for all users.
HANDED_ON = ("LESSON_TARGET_CPU", "LESSON_MNIST_DIR")

NEXT = """
Ready for a class. To try it on this machine, as root:

    {python} -m jupyterhub -f {config}

docs/jupyterhub.md has the rest."""


def ensure_parts(places):
    """What a cache that others share has to hold, besides the environment that serves it."""
    setup.ensure_evcxr(places)
    template.ensure(places)
    notebook_tool.ensure(places)
    edition.made(places)


def ensure(places):
    """The environment with JupyterHub, made with all else that a user's kernel needs."""
    ensure_parts(places)
    environment = venv.ensure_apart(places, venv.of_hub(places), "hub")
    write_down(places, environment)
    return environment


def write_down(places, environment):
    """For tools/hub/settings.py, which a hub reads in an environment of its own."""
    file = places.target / "hub.json"
    file.parent.mkdir(exist_ok=True)
    built = {"python": str(environment.python), "environment": of_users(places)}
    whole_file.write(file, json.dumps(built, indent=1).encode() + b"\n")


def of_users(places):
    """The environment in which a user's server is started."""
    return {
        "PYTHONPATH": str(places.tools),
        # The toolchain itself: rustup's folder may be in a home that users cannot read.
        "PATH": f"{toolchain.sysroot() / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "LESSON_SHARED": str(places.cache),
        **{name: os.environ[name] for name in HANDED_ON if name in os.environ},
    }


def main():
    # Whoever builds it may have a umask that keeps others out.
    os.umask(0o022)
    places = paths.find()
    try:
        environment = ensure(places)
    except progress.StepFailed as failure:
        sys.exit(f"{failure}\n  Run the same command again: finished parts are kept.")
    config = places.tools / "hub" / "jupyterhub_config.py"
    print(NEXT.format(python=environment.python, config=config))


if __name__ == "__main__":
    main()
