//! Every notebook keeps the rules of the `notebook check` command, and its student edition is the
//! notebook itself but for the marked parts. (That each rule finds what breaks it is tested beside
//! the rules.)

use std::{fs, path::Path};

use tools::{
    Error,
    assignment::Choice,
    course::{Course, notebook_paths, notebooks_in},
    hygiene,
    notebook::Notebook,
    prediction::Bet,
    student,
};

fn folder(name: &str) -> std::path::PathBuf {
    Course::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap().root().join(name)
}

fn notebooks() -> Vec<Notebook> {
    let notebooks = notebooks_in(&folder("notebooks")).unwrap();
    assert!(!notebooks.is_empty(), "notebooks/ has no notebooks");
    notebooks
}

#[test]
fn every_notebook_keeps_the_rules() {
    let problems: Vec<Error> = notebooks().iter().flat_map(hygiene::check).collect();
    let text: Vec<String> = problems.iter().map(Error::to_string).collect();
    assert!(text.is_empty(), "{}", text.join("\n"));
}

/// A learner's progress and an assignment know an exercise by its name alone.
#[test]
fn no_two_exercises_of_the_course_have_one_name() {
    let mut choices = Choice::all_of(&notebooks()).unwrap();
    choices.sort_by(|a, b| a.id.cmp(&b.id));
    let twice = choices.windows(2).find(|pair| pair[0].id == pair[1].id);
    assert!(choices.len() >= 10 && twice.is_none(), "{twice:?}");
}

#[test]
fn every_file_is_written_back_byte_for_byte() {
    let fixtures = notebook_paths(&folder("tests/fixtures")).unwrap();
    let notebooks = notebook_paths(&folder("notebooks")).unwrap_or_default();
    assert!(fixtures.len() >= 10, "only {} fixtures found", fixtures.len());
    for path in fixtures.iter().chain(&notebooks) {
        let text = fs::read_to_string(path).unwrap();
        let notebook = Notebook::parse(path, &text).unwrap();
        assert!(notebook.to_text() == text, "{} is not as nbformat writes it", notebook.label());
    }
}

/// The pieces of a source outside its marked parts.
fn unmarked(source: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut marked = false;
    for line in source.lines() {
        if line.trim_start().starts_with("// BEGIN SOLUTION") {
            marked = true;
            pieces.push(String::new());
        }
        if !marked {
            let piece = pieces.last_mut().unwrap();
            piece.push_str(line);
            piece.push('\n');
        }
        marked = marked && !line.trim_start().starts_with("// END SOLUTION");
    }
    pieces
}

/// Whether the lines of `student` are the unmarked pieces with one or two lines between each two, or
/// those of a bet without its letter.
fn mirrors(original: &str, student: &str) -> Result<(), String> {
    if let Some(bet) = Bet::parse(original) {
        return if student == bet.open() { Ok(()) } else { Err(format!("bets {student:?}")) };
    }
    let pieces = unmarked(original);
    let mut rest = format!("{student}\n");
    for (k, piece) in pieces.iter().enumerate() {
        rest = rest.strip_prefix(piece.as_str()).ok_or(format!("part {k} differs"))?.to_string();
        if k + 1 < pieces.len() {
            let inserted = rest.lines().take(2).take_while(|line| is_inserted(line)).count();
            if inserted == 0 {
                return Err(format!("nothing stands for solution {}", k + 1));
            }
            rest = rest.split_inclusive('\n').skip(inserted).collect();
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(format!("ends in {rest:?}")) }
}

fn is_inserted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("// Your turn: ") || (line.starts_with("todo!(\"") && line.ends_with("\");"))
}

/// How the student edition of `original` differs from it outside the marked parts.
fn difference(original: &Notebook) -> Result<(), String> {
    let student = student::edition(original).map_err(|e| e.to_string())?;
    let kept: Vec<_> = original
        .cells()
        .filter(|cell| !cell.lesson().unwrap().is_some_and(|l| l.role.is_for_instructors()))
        .collect();
    let cells: Vec<_> = student.cells().collect();
    if kept.len() != cells.len() {
        return Err(format!("{}: {} cells of {}", original.label(), cells.len(), kept.len()));
    }
    for (original, student) in kept.iter().zip(&cells) {
        let same = mirrors(&original.source(), &student.source());
        same.map_err(|problem| format!("{}: {problem}", original.place()))?;
    }
    Ok(())
}

#[test]
fn the_student_edition_mirrors_the_notebook() {
    let course = notebooks_in(&folder("notebooks")).unwrap_or_default();
    let fixtures = notebooks_in(&folder("tests/fixtures")).unwrap();
    let markers = |n: &&Notebook| n.code_cells().any(|c| student::has_markers(&c.source()));
    let exercised: Vec<&Notebook> = course.iter().chain(&fixtures).filter(markers).collect();
    assert!(exercised.len() >= 2, "only {} notebooks with exercises", exercised.len());
    exercised.into_iter().try_for_each(difference).unwrap();
}

#[test]
fn a_difference_outside_the_marks_is_found() {
    let original =
        "fn f() {\n    let a = 1;\n    // BEGIN SOLUTION: add\n    a + 1\n    // END SOLUTION\n}";
    let student = "fn f() {\n    let a = 1;\n    // Your turn: add\n    todo!(\"add\");\n}";
    assert_eq!(mirrors(original, student), Ok(()));
    let bet = "predict::bet(\"02-rows\", 'b')";
    assert_eq!(mirrors(bet, "predict::bet(\"02-rows\", '?')"), Ok(()));
    assert!(mirrors(bet, bet).is_err());
    for (old, new) in [
        ("let a = 1", "let a = 2"),
        ("    // Your turn: add\n    todo!(\"add\");\n", ""),
        ("    todo!(\"add\");\n", "    a + 1\n"),
        ("\n}", "\n}\nf();"),
    ] {
        let spoilt = student.replace(old, new);
        assert_ne!(spoilt, student);
        assert!(mirrors(original, &spoilt).is_err(), "{spoilt}");
    }
}
