"""Make everything that the course runs on; quick when it is there already.

    python -m course.setup [--environment]

With `--environment` only the JupyterLab environment is made, for what needs no kernel. Nothing is
contacted when the stamps are good. Several clones may run it at once.
"""

import sys

from . import (
    evcxr,
    kernelspec,
    locking,
    notebook_tool,
    paths,
    progress,
    storage,
    template,
    toolchain,
    venv,
)


def main():
    places = paths.find()
    make = ensure_environment if "--environment" in sys.argv[1:] else ensure
    try:
        make(places)
    except progress.StepFailed as failure:
        sys.exit(f"{failure}\n  Run the same command again: finished parts are kept.")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the same command again: finished parts are kept.")


def ensure_environment(places):
    jupyter = venv.of_jupyter(places)
    if not venv.ready(jupyter):
        storage.mark(places)
        with locking.exclusive(places.locks / "setup", progress.log):
            venv.ensure(jupyter)


def ensure(places):
    ensure_kernel(places)
    kernelspec.ensure(places)
    template.ensure(places)
    notebook_tool.ensure(places)


def ensure_kernel(places):
    """What every kernel of the course is started with."""
    ensure_environment(places)
    ensure_evcxr(places)


def ensure_evcxr(places):
    """The Rust kernel, and the sources that it reads."""
    storage.mark(places)
    toolchain.ensure_sources(places)
    if not evcxr.ready(places):
        with locking.exclusive(places.locks / "setup", progress.log):
            evcxr.ensure(places)


if __name__ == "__main__":
    main()
