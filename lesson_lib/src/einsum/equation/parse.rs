//! Reads an equation such as `"ik,kj->ij"` into letters with their positions.

use super::errors;
use crate::Result;

/// An einsum equation that has been read and is well formed.
///
/// ```
/// use lesson_lib::einsum::{Equation, Symbol};
/// let equation = Equation::parse("ik,kj->ij")?;
/// assert_eq!(equation.inputs().len(), 2);
/// assert_eq!(equation.output().subscripts()[1].symbol, Symbol::Letter('j'));
///
/// let implicit = Equation::parse("...ba")?; // no arrow: `...` first, then the letters sorted
/// assert_eq!(implicit.output().to_string(), "...ab");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    text: String,
    inputs: Vec<Term>,
    output: Term,
}

/// The subscripts of one array: one letter per axis, `...` for any number of axes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    subscripts: Vec<Subscript>,
}

/// One letter or `...`, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscript {
    /// The letter or the ellipsis.
    pub symbol: Symbol,
    /// The byte at which it starts in the equation.
    pub at: usize,
}

/// What can stand for axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// One axis; the same letter is the same index everywhere in the equation.
    Letter(char),
    /// `...`: all the axes that no letter names; they broadcast.
    Ellipsis,
}

impl Equation {
    /// Reads `text`. Spaces mean nothing; without `->` the output is `...` followed by the letters
    /// that occur once, sorted, capitals first.
    ///
    /// # Errors
    /// Anything that is not an equation, with a caret under the place.
    pub fn parse(text: &str) -> Result<Self> {
        let (left, right) = match text.find("->") {
            Some(arrow) => (&text[..arrow], Some(arrow + 2)),
            None => (text, None),
        };
        let inputs = parse_inputs(text, left)?;
        let output = match right {
            Some(start) => parse_output(text, start, &inputs)?,
            None => implicit_output(&inputs),
        };
        Ok(Equation { text: text.to_owned(), inputs, output })
    }

    /// The equation as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One term per operand.
    pub fn inputs(&self) -> &[Term] {
        &self.inputs
    }

    /// The output's subscripts, written or implied.
    pub fn output(&self) -> &Term {
        &self.output
    }
}

impl Term {
    /// The letters and the ellipsis in order.
    pub fn subscripts(&self) -> &[Subscript] {
        &self.subscripts
    }

    /// Whether `...` is among them.
    pub fn has_ellipsis(&self) -> bool {
        self.contains(Symbol::Ellipsis)
    }

    /// The number of letters, `...` not counted.
    pub fn letter_count(&self) -> usize {
        self.subscripts.len() - usize::from(self.has_ellipsis())
    }

    fn contains(&self, symbol: Symbol) -> bool {
        self.subscripts.iter().any(|subscript| subscript.symbol == symbol)
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.subscripts.iter().try_for_each(|subscript| match subscript.symbol {
            Symbol::Letter(letter) => write!(f, "{letter}"),
            Symbol::Ellipsis => write!(f, "..."),
        })
    }
}

fn parse_inputs(text: &str, left: &str) -> Result<Vec<Term>> {
    let mut start = 0;
    left.split(',')
        .map(|part| {
            let term = parse_term(text, start, start + part.len());
            start += part.len() + 1;
            term
        })
        .collect()
}

fn parse_output(text: &str, start: usize, inputs: &[Term]) -> Result<Term> {
    let output = parse_term(text, start, text.len())?;
    for (i, &Subscript { symbol, at }) in output.subscripts.iter().enumerate() {
        let Symbol::Letter(letter) = symbol else { continue };
        if output.subscripts[..i].iter().any(|earlier| earlier.symbol == symbol) {
            return Err(errors::repeated_in_output(text, at, letter));
        }
        if !inputs.iter().any(|term| term.contains(symbol)) {
            return Err(errors::unknown_in_output(text, at, letter));
        }
    }
    Ok(output)
}

