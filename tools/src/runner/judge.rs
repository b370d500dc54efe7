//! What is wrong with a run of the program.

use super::{Cell, Ending, Notebook, Record, Trace, printed};

/// Every reason why the run of a notebook is not good, each naming notebook and cell.
///
/// A good run came to the end of every cell, wrote nothing on the error stream, and printed a pass
/// line for every check. The check of an unsolved exercise has to fail instead, saying why.
pub fn problems(notebook: &Notebook, record: &Record) -> Vec<String> {
    let mut problems = before_the_first(notebook, record);
    for cell in notebook.cells {
        let Some(trace) = record.cells.iter().find(|trace| trace.number == cell.number) else {
            problems.push(never_began(notebook, cell));
            return problems;
        };
        let problem = of_cell(cell, trace, record);
        problems.extend(
            problem.map(|text| format!("{}: {}", place(notebook, cell), located(notebook, &text))),
        );
        if !trace.ended && !trace.failed {
            return problems;
        }
    }
    if record.ending != Ending::Success {
        problems.push(format!("{}: all cells ended, but {}", notebook.path, how(record)));
    }
    problems
}

fn place(notebook: &Notebook, cell: &Cell) -> String {
    format!("{}, cell {} (id {})", notebook.path, cell.number, cell.id)
}

fn before_the_first(notebook: &Notebook, record: &Record) -> Vec<String> {
    let stray = record.cells.iter().filter(|trace| trace.number == 0);
    stray
        .map(|t| format!("{}: before its first cell: {}{}", notebook.path, t.stdout, t.stderr))
        .collect()
}

/// `text` with every line of the generated file replaced by the line of the cell it came from.
fn located(notebook: &Notebook, text: &str) -> String {
    let file = format!("{}:", notebook.file);
    let mut pieces = text.split(&file);
    let mut located = String::from(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let line = piece[..digits].parse().unwrap_or_default();
        match notebook.cells.iter().rev().find(|cell| cell.first <= line) {
            Some(cell) => {
                located += &format!("cell {}, line {}", cell.number, line - cell.first + 1)
            }
            None => located += &format!("{file}{line}"),
        }
        located += &piece[digits..];
    }
    located
}

fn never_began(notebook: &Notebook, cell: &Cell) -> String {
    format!("{}: never began: {}", place(notebook, cell), "the program ended before it")
}

fn of_cell(cell: &Cell, trace: &Trace, record: &Record) -> Option<String> {
    if cell.unsolved && (trace.ended || trace.failed) {
        return of_unsolved(trace);
    }
    if !trace.ended {
        return Some(format!("{}{}", how(record), said(trace)));
    }
    printed::problem(&trace.stdout, &trace.stderr, cell.checks)
}

fn of_unsolved(trace: &Trace) -> Option<String> {
    if trace.ended {
        return Some("the check passes although the exercise is not solved".into());
    }
    trace
        .stderr
        .trim()
        .is_empty()
        .then(|| "the check of an unsolved exercise fails in silence".into())
}

fn how(record: &Record) -> String {
    match &record.ending {
        Ending::Timeout(seconds) => format!("timeout: not done after {seconds} s"),
        Ending::Success => "the process ended here, with exit code 0".into(),
        // The program itself ends so after a panic or an error, which stand on stderr.
        Ending::Failure(status) if status.ends_with(": 1") => "failed".into(),
        Ending::Failure(status) => format!("the process died here ({status})"),
    }
}

