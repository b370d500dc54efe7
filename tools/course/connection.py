"""Connection files: where the client finds the launcher, and the launcher finds evcxr.

Whoever chooses a port binds it later than it is chosen, and meanwhile another kernel that is
starting may take it. So the launcher takes the client's ports before it does anything else, and
keeps evcxr's from all others until evcxr listens there.
"""

import contextlib
import json
import socket
import sys
from pathlib import Path

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


def read(file):
    return json.loads(Path(file).read_text(encoding="utf-8"))


def listen(client):
    """Sockets that listen where the client will look for its kernel, by channel.

    Gives none for a client that asks for files instead of ports.
    """
    if client["transport"] != "tcp":
        return {}
    return {name: _listening(client["ip"], client[f"{name}_port"]) for name in CHANNELS}


def _listening(host, port):
    try:
        return socket.create_server((host, port))
    except OSError as problem:
        sys.exit(
            f"Port {port} was free when Jupyter chose it, and now it cannot be had "
            f"({problem.strerror}). Start the kernel again: it gets other ports."
        )


@contextlib.contextmanager
def second(first, folder):
    """Write evcxr's connection file into `folder`: other ports, the same key.

    Gives the file and what stands in it. On Linux nobody but evcxr gets these ports before the end.
    """
    with contextlib.ExitStack() as held:
        ports = {f"{name}_port": _free_port(held) for name in CHANNELS}
        file = folder / "connection.json"
        own = {**first, **ports, "ip": "127.0.0.1", "transport": "tcp"}
        file.touch(mode=0o600)
        file.write_text(json.dumps(own), encoding="utf-8")
        if sys.platform != "linux":
            held.close()
        yield file, own


def _free_port(held):
    """A port of this machine that nobody uses, and that is not given out again while `held` is open.

    Linux lets evcxr bind it all the same: both sockets allow it, and this one does not listen.
    """
    each = held.enter_context(socket.socket())
    each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    each.bind(("127.0.0.1", 0))
    return each.getsockname()[1]
