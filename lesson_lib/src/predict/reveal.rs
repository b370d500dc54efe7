//! Which answer came true.

use super::{bet, record};
use crate::show::{Show, emit};
use crate::{Error, Result, text};

/// Tells which of the `answers` to the prediction `name` holds, and what the learner had bet on.
///
/// The answers stand in the order of their letters, from `a` on. Each is a condition on what has just
/// run, and a sentence: why it holds, or why one is tempted to think so. Backticks in it mark code. In
/// a learner's notebook the first bet is kept, with what it came to.
///
/// # Errors
/// [`Error::Argument`] when not exactly one of the conditions is true.
///
/// ```
/// use lesson_lib::{Error, predict, show::Show};
/// predict::bet("02-rows", 'b');
/// let sum = [11, 22, 33];
/// let revealed = predict::reveal("02-rows", &[
///     (sum[1] == 22, "A vector lies along the last axis."),
///     (sum[1] == 12, "On paper a vector stands upright."),
/// ])?;
/// assert_eq!(
///     revealed.text(),
///     "Bet on b: it is a.\n\
///      → a  A vector lies along the last axis.\n  \
///        b  On paper a vector stands upright."
/// );
/// # Ok::<(), Error>(())
/// ```
pub fn reveal(name: &str, answers: &[(bool, &str)]) -> Result<Revealed> {
    let right = the_one_that_holds(name, answers)?;
    let why = LETTERS.zip(answers).map(|(letter, (_, why))| (letter, why.to_string()));
    let mut revealed =
        Revealed { bet: bet::letter(name), right, why: why.collect(), notes: Vec::new() };
    if let Some(bet) = revealed.bet.filter(|bet| revealed.has(*bet)) {
        revealed.notes = record::remember(name, bet, right);
    }
    Ok(revealed)
}

const LETTERS: std::ops::RangeInclusive<char> = 'a'..='z';

fn the_one_that_holds(name: &str, answers: &[(bool, &str)]) -> Result<char> {
    let letters = LETTERS.zip(answers).filter(|(_, (holds, _))| *holds);
    let letters: Vec<char> = letters.map(|(letter, _)| letter).collect();
    match letters[..] {
        [letter] => Ok(letter),
        _ => Err(Error::argument(
            "predict::reveal",
            format!(
                "{} of the {} answers to {name} hold: exactly one condition has to be true",
                letters.len(),
                answers.len()
            ),
        )),
    }
}

/// What [`reveal`] found.
#[derive(Debug)]
pub struct Revealed {
    bet: Option<char>,
    right: char,
    /// Each letter with why it holds, or why it is tempting.
    why: Vec<(char, String)>,
    /// What is said of the learner's record.
    notes: Vec<String>,
}

impl Revealed {
    /// Whether `letter` is one of the answers.
    fn has(&self, letter: char) -> bool {
        self.why.iter().any(|(known, _)| *known == letter)
    }

    fn verdict(&self) -> String {
        let right = self.right;
        match self.bet {
            Some(bet) if bet == right => format!("Bet on {bet}: right."),
            Some(bet) if self.has(bet) => format!("Bet on {bet}: it is {right}."),
            Some(bet) => format!("There is no answer {bet}: it is {right}."),
            None => format!("No bet: it is {right}."),
        }
    }

    /// The letters are written out: JupyterLab numbers the items of every ordered list.
    fn html(&self) -> String {
        let item = |(letter, why): &(char, String)| match *letter == self.right {
            true => format!("<li><b>{letter}: {}</b></li>", marked_up(why)),
            false => format!("<li>{letter}: {}</li>", marked_up(why)),
        };
        let items: String = self.why.iter().map(item).collect();
        let notes = self.notes.iter().map(|note| format!("<p>{}</p>", text::html(note)));
        let notes: String = notes.collect();
        format!("<p>{}</p><ul>{items}</ul>{notes}", text::html(&self.verdict()))
    }
}

impl Show for Revealed {
    fn text(&self) -> String {
        let line = |(letter, why): &(char, String)| {
            let mark = if *letter == self.right { '→' } else { ' ' };
            format!("{mark} {letter}  {why}")
        };
        let lines = std::iter::once(self.verdict()).chain(self.why.iter().map(line));
        lines.chain(self.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
    }

    fn evcxr_display(&self) {
        emit("text/plain", &self.text());
        emit("text/html", &self.html());
    }
}

/// `text` as HTML, with code between backticks.
fn marked_up(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(k, part)| match k % 2 {
        0 => text::html(part),
        _ => format!("<code>{}</code>", text::html(part)),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::bet as bet_on;
    use crate::show::{Output, capture};

    const ANSWERS: [(bool, &str); 2] = [(false, "it looks so"), (true, "as `x < 3` says")];

    fn verdict(name: &str, letter: char) -> String {
        bet_on(name, letter);
        reveal(name, &ANSWERS).unwrap().verdict()
    }

    #[test]
    fn every_bet_has_its_verdict() {
        assert_eq!(verdict("verdict", 'b'), "Bet on b: right.");
        assert_eq!(verdict("verdict", 'a'), "Bet on a: it is b.");
        assert_eq!(verdict("verdict", 'z'), "There is no answer z: it is b.");
        assert_eq!(verdict("verdict", '?'), "No bet: it is b.");
    }

    #[test]
    fn exactly_one_answer_holds() {
        for (holding, count) in [([false, false], 0), ([true, true], 2)] {
            let error = reveal("one", &holding.map(|holds| (holds, ""))).unwrap_err().to_string();
            let begin =
                format!("predict::reveal: {count} of the 2 answers to one hold: exactly one");
            assert!(error.starts_with(&begin), "{error}");
        }
        assert!(reveal("one", &[]).is_err());
    }

    #[test]
    fn the_right_answer_stands_out_in_every_form() {
        bet_on("forms", 'a');
        let (_, shown) = capture(|| reveal("forms", &ANSWERS).unwrap().evcxr_display());
        let [Output::Block { content: plain, .. }, Output::Block { content: html, .. }] =
            &shown[..]
        else {
            panic!("{shown:?}")
        };
        assert_eq!(plain, "Bet on a: it is b.\n  a  it looks so\n→ b  as `x < 3` says");
        assert_eq!(
            html,
            "<p>Bet on a: it is b.</p><ul><li>a: it looks so</li>\
             <li><b>b: as <code>x &lt; 3</code> says</b></li></ul>"
        );
    }
}
