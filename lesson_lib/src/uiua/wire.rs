//! How arrays go to the program that runs Uiua, and back: a line with the shape, a line with the
//! numbers. The program has this file too.

use std::fmt::Write;

/// A shape, and the numbers, one row after the other.
pub type Array = (Vec<usize>, Vec<f64>);

/// Appends an array to `text`.
pub fn write(text: &mut String, shape: &[usize], numbers: impl IntoIterator<Item = f64>) {
    line(text, shape);
    // A number is written so that it is read as the same bits.
    line(text, numbers);
}

fn line(text: &mut String, words: impl IntoIterator<Item = impl std::fmt::Display>) {
    for word in words {
        write!(text, "{word} ").expect("a string takes all text");
    }
    text.push('\n');
}

/// The array that two of `lines` hold, or none where they hold none.
pub fn read<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Array> {
    let shape: Vec<usize> = words(lines.next()?)?;
    let numbers: Vec<f64> = words(lines.next()?)?;
    (shape.iter().product::<usize>() == numbers.len()).then_some((shape, numbers))
}

fn words<T: std::str::FromStr>(line: &str) -> Option<Vec<T>> {
    line.split_whitespace().map(|word| word.parse().ok()).collect()
}
