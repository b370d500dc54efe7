"""The runner against a real kernel: what must be red is red, and the cells around it are named."""

import json

import nbformat
from course import runner
from throwaway import code, notebook


def run(places, *cells, **options):
    return runner.execute(notebook(*cells), places.notebooks, **options)


def test_sound_cells_are_green(places):
    outcome = run(places, code("let a = 41;"), code(""), code("a + 1"))
    assert outcome.faults == []
    assert outcome.notebook.cells[2].outputs[0]["data"]["text/plain"] == "42"
    assert outcome.notebook.metadata.language_info.name.lower() == "rust"
    nbformat.validate(outcome.notebook)


def test_a_fault_names_its_cell_and_the_next_cells_still_run(places):
    outcome = run(places, code("let a = 1;"), code('eprintln!("odd")', id="x"), code("a"))
    [fault] = outcome.faults
    assert fault.startswith("cell 2 (id ") and "wrote to stderr: odd" in fault
    assert outcome.notebook.cells[2].outputs


def test_nothing_runs_after_an_error(places):
    outcome = run(places, code('let a: i32 = "";'), code('println!("late")'))
    assert "mismatched types" in outcome.faults[0] and "were not run" in outcome.faults[-1]
    assert not outcome.notebook.cells[1].outputs


def test_all_that_fails_is_found_by_going_on(places):
    outcome = run(places, code("1"), code('let a: i32 = "";'), code("a"), code("2"), go_on=True)
    assert [fault[:6] for fault in outcome.faults] == ["cell 2", "cell 3"], outcome.faults
    assert outcome.notebook.cells[3].outputs


def test_a_cell_that_never_ends_times_out(places):
    outcome = run(places, code("1"), code("loop {}"), cell_timeout=15)
    assert all(fault.startswith("cell 2 (id ") for fault in outcome.faults)
    assert "timeout" in outcome.faults[-1]


def test_old_outputs_do_not_count(places):
    cell = code('mod check { pub fn that() {} } check::that()', "check")
    cell["outputs"] = [nbformat.v4.new_output("stream", name="stdout", text="✓ old\n")]
    assert "printed 0 of 1 pass lines" in run(places, cell).faults[0]


def test_a_kernel_that_cannot_start_is_a_fault(places, monkeypatch, tmp_path):
    folder = tmp_path / "kernels" / "rust"
    folder.mkdir(parents=True)
    broken = {"argv": ["false"], "display_name": "Broken", "language": "rust"}
    (folder / "kernel.json").write_text(json.dumps(broken))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert "did not start" in run(places, code("1")).faults[0]
