"""Jupyter's messages on their way between a client, the launcher and evcxr.

Both sides sign with the key of the client's connection file, so that a message that nobody has to
change is passed on as it came.
"""

import functools
import threading
from dataclasses import dataclass

import zmq
from jupyter_client.session import Session

@dataclass
class Message:
    """One message: the frames as they came, and what stands in them."""

    frames: list
    identities: list
    header: dict
    parent: dict
    content: dict

    @property
    def type(self):
        return self.header["msg_type"]

    @property
    def id(self):
        return self.header["msg_id"]

    @property
    def parent_id(self):
        return self.parent.get("msg_id", "")


class Wire:
    """The sockets that Jupyter talks to, bound, and those that talk to evcxr, connected.

    `listening`: the plain sockets behind the first ones, where the client asked for ports.
    """

    def __init__(self, connection, evcxr_connection, listening):
        self.context = zmq.Context()
        self.session = Session(key=connection["key"].encode(), username="kernel")
        # Every message is looked at once, and evcxr's repeat the client's session.
        self.session.digest_history_size = 0
        router, pub, sub, dealer = zmq.ROUTER, zmq.PUB, zmq.SUB, zmq.DEALER
        front = {"shell": router, "control": router, "stdin": router, "iopub": pub}
        back = {"shell": dealer, "control": dealer, "stdin": dealer, "iopub": sub}
        bound = functools.partial(self._bound, connection, listening)
        self.front = {name: bound(name, kind) for name, kind in front.items()}
        self.back = {name: self._socket(kind) for name, kind in back.items()}
        for name, socket in self.back.items():
            # evcxr asks for input on another socket than the one that the cell came by.
            socket.setsockopt(zmq.IDENTITY, b"launcher")
            if name == "iopub":
                socket.setsockopt(zmq.SUBSCRIBE, b"")
            socket.connect(_address(evcxr_connection, name))
        for name in ("shell", "control", "stdin"):
            # A client that comes back is the same client.
            self.front[name].setsockopt(zmq.ROUTER_HANDOVER, 1)
        heartbeat = bound("hb", zmq.ROUTER)
        threading.Thread(target=_echo, args=(heartbeat,), daemon=True).start()

    def _socket(self, kind):
        socket = self.context.socket(kind)
        socket.linger = 1000
        # A cell may print any number of lines before a slow client has read them.
        socket.set_hwm(0)
        return socket

    def _bound(self, connection, listening, name, kind):
        socket = self._socket(kind)
        if name in listening:
            socket.setsockopt(zmq.USE_FD, listening[name].detach())
        socket.bind(_address(connection, name))
        return socket

    def read(self, socket):
        """The next message, or None if what came is not one: it would crash evcxr."""
        frames = socket.recv_multipart()
        try:
            identities, parts = self.session.feed_identities(frames, copy=True)
            raw = self.session.deserialize(parts, content=True, copy=True)
            message = Message(frames, identities, raw["header"], raw["parent_header"], raw["content"])
            usable = isinstance(message.id, str) and isinstance(message.type, str)
            return message if usable and isinstance(message.content, dict) else None
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            return None

    def send(self, channel, kind, content, request):
        """A message of the launcher's own to the client, on account of `request`."""
        identities = None if channel == "iopub" else request.identities
        self.session.send(self.front[channel], kind, content, parent=request.header, ident=identities)

    def pass_on_changed(self, message, content):
        """Send evcxr the client's request with another content."""
        request = {"header": message.header, "parent_header": message.parent, "metadata": {}, "content": content}
        self.back["shell"].send_multipart(self.session.serialize(request, ident=message.identities))

    def ask(self, kind, content):
        """Ask evcxr something on the launcher's own account; gives the request's id."""
        return self.session.send(self.back["shell"], kind, content, ident=[b"launcher"])["msg_id"]

    def close(self):
        self.context.destroy(linger=1000)


def _echo(socket):
    """Answer every heartbeat; ends with the context."""
    try:
        zmq.proxy(socket, socket)
    except zmq.ZMQError:
        pass


def _address(connection, name):
    separator = ":" if connection["transport"] == "tcp" else "-"
    port = connection[f"{name}_port"]
    return f"{connection['transport']}://{connection['ip']}{separator}{port}"
