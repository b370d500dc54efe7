//! How much a point counts, as a function of its squared distance.

use super::simd_float::SimdFloat;
use crate::cluster::weight::Weight;
use std::f64::consts::LOG2_E;

/// A formula for squared distances, with the number that it compares or multiplies them with.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Profile<T> {
    pub(super) summand: Summand,
    pub(in super::super) number: T,
}

/// What the inner loops add up; `sums.rs` has the formulas.
#[derive(Clone, Copy, Debug)]
pub(super) enum Summand {
    /// A weight, as a multiple of its value at distance 0.
    Weight(Weight),
    /// The distance itself.
    Distance,
}

impl<T: SimdFloat> Profile<T> {
    /// The weight, for points whose coordinates have been multiplied by `scale`.
    pub(in super::super) fn new(weight: Weight, scale: f64) -> Self {
        let width = weight.width() * scale;
        // A point at distance 0 counts 1 even where the width is next to nothing.
        let finite = |value: f64| {
            let largest: f64 = T::max_value().into();
            T::from_f64(value.clamp(-largest, largest))
        };
        let number = match weight {
            Weight::Gaussian(_) => finite(-0.5 * LOG2_E / (width * width)),
            Weight::Triangular(_) => finite(1.0 / width),
            Weight::Flat(_) => largest_square(width),
            Weight::Epanechnikov(_) | Weight::Biweight(_) => finite(1.0 / (width * width)),
        };
        Profile { summand: Summand::Weight(weight), number }
    }

    /// Every point counts 1.
    pub(in super::super) fn uniform() -> Self {
        let everywhere = Weight::Flat(f64::INFINITY);
        Profile { summand: Summand::Weight(everywhere), number: T::infinity() }
    }

    /// Every point counts its distance.
    pub(in super::super) fn distance() -> Self {
        Profile { summand: Summand::Distance, number: T::one() }
    }
}

/// The largest number whose square root is at most `radius`: squared distances compare with it
/// exactly as distances compare with the radius.
fn largest_square<T: SimdFloat>(radius: f64) -> T {
    let mut square = T::from_f64(radius * radius).min(T::max_value());
    while square.sqrt().into() > radius {
        square = square.next_down();
    }
    while square < T::max_value() && square.next_up().sqrt().into() <= radius {
        square = square.next_up();
    }
    square
}
