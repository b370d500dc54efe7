"""What the launcher makes of a cell's text and of evcxr's errors, without a kernel."""

import pytest
from course import failures, guard, names, places


@pytest.mark.parametrize(
    "code",
    [
        "std::io::stdin().read_line(&mut line)?;",
        'print!("?"); io::stdin ( ).lines()',
        "let c = '\"'; stdin().lock()",
    ],
)
def test_a_cell_that_reads_from_the_keyboard_is_objected_to(code):
    assert "keyboard" in guard.objection(code)


@pytest.mark.parametrize(
    "code",
    ["1 + 1", "// stdin()", '"stdin()"', 'r#"a " stdin()"#', "/* stdin()\n */ 1", "fn stdin_of() {}"],
)
def test_any_other_cell_may_run(code):
    assert guard.objection(code) is None


def error(value):
    return {"ename": "Error", "evalue": value, "traceback": ["first", "second"]}


def explained(ran, value, code=""):
    known = names.Names()
    for number, (source, failure) in enumerate(ran, 1):
        known.take(number, source, failure)
    return known.explained(code, error(value)).get("evalue")


UNKNOWN = "cannot find value `x` in this scope"
PANIC, ENDED = failures.told("Panic", "no"), failures.told("ProcessEnded", "no", lost=True)


@pytest.mark.parametrize(
    ("ran", "says"),
    [
        ([("let x = a();", None), ("let y = x;", None), ("1", None)], "moved in cell [2]"),
        ([("let mut x: Vec<f32> = a();\ndrop(x);", None)], "moved in cell [1]"),
        ([("let (x, y) = a();", None), ("f(x);", None)], "moved in cell [2]"),
        ([("let x = a();", PANIC)], "cell [1], which makes it, has failed"),
        ([("let x = a();", None), ("loop {}", ENDED)], "lost with cell [2]"),
    ],
)
def test_a_name_that_is_gone_has_a_story(ran, says):
    assert says in explained(ran, UNKNOWN)
    assert says in explained(ran, "expected value, found macro `x`")


def test_a_name_that_never_was_has_none():
    assert explained([("let y = 1;", None)], UNKNOWN) is None
    macro = "expected value, found macro `s`"
    assert explained([("let y = 1;", None)], macro).startswith("There is no variable `s` yet, only a macro, `s!`")
    # Inside a block it was never there for another cell.
    assert explained([("{\n    let x = 1;\n}", None)], UNKNOWN) is None


def test_a_closure_is_named_however_the_compiler_says_it():
    for value in ("borrowed data escapes outside of function", "The variable `f` is a closure, which cannot"):
        assert "`f` is a closure" in explained([], value, "let f = move |x| x;")
    assert explained([], "borrowed data escapes outside of function", "let f = g(x);") is None


def test_a_line_of_the_generated_file_is_found_in_its_cell(tmp_path):
    generated = "fn f() {\n    a[1];\n}\nlet v = 1;\n    a[1];\n(a[1]).evcxr_display();\n"
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").write_text(generated)
    cells = [(1, "fn f() {\n    a[1];\n}"), (2, "let v = 1;\n    a[1];\n\na[1]")]
    found = [places.in_cell(f"src/lib.rs:{line}", tmp_path, cells[:n]) for line, n in ((2, 1), (5, 2), (6, 2))]
    assert found == ["cell [1], line 2", "cell [2], line 2", "cell [2], line 4"]
    assert places.in_cell("src/lib.rs:99", tmp_path, cells) == places.in_cell("", tmp_path, cells) == ""


def told(values, interrupted=False):
    return failures.of_errors([error(value) for value in values], interrupted, lambda error: {}, 7)


def test_several_compile_errors_are_one():
    failure = told(["mismatched types", "cannot find value"])
    assert failure.value == "mismatched types\ncannot find value"
    assert failure.traceback == ["first", "second"] * 2


def test_an_interrupt_says_what_became_of_the_variables():
    ended = "Subprocess terminated with status: signal: 2 (SIGINT)"
    assert told([ended], interrupted=True).lost and not told(["anything"], interrupted=True).lost
    assert told([f"last words\n{ended}"]).value.endswith("\nlast words")


def test_what_the_library_tells():
    failure, panic = failures.of_block("panic\nsrc/lib.rs:3\nout\nof bounds", lambda place: f"at {place}")
    assert failure.value == "out\nof bounds (at src/lib.rs:3)" and panic == "out\nof bounds"
    failure, panic = failures.of_block("error\n\ncheck failed: six: no", None)
    assert (failure.name, failure.value, panic) == ("CheckFailed", "check failed: six: no", None)
