//! What a cell's metadata says about its part in the lesson.

use serde::Deserialize;

/// The part that a cell plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The one cell that loads the library.
    Setup,
    /// Code that shows something.
    Demo,
    /// Code, or the text of a task, with a part for the learner to write.
    Exercise,
    /// Code that tests what came before.
    Check,
    /// Code in which the learner bets on an answer.
    Bet,
    /// Code that tells which answer came true.
    Reveal,
    /// Only in the instructor's edition.
    Instructor,
    /// Text: a folded hint.
    Hint,
}

impl Role {
    /// Whether a code cell may have this role.
    pub fn fits_code(self) -> bool {
        self != Role::Hint
    }

    /// Whether a text cell may have this role.
    pub fn fits_text(self) -> bool {
        matches!(self, Role::Exercise | Role::Instructor | Role::Hint)
    }

    /// Whether the student edition leaves the cell out.
    pub fn is_for_instructors(self) -> bool {
        self == Role::Instructor
    }
}

/// Why the output of a cell may differ from one run to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Varies {
    /// It shows measured times.
    Timing,
    /// It names the device or depends on it.
    Device,
    /// It depends on whether a data set could be downloaded.
    Data,
}

/// The `lesson` entry of a cell's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The part that the cell plays.
    pub role: Role,
    /// The name of an exercise and its check, e.g. `02-ex1`.
    pub id: Option<String>,
    /// Set when the output may differ between runs.
    pub varies: Option<Varies>,
}
