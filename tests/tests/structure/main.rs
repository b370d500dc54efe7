//! The rules of `docs/design.md` that can be read off the files. Each is a function from files to
//! problems: one test applies it to the course, another to files that break it.

mod arrows;
mod circles;
mod files;
mod modules;
mod names;
mod source;
mod tree;

use source::File;

/// A rule: what it finds wrong in the files of the course.
type Rule = fn(&[File]) -> Vec<String>;

/// Fails with every problem that `rule` finds in the course.
fn holds(rule: Rule) {
    let problems = rule(&source::files_of_the_course());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Fails unless `rule` finds exactly the problem that contains `expected` in the files given as
/// `(path, text)`, and none when nothing is expected.
fn finds(rule: Rule, files: &[(&str, &str)], expected: Option<&str>) {
    let files: Vec<File> = files.iter().map(|(path, text)| File::new(path, text)).collect();
    let problems = rule(&files);
    match expected {
        None => assert!(problems.is_empty(), "{problems:?}"),
        Some(text) => {
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert!(problems[0].contains(text), "{text}: {problems:?}");
        }
    }
}
