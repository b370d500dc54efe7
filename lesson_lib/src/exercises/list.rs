//! The course's exercises in their order.

use std::path::Path;
use std::{fs, io};

use crate::learner::REMARK;
use crate::{Error, Result};

/// One exercise and the notebook that it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    pub id: String,
    pub notebook: String,
}

/// Reads the list of the learner's `folder`.
pub(super) fn read(folder: &Path) -> Result<Vec<Listed>> {
    let file = folder.join(".course/exercises.txt");
    let text = fs::read_to_string(&file).map_err(|failure| match failure.kind() {
        io::ErrorKind::NotFound => Error::data(
            &file,
            "is not there: run `make lab` once, which makes the learner's folder",
        ),
        _ => Error::io("read", &file, failure),
    })?;
    Ok(parsed(&text))
}

fn parsed(text: &str) -> Vec<Listed> {
    let lines = text.lines().filter(|line| !line.starts_with(REMARK));
    let pairs = lines.filter_map(|line| line.trim().split_once(' '));
    pairs.map(|(id, notebook)| Listed { id: id.into(), notebook: notebook.into() }).collect()
}

/// The exercise to try after `last`: the next unsolved one of its notebook, or else one before it
/// there; then the notebooks that follow, then all from the start. `tools/course/exercises.py` has
/// the same rule.
pub(super) fn next<'a>(
    list: &'a [Listed],
    is_solved: impl Fn(&str) -> bool,
    last: Option<&str>,
) -> Option<&'a Listed> {
    let place = last.and_then(|last| list.iter().position(|listed| listed.id == last));
    let (before, after) = list.split_at(place.map_or(0, |place| place + 1));
    let open = || after.iter().chain(before).filter(|listed| !is_solved(&listed.id));
    let here = place.map(|place| &list[place].notebook);
    open().find(|listed| Some(&listed.notebook) == here).or_else(|| open().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# all\n00-ex1 00_a\n00-ex2 00_a\n02-ex1 02_b\n02-ex2 02_b\n02-ex3 02_b\n";

    fn next_of(solved: &[&str]) -> Option<String> {
        let list = parsed(LIST);
        let next = next(&list, |id| solved.contains(&id), solved.last().copied());
        next.map(|listed| listed.id.clone())
    }

    #[test]
    fn a_line_is_an_exercise_and_its_notebook() {
        let list = parsed(LIST);
        assert_eq!(list.len(), 5);
        assert_eq!(list[2], Listed { id: "02-ex1".into(), notebook: "02_b".into() });
    }

    #[test]
    fn the_next_one_follows_in_the_same_notebook_as_long_as_there_is_one() {
        for (solved, next) in [
            (&[][..], "00-ex1"),
            (&["00-ex1"], "00-ex2"),
            (&["00-ex1", "00-ex2"], "02-ex1"),
            (&["02-ex1"], "02-ex2"),
            (&["02-ex2", "02-ex3"], "02-ex1"),
            (&["02-ex1", "02-ex2", "02-ex3"], "00-ex1"),
            (&["no exercise of ours"], "00-ex1"),
        ] {
            assert_eq!(next_of(solved).as_deref(), Some(next), "{solved:?}");
        }
        let all: Vec<String> = parsed(LIST).into_iter().map(|listed| listed.id).collect();
        assert_eq!(next_of(&all.iter().map(String::as_str).collect::<Vec<_>>()), None);
    }

    #[test]
    fn a_folder_without_the_list_is_told_how_it_comes_there() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(
            error.ends_with("run `make lab` once, which makes the learner's folder"),
            "{error}"
        );
    }
}
