//! What is kept in the learner's folder, `student/`.
//!
//! The learner reads and edits these files, so each is a list of lines with a date, a name and
//! perhaps more: `2026-11-30 02-ex1`. Lines that begin with `#` are remarks. `make` reads them as well
//! (`tools/course/learner_files.py`).

mod date;
mod folder;
mod record;

pub(crate) use date::today;
pub(crate) use folder::{folder, folder_of_this_notebook};
pub(crate) use record::{Record, RecordFile};

/// What precedes a remark in a file of the learner's folder.
pub(crate) const REMARK: char = '#';
