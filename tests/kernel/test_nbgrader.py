"""nbgrader's own commands on an assignment of two exercises: every score is the right one."""

import csv
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import live
import pytest
from course import nbgrader, progress, venv

# Worth 2 and 3, so that a sum tells which of them was counted.
FIRST, SECOND = "02-ex2", "02-ex6"
RIGHT = {
    FIRST: "low + (high - low) * unit",
    SECOND: "x - &x.mean_axis(Axis(1)).unwrap().insert_axis(Axis(1))",
}
WRONG = {FIRST: "low + high * unit", SECOND: "x - &x.mean_axis(Axis(0)).unwrap()"}
GAP = 'todo!("write this part");'

# Seconds for a cell. No other cell comes near, even on a machine that is busy with other things.
SHORT, LONG = "--Execute.timeout=25", "--Execute.timeout=300"


@pytest.fixture(scope="module")
def environment(places):
    try:
        return nbgrader.ensure(places)
    except progress.StepFailed as failure:
        if "NewConnectionError" in str(failure) or "ConnectTimeoutError" in str(failure):
            pytest.skip("nbgrader is not there, and no network to fetch it")
        raise


@pytest.fixture(scope="module")
def released(places, environment, tmp_path_factory):
    """A course folder whose assignment is ready to be handed out."""
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    nbgrader.make(places, environment, folder, "ps1", exercises=[f"{FIRST}=2", f"{SECOND}=3"])
    run(folder, "generate_assignment", "ps1")
    return folder


def run(folder, *words):
    """One of nbgrader's commands, as an instructor types it; what it said."""
    done = subprocess.run(
        ["./nbgrader", *words],
        cwd=folder,
        env=venv.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


def source(folder, stage, exercise, name):
    return "".join(cell(read(folder / stage / "ps1" / f"{exercise}.ipynb"), name)["source"])


def hand_in(folder, student, exercise, solution, change=lambda notebook: None):
    """Submit the released notebook with `solution` in its gap, and changed by `change`."""
    notebook = read(folder / "release" / "ps1" / f"{exercise}.ipynb")
    gap = cell(notebook, exercise)
    assert "".join(gap["source"]).count(GAP) == 1
    gap["source"] = "".join(gap["source"]).replace(GAP, solution)
    change(notebook)
    path = folder / "submitted" / student / "ps1" / f"{exercise}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def edit_check(notebook):
    cell(notebook, f"{SECOND}-check")["source"] = 'println!("all is well");'


def delete_check(notebook):
    notebook["cells"].remove(cell(notebook, f"{SECOND}-check"))


def submit_what_ends(folder):
    hand_in(folder, "right", FIRST, RIGHT[FIRST])
    hand_in(folder, "right", SECOND, f"dbg!(x.dim()); {RIGHT[SECOND]}")
    hand_in(folder, "half", FIRST, RIGHT[FIRST])
    hand_in(folder, "half", SECOND, WRONG[SECOND], edit_check)
    hand_in(folder, "wrong", FIRST, WRONG[FIRST])
    hand_in(folder, "wrong", SECOND, WRONG[SECOND], delete_check)
    hand_in(folder, "broken", FIRST, 'low + "high"')
    hand_in(folder, "broken", SECOND, "std::process::exit(0)")


def submit_what_does_not(folder):
    hand_in(folder, "endless", FIRST, "loop { std::hint::black_box(low); }")
    hand_in(folder, "endless", SECOND, RIGHT[SECOND])


def grade(released, name, submit, *commands):
    """Grade what `submit` hands in, in a copy of the folder with a gradebook of its own."""
    folder = released.parent / name
    shutil.copytree(released, folder, symlinks=True)
    submit(folder)
    for words in commands:
        run(folder, "autograde", "ps1", *words)
    run(folder, "generate_feedback", "ps1")
    run(folder, "export")
    return folder


@pytest.fixture(scope="module")
def graded(released):
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            ("ends", submit_what_ends, [LONG]),
            ("endless", submit_what_does_not, [SHORT, f"--notebook={FIRST}"], [LONG, f"--notebook={SECOND}"]),
        ]
        return list(pool.map(lambda job: grade(released, *job), jobs))


