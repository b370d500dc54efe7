"""A JupyterHub on this machine, and three users at once who are not root: all of them work, and none
sees what is another's."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from course import hub, paths, progress, runner

sys.path.insert(0, str(paths.find().course / "bench"))

import classroom
import remote

NOTEBOOK = "student/02_matmul.ipynb"
CELLS = 6

# Where programs put what they do not mean to keep.
PLACES = ("/tmp", "/var/tmp", "/dev/shm")

pytestmark = pytest.mark.skipif(classroom.missing() is not None, reason=str(classroom.missing()))


@pytest.fixture(scope="module")
def python(places):
    try:
        return hub.ensure(places).python
    except progress.StepFailed as failure:
        if "NewConnectionError" in str(failure) or "ConnectTimeoutError" in str(failure):
            pytest.skip("JupyterHub is not there, and no network to fetch it")
        raise


@pytest.fixture(scope="module")
def users():
    with classroom.users(3) as made:
        yield made


@pytest.fixture(scope="module")
def running(places, python, users):
    """The hub, and each user's server with its token."""
    places.artifacts.mkdir(parents=True, exist_ok=True)
    with classroom.opened(places, python, places.artifacts / "hub.log") as opened:
        with ThreadPoolExecutor(len(users)) as pool:
            servers = dict(zip(users, pool.map(opened.server, users)))
        yield opened, servers
        for user in users:
            opened.stop(user)


def test_three_users_run_the_same_notebook_at_once(places, users, running):
    _, servers = running
    with ThreadPoolExecutor(len(users)) as pool:
        runs = pool.map(
            lambda user: remote.execute(remote.Server(*servers[user]), NOTEBOOK, CELLS), users
        )
        for user, (notebook, _) in zip(users, runs):
            del notebook.cells[notebook.cells.index(code(notebook)[CELLS - 1]) + 1 :]
            assert runner.judged(notebook, places) == [], user.name


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_user_can_read_nothing_of_anothers_folders(users, running):
    for user in users:
        for other in users:
            if other != user:
                seen = user.run("find", other.home / "lesson12-rs", other.home / ".cache", "-readable")
                assert seen.stdout == "" and "Permission denied" in seen.stderr


def test_a_user_leaves_nothing_for_others_to_read(users, running):
    for user in users:
        theirs = ["-user", user.name, "-not", "-path", f"{user.home}*", "-perm", "/077"]
        found = subprocess.run(["find", *PLACES, "-maxdepth", "2", *theirs], stdout=subprocess.PIPE, check=False)
        assert found.stdout == b""


def test_a_server_opens_for_its_own_user_alone(users, running):
    _, servers = running
    first, second, _ = users
    (url, _), (_, foreign) = servers[first], servers[second]
    with pytest.raises(requests.HTTPError, match="403"):
        remote.Server(url, foreign).api("GET", "contents/")
