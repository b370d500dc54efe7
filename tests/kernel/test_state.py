"""What survives from cell to cell, and what is left when a kernel has ended."""

import os
import signal
import subprocess
import sys
import threading

import live
import psutil
import pytest

SETUP = ':dep lesson_lib = { path = "../lesson_lib" }\nuse lesson_lib::prelude::*;'

ENDLESS = """
let mut number = Device::cpu().zeros(1)?;
let source = Source::kernel("endless(float* a)", "while (true) a[0] += 1;");
let endless = Device::cpu().compile(source)?.kernel("endless")?;
"""


@pytest.fixture
def session(places):
    with live.opened(places) as opened:
        yield opened


def folders(places, launcher):
    """The folders of one launcher's sessions: kernels of others come and go meanwhile."""
    return list(places.sessions.glob(f"{launcher}-*"))


def launcher(session):
    return session.manager.provisioner.pid


def gone(processes):
    """Whether none of them is still running (a zombie is not)."""

    def runs(process):
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return not any(map(runs, processes))


def test_the_librarys_statics_are_one_for_all_cells(session):
    session.run(SETUP)
    session.run("lesson_lib::random::manual_seed(42);")
    first = session.run("lesson_lib::random::rand(3)")
    second = session.run("lesson_lib::random::rand(3)")
    session.run("lesson_lib::random::manual_seed(42);")
    assert first != second
    assert session.run("lesson_lib::random::rand(3)") == first
    assert session.run("lesson_lib::random::rand(3)") == second


def test_print_options_hold_in_later_cells(session):
    session.run(SETUP)
    before = session.run("array![1.0_f32 / 3.0]")
    session.run("set_printoptions(PrintOptions::new().precision(2));")
    after = session.run("array![1.0_f32 / 3.0]")
    assert before != after and "0.33" in after


def test_kernels_live_side_by_side(places):
    with live.opened(places) as one, live.opened(places) as two:
        launchers = [launcher(one), launcher(two)]
        assert [len(folders(places, each)) for each in launchers] == [1, 1]
        one.run("let name = 1;")
        two.run("let name = 2;")
        assert (one.run("name"), two.run("name")) == ("1", "2")
        running = [*one.processes(), *two.processes()]
    assert live.until(lambda: gone(running))
    assert live.until(lambda: not any(folders(places, each) for each in launchers))


def test_a_restart_forgets_and_leaves_one_folder(places, session):
    session.run("let kept = 1;")
    first = launcher(session)
    assert len(folders(places, first)) == 1
    session.restart()
    assert "kept" in session.failure("kept")["evalue"]
    assert session.run("1 + 1") == "2"
    assert launcher(session) != first and len(folders(places, launcher(session))) == 1
    assert live.until(lambda: not folders(places, first))


def interrupted(session, source, seconds=5):
    """The error of a cell that is interrupted after a while."""
    timer = threading.Timer(seconds, session.manager.interrupt_kernel)
    timer.start()
    return session.failure(source)


def test_an_interrupt_ends_a_cell_and_says_that_the_variables_are_gone(session):
    session.run("let here = 1;")
    error = interrupted(session, "loop {}")
    assert error["ename"] == "Interrupted" and "variables are gone" in error["evalue"]
    assert "lost with cell [2]" in session.failure("here")["evalue"]
    assert session.run("1 + 1") == "2"


def test_an_interrupt_while_a_cell_is_compiled_loses_nothing(session):
    session.run("let here = 1;")
    functions = "".join(f"fn f{i}(x: [f64; 64]) -> String {{ format!(\"{{x:?}}{i}\") }}\n" for i in range(3000))
    # Only what is called is compiled to the end.
    calls = ", ".join(f"f{i}([0.0; 64]).len()" for i in range(3000))
    error = interrupted(session, f"{functions}[{calls}].iter().sum::<usize>()", seconds=3)
    assert error["ename"] == "Interrupted" and "while it was compiled" in error["evalue"]
    assert session.run("here") == "1"


def test_an_interrupt_between_two_cells_changes_nothing(session):
    session.run("let here = 1;")
    session.manager.interrupt_kernel()
    assert session.run("here") == "1"


def test_an_interrupt_ends_an_endless_launch_and_the_variables_live_on(session):
    session.run(SETUP)
    session.run("let kept = 7;")
    session.run(ENDLESS)
    error = interrupted(session, "endless.launch(Launch::blocks(1).block(1), (&mut number,))?;")
    assert "endless" in error["evalue"] and "was interrupted" in error["evalue"]
    assert session.run("kept") == "7"
    assert session.run("number.len()") == "1"


def test_a_killed_kernel_leaves_nothing_behind(places):
    with live.opened(places) as session:
        session.run("1")
        killed = launcher(session)
        assert len(folders(places, killed)) == 1
        running = session.processes()
        os.kill(running[0].pid, signal.SIGKILL)
        assert live.until(lambda: gone(running))
        session.client.stop_channels()
    # Nobody is left to remove the folder: the next kernel does.
    with live.opened(places):
        assert live.until(lambda: not folders(places, killed))


SERVER = """
import sys, time
from jupyter_client import KernelManager
manager = KernelManager(kernel_name="rust")
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=600)
client.execute(sys.argv[2])
time.sleep(1)
print(manager.provisioner.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("cell", ["1", "loop {}"])
def test_a_kernel_ends_with_the_server_that_started_it(places, cell):
    command = [sys.executable, "-c", SERVER, str(places.notebooks), cell]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        launcher = psutil.Process(int(server.stdout.readline()))
        running = [launcher, *launcher.children(recursive=True)]
        server.kill()
    assert live.until(lambda: gone(running))