/// Reads the subscripts in `text[start..end]`.
fn parse_term(text: &str, start: usize, end: usize) -> Result<Term> {
    let mut term = Term { subscripts: Vec::with_capacity(end - start) };
    let mut at = start;
    while let Some(symbol) = text[at..end].chars().next() {
        match symbol {
            'a'..='z' | 'A'..='Z' => term.subscripts.push(letter(symbol, at)),
            '.' => term.subscripts.push(parse_ellipsis(text, at, end, &term)?),
            ' ' => {}
            _ => return Err(errors::unexpected_symbol(text, at, symbol)),
        }
        at += if symbol == '.' { "...".len() } else { symbol.len_utf8() };
    }
    Ok(term)
}

fn parse_ellipsis(text: &str, at: usize, end: usize, before: &Term) -> Result<Subscript> {
    if !text[at..end].starts_with("...") {
        return Err(errors::lone_dot(text, at));
    }
    if before.has_ellipsis() {
        return Err(errors::second_ellipsis(text, at));
    }
    Ok(Subscript { symbol: Symbol::Ellipsis, at })
}

fn letter(letter: char, at: usize) -> Subscript {
    Subscript { symbol: Symbol::Letter(letter), at }
}

fn implicit_output(inputs: &[Term]) -> Term {
    let all = || inputs.iter().flat_map(|term| &term.subscripts).copied();
    let mut counts = [0_u32; 128];
    for Subscript { symbol, .. } in all() {
        if let Symbol::Letter(letter) = symbol {
            counts[letter as usize] += 1;
        }
    }
    let ellipsis = all().find(|subscript| subscript.symbol == Symbol::Ellipsis);
    let letters = ('A'..='z').filter(|&symbol| counts[symbol as usize] == 1);
    let at = |symbol| all().find(|subscript| subscript.symbol == Symbol::Letter(symbol));
    Term { subscripts: ellipsis.into_iter().chain(letters.filter_map(at)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> String {
        Equation::parse(text).unwrap().output().to_string()
    }

    fn error(text: &str) -> String {
        Equation::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn implicit_output_is_the_letters_seen_once_sorted() {
        for (text, expected) in
            [("ij,jk", "ik"), ("ba", "ab"), ("ii", ""), ("Ab,bC", "AC"), ("aB", "Ba"), ("", "")]
        {
            assert_eq!(output(text), expected, "{text}");
        }
        assert_eq!(output("b...a,b..."), "...a");
    }

    #[test]
    fn spaces_mean_nothing_except_inside_arrow_and_ellipsis() {
        assert_eq!(output(" i j , j -> i "), "i");
        assert!(error("i- >i").contains("unexpected `-`"));
        assert!(error(". ..->...").contains("three dots"));
    }

    #[test]
    fn every_term_is_kept() {
        let equation = Equation::parse(",i,...").unwrap();
        let letters: Vec<usize> = equation.inputs().iter().map(Term::letter_count).collect();
        assert_eq!(letters, [0, 1, 0]);
        assert!(equation.inputs()[2].has_ellipsis());
    }

    #[test]
    fn errors_put_a_caret_under_the_place() {
        let caret = |text: &str| {
            let message = error(text);
            let line = message.lines().last().unwrap().to_owned();
            line.find('^').unwrap() - "    ".len()
        };
        for (text, place) in [
            ("i*j->i", 1),
            ("..ij->ij", 0),
            ("......ij->ij", 3),
            ("ij->...i...", 8),
            ("ij-ij", 2),
            ("ij->ij->ij", 6),
            ("ij-", 2),
            ("ij->i,j", 5),
            ("ij->ii", 5),
            ("ij->ik", 5),
            ("é->", 0),
            ("aé->", 1),
            ("i1->", 1),
        ] {
            assert_eq!(caret(text), place, "{text}: {}", error(text));
        }
    }
}
