//! Which of the course's exercises a learner has solved.
//!
//! That is kept in the learner's folder, `student/`, in two files that `make` reads as well
//! (`tools/course/exercises.py`):
//!
//! | file | holds |
//! |---|---|
//! | `progress.txt` | a line for each solved exercise, the first one solved first: `2026-11-30 02-ex1` |
//! | `.course/exercises.txt` | a line for each exercise of the course, in its order: `02-ex1 02_matmul` |
//!
//! [`check::exercise`](crate::check::exercise) writes the first file, and only in a cell of a notebook
//! that lies in that folder.

mod list;
mod remember;
mod solved;

use crate::learner::RecordFile;

pub(crate) use remember::remember;
pub use solved::{Solved, solved};

const PROGRESS: RecordFile = RecordFile {
    stem: "progress",
    heading: "The exercises that you have solved, and when. A line that you delete is forgotten; the \
              whole file, too.",
    is_detail: str::is_empty,
};
