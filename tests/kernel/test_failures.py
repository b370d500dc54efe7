"""Every way in which a cell can fail: a complete Jupyter error, and what was there stays there."""

import live
import nbclient
import pytest
from course import kernelspec
from throwaway import code, notebook

SETUP = ':dep lesson_lib = { path = "../lesson_lib" }\nuse lesson_lib::prelude::*;\nlesson_lib::setup()'


@pytest.fixture(scope="module")
def session(places):
    with live.opened(places) as opened:
        opened.run(SETUP)
        opened.run("let kept = 7;")
        yield opened


def test_a_failed_check(session):
    error = session.failure('let new = 1;\ncheck::that("six", 2 + 3 == 6, "count again")?;')
    assert (error["ename"], error["evalue"]) == ("CheckFailed", "check failed: six: count again")
    assert session.run("kept") == "7"
    assert "cell [" in session.failure("new")["evalue"], "says which cell failed to make it"


def test_none_of_many_failed_checks_is_silent(session):
    for k in range(8):
        error = session.failure(f'check::that("check {k}", false, "no")?;')
        assert error["evalue"] == f"check failed: check {k}: no"


def test_an_error_of_another_library(session):
    error = session.failure('let n: i32 = "ten".parse()?;')
    assert (error["ename"], error["evalue"]) == ("Error", "invalid digit found in string")


def test_a_panic_names_the_learners_cell_and_line(session):
    error = session.failure("let empty: Vec<i32> = vec![];\n\nlet n = empty[3];")
    assert error["ename"] == "Panic"
    assert error["evalue"].startswith("index out of bounds: the len is 0 but the index is 3 (cell [")
    assert error["evalue"].endswith("], line 3)")
    assert session.run("kept") == "7"


def test_a_panic_of_a_crate_names_the_learners_line_too(session):
    session.run("let weights = array![[1.0_f32, 2.0], [3.0, 4.0]];")
    error = session.failure("// nine\nweights[[9, 9]]")
    assert "index out of bounds" in error["evalue"] and error["evalue"].endswith(", line 2)")
    error = session.failure("let sum = &weights + &array![1.0_f32, 2.0, 3.0];")
    assert error["evalue"].endswith(", line 1)"), error["evalue"]


def test_a_panic_in_a_function_of_an_earlier_cell_names_that_cell(session):
    session.run("fn third(values: &[i32]) -> i32 {\n    // as ever\n    values[2]\n}")
    earlier = session.execute("1")[0]["execution_count"] - 1
    error = session.failure("third(&[1])")
    assert error["evalue"].endswith(f"(cell [{earlier}], line 3)")


def test_a_panic_that_was_caught_is_no_failure(session):
    reply, shown = session.execute('std::panic::catch_unwind(|| panic!("caught")).is_err()')
    assert reply["status"] == "ok"
    assert live.text(shown) == "true" and "caught" in live.printed_on(shown, "stderr")


def test_a_panic_in_a_thread_is_told_and_belongs_to_its_cell(session):
    reply, shown = session.execute('let _ = std::thread::spawn(|| panic!("lost")).join();')
    assert reply["status"] == "ok" and "lost" in live.printed_on(shown, "stderr")


def test_a_compile_error_is_one_error(session):
    error = session.failure('let a: i32 = "";\nlet b: u8 = 1.5;')
    assert error["ename"] == "CompileError" and "mismatched types" in error["evalue"]
    assert len([line for line in error["traceback"] if "E0308" in line]) == 2
    number = session.execute("1")[0]["execution_count"] - 1
    assert f"cell [{number}]:" in "\n".join(error["traceback"])


def test_a_value_that_has_moved(session):
    session.run("let given = vec![1, 2];")
    mover = session.execute("let other = given;")[0]["execution_count"]
    assert session.failure("given.len()")["evalue"].startswith(f"`given` was moved in cell [{mover}]")


def test_a_closure(session):
    session.run('let name = "x";')
    told = "The variable `g` is a closure, which cannot be persisted"
    assert session.failure("let g = |v: f32| v + 1.0;")["evalue"].startswith(told)


def test_cells_behind_a_failed_one_are_not_run(session):
    def status(source, **options):
        return waiting(session, [session.client.execute(s, **options) for s in ("panic!();", source)])

    assert status('let late = 1;') == ["error", "aborted"]
    assert status("kept", stop_on_error=False) == ["error", "ok"]
    assert session.run("kept") == "7"


def waiting(session, requests):
    """The status in the replies to `requests`."""
    replies = {}
    while set(replies) != set(requests):
        message = session.client.get_shell_msg(timeout=live.TIMEOUT)
        replies[message["parent_header"]["msg_id"]] = message["content"]["status"]
    return [replies[request] for request in requests]


def test_every_line_comes_before_its_cells_end(session):
    for k in range(6):
        _, shown = session.execute(f'for i in 0..200 {{ eprintln!("{k} {{i}}"); }} println!("out {k}");')
        assert live.printed_on(shown, "stderr").split("\n")[:-1] == [f"{k} {i}" for i in range(200)]
        assert live.printed_on(shown, "stdout") == f"out {k}\n"


def test_text_without_a_line_break_is_shown(session):
    assert session.run('for i in 0..3 { print!("{i} "); }\nprint!("\\n");') == "0 1 2 \n"
    assert session.run('print!("tail"); 5') == "tail5"
    _, shown = session.execute('eprint!("a"); eprint!("b");')
    assert live.printed_on(shown, "stderr") == "ab"


def test_a_flush_does_not_hang(session):
    flush = "use std::io::Write;\nstd::io::stdout().flush()?;"
    assert session.run(f'print!("Guess: ");\n{flush}') == "Guess: "
    assert session.run(f'std::print!("Guess: ");\n{flush}') == "Guess: "
    assert session.run("kept") == "7"


def test_a_cell_that_would_wait_for_the_keyboard_is_refused(session):
    error = session.failure("let mut line = String::new();\nstd::io::stdin().read_line(&mut line)?;")
    assert error["ename"] == "Refused" and "keyboard" in error["evalue"]
    assert session.run('println!("stdin()"); // stdin()') == "stdin()\n"


def test_a_process_that_ends_takes_the_variables_along(places):
    with live.opened(places) as session:
        session.run("let here = 1;")
        error = session.failure("std::process::abort();")
        assert error["ename"] == "ProcessEnded" and "signal: 6" in error["evalue"]
        assert "variables are gone" in error["evalue"]
        assert "lost with cell [2]" in session.failure("here")["evalue"]


def test_tools_that_run_notebooks_see_the_failure(places):
    failing = notebook(code(SETUP), code('check::that("six", false, "count")?;'), code("1"))
    client = nbclient.NotebookClient(
        failing, kernel_name=kernelspec.NAME, resources={"metadata": {"path": str(places.notebooks)}}
    )
    with pytest.raises(nbclient.exceptions.CellExecutionError) as caught:
        client.execute()
    assert (caught.value.ename, caught.value.evalue) == ("CheckFailed", "check failed: six: count")
    assert failing.cells[1].outputs[0].output_type == "error" and not failing.cells[2].outputs
