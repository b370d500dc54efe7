//! How often values fall into each of many intervals.

use super::{Mark, line_key};
use crate::plot::axis::Span;
use crate::plot::format;
use crate::plot::legend::Key;
use crate::plot::surface::{Frame, PlotArea};
use crate::plot::values::{count_not_finite, extent};
use crate::{Error, Result, text};
use plotters::style::RGBColor;

/// More bins than this cannot be told apart in any picture.
const MOST_BINS: usize = 10_000;
/// Bars at least this wide, in pixels, are drawn with a gap between them.
const WIDTH_FOR_GAP: f64 = 4.0;

/// The numbers of values in `bins` intervals of equal width.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Histogram {
    values: usize,
    skipped: usize,
    extent: Option<(f64, f64)>,
    counts: Vec<usize>,
    pub(in crate::plot) name: Option<String>,
}

impl Histogram {
    pub(in crate::plot) fn new(values: &[f64], bins: usize) -> Self {
        let extent = extent(values);
        let counts = match extent {
            Some(extent) if (1..=MOST_BINS).contains(&bins) => count(values, widened(extent), bins),
            _ => vec![0; bins.min(MOST_BINS + 1)],
        };
        let skipped = count_not_finite(values);
        Histogram { values: values.len() - skipped, skipped, extent, counts, name: None }
    }

    fn bounds(&self) -> (f64, f64) {
        self.extent.map_or((0.0, 1.0), widened)
    }

    fn highest(&self) -> usize {
        self.counts.iter().copied().max().unwrap_or(0)
    }
}

impl Mark for Histogram {
    fn spans(&self) -> Result<(Span, Span)> {
        if !(1..=MOST_BINS).contains(&self.counts.len()) {
            return Err(Error::argument(
                "plot::hist",
                format!("the number of bins must be from 1 to {}", text::count(MOST_BINS)),
            ));
        }
        if self.extent.is_none() {
            let what = if self.skipped == 0 { "no values" } else { "no finite value" };
            return Err(Error::plot(format!("a histogram of {what}")));
        }
        let (low, high) = self.bounds();
        let lowest = self.counts.iter().copied().filter(|&count| count > 0).min().unwrap_or(0);
        Ok((Span::around(low, high), Span::counts(lowest, self.highest())))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        let (low, high) = self.bounds();
        let step = (high - low) / self.counts.len() as f64;
        // Whole pixels: neighbours that share a pixel would leave a pale seam.
        let edge = |i: usize| area.pixel(low + step * i as f64, 0.0).0.round();
        for (i, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (left, right) = (edge(i), edge(i + 1));
            let gap = if right - left >= WIDTH_FOR_GAP { 1.0 } else { 0.0 };
            let top = area.pixel(low, count as f64).1;
            let (width, height) = ((right - left - gap).max(1.0), area.frame.bottom() - top);
            area.surface.fill(Frame { left, top, width, height }, color)?;
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let (low, high) = self.extent.unwrap_or_default();
        format!(
            "Histogram of {}, {}, {}, highest bin {}{}",
            text::counted(self.values, "value"),
            text::counted(self.counts.len(), "bin"),
            format::range(low, high),
            text::count(self.highest()),
            format::skipped(self.skipped, "value"),
        )
    }

    fn keys(&self, color: RGBColor) -> Vec<Key> {
        line_key(self.name.as_ref(), color)
    }
}

/// Equal values get an interval of length one around them, as in NumPy.
fn widened((low, high): (f64, f64)) -> (f64, f64) {
    if low < high { (low, high) } else { (low - 0.5, high + 0.5) }
}

/// Counts the finite values per bin; the highest value belongs to the last bin.
fn count(values: &[f64], (low, high): (f64, f64), bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for value in values.iter().filter(|value| value.is_finite()) {
        let bin = ((value - low) / (high - low) * bins as f64) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_half_open_bins_but_for_the_last() {
        let histogram = Histogram::new(&[0.0, 0.9, 1.0, 1.0, 2.5, 4.0, f64::NAN], 4);
        assert_eq!(histogram.counts, [2, 2, 1, 1]);
        assert_eq!(
            histogram.describe(),
            "Histogram of 6 values, 4 bins, from 0 to 4, highest bin 2; \
             1 value not finite, skipped"
        );
    }

    #[test]
    fn equal_values_fall_into_the_middle() {
        assert_eq!(Histogram::new(&[7.0; 5], 3).counts, [0, 5, 0]);
    }

    #[test]
    fn all_values_are_counted() {
        let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.1).sin()).collect();
        for bins in [1, 7, 100, 10_000] {
            assert_eq!(Histogram::new(&values, bins).counts.iter().sum::<usize>(), 1000);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let problem = |values: &[f64], bins| match Histogram::new(values, bins).spans() {
            Err(error) => error.to_string(),
            Ok(_) => "none".into(),
        };
        assert_eq!(problem(&[1.0], 0), "plot::hist: the number of bins must be from 1 to 10 000");
        assert_eq!(problem(&[1.0], usize::MAX), problem(&[1.0], 0));
        assert_eq!(problem(&[], 5), "plot: a histogram of no values");
        assert_eq!(problem(&[f64::NAN], 5), "plot: a histogram of no finite value");
    }
}
