//! What a cell of a table holds: a number, a word, or nothing.

/// What is said of a value that is not there.
pub(super) const MISSING: &str =
    "the value is missing: `.without_missing([…])` leaves out rows that lack one";

/// How programs write that they know no value, apart from an empty cell.
const UNKNOWN: [&str; 7] = ["na", "n/a", "nan", "null", "none", "?", "-"];

pub(super) fn is_missing(cell: &str) -> bool {
    cell.is_empty() || UNKNOWN.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// How numbers are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numerals {
    /// `0.5`: a comma ends the cell.
    Point,
    /// `0.5` or `0,5`.
    PointOrComma,
}

impl Numerals {
    /// The number in a cell, or what is wrong with it.
    pub(super) fn read(self, cell: &str) -> Result<f32, String> {
        if is_missing(cell) {
            return Err(MISSING.into());
        }
        let text = match self {
            Numerals::PointOrComma if !cell.contains('.') => cell.replacen(',', ".", 1),
            _ => cell.to_owned(),
        };
        match text.parse::<f32>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(format!("{cell:?} is no finite number of 32 bits")),
            Err(_) => Err(format!(
                "{cell:?} is no number: `.groups(…)` numbers the groups of a column of words"
            )),
        }
    }
}
