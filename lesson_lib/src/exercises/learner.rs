//! The learner's folder, and what is said there when an exercise is solved.

use std::env;
use std::path::{Path, PathBuf};

use super::list::{self, Listed};
use super::record::{self, Record};
use crate::show::print_line;
use crate::{Result, cache};

/// The learner's folder: `student/` in this clone, or the one that `LESSON_STUDENT` names.
pub(super) fn folder() -> PathBuf {
    let chosen = env::var_os("LESSON_STUDENT").filter(|name| !name.is_empty());
    cache::course().join(chosen.unwrap_or_else(|| "student".into()))
}

/// The learner's folder, if this is a cell of a notebook in it. A kernel runs in the folder of its
/// notebook; tests and extracted notebooks are no cells.
fn folder_of_this_notebook() -> Option<PathBuf> {
    env::var_os("EVCXR_IS_RUNTIME")?;
    let folder = folder().canonicalize().ok()?;
    let here = env::current_dir().and_then(|here| here.canonicalize()).ok()?;
    here.starts_with(&folder).then_some(folder)
}

/// In a learner's notebook, keeps that the exercise `id` is solved, and prints what is next. No
/// failure to keep it makes the solution wrong, so it is only told.
pub(crate) fn remember(id: &str) {
    let Some(folder) = folder_of_this_notebook() else { return };
    let lines = remembered(&folder, id);
    let lines =
        lines.unwrap_or_else(|failure| vec![format!("(your progress is not kept: {failure})")]);
    lines.iter().for_each(|line| print_line(line));
}

fn remembered(folder: &Path, id: &str) -> Result<Vec<String>> {
    let (record, aside) = record::add(folder, id, &super::date::today())?;
    let mut lines = Vec::new();
    if let Some(name) = aside {
        lines.push(format!("(progress.txt had lines that cannot be read: it is kept as {name})"));
    }
    lines.push(what_is_next(&list::read(folder)?, &record, id));
    Ok(lines)
}

/// The line below the one that says that `id` is solved.
fn what_is_next(list: &[Listed], record: &Record, id: &str) -> String {
    let Some(next) = list::next(list, |id| record.has(id), Some(id)) else {
        return format!("  all {} exercises of the course are solved", list.len());
    };
    match list.iter().find(|listed| listed.id == id) {
        Some(here) if here.notebook == next.notebook => format!("  next: {}", next.id),
        Some(here) => {
            format!("  {} is done; next: {}, in {}", here.notebook, next.id, next.notebook)
        }
        None => format!("  next: {}, in {}", next.id, next.notebook),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_line_below_tells_the_next_exercise_and_its_notebook_if_it_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, course) = (folder.path(), folder.path().join(".course"));
        fs::create_dir(&course).unwrap();
        let list = "00-ex1 00_a\n02-ex1 02_b\n02-ex2 02_b\n";
        fs::write(course.join("exercises.txt"), list).unwrap();
        for (id, line) in [
            ("02-ex1", "  next: 02-ex2"),
            ("02-ex2", "  02_b is done; next: 00-ex1, in 00_a"),
            ("of-my-own", "  next: 00-ex1, in 00_a"),
            ("00-ex1", "  all 3 exercises of the course are solved"),
            ("00-ex1", "  all 3 exercises of the course are solved"),
        ] {
            assert_eq!(remembered(folder, id).unwrap(), [line]);
        }
        fs::write(folder.join("progress.txt"), "?").unwrap();
        let lines = remembered(folder, "02-ex1").unwrap();
        assert!(lines[0].contains("kept as progress.damaged1.txt"), "{lines:?}");
    }

    #[test]
    fn outside_of_a_learners_notebook_nothing_is_kept_or_said() {
        assert_eq!(folder_of_this_notebook(), None);
        assert_eq!(crate::show::capture(|| remember("00-ex1")).1, []);
    }
}
