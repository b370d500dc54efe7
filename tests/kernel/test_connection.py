"""Ports between the moment they are chosen and the moment they are used."""

import contextlib
import json
import socket
import sys

import live
import pytest
from course import connection, kernelspec
from jupyter_client import KernelManager

CLIENT = {"transport": "tcp", "ip": "127.0.0.1", "key": "k"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port cannot be kept")
def test_ports_are_kept_for_evcxr_alone(tmp_path):
    with connection.second(CLIENT, tmp_path) as (file, own):
        assert json.loads(file.read_text()) == own and own["key"] == CLIENT["key"]
        ports = [own[f"{name}_port"] for name in connection.CHANNELS]
        assert len(set(ports)) == len(ports)
        for port in ports:
            with socket.socket() as stranger, pytest.raises(OSError):
                stranger.bind((own["ip"], port))
            with contextlib.closing(socket.create_server((own["ip"], port))) as evcxr:
                evcxr.listen()


def test_a_port_that_is_gone_is_named():
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        wanted = {f"{name}_port": port for name in connection.CHANNELS}
        with pytest.raises(SystemExit, match=f"Port {port} was free when Jupyter chose it"):
            connection.listen({**CLIENT, **wanted})


def test_a_client_may_ask_for_files_instead_of_ports(places, tmp_path):
    file = tmp_path / "c.json"
    manager = KernelManager(kernel_name=kernelspec.NAME, transport="ipc", connection_file=str(file))
    with live.opened(places, manager) as session:
        assert session.run("1 + 1") == "2"
