//! What a point counts, by the square of its distance.

use super::exp2::Lane;
use crate::cluster::Float;
use crate::cluster::mean_shift::Weight;
use std::f64::consts::LOG2_E;

/// A weight as the inner loops know it: 1 at distance 0, but for [`Profile::Distance`].
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Profile<T> {
    /// 2 to the power of this number times the squared distance.
    Gaussian(T),
    /// 1 less the distance times this number, and at least 0.
    Triangular(T),
    /// 1 for squared distances up to this one.
    Flat(T),
    /// 1 less the squared distance times this number, and at least 0.
    Epanechnikov(T),
    /// The distance itself.
    Distance,
}

impl<T: Float> Profile<T> {
    /// The weight, for points whose coordinates have been multiplied by `scale`.
    pub(in super::super) fn new(weight: Weight, scale: f64) -> Self {
        let width = weight.width() * scale;
        // A point at distance 0 counts 1 even where the width is next to nothing.
        let finite = |value: f64| {
            let largest: f64 = T::max_value().into();
            T::rounded(value.clamp(-largest, largest))
        };
        match weight {
            Weight::Gaussian(_) => Profile::Gaussian(finite(-0.5 * LOG2_E / (width * width))),
            Weight::Triangular(_) => Profile::Triangular(finite(1.0 / width)),
            Weight::Flat(_) => Profile::Flat(largest_square(width)),
            Weight::Epanechnikov(_) => Profile::Epanechnikov(finite(1.0 / (width * width))),
        }
    }

    /// Every point counts 1.
    pub(in super::super) fn uniform() -> Self {
        Profile::Flat(T::infinity())
    }
}

/// The largest number whose square root is at most `radius`: squared distances compare with it
/// exactly as distances compare with the radius.
fn largest_square<T: Float>(radius: f64) -> T {
    let mut square = T::rounded(radius * radius).min(T::max_value());
    while square.root().into() > radius {
        square = square.below();
    }
    while square < T::max_value() && square.above().root().into() <= radius {
        square = square.above();
    }
    square
}

/// The weight of a lane, by the squared distance; one type for each [`Profile`], so that each gets
/// inner loops of its own.
pub(super) trait Weigh<T>: Copy {
    fn weigh<const FUSED: bool>(self, squared: T) -> T;
}

#[derive(Clone, Copy)]
pub(super) struct Gaussian<T>(pub T);
#[derive(Clone, Copy)]
pub(super) struct Triangular<T>(pub T);
#[derive(Clone, Copy)]
pub(super) struct Flat<T>(pub T);
#[derive(Clone, Copy)]
pub(super) struct Epanechnikov<T>(pub T);
#[derive(Clone, Copy)]
pub(super) struct Distance;

impl<T: Lane> Weigh<T> for Gaussian<T> {
    #[inline(always)]
    fn weigh<const FUSED: bool>(self, squared: T) -> T {
        squared.times(self.0).exp2::<FUSED>()
    }
}

impl<T: Lane> Weigh<T> for Triangular<T> {
    #[inline(always)]
    fn weigh<const FUSED: bool>(self, squared: T) -> T {
        let weight = T::ONE.minus(squared.root().times(self.0));
        if weight > T::ZERO { weight } else { T::ZERO }
    }
}

impl<T: Lane> Weigh<T> for Flat<T> {
    #[inline(always)]
    fn weigh<const FUSED: bool>(self, squared: T) -> T {
        if squared <= self.0 { T::ONE } else { T::ZERO }
    }
}

impl<T: Lane> Weigh<T> for Epanechnikov<T> {
    #[inline(always)]
    fn weigh<const FUSED: bool>(self, squared: T) -> T {
        let weight = T::ONE.minus(squared.times(self.0));
        if weight > T::ZERO { weight } else { T::ZERO }
    }
}

impl<T: Lane> Weigh<T> for Distance {
    #[inline(always)]
    fn weigh<const FUSED: bool>(self, squared: T) -> T {
        squared.root()
    }
}