fn said(trace: &Trace) -> String {
    match trace.stderr.trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stop;
    use super::*;

    fn notebook(cells: &'static [Cell]) -> Notebook {
        Notebook {
            path: "n/a.ipynb",
            name: "a",
            file: "src/na.rs",
            run: || Ok::<(), Stop>(()),
            cells,
        }
    }

    const CELLS: &[Cell] = &[
        Cell { number: 2, id: "x", first: 4, checks: 0, unsolved: false },
        Cell { number: 5, id: "y", first: 9, checks: 2, unsolved: false },
    ];

    fn found(stdout: &str, stderr: &str, ending: Ending) -> String {
        problems(&notebook(CELLS), &Record::new(stdout, stderr, ending, 0.0)).join("\n")
    }

    #[test]
    fn a_good_run_has_no_problem_even_when_a_cell_leaves_its_line_open() {
        let stdout = "\u{1e}begin 2\nno newline\u{1e}end 2\n\u{1e}begin 5\n✓ a: fine\n✓ b: fine\n\u{1e}end 5\n";
        let stderr = "\u{1e}begin 2\n\u{1e}end 2\n\u{1e}begin 5\n\u{1e}end 5\n";
        assert_eq!(found(stdout, stderr, Ending::Success), "");
    }

    #[test]
    fn every_kind_of_bad_run_is_named_with_its_cell() {
        let all = "\u{1e}begin 2\n\u{1e}end 2\n\u{1e}begin 5\n✓ a\n✓ b\n\u{1e}end 5\n";
        let cut = "\u{1e}begin 2\n\u{1e}end 2\n\u{1e}begin 5\n✓ a\n";
        let marks = "\u{1e}begin 2\n\u{1e}end 2\n\u{1e}begin 5\n";
        let exit = |code: &str| Ending::Failure(format!("exit status: {code}"));
        for (stdout, stderr, ending, expected) in [
            (
                all,
                "\u{1e}begin 2\nwarn\n\u{1e}end 2\n",
                Ending::Success,
                "cell 2 (id x): wrote to stderr: warn",
            ),
            (
                &all.replace("✓ b\n", ""),
                marks,
                Ending::Success,
                "cell 5 (id y): printed 1 of 2 pass lines",
            ),
            (
                &all.replace("✓ b", "is ✓ b"),
                marks,
                Ending::Success,
                "cell 5 (id y): printed 1 of 2 pass lines",
            ),
            (cut, marks, Ending::Timeout(3), "cell 5 (id y): timeout: not done after 3 s"),
            (
                cut,
                marks,
                Ending::Success,
                "cell 5 (id y): the process ended here, with exit code 0",
            ),
            (cut, marks, exit("7"), "cell 5 (id y): the process died here (exit status: 7)"),
            (cut, &format!("{marks}boom"), exit("1"), "cell 5 (id y): failed: boom"),
            ("\u{1e}begin 2\n\u{1e}end 2\n", "", Ending::Success, "cell 5 (id y): never began"),
            (all, marks, exit("9"), "all cells ended, but the process died here (exit status: 9)"),
            (&format!("early{all}"), marks, Ending::Success, "before its first cell: early"),
        ] {
            let found = found(stdout, stderr, ending);
            assert!(
                found.starts_with("n/a.ipynb") && found.contains(expected),
                "{expected}: {found}"
            );
        }
    }

    #[test]
    fn a_line_of_the_generated_file_is_told_as_a_line_of_a_cell() {
        let located = |text: &str| located(&notebook(CELLS), text);
        assert_eq!(located("no (src/na.rs:11)"), "no (cell 5, line 3)");
        assert_eq!(
            located("at src/na.rs:4:9, src/na.rs:9:1"),
            "at cell 2, line 1:9, cell 5, line 1:1"
        );
        assert_eq!(located("at src/na.rs:1, src/nb.rs:4"), "at src/na.rs:1, src/nb.rs:4");
    }

    #[test]
    fn the_check_of_an_unsolved_exercise_has_to_fail_and_say_why() {
        const CELLS: &[Cell] = &[Cell { number: 1, id: "x", first: 1, checks: 1, unsolved: true }];
        let found = |mark: &str, stderr: &str| {
            let stdout = format!("\u{1e}begin 1\n\u{1e}{mark} 1\n");
            let stderr = format!("\u{1e}begin 1\n{stderr}");
            problems(&notebook(CELLS), &Record::new(&stdout, &stderr, Ending::Success, 0.0))
                .join("\n")
        };
        assert_eq!(found("failed", "not yet implemented"), "");
        assert!(found("failed", "").contains("in silence"));
        assert!(found("end", "").contains("although the exercise is not solved"));
    }
}
