"""Serve the learner's edition of the course in JupyterLab, on this machine only, with a token.

    python -m course.lab [JupyterLab's own arguments]

Runs in the course's environment (`make lab`). Kernels end with the server.
"""

import json
import os
import signal
import sys

from . import edition, environment, exercises, kernelspec, paths, progress, welcome, whole_file

STYLE = "custom.css"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    # The welcome page, and every other text, as a page.
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    # Room for the notebooks' names.
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
}


def arguments(places):
    """On this machine only, with no question at Ctrl-C."""
    settings = {
        "ServerApp": {"ip": "127.0.0.1", "answer_yes": True},
        "LabApp": {"default_url": f"/lab/tree/{start(places).as_posix()}"},
    }
    # Leaves the address to open, and what goes wrong.
    chosen = ["--log-level=WARN", *_words(settings), *_words(server(places))]
    # Containers often have no other user.
    return chosen + ["--allow-root"] * (os.geteuid() == 0)


def _words(settings):
    """Settings as arguments of a command; one that has several values is said several times."""
    return [
        f"--{owner}.{name}={value}"
        for owner, values in settings.items()
        for name, several in values.items()
        for value in (several if isinstance(several, list) else [several])
    ]


def server(places):
    """The server's settings: the learner's folder with all that lies beside it, no pop-ups about
    updates and news, nothing asked of the network."""
    return {
        "ServerApp": {"root_dir": str(places.learner.parent)},
        "LabApp": {
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "news_url": None,
            "custom_css": True,
            "extension_manager": "readonly",
        },
        # The user's own would have a notebook ask which to take.
        "KernelSpecManager": {
            "allowed_kernelspecs": kernelspec.names(places),
            "ensure_native_kernel": False,
        },
        "MultiKernelManager": {"default_kernel_name": kernelspec.NAME},
    }


def start(places):
    """The page that opens, below the folder that is served."""
    return (places.learner / exercises.WELCOME).relative_to(places.learner.parent)


def prepare(places):
    """Bring the learner's folder up to date. What was handed out before opens in any case."""
    try:
        for line in edition.ensure(places):
            progress.log(line)
    except progress.StepFailed as failure:
        if not (places.learner / exercises.WELCOME).exists():
            sys.exit(str(failure))
        progress.log(str(failure))
    welcome.write(places)


def write_settings(places):
    """Defaults for the page itself; what a learner changes there is kept apart from them."""
    config = places.jupyter_home / "config"
    style = (places.jupyter_looks / STYLE).read_bytes()
    for file, content in [
        (config / "labconfig" / "default_setting_overrides.json", json.dumps(SETTINGS).encode()),
        (config / "custom" / STYLE, style),
    ]:
        file.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(file, content)


def main():
    places = paths.find()
    environment.enter(places)
    prepare(places)
    write_settings(places)
    # A closed terminal is an end like any other: kernels are shut down.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))

    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=arguments(places) + sys.argv[1:])


if __name__ == "__main__":
    main()
