//! One axis: from values to pixels, and where its ticks are.
//!
//! An axis plugs into plotters' coordinates, but chooses its own ticks, because their labels have
//! gaps between thousands, powers of ten and units of time.

use super::format;
use crate::{Error, Result, text};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use std::ops::Range;

/// What an axis measures, which decides its ticks and its direction.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AxisUnit {
    /// Numbers, with ticks at round values.
    Numbers,
    /// Columns of an image, with ticks at whole numbers.
    Columns,
    /// Rows of an image: the first is at the top.
    Rows,
    /// Named rows, the first at the top, at 0, 1, 2, …
    Names(Vec<String>),
    /// Seconds on a logarithmic scale, with ticks at powers of ten.
    LogSeconds,
    /// Numbers above zero on a logarithmic scale.
    Log,
    /// Nothing: no ticks.
    Hidden,
}

/// A part of an axis, as one mark needs it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) unit: AxisUnit,
    /// The lowest and highest value, without the room around them.
    data: (f64, f64),
}

impl Span {
    pub(super) fn new(low: f64, high: f64, unit: AxisUnit) -> Self {
        Span { low, high, unit, data: (low, high) }
    }

    /// The span of a mark that has no data: it leaves the axis to the others.
    pub(super) fn empty() -> Self {
        Span::new(f64::INFINITY, f64::NEG_INFINITY, AxisUnit::Numbers)
    }

    /// The span of counts from 0 to `highest`, of which `lowest` is the lowest above 0. A logarithmic
    /// axis has no 0: it begins at half of that, so that the lowest can be seen.
    pub(super) fn counts(lowest: usize, highest: usize) -> Self {
        let (lowest, highest) = (lowest as f64, highest as f64);
        Span { data: (lowest / 2.0, highest), ..Span::new(0.0, highest * 1.04, AxisUnit::Numbers) }
    }

    /// Whether no mark has data on the axis.
    pub(super) fn is_empty(&self) -> bool {
        self.low > self.high
    }

    /// The span, or 0 to 1 where it is empty.
    pub(super) fn or_unit(self) -> Self {
        if self.is_empty() { Span::new(0.0, 1.0, self.unit) } else { self }
    }

    /// The numbers from `low` to `high` with some room around, so that no data touches the frame.
    pub(super) fn around(low: f64, high: f64) -> Self {
        let room = match high - low {
            0.0 if low == 0.0 => 0.5,
            0.0 => low.abs() * 0.1,
            spread => spread * 0.04,
        };
        Span { low: low - room, high: high + room, unit: AxisUnit::Numbers, data: (low, high) }
    }

    /// [`around`](Self::around) the lowest and highest value, or empty where there is none.
    pub(super) fn around_all(extent: Option<(f64, f64)>) -> Self {
        extent.map_or_else(Span::empty, |(low, high)| Span::around(low, high))
    }

    /// The same data on a logarithmic scale; `None` if some of it is not above zero.
    pub(super) fn to_log(&self) -> Option<Span> {
        let (low, high) = self.data;
        // By logarithms: the quotient of a huge and a tiny number would be infinite.
        let room = if low < high { 10_f64.powf(0.04 * (high.log10() - low.log10())) } else { 2.0 };
        let log = |low, high| Span { low, high, unit: AxisUnit::Log, data: self.data };
        match self.is_empty() {
            true => Some(log(self.low, self.high)),
            false => (low > 0.0).then(|| log(low / room, high * room)),
        }
    }

    /// The length of the axis, in its own unit.
    pub(super) fn length(&self) -> f64 {
        self.high - self.low
    }

    /// The part of an axis that holds both spans.
    pub(super) fn union(self, other: Span) -> Result<Span> {
        if self.unit != other.unit {
            return Err(Error::plot("these marks have different axes: give each its own figure"));
        }
        let data = (self.data.0.min(other.data.0), self.data.1.max(other.data.1));
        Ok(Span {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            unit: self.unit,
            data,
        })
    }
}

/// A place on an axis with its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// A [`Span`] with its ticks: one axis of plotters' coordinate system.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    span: Span,
    pub(super) ticks: Vec<Tick>,
}

impl Axis {
    /// The axis over `span`, with at most `most` ticks at round values.
    pub(super) fn new(span: Span, most: usize) -> Result<Self> {
        let spread = span.high - span.low;
        if !spread.is_finite() || spread <= 0.0 {
            let range = format!("{:e} to {:e}", span.low, span.high);
            return Err(Error::plot(format!("an axis cannot go from {range}: scale the values")));
        }
        let ticks = match &span.unit {
            AxisUnit::Numbers => number_ticks(&span, round_step(spread, most)),
            AxisUnit::Columns | AxisUnit::Rows => {
                number_ticks(&span, round_step(spread, most).max(1.0))
            }
            AxisUnit::Names(names) => name_ticks(names),
            AxisUnit::LogSeconds => decade_ticks(&span, most, format::decade),
            AxisUnit::Log => log_ticks(&span, most),
            AxisUnit::Hidden => Vec::new(),
        };
        Ok(Axis { span, ticks })
    }

