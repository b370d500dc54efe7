//! What a learner predicted, and how often that came true.

use std::path::Path;

use crate::Result;
use crate::learner::{self, Record, RecordFile};

const PREDICTIONS: RecordFile = RecordFile {
    stem: "predictions",
    heading: "What you predicted, and what it came to. A line that you delete is forgotten; the whole \
              file, too.",
    is_detail: |detail| came_true(detail).is_some(),
};

/// In a learner's notebook, keeps the bet on the prediction `name` with its outcome; what is said of
/// that. No failure to keep it changes the outcome, so it is only told.
pub(super) fn remember(name: &str, bet: char, right: char) -> Vec<String> {
    let Some(folder) = learner::folder_of_this_notebook() else { return Vec::new() };
    remembered(&folder, name, bet, right)
        .unwrap_or_else(|failure| vec![format!("(your prediction is not kept: {failure})")])
}

fn remembered(folder: &Path, name: &str, bet: char, right: char) -> Result<Vec<String>> {
    let kept = PREDICTIONS.add(folder, name, &detail(bet, right), &learner::today())?;
    let first = kept.record.detail(name).and_then(|detail| detail.chars().next());
    let other = first.filter(|first| *first != bet);
    let other = other.map(|first| format!("(Your first bet, {first}, is the one that is kept.)"));
    Ok(kept.note.into_iter().chain(other).chain(summary(&kept.record)).collect())
}

fn detail(bet: char, right: char) -> String {
    if bet == right { format!("{bet}, right") } else { format!("{bet}, it was {right}") }
}

/// Whether the bet of a line came true, if it is such a line.
fn came_true(detail: &str) -> Option<bool> {
    let is_letter = |text: &str| text.len() == 1 && text.as_bytes()[0].is_ascii_lowercase();
    let (bet, outcome) = detail.split_once(", ").filter(|(bet, _)| is_letter(bet))?;
    match outcome.strip_prefix("it was ") {
        Some(right) => (is_letter(right) && right != bet).then_some(false),
        None => (outcome == "right").then_some(true),
    }
}

/// How many of the predictions in the learner's `folder` came true, in words; `None` where there are
/// none.
pub(crate) fn tally(folder: &Path) -> Result<Option<String>> {
    Ok(summary(&PREDICTIONS.read(folder)?))
}

fn summary(record: &Record) -> Option<String> {
    let outcomes: Vec<bool> = record.details().filter_map(came_true).collect();
    let right = outcomes.iter().filter(|right| **right).count();
    (!outcomes.is_empty()).then(|| format!("predictions: {right} of {} right", outcomes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_first_bet_counts_and_every_line_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join(".course")).unwrap();
        assert_eq!(tally(folder).unwrap(), None);
        for (name, bet, said) in [
            ("02-rows", 'b', &["predictions: 0 of 1 right"][..]),
            ("02-copies", 'a', &["predictions: 1 of 2 right"]),
            (
                "02-rows",
                'a',
                &["(Your first bet, b, is the one that is kept.)", "predictions: 1 of 2 right"],
            ),
        ] {
            assert_eq!(remembered(folder, name, bet, 'a').unwrap(), said);
        }
        let text = fs::read_to_string(folder.join("predictions.txt")).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).map(|line| &line[10..]).collect();
        assert_eq!(lines, [" 02-rows b, it was a", " 02-copies a, right"]);
        assert_eq!(tally(folder).unwrap().unwrap(), "predictions: 1 of 2 right");
    }

    #[test]
    fn a_line_tells_whether_the_bet_came_true() {
        for (detail, expected) in [
            ("a, right", Some(true)),
            ("b, it was a", Some(false)),
            ("", None),
            ("a", None),
            ("a, wrong", None),
            ("a, it was a", None),
            ("a, it was", None),
            ("ab, right", None),
            ("a, it was ?", None),
        ] {
            assert_eq!(came_true(detail), expected, "{detail}");
        }
    }
}
