"""A JupyterHub on this machine alone, with users of its own, to test and to measure with.

Only root can make accounts and start servers under them. What everybody shares (clone, cache,
toolchain, Python) may lie in root's home, where no user could read it: the hub runs in a mount
namespace in which these folders can be reached, and only read.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from course import toolchain

SHELL = "/bin/sh"

# Arguments: the folders that keep users out, `--`, the folders to be read, `--`, the command.
OPEN_UP = """
set -e
stage=$(mktemp -d)
mount -t tmpfs -o mode=755 stage "$stage"
closed= count=0
while [ "$1" != -- ]; do closed="$closed $1"; shift; done
shift
for folder in "$@"; do
    [ "$folder" != -- ] || break
    mkdir "$stage/$count" && mount --bind "$folder" "$stage/$count"
    count=$((count + 1))
done
for folder in $closed; do mount -t tmpfs -o mode=755 closed "$folder"; done
count=0
while [ "$1" != -- ]; do
    mkdir -p "$1" && mount --move "$stage/$count" "$1" && mount -o remount,bind,ro "$1"
    count=$((count + 1)) && shift
done
shift
umount "$stage" && rmdir "$stage"
exec "$@"
"""

CONFIG = """
load_subconfig({shipped!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.authenticator_class = "dummy"
c.Spawner.environment.update({{"LESSON_DEVICE": "cpu", "LESSON_OFFLINE": "1"}})
c.JupyterHub.services.append({{"name": "classroom", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{
        "name": "classroom",
        "scopes": ["admin:users", "admin:servers", "access:servers", "tokens"],
        "services": ["classroom"],
    }}
)
"""


def missing():
    """Why no such hub can run here, or None."""
    if os.geteuid() != 0:
        return "only root can start servers for other users"
    needed = ("useradd", "userdel", "runuser", "unshare")
    lacking = [program for program in needed if not shutil.which(program)]
    if lacking:
        return f"no {', '.join(lacking)} on this machine"
    probe = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs probe /mnt"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        return "this machine lets nobody mount anything"
    return None


@dataclass(frozen=True)
class User:
    """An account, and the way to act under it."""

    name: str
    home: Path

    def run(self, *command):
        """Run a command under the account, for its output."""
        words = ["runuser", "-u", self.name, "--", *map(str, command)]
        return subprocess.run(words, capture_output=True, encoding="utf-8", check=False)

    @property
    def uid(self):
        return pwd.getpwnam(self.name).pw_uid


@contextlib.contextmanager
def users(count):
    """So many new accounts, with homes that others may enter, as most systems make them."""
    with tempfile.TemporaryDirectory(prefix="classroom-") as homes:
        os.chmod(homes, 0o755)
        made = [User(f"learner{os.getpid()}-{n}", Path(homes) / f"learner-{n}") for n in range(1, count + 1)]
        try:
            for user in made:
                options = ["--create-home", "--home-dir", user.home, "--key", "HOME_MODE=0755"]
                options += ["--shell", SHELL]
                subprocess.run(["useradd", *options, user.name], check=True, capture_output=True)
            yield made
        finally:
            for user in made:
                subprocess.run(["userdel", "--force", user.name], check=False, capture_output=True)


class Hub:
    """A running hub; `server` starts a user's."""

    def __init__(self, url, token):
        self.url, self.token = url, token

    def api(self, method, path, token=None, **more):
        """The hub's answer to a request of its REST API; any problem is an exception."""
        headers = {"Authorization": f"token {token or self.token}"}
        answer = requests.request(method, f"{self.url}{path}", headers=headers, timeout=60, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def server(self, user, seconds=120):
        """Start the user's server; its address and a token of the user's own."""
        self.api("POST", f"/hub/api/users/{user.name}")
        token = self.api("POST", f"/hub/api/users/{user.name}/tokens", json={"note": "own"})["token"]
        self.api("POST", f"/hub/api/users/{user.name}/server")
        wait(lambda: self._ready(user), seconds, f"the server of {user.name}")
        return f"{self.url}/user/{user.name}", token

    def _ready(self, user):
        return self.api("GET", f"/hub/api/users/{user.name}")["servers"].get("", {}).get("ready")

    def stop(self, user):
        self.api("DELETE", f"/hub/api/users/{user.name}/server")


@contextlib.contextmanager
def opened(places, python, log):
    """A hub with the configuration that the course ships, on free ports; it writes to `log`."""
    ports = dict(zip(("public", "hub", "proxy"), free_ports(3)))
    token = os.urandom(16).hex()
    with tempfile.TemporaryDirectory(prefix="hub-") as state, open(log, "wb") as output:
        config = Path(state) / "config.py"
        shipped = str(places.tools / "hub" / "jupyterhub_config.py")
        config.write_text(CONFIG.format(shipped=shipped, token=token, **ports), encoding="utf-8")
        child = subprocess.Popen(
            [*open_up(places), python, "-m", "jupyterhub", "-f", config],
            cwd=state,
            env={**os.environ, "STATE_DIRECTORY": state},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        hub = Hub(f"http://127.0.0.1:{ports['public']}", token)
        try:
            wait(lambda: _answers(hub, child), 60, f"the hub (see {log})")
            yield hub
        finally:
            child.terminate()
            child.wait(timeout=30)


def _answers(hub, child):
    assert child.poll() is None, "the hub ended"
    with contextlib.suppress(requests.RequestException):
        return hub.api("GET", "/hub/api/")


def open_up(places):
    """The beginning of a command that runs where users can read all that they share."""
    shared = [places.course, places.cache, toolchain.sysroot(), Path(sys.base_prefix)]
    closed = sorted({wall for folder in shared if (wall := _wall(folder))})
    hidden = [folder for folder in shared if _wall(folder)]
    start = ["unshare", "--mount", "--propagation", "private", SHELL, "-c", OPEN_UP, "open_up"]
    return [*start, *closed, "--", *hidden, "--"]


def _wall(folder):
    """The first folder on the way to `folder` that keeps other users out, or None."""
    way = [*reversed(folder.parents), folder]
    return next((step for step in way if not step.stat().st_mode & 0o001), None)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no sign of {what} within {seconds} s")
        time.sleep(0.2)
