//! The bet, which waits for the cell that reveals.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::show::Show;

/// The letter that was bet on each prediction of this session.
static BETS: Mutex<BTreeMap<String, char>> = Mutex::new(BTreeMap::new());

/// Bets on the answer `letter` of the prediction `name`, until [`reveal`](super::reveal) tells which
/// one holds.
///
/// Whatever is no letter, such as the `?` of a learner's notebook, is no bet, and stops nothing.
///
/// ```
/// use lesson_lib::{predict, show::Show};
/// assert_eq!(predict::bet("02-rows", 'a').text(), "Bet on a.");
/// assert!(predict::bet("02-rows", '?').text().starts_with("No bet yet: put a letter"));
/// ```
pub fn bet(name: &str, letter: char) -> Bet {
    let letter = letter.is_ascii_alphabetic().then(|| letter.to_ascii_lowercase());
    match letter {
        Some(letter) => bets().insert(name.into(), letter),
        None => bets().remove(name),
    };
    Bet { letter }
}

/// The letter that was bet on `name`, if there is one.
pub(super) fn letter(name: &str) -> Option<char> {
    bets().get(name).copied()
}

fn bets() -> MutexGuard<'static, BTreeMap<String, char>> {
    // A letter is written whole, whatever happened to the thread that wrote it.
    BETS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What [`bet`] took.
#[derive(Debug)]
pub struct Bet {
    letter: Option<char>,
}

impl Show for Bet {
    fn text(&self) -> String {
        match self.letter {
            Some(letter) => format!("Bet on {letter}."),
            None => {
                "No bet yet: put a letter between the quotes and run this cell again. Or go on \
                     without one."
                    .into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bet_stands_until_it_is_taken_back() {
        bet("stands", 'a');
        assert_eq!(bet("stands", 'B').text(), "Bet on b.");
        assert_eq!((letter("stands"), letter("another")), (Some('b'), None));
        for nothing in ['?', '1', 'é', ' '] {
            bet("stands", 'c');
            bet("stands", nothing);
            assert_eq!(letter("stands"), None, "{nothing}");
        }
    }
}