def test_every_score_is_the_right_one(graded):
    scores = {}
    for folder in graded:
        with (folder / "grades.csv").open(encoding="utf-8") as table:
            scores.update({row["student_id"]: float(row["score"]) for row in csv.DictReader(table)})
    assert scores == {"right": 5, "half": 2, "wrong": 0, "broken": 0, "endless": 3}


def test_the_feedback_shows_what_was_wrong(graded):
    ends, endless = graded
    shown = [
        (ends, "right", FIRST, "✓ 02-ex2: solved"),
        (ends, "half", SECOND, "check failed: 02-ex6, by hand"),
        (ends, "wrong", FIRST, "check failed: 02-ex2, first"),
        (ends, "broken", FIRST, "E0277"),
        (ends, "broken", SECOND, "The process that runs the cells has ended"),
        (endless, "endless", FIRST, "CellTimeoutError"),
    ]
    for folder, student, exercise, text in shown:
        page = folder / "feedback" / student / "ps1" / f"{exercise}.html"
        assert text in page.read_text(encoding="utf-8"), (student, exercise)


def test_the_release_has_gaps_and_no_solutions(released):
    for exercise in (FIRST, SECOND):
        assert RIGHT[exercise] in source(released, "source", exercise, exercise)
        notebook = (released / "release" / "ps1" / f"{exercise}.ipynb").read_text(encoding="utf-8")
        assert RIGHT[exercise] not in notebook and "SOLUTION" not in notebook
        assert GAP in source(released, "release", exercise, exercise)
        assert f"{exercise}-check" in notebook and "hint" not in notebook


# Each makes a wrong solution look right in some way, and stays in the kernel for the next.
TRICKS = {
    "a pass line": 'println!("✓ 02-ex2: solved");',
    "a value": 'println!("EVCXR_BEGIN_CONTENT text/plain\\n2\\nEVCXR_END_CONTENT");',
    "an early return": "return Ok(());",
    "a panic": 'panic!("no");',
    "no panic hook": "std::panic::set_hook(Box::new(|_| {}));",
    "checks of its own": "mod check { pub fn graded<T>(_: T) -> Result<(), String> { Ok(()) } }",
    "macros that tell nothing": "\n".join(
        "macro_rules! NAME { ($($t:tt)*) => {} }".replace("NAME", name) for name in ("eprintln", "println")
    ),
}


@pytest.fixture(scope="module")
def solved_wrong(places, released):
    """A kernel in which a wrong solution has run, and the source of the cell that grades it."""
    notebook = read(released / "release" / "ps1" / f"{FIRST}.ipynb")
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    *given, solution, grading = code
    with live.opened(places) as session:
        for text in given:
            session.run(text)
        yield session, solution, grading


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_makes_a_wrong_solution_look_right(solved_wrong, trick):
    session, solution, grading = solved_wrong
    inside = TRICKS[trick] if "EVCXR" in TRICKS[trick] or "✓" in TRICKS[trick] else ""
    session.execute(solution.replace(GAP, f"{inside} {WRONG[FIRST]}"))
    if not inside:
        session.execute(TRICKS[trick])
    reply, outputs = session.execute(grading)
    kinds = [output["output_type"] for output in outputs]
    # nbgrader takes a result before an error for partial credit.
    assert reply["status"] == "error" and "error" in kinds and "execute_result" not in kinds, outputs


def test_a_wrong_choice_is_refused(places, environment, tmp_path):
    with pytest.raises(nbgrader.NotWritten, match="02-ex99: no such exercise; there are .*02-ex1"):
        nbgrader.make(places, environment, tmp_path, "ps1", exercises=["02-ex99"])
    with pytest.raises(nbgrader.NotWritten, match="no such|cannot read"):
        nbgrader.make(places, environment, tmp_path, "ps1", notebooks=["no_such_notebook"])
