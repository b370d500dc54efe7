//! Axes by number: a letter, or one of the axes that `...` stands for.

use std::fmt;
use std::ops::{BitAnd, BitOr, Sub};

/// The number of an axis name within one equation, given in order of appearance.
pub(crate) type Label = u8;

/// 52 letters and up to 76 axes under `...`: a [`LabelSet`] is one integer.
pub(crate) const MAX_LABELS: usize = 128;

/// A set of labels as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelSet(u128);

impl LabelSet {
    pub(crate) fn contains(self, label: Label) -> bool {
        self.0 >> label & 1 == 1
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The labels in rising order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Label> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let label = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (label < u128::BITS).then_some(label as Label)
        })
    }

    /// How many index combinations the labels have, as a real number because it may be huge.
    pub(crate) fn volume(self, sizes: &[usize]) -> f64 {
        self.iter().map(|label| sizes[label as usize] as f64).product()
    }
}

impl FromIterator<Label> for LabelSet {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        LabelSet(labels.into_iter().fold(0, |bits, label| bits | 1 << label))
    }
}

impl BitOr for LabelSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        LabelSet(self.0 | other.0)
    }
}

impl BitAnd for LabelSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        LabelSet(self.0 & other.0)
    }
}

impl Sub for LabelSet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        LabelSet(self.0 & !other.0)
    }
}

/// What a label is called in messages and loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A letter of the equation.
    Letter(char),
    /// An axis of `...`, counted from the left; shown as `e0`, `e1`, …
    Ellipsis(usize),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Letter(letter) => write!(f, "{letter}"),
            Name::Ellipsis(axis) => write!(f, "e{axis}"),
        }
    }
}
