//! One format for all numbers of an array, chosen by PyTorch's rules.

use super::{PrintElement, PrintOptions};

/// How the floats of one array are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    /// `3.`: every finite value is whole.
    Whole,
    /// `3.1416`.
    Fixed,
    /// `3.1416e+00`.
    Scientific,
}

/// Writes the elements of one array, all to the same width.
#[derive(Debug)]
pub(super) struct NumberFormat {
    notation: Notation,
    precision: usize,
    width: usize,
}

impl NumberFormat {
    /// The format for an array, chosen by the `elements` that will be printed.
    pub(super) fn new<A: PrintElement>(elements: &[&A], options: &PrintOptions) -> Self {
        let floats: Vec<f64> = elements.iter().filter_map(|element| element.as_float()).collect();
        let counted: Vec<f64> =
            floats.iter().copied().filter(|x| x.is_finite() && *x != 0.0).collect();
        let notation = notation(&counted, options.sci_mode);
        let unpadded = Self { notation, precision: options.precision, width: 0 };
        // Zeros, infinities and NaN do not widen the columns of the other numbers.
        let width = if floats.is_empty() {
            elements.iter().map(|element| columns(&element.label())).max()
        } else {
            counted.iter().map(|&x| columns(&unpadded.float(x))).max()
        };
        Self { width: width.unwrap_or(1), ..unpadded }
    }

    /// The width that most elements take.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The text of one element, padded on the left.
    pub(super) fn element<A: PrintElement>(&self, element: &A) -> String {
        let text = match element.as_float() {
            Some(x) => self.float(x),
            None => element.label(),
        };
        " ".repeat(self.width.saturating_sub(columns(&text))) + &text
    }

    fn float(&self, x: f64) -> String {
        let precision = self.precision;
        match self.notation {
            _ if x.is_nan() => "nan".into(),
            _ if x.is_infinite() => x.to_string(),
            Notation::Whole => format!("{x:.0}."),
            Notation::Fixed => format!("{x:.precision$}"),
            Notation::Scientific => scientific(x, precision),
        }
    }
}

/// The notation for the finite, non-zero values of an array.
fn notation(values: &[f64], sci_mode: Option<bool>) -> Notation {
    let sizes = values.iter().map(|x| x.abs());
    let Some(largest) = sizes.clone().reduce(f64::max) else {
        return Notation::Whole;
    };
    let smallest = sizes.fold(f64::INFINITY, f64::min);
    let uneven = largest / smallest > 1000.0 || largest > 1e8 || smallest < 1e-4;
    if sci_mode.unwrap_or(uneven) {
        Notation::Scientific
    } else if values.iter().all(|x| x.fract() == 0.0) {
        Notation::Whole
    } else {
        Notation::Fixed
    }
}

/// Writes `x` with a sign and at least two digits in the exponent: `1.5000e-05`.
fn scientific(x: f64, precision: usize) -> String {
    let text = format!("{x:.precision$e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// The number of characters of `text`.
fn columns(text: &str) -> usize {
    text.chars().count()
}
