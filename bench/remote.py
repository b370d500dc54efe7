"""Open and run a notebook on a Jupyter server, as a browser does: by its REST API and websockets."""

import contextlib
import json
import time
import uuid

import nbformat
import requests
import websocket
from nbformat.v4 import output_from_msg

OUTPUTS = ("stream", "error", "execute_result", "display_data")


class Server:
    """A user's server, and the token it knows that user by."""

    def __init__(self, url, token):
        self.url, self.headers = url, {"Authorization": f"token {token}"}

    def api(self, method, path, **more):
        answer = requests.request(
            method, f"{self.url}/api/{path}", headers=self.headers, timeout=120, **more
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def notebook(self, path):
        """The content of a notebook in the folder that is served."""
        content = self.api("GET", f"contents/{path}", params={"content": 1})["content"]
        return nbformat.from_dict(content)

    @contextlib.contextmanager
    def kernel(self, path):
        """A kernel for the notebook at `path`, as JupyterLab starts it."""
        about = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "rust"}}
        session = self.api("POST", "sessions", json=about)
        kernel = session["kernel"]["id"]
        url = f"{self.url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
        try:
            with contextlib.closing(self._channel(url)) as channel:
                yield Kernel(channel)
        finally:
            self.api("DELETE", f"sessions/{session['id']}")

    def _channel(self, url, seconds=300):
        """The kernel's websocket; like a browser, it asks again while the kernel is starting."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return websocket.create_connection(url, header=self.headers, timeout=600)
            except websocket.WebSocketBadStatusException:
                if time.monotonic() > deadline:
                    raise


class Kernel:
    def __init__(self, channel):
        self.channel, self.session = channel, uuid.uuid4().hex

    def ready(self):
        """Wait until it answers."""
        self._ask("kernel_info_request", {})

    def run(self, source):
        """A cell's outputs."""
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
        return self._ask("execute_request", {**content, "allow_stdin": False, "stop_on_error": True})

    def _ask(self, kind, content):
        header = {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "", "date": ""}
        header |= {"msg_type": kind, "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.channel.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        return self._answers(header["msg_id"])

    def _answers(self, question):
        outputs, replied, idle = [], False, False
        while not (replied and idle):
            message = json.loads(self.channel.recv())
            if message["parent_header"].get("msg_id") != question:
                continue
            kind = message["header"]["msg_type"]
            replied |= kind.endswith("_reply")
            idle |= kind == "status" and message["content"]["execution_state"] == "idle"
            if kind in OUTPUTS:
                outputs.append(output_from_msg(message))
        return outputs


def execute(server, path, cells=None):
    """Run the first `cells` code cells of a notebook on the server, or all of them; the notebook,
    and the seconds until the kernel was ready and that each cell took."""
    notebook = server.notebook(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"][:cells]
    seconds, start = [], time.monotonic()
    with server.kernel(path) as kernel:
        kernel.ready()
        seconds.append(time.monotonic() - start)
        for cell in code:
            start = time.monotonic()
            cell.outputs = kernel.run(cell.source)
            seconds.append(time.monotonic() - start)
    return notebook, seconds
