"""The folder for a machine with a GPU: what it takes along, and what its `run` makes of each step."""

import importlib.machinery
import importlib.util
import json
import sys
import time

import pytest


def load(name, file):
    """A file of bench/ as a module; those that are carried away have no ending."""
    loader = importlib.machinery.SourceFileLoader(name, str(file))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.modules[name] = module
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gpu(places):
    return load("bench_gpu", places.course / "bench" / "gpu.py")


@pytest.fixture(scope="module")
def runner(places):
    return load("gpu_run", places.course / "bench" / "gpu" / "run")


@pytest.fixture
def here(runner, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "HERE", tmp_path)
    monkeypatch.setattr(runner, "RESULTS", tmp_path)
    return tmp_path


def python(runner, text, **more):
    return runner.Step("a step", [sys.executable, "-c", text], more.pop("seconds", 60), **more)


def test_programs_are_taken_by_kind_and_name(gpu):
    def message(kind, name, executable="/x"):
        return json.dumps({"target": {"kind": [kind], "name": name}, "executable": executable})

    lines = [
        message("test", "kernels_matmul", "/t/kernels_matmul-1"),
        message("test", "extracted"),
        message("bench", "device_matmul", "/t/device_matmul-2"),
        message("bench", "einsum"),
        message("lib", "kernels_x"),
        message("bin", "cells_gpu_cells", "/t/cells"),
        message("test", "kernels_y", None),
        '{"reason": "build-finished", "success": true}',
        "not JSON",
    ]
    assert gpu.programs("\n".join(lines)) == [
        ("tests", "kernels_matmul", "/t/kernels_matmul-1"),
        ("benches", "device_matmul", "/t/device_matmul-2"),
        ("notebooks", "cells_gpu_cells", "/t/cells"),
    ]


def test_a_notebook_that_needs_cargo_stays_here(gpu, places):
    left = [file.stem for file in places.notebooks.glob("*.ipynb") if not gpu.portable(file)]
    assert left == ["13_apl"]


def test_a_step_passes_fails_or_is_missing(runner, here):
    def outcome(step, left=60):
        result, _, note = runner.run(step, left)
        return result, note

    assert outcome(python(runner, "print('fine')")) == ("passed", "fine")
    failed, note = outcome(python(runner, "print('bad'); exit(3)"))
    assert failed == "FAILED" and note == "exit code 3 bad"
    failed, note = outcome(python(runner, "import time; time.sleep(60)", seconds=5))
    assert failed == "FAILED" and note.startswith("stopped after 5 s")
    assert outcome(python(runner, "print('no X'); exit(77)")) == ("missing", "exit code 77 no X")
    missing, note = outcome(python(runner, "", needs=["no_such_program"]))
    assert missing == "missing" and "no_such_program is not here" in note
    assert outcome(python(runner, ""), left=1) == ("missing", "no time left")


def test_a_program_that_ran_no_test_has_not_passed(runner, here):
    empty = "print('test result: ok. 0 passed; 0 failed; 0 ignored')"
    assert runner.run(python(runner, empty), 60)[0] == "FAILED"
    full = "print('test result: ok. 2 passed; 0 failed; 0 ignored')"
    assert runner.run(python(runner, full), 60)[0] == "passed"


def test_what_a_program_skipped_is_told(runner, here):
    skips = "import os; open(os.environ['LESSON_TEST_SKIPS'], 'a').write('a\\tno GPU\\n')"
    outcome, _, note = runner.run(python(runner, skips), 60)
    assert outcome == "passed" and note.startswith("1 of them skipped")


def test_every_test_program_goes_through_every_sanitizer(runner, here):
    (here / "tests").mkdir()
    for name in ("kernels_a", "kernels_b"):
        (here / "tests" / name).write_text("")
    names = [step.name for step in runner.steps()]
    for tool in ("memcheck", "racecheck", "initcheck", "synccheck"):
        assert [name for name in names if name.startswith(tool)] == [f"{tool} kernels_a", f"{tool} kernels_b"]
    assert "bench (none)" in names and "notebooks (none)" in names


def test_sanitizers_run_side_by_side_and_what_is_timed_alone(runner, here):
    (here / "tests").mkdir()
    (here / "tests" / "kernels_a").write_text("")
    assert all(step.alone != step.name.endswith("check kernels_a") for step in runner.steps())


def test_steps_that_may_do_run_at_once_and_keep_their_order(runner, here, monkeypatch, capsys):
    wait = "import time; time.sleep(1); print('fine')"
    steps = [python(runner, wait, alone=False) for _ in range(4)]
    for number, step in enumerate(steps):
        step.name = f"step {number}"
    monkeypatch.setattr(runner, "steps", lambda: steps)
    monkeypatch.setattr(sys, "argv", ["run"])
    start = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        runner.main()
    assert not ended.value.code and time.monotonic() - start < 3.5
    table = capsys.readouterr().out.split("\n\n")[-1].splitlines()
    assert ["step" in line for line in table] == [True] * 4 + [False]
    assert [line.split("step ")[1][0] for line in table[:4]] == ["0", "1", "2", "3"]


def test_the_table_has_a_line_for_every_step_and_a_sum(runner):
    rows = [("test a", "passed", 3.2, "ok"), ("memcheck a", "missing", 0, "not here")]
    lines = runner.table(rows).splitlines()
    assert len(lines) == 3 and lines[-1] == "1 passed, 0 failed, 1 missing"
