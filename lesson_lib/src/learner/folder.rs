//! Where the learner's folder is.

use std::env;
use std::path::PathBuf;

use crate::cache;

/// The learner's folder: `student/` in this clone, or the one that `LESSON_STUDENT` names.
pub(crate) fn folder() -> PathBuf {
    let chosen = env::var_os("LESSON_STUDENT").filter(|name| !name.is_empty());
    cache::course().join(chosen.unwrap_or_else(|| "student".into()))
}

/// The learner's folder, if this is a cell of a notebook in it. A kernel runs in the folder of its
/// notebook; tests and extracted notebooks are no cells.
pub(crate) fn folder_of_this_notebook() -> Option<PathBuf> {
    env::var_os("EVCXR_IS_RUNTIME")?;
    let folder = folder().canonicalize().ok()?;
    let here = env::current_dir().and_then(|here| here.canonicalize()).ok()?;
    here.starts_with(&folder).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_no_cell_of_a_learners_notebook() {
        assert_eq!(folder_of_this_notebook(), None);
    }
}
