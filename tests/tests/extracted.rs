//! Every notebook as a compiled program, and the notebooks of `tests/fixtures`, each of which is
//! wrong in one way that its metadata `lesson.expect` describes.

use std::path::{Path, PathBuf};

use lesson_lib::uiua::Uiua;
use regex_lite::Regex;
use tools::{
    compare::compare,
    course::{Course, notebooks_in},
    extract::{Edition, Package},
    notebook::Notebook,
    verify::{Report, Settings, verify},
};

/// Long enough for a fixture on a busy machine, and how long the endless one takes.
const FIXTURE_TIMEOUT: u64 = 10;

/// Fixtures that would keep all others from being built.
const NOT_BUILT: [&str; 2] = ["compile_error", "syntax_error"];

fn course() -> Course {
    Course::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn fixtures() -> Vec<Notebook> {
    let notebooks = notebooks_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")).unwrap();
    assert!(notebooks.len() >= 10, "only {} fixtures found", notebooks.len());
    notebooks
}

fn fixture(stem: &str) -> Notebook {
    fixtures().into_iter().find(|n| n.stem() == stem).unwrap_or_else(|| panic!("no fixture {stem}"))
}

/// What a fixture is expected to look like on the way `how`; none means that it passes.
fn expectation(notebook: &Notebook, how: &str) -> Option<Regex> {
    let pattern = notebook.metadata()["lesson"]["expect"][how].as_str()?;
    Some(Regex::new(pattern).unwrap_or_else(|e| panic!("{}: {how}: {e}", notebook.label())))
}

/// Compiles, before any notebook's time is taken, what one of them compiles when it is first run.
fn compile_uiua() {
    if let Err(problem) = Uiua::build() {
        println!("{problem}");
    }
}

fn folder(course: &Course, name: &str) -> PathBuf {
    course.target().join(name)
}

fn settings(edition: Edition) -> Settings {
    Settings { edition, timeout: FIXTURE_TIMEOUT }
}

/// The lines of a report that are about one notebook.
fn problems_of(notebook: &Notebook, report: &Report) -> String {
    let mut about_it = false;
    let lines = report.problems.lines().filter(|line| {
        if line.starts_with("fixtures/") {
            about_it = line.starts_with(&format!("{},", notebook.label()));
        }
        about_it
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_notebook_passes() {
    let course = course();
    let notebooks = notebooks_in(&course.notebooks()).unwrap();
    assert!(!notebooks.is_empty(), "notebooks/ has no notebooks");
    let folder = folder(&course, "extracted");
    compile_uiua();
    let report = verify(&course, &notebooks, Settings::default(), &folder).unwrap();
    println!("{}", report.summary);
    assert!(report.passed, "{}\n{}", report.summary, report.problems);
}

#[test]
fn every_student_edition_fails_where_it_is_unsolved_and_nowhere_else() {
    let course = course();
    let notebooks = notebooks_in(&course.notebooks()).unwrap();
    assert!(!notebooks.is_empty(), "notebooks/ has no notebooks");
    let settings = Settings { edition: Edition::Student, ..Settings::default() };
    let folder = folder(&course, "extracted_student");
    compile_uiua();
    let report = verify(&course, &notebooks, settings, &folder).unwrap();
    println!("{}", report.summary);
    assert!(report.passed, "{}\n{}", report.summary, report.problems);
}

#[test]
fn every_fixture_fails_as_it_says_and_the_green_one_passes() {
    let course = course();
    let all = fixtures();
    let built: Vec<Notebook> =
        all.into_iter().filter(|n| !NOT_BUILT.contains(&n.stem().as_str())).collect();
    let folder = folder(&course, "extracted_fixtures");
    let report = verify(&course, &built, settings(Edition::Instructor), &folder).unwrap();
    assert!(!report.passed);
    for notebook in &built {
        let (label, problems) = (notebook.label(), problems_of(notebook, &report));
        let line = report.summary.lines().find(|l| l.starts_with(&format!("{label}:")));
        let line = line.unwrap_or_else(|| panic!("{label} was not run:\n{}", report.problems));
        match expectation(notebook, "extracted") {
            Some(expected) => {
                assert!(line.ends_with("FAILED"), "{line}");
                assert!(expected.is_match(&problems), "{label}: /{expected}/ in\n{problems}");
            }
            None => assert!(line.ends_with(": ok") && problems.is_empty(), "{line}\n{problems}"),
        }
    }
}

#[test]
fn a_cell_that_does_not_compile_is_named_with_its_line() {
    let course = course();
    let notebook = fixture("compile_error");
    let expected = expectation(&notebook, "extracted").unwrap();
    let folder = folder(&course, "extracted_compile_error");
    let report = verify(&course, &[notebook], settings(Edition::Instructor), &folder).unwrap();
    assert!(!report.passed && expected.is_match(&report.problems), "{}", report.problems);
}

#[test]
fn a_cell_that_does_not_parse_is_named_with_its_line() {
    let course = course();
    let notebook = fixture("syntax_error");
    let expected = expectation(&notebook, "extracted").unwrap();
    let folder = folder(&course, "extracted_syntax_error");
    let error = Package::write(&course, &[notebook], Edition::Instructor, &folder).unwrap_err();
    assert!(expected.is_match(&error.to_string()), "{error}");
}

#[test]
fn an_unsolved_exercise_fails_its_check_and_a_check_that_passes_anyway_is_found() {
    let course = course();
    let notebooks = [fixture("green"), fixture("weak_check")];
    let folder = folder(&course, "extracted_fixtures_student");
    let report = verify(&course, &notebooks, settings(Edition::Student), &folder).unwrap();
    let [green, weak] = notebooks;
    assert_eq!(problems_of(&green, &report), "", "{}", report.summary);
    let expected = expectation(&weak, "student").unwrap();
    let problems = problems_of(&weak, &report);
    assert!(expected.is_match(&problems), "/{expected}/ in {problems}");
}

#[test]
fn a_committed_output_that_is_stale_is_found() {
    let stale = fixture("stale_output");
    let expected = expectation(&stale, "compare").unwrap();
    let text = stale.to_text().replace("\"4\"", "\"5\"");
    assert_ne!(text, stale.to_text(), "the fixture has another output");
    let fresh = Notebook::parse(stale.path(), &text).unwrap();
    let differences = compare(&stale, &fresh).unwrap();
    assert!(expected.is_match(&differences[0].to_string()), "{}", differences[0]);
    assert_eq!(compare(&stale, &stale).unwrap(), []);
}
