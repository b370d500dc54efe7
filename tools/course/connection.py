"""Connection files: where the client finds the launcher, and the launcher finds evcxr."""

import contextlib
import json
import socket
from pathlib import Path

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


def read(file):
    return json.loads(Path(file).read_text(encoding="utf-8"))


def second(first, folder):
    """Write evcxr's connection file into `folder`: other ports, the same key.

    Gives the file and what stands in it.
    """
    file = folder / "connection.json"
    own = {**first, **dict(zip(PORTS, free_ports(len(PORTS)))), "ip": "127.0.0.1", "transport": "tcp"}
    file.touch(mode=0o600)
    file.write_text(json.dumps(own), encoding="utf-8")
    return file, own


def free_ports(count):
    """Numbers of ports on this machine that nobody uses at the moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