    /// Whether the axis runs down the page.
    pub(super) fn runs_down(&self) -> bool {
        matches!(self.span.unit, AxisUnit::Rows | AxisUnit::Names(_) | AxisUnit::Hidden)
    }

    /// Whether lines across the plot at the ticks help to read a value.
    pub(super) fn has_grid(&self) -> bool {
        matches!(self.span.unit, AxisUnit::Numbers | AxisUnit::LogSeconds | AxisUnit::Log)
    }

    /// Whether the axis is shown at all.
    pub(super) fn is_hidden(&self) -> bool {
        self.span.unit == AxisUnit::Hidden
    }

    /// The share of the axis that lies before `value`.
    pub(super) fn share(&self, value: f64) -> f64 {
        let Span { low, high, .. } = self.span;
        match self.span.unit {
            AxisUnit::LogSeconds | AxisUnit::Log => {
                (value.log10() - low.log10()) / (high.log10() - low.log10())
            }
            _ => (value - low) / (high - low),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        (f64::from(start) + f64::from(end - start) * self.share(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.span.low..self.span.high
    }
}

/// The smallest of 1, 2, 5 times a power of ten that divides `spread` into at most `most` parts.
fn round_step(spread: f64, most: usize) -> f64 {
    let least = spread / most.max(1) as f64;
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|step| step * power >= least * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

fn number_ticks(span: &Span, step: f64) -> Vec<Tick> {
    let slack = step * 1e-9;
    let first = ((span.low - slack) / step).ceil();
    let count = (((span.high + slack) / step).floor() - first).max(0.0) as usize + 1;
    let mut places: Vec<f64> = (0..count).map(|i| (first + i as f64) * step).collect();
    // Where numbers are so large that not all of these exist, several round to one.
    places.dedup();
    let largest = span.low.abs().max(span.high.abs());
    places.into_iter().map(|at| Tick { at, label: number_label(at, step, largest) }).collect()
}

/// With more decimals than this a whole number is easier to read.
const MOST_DIGITS: usize = 6;

/// As many decimals as tell neighbouring ticks apart.
fn number_label(at: f64, step: f64, largest: f64) -> String {
    let digits_after_point = |unit: f64| (-(unit.log10() + 1e-9).floor()).max(0.0) as usize;
    if at.abs() < step / 2.0 {
        "0".into()
    } else if step >= 1.0 && largest < 1e7 {
        text::whole(at)
    } else if step >= 1e-4 && largest < 1e5 {
        text::fixed(at, digits_after_point(step))
    } else {
        let size = 10_f64.powf(at.abs().log10().floor());
        match digits_after_point(step / size) {
            digits if digits > MOST_DIGITS && at.fract() == 0.0 && largest < 1e18 => {
                text::whole(at)
            }
            digits => text::scientific(at, digits.min(16)),
        }
    }
}

fn name_ticks(names: &[String]) -> Vec<Tick> {
    let tick = |(i, name): (usize, &String)| Tick { at: i as f64, label: name.clone() };
    names.iter().enumerate().map(tick).collect()
}

fn decade_ticks(span: &Span, most: usize, label: impl Fn(f64) -> String) -> Vec<Tick> {
    let (first, last) = (span.low.log10().ceil() as i32, span.high.log10().floor() as i32);
    let stride = usize::try_from(last - first).unwrap_or(0) / most.max(1) + 1;
    let tick = |power: i32| {
        let at = 10_f64.powi(power);
        Tick { at, label: label(at) }
    };
    (first..=last).step_by(stride).map(tick).collect()
}

/// Ticks at powers of ten; at 1, 2 and 5 times a power where these would be too few, and at round
/// numbers on an axis shorter than that.
fn log_ticks(span: &Span, most: usize) -> Vec<Tick> {
    let decades = decade_ticks(span, most, format::power_of_ten);
    if decades.len() > 2 {
        return decades;
    }
    let powers = span.low.log10().floor() as i32..=span.high.log10().floor() as i32;
    let places = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
    let inside = places.filter(|at| (span.low..=span.high).contains(at));
    let ticks: Vec<Tick> = inside.map(|at| Tick { at, label: format::value(at) }).collect();
    if ticks.len() > 1 { ticks } else { number_ticks(span, round_step(span.length(), most)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn labels(low: f64, high: f64, unit: AxisUnit, most: usize) -> Vec<String> {
        let axis = Axis::new(Span::new(low, high, unit), most).unwrap();
        axis.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_multiples_of_one_two_or_five() {
        assert_eq!(labels(-0.4, 10.4, AxisUnit::Numbers, 6), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(
            labels(-0.04, 1.04, AxisUnit::Numbers, 6),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(-7.0, 7.0, AxisUnit::Numbers, 4), ["−5", "0", "5"]);
        assert_eq!(labels(-5e4, 1e5, AxisUnit::Numbers, 3), ["−50 000", "0", "50 000", "100 000"]);
        assert_eq!(labels(0.0, 3e7, AxisUnit::Numbers, 3), ["0", "1×10⁷", "2×10⁷", "3×10⁷"]);
        assert_eq!(labels(0.0, 1.2e-5, AxisUnit::Numbers, 3), ["0", "5×10⁻⁶", "1.0×10⁻⁵"]);
        assert_eq!(
            labels(1e12, 1e12 + 20.0, AxisUnit::Numbers, 2),
            ["1 000 000 000 000", "1 000 000 000 010", "1 000 000 000 020"]
        );
        assert_eq!(labels(-0.5, 1.5, AxisUnit::Columns, 8), ["0", "1"]);
        assert_eq!(labels(-0.5, 27.5, AxisUnit::Rows, 8), ["0", "5", "10", "15", "20", "25"]);
    }

    #[test]
    fn ticks_of_huge_numbers_differ() {
        for (low, ulps) in [(1e15, 3.0), (9.1e15, 4.0), (1e17, 9.0), (1e19, 5.0), (1e300, 7.0)] {
            let high = low + ulps * (f64::next_up(low) - low);
            for most in 2..9 {
                let axis = Axis::new(Span::new(low, high, AxisUnit::Numbers), most).unwrap();
                let distinct = |labels: BTreeSet<String>| labels.len() == axis.ticks.len();
                assert!(distinct(axis.ticks.iter().map(|tick| tick.label.clone()).collect()));
                assert!(axis.ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
            }
        }
    }

    #[test]
    fn seconds_have_ticks_at_powers_of_ten() {
        assert_eq!(
            labels(9e-6, 2e-2, AxisUnit::LogSeconds, 8),
            ["10 µs", "100 µs", "1 ms", "10 ms"]
        );
        assert_eq!(labels(1e-9, 10.0, AxisUnit::LogSeconds, 4), ["1 ns", "1 µs", "1 ms", "1 s"]);
    }

    #[test]
    fn a_logarithmic_axis_has_ticks_whatever_its_length() {
        assert_eq!(labels(5e-3, 2e4, AxisUnit::Log, 9).join(" "), "0.01 0.1 1 10 100 1000 10 000");
        assert_eq!(labels(1e-9, 1e-3, AxisUnit::Log, 3), ["10⁻⁹", "10⁻⁶", "0.001"]);
        assert_eq!(labels(0.9, 30.0, AxisUnit::Log, 9), ["1", "2", "5", "10", "20"]);
        assert_eq!(labels(2.1, 4.9, AxisUnit::Log, 4), ["3", "4"]);
    }

    #[test]
    fn a_logarithm_needs_values_above_zero() {
        assert_eq!(Span::around(0.0, 1.0).to_log(), None);
        let log = Span::around(1.0, 100.0).to_log().unwrap();
        assert!(log.low < 1.0 && log.low > 0.8 && log.high > 100.0);
        assert!(Span::empty().to_log().unwrap().is_empty());
        let wide = Span::around(1e-200, 1e200).to_log().unwrap();
        assert!(wide.low > 1e-220 && wide.low < 1e-200 && wide.high > 1e200 && wide.high < 1e220);
    }

    #[test]
    fn counts_have_a_logarithm() {
        let counts = Span::counts(1, 1000);
        assert_eq!(counts.low, 0.0);
        let log = counts.to_log().unwrap();
        assert!(log.low > 0.3 && log.low < 0.5 && log.high > 1000.0);
    }

    #[test]
    fn a_mark_without_data_leaves_the_axis_to_the_others() {
        let some = Span::around(3.0, 4.0);
        assert_eq!(Span::empty().union(some.clone()).unwrap(), some);
        assert_eq!(Span::empty().or_unit(), Span::new(0.0, 1.0, AxisUnit::Numbers));
    }

    #[test]
    fn values_map_to_their_share_of_the_pixels() {
        let axis = Axis::new(Span::new(-1.0, 3.0, AxisUnit::Numbers), 5).unwrap();
        assert_eq!([-1.0, 0.0, 3.0].map(|v| axis.map(&v, (100, 500))), [100, 200, 500]);
        assert_eq!([-1.0, 0.0, 3.0].map(|v| axis.map(&v, (500, 100))), [500, 400, 100]);
        let axis = Axis::new(Span::new(1e-6, 1e-2, AxisUnit::LogSeconds), 5).unwrap();
        assert_eq!([1e-6, 1e-5, 1e-2].map(|v| axis.map(&v, (0, 400))), [0, 100, 400]);
    }

    #[test]
    fn constant_data_still_has_an_axis() {
        for value in [0.0, 5.0, -1e-12, 1e12] {
            let Span { low, high, .. } = Span::around(value, value);
            assert!(low < value && value < high);
        }
    }

    #[test]
    fn axes_without_a_length_are_refused() {
        for (low, high) in [(1.0, 1.0), (-f64::MAX, f64::MAX), (0.0, f64::NAN)] {
            assert!(Axis::new(Span::new(low, high, AxisUnit::Numbers), 5).is_err());
        }
        let names = Span::new(0.0, 1.0, AxisUnit::Names(vec!["a".into()]));
        assert!(names.union(Span::new(0.0, 1.0, AxisUnit::Numbers)).is_err());
    }
}
