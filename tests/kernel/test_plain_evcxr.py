"""An evcxr that the course's launcher did not start: no failure is silent there either."""

import live
import pytest
from course import launcher, session, template
from jupyter_client.kernelspec import KernelSpec



@pytest.fixture(scope="module")
def plain(places, tmp_path_factory):
    """With the course's prebuilt library, so that it takes seconds, and nothing else of its."""
    template.ensure(places)
    with session.opened(places) as (folder, _):
        launcher.furnish(places, folder, template.state(places))
        launcher.configure(places, folder, warm=False)
        environment = launcher.kernel_environment(places, folder, True, "")
        for name in ("LESSON_KERNEL", "LESSON_KERNEL_NOTE"):
            del environment[name]
        patch = pytest.MonkeyPatch()
        for name, value in environment.items():
            patch.setenv(name, value)
        argv = [str(places.evcxr), "--control_file", "{connection_file}"]
        patch.setattr(
            live.KernelManager, "kernel_spec", KernelSpec(argv=argv, language="rust", interrupt_mode="message")
        )
        patch.delenv("LESSON_KERNEL", raising=False)
        patch.delenv("LESSON_KERNEL_NOTE", raising=False)
        with live.opened(places) as opened:
            library = "\n".join(f":dep {line}" for line in places.library.dependencies(folder))
            setup = f"{library}\nuse lesson_lib::prelude::*;\nlesson_lib::setup()"
            assert "plain evcxr" in opened.run(setup, stderr=True)
            yield opened
        patch.undo()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('check::that("six", false, "count")?;', "check failed: six: count"),
        ('let n: i32 = "ten".parse()?;', "invalid digit"),
        ("let v: Vec<i32> = vec![]; v[3]", "index out of bounds"),
        ('eprintln!("by hand");', "by hand"),
    ],
)
def test_a_failure_is_told_before_its_cell_ends(plain, cell, said):
    for _ in range(4):
        _, shown = plain.execute(cell)
        assert said in live.printed_on(shown, "stdout"), shown
