//! What is kept and said when an exercise is solved.

use std::path::Path;

use super::PROGRESS;
use super::list::{self, Listed};
use crate::Result;
use crate::learner::{self, Record};
use crate::show::print_line;

/// In a learner's notebook, keeps that the exercise `id` is solved, and prints what is next. No
/// failure to keep it makes the solution wrong, so it is only told.
pub(crate) fn remember(id: &str) {
    let Some(folder) = learner::folder_of_this_notebook() else { return };
    let lines = remembered(&folder, id);
    let lines =
        lines.unwrap_or_else(|failure| vec![format!("(your progress is not kept: {failure})")]);
    lines.iter().for_each(|line| print_line(line));
}

fn remembered(folder: &Path, id: &str) -> Result<Vec<String>> {
    let kept = PROGRESS.add(folder, id, "", &learner::today())?;
    let next = what_is_next(&list::read(folder)?, &kept.record, id);
    Ok(kept.note.into_iter().chain([next]).collect())
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
        assert_eq!(crate::show::capture(|| remember("00-ex1")).1, []);
    }
}
