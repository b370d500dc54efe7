//! An author's settings for one axis.

use super::axis::{AxisUnit, Span};
use crate::{Error, Result};
use std::ops::{Bound, RangeBounds};

/// The limits of one axis where they are set, and whether it is logarithmic.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scale {
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) is_log: bool,
}

impl Scale {
    /// Takes the ends of `limits`; an open end is left to the data.
    pub(super) fn limit(&mut self, limits: &impl RangeBounds<f64>) {
        (self.low, self.high) = (end(limits.start_bound()), end(limits.end_bound()));
    }

    /// Whether some data may lie beyond the axis.
    pub(super) fn is_limited(&self) -> bool {
        self.low.is_some() || self.high.is_some()
    }

    /// Applies the settings to `span`, the part of the axis called `name` that all marks need.
    pub(super) fn apply(&self, name: &str, span: Span) -> Result<Span> {
        if *self == Scale::default() {
            return Ok(span);
        }
        if span.unit != AxisUnit::Numbers {
            let problem = format!("the {name} axis of these marks has no limits and no logarithm");
            return Err(Error::plot(problem));
        }
        let span = self.limited(name, span)?;
        match self.is_log {
            true => span.to_log().ok_or_else(|| {
                let place = format!("log_{name}");
                Error::argument(place, "a logarithmic axis needs values above zero")
            }),
            false => Ok(span),
        }
    }

    fn limited(&self, name: &str, span: Span) -> Result<Span> {
        let (low, high) = match (self.low, self.high) {
            (None, None) => return Ok(span),
            (low, high) if span.is_empty() => (low.unwrap_or(0.0), high.unwrap_or(1.0)),
            (low, high) => (low.unwrap_or(span.low), high.unwrap_or(span.high)),
        };
        if low < high && (high - low).is_finite() {
            return Ok(Span::new(low, high, AxisUnit::Numbers));
        }
        let problem = format!("{low} to {high} is no range: give the lower value first");
        Err(Error::argument(format!("{name}_limits"), problem))
    }
}

fn end(bound: Bound<&f64>) -> Option<f64> {
    match bound {
        Bound::Included(&value) | Bound::Excluded(&value) => Some(value),
        Bound::Unbounded => None,
    }
}
