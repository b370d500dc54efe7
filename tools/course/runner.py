"""Run notebooks in the course's kernel, and say what is wrong with them.

    python -m course.runner [--write] [--compare] [--go-on] [NOTEBOOK ...]

--write puts the outputs into the notebooks; --compare fails when the outputs
in the file are not those of this run; --go-on runs the cells behind one that
failed, too, and so finds all that fail. Runs in the course's environment.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import environment, kernelspec, notebook_tool, paths

CELL_TIMEOUT = 300  # seconds; the first cell may have to build the library
START_TIMEOUT = 180


@dataclass
class Outcome:
    """A notebook as this run left it, and its faults: green when there are none."""

    notebook: object
    faults: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def green(self):
        return not self.faults


def execute(notebook, folder, *, cell_timeout=CELL_TIMEOUT, go_on=False):
    """Run every cell of `notebook` in a fresh kernel with `folder` as its working directory.

    The outputs are put into `notebook`. After a cell that failed the next ones do not run, as in
    JupyterLab, unless `go_on`; after any other fault they do.
    """
    start = time.monotonic()
    try:
        fatal = asyncio.run(_execute(notebook, _client(notebook, folder, cell_timeout, go_on)))
    except RuntimeError as problem:  # jupyter_client's word for a kernel that does not start
        return Outcome(notebook, [f"the kernel did not start: {problem}"])
    faults = judged(notebook, paths.find()) + ([fatal] if fatal else [])
    return Outcome(notebook, faults, time.monotonic() - start)


async def _execute(notebook, client):
    """Run the cells in order; why it could not go on, or None."""
    _forget_earlier_runs(notebook)
    async with client.async_setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                fatal = await _run_cell(client, cell, index)
                if fatal:
                    return f"cell {index + 1} (id {cell.id}): {fatal}"
        notebook.metadata["language_info"] = await _language(client)
    return None


def _forget_earlier_runs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _client(notebook, folder, cell_timeout, go_on):
    from nbclient import NotebookClient

    return NotebookClient(
        notebook,
        kernel_name=kernelspec.NAME,
        timeout=cell_timeout,
        startup_timeout=START_TIMEOUT,
        record_timing=False,
        allow_errors=go_on,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )


async def _run_cell(client, cell, index):
    """Why the notebook cannot go on after this cell, or None."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError:
        return "the cells after it were not run"
    except CellTimeoutError:
        return f"timeout: no answer within {client.timeout} s; the cells after it were not run"
    except DeadKernelError:
        return "the kernel died; the cells after it were not run"
    return None


async def _language(client):
    request = client.kc.kernel_info()
    reply = await client.async_wait_for_reply(request)
    return reply["content"]["language_info"]


def judged(notebook, places):
    """What the outputs of a run say is wrong; the rules stand in the notebook tool."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.ipynb"
        nbformat.write(notebook, file)
        said = notebook_tool.complaints(places, "judge", file)
    # The tool begins every fault with the notebook's path, which is not worth telling here.
    faults = re.split(rf"^\S*{file.name}, ", said, flags=re.MULTILINE)
    return [fault.strip() for fault in faults if fault.strip()]


def stale(committed, fresh, places):
    """The fault that the outputs in the file `committed` are not those in `fresh`, if so."""
    said = notebook_tool.complaints(places, "compare", committed, fresh)
    return [f"its outputs are not those of this run (make notebooks)\n{said}"] if said else []


def run_file(path, places, *, write=False, compare=False, **options):
    """Execute the notebook at `path` from the folder of the course's notebooks."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    outcome = execute(notebook, places.notebooks, **options)
    fresh = places.artifacts / "fresh" / path.name
    fresh.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(outcome.notebook, fresh)
    if compare and outcome.green:
        outcome.faults += stale(path, fresh, places)
    if write and outcome.green:
        nbformat.write(outcome.notebook, path)
    return outcome


def main():
    options = _arguments()
    places = paths.find()
    environment.enter(places)
    environment.reproducible()
    notebooks = options.notebooks or sorted(places.notebooks.glob("*.ipynb"))
    missing = [str(path) for path in notebooks if not path.is_file()]
    if missing or not notebooks:
        sys.exit(f"no notebook at {', '.join(missing) or places.notebooks}")
    red = 0
    for path in notebooks:
        outcome = run_file(
            path, places, write=options.write, compare=options.compare, go_on=options.go_on
        )
        print(f"{'✓' if outcome.green else '✗'} {path.name} ({outcome.seconds:.1f} s)")
        for fault in outcome.faults:
            print(f"  {fault}")
        red += not outcome.green
    sys.exit(f"{red} of {len(notebooks)} notebooks failed" if red else 0)


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m course.runner")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--go-on", action="store_true")
    parser.add_argument("notebooks", nargs="*", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
