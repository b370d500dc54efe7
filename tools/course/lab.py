"""Serve the course in JupyterLab, on this machine only, with a token.

    python -m course.lab [JupyterLab's own arguments]

Runs in the course's environment (`make lab`). Kernels end with the server.
"""

import json
import os
import signal
import sys

from . import environment, kernelspec, paths

START = "notebooks/00_start_here.ipynb"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    }
}


def arguments(places):
    """No pop-ups about updates and news, nothing asked of the network, no question at Ctrl-C."""
    chosen = [
        f"--ServerApp.root_dir={places.course}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",
        # Leaves the address to open, and what goes wrong.
        "--log-level=WARN",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
        # One kernel to choose from, so that a notebook never asks which.
        f"--KernelSpecManager.allowed_kernelspecs={kernelspec.NAME}",
        "--KernelSpecManager.ensure_native_kernel=False",
        f"--MultiKernelManager.default_kernel_name={kernelspec.NAME}",
        f"--LabApp.default_url=/lab/tree/{START}",
    ]
    # Containers often have no other user.
    return chosen + ["--allow-root"] * (os.geteuid() == 0)


def write_settings(places):
    """Defaults for the page itself; what a learner changes there is kept apart from them."""
    file = places.jupyter_home / "config" / "labconfig" / "default_setting_overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(SETTINGS, indent=1), encoding="utf-8")


def main():
    places = paths.find()
    environment.enter(places)
    write_settings(places)
    # A closed terminal is an end like any other: kernels are shut down.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))

    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=arguments(places) + sys.argv[1:])


if __name__ == "__main__":
    main()
