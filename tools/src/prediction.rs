//! Predictions: a cell with a bet, and a later one that tells which answer came true.

const BET: &str = "predict::bet(\"";
const REVEAL: &str = "predict::reveal(\"";

/// What stands for a letter that the learner is to choose.
const OPEN: &str = "?";

/// The text of a bet's cell: `predict::bet("02-rows", 'a')`, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bet<'a> {
    /// The name of the prediction.
    pub name: &'a str,
    /// The letter that is bet on.
    pub letter: &'a str,
}

impl<'a> Bet<'a> {
    /// Reads the text of a cell, if it is a bet.
    ///
    /// ```
    /// use tools::prediction::Bet;
    /// let bet = Bet::parse("predict::bet(\"02-rows\", 'a')").unwrap();
    /// assert_eq!((bet.name, bet.letter), ("02-rows", "a"));
    /// assert_eq!(bet.open(), "predict::bet(\"02-rows\", '?')");
    /// assert_eq!(Bet::parse("let bet = 'a';"), None);
    /// ```
    pub fn parse(source: &'a str) -> Option<Self> {
        let (name, rest) = source.strip_prefix(BET)?.split_once("\", '")?;
        let letter = rest.strip_suffix("')")?;
        let is_letter = letter.len() == 1 && letter.as_bytes()[0].is_ascii_lowercase();
        (is_letter && !name.is_empty()).then_some(Bet { name, letter })
    }

    /// The text with the letter left to the learner.
    pub fn open(&self) -> String {
        format!("{BET}{}\", '{OPEN}')", self.name)
    }
}

/// The name of the prediction that a cell with this text reveals.
///
/// ```
/// use tools::prediction::revealed;
/// assert_eq!(revealed("predict::reveal(\"02-rows\", &[(true, \"\")])?"), Some("02-rows"));
/// assert_eq!(revealed("let x = 1;"), None);
/// ```
pub fn revealed(source: &str) -> Option<&str> {
    let (_, rest) = source.split_once(REVEAL)?;
    rest.split_once('"').map(|(name, _)| name)
}
