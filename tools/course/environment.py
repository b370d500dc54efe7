"""The environment of every Jupyter process of the course: the user's own folders stay untouched."""

import os


def jupyter(paths, base=None):
    """`base` (or this process's environment) with Jupyter's folders inside the cache."""
    home = paths.jupyter_home
    environment = dict(os.environ if base is None else base)
    # The user's own Python settings belong to their projects.
    for name in ("PYTHONPATH", "PYTHONHOME", "JUPYTER_CONFIG_PATH"):
        environment.pop(name, None)
    environment.update(
        JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTER_DATA_DIR=str(home / "data"),
        JUPYTER_RUNTIME_DIR=str(home / "runtime"),
        IPYTHONDIR=str(home / "ipython"),
        JUPYTER_PATH=str(paths.jupyter_path),
        JUPYTER_PLATFORM_DIRS="0",
    )
    return environment


def enter(paths):
    """Make this process one of the course's. Call it before Jupyter's modules are imported."""
    wanted = jupyter(paths)
    # IPython warns when the parent of its folder is missing.
    paths.jupyter_home.mkdir(parents=True, exist_ok=True)
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


def reproducible():
    """Make the notebooks produce the committed outputs: on the CPU, with no download, and
    with nothing that tells how far a cell has come."""
    os.environ["LESSON_DEVICE"] = "cpu"
    os.environ["LESSON_OFFLINE"] = "1"
    os.environ["LESSON_PROGRESS"] = "0"
