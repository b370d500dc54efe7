//! How far apart two numbers may be.

use crate::{Error, Result};
use std::fmt;

/// The rule of [`close`](super::close) or of [`close_with`](super::close_with).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tolerance {
    /// `tolerance · max(1, |expected|)`.
    Within(f64),
    /// `atol + rtol · |expected|`.
    Allclose { rtol: f64, atol: f64 },
}

impl Tolerance {
    /// Refuses a tolerance that is negative, infinite or NaN: `operation` would not mean anything.
    pub(crate) fn validated(self, operation: &str) -> Result<Self> {
        let parts = match self {
            Tolerance::Within(tolerance) => [tolerance, 0.0],
            Tolerance::Allclose { rtol, atol } => [rtol, atol],
        };
        match parts.into_iter().find(|part| !part.is_finite() || *part < 0.0) {
            Some(part) => Err(Error::argument(
                operation,
                format!("the tolerance is {part}; give a finite number that is not negative"),
            )),
            None => Ok(self),
        }
    }

    /// The largest difference allowed from the value `expected`.
    pub(crate) fn allowed(self, expected: f64) -> f64 {
        match self {
            Tolerance::Within(tolerance) => tolerance * expected.abs().max(1.0),
            Tolerance::Allclose { rtol, atol } => atol + rtol * expected.abs(),
        }
    }

    /// Whether `actual` is near enough; NaN is near nothing, infinities only to themselves.
    pub(crate) fn accepts(self, actual: f64, expected: f64) -> bool {
        if actual.is_infinite() || expected.is_infinite() {
            return actual == expected;
        }
        (actual - expected).abs() <= self.allowed(expected)
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Tolerance::Within(tolerance) => write!(f, "{}", short(tolerance)),
            Tolerance::Allclose { rtol, atol } => {
                write!(f, "rtol {}, atol {}", short(rtol), short(atol))
            }
        }
    }
}

/// A number for a message: three digits, an exponent where it is shorter.
pub(super) fn short(x: f64) -> String {
    let rounded: f64 = format!("{x:.2e}").parse().unwrap_or(x);
    match rounded.abs() {
        0.0 => "0".into(),
        1e-2..1e4 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}
