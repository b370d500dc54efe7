//! Points in space, and the groups that they belong to.

use super::canvas::Marker;
use super::legend::Key;
use super::{format, palette};
use crate::{Error, Result, text};
use plotters::style::RGBColor;
use std::{collections::HashMap, fmt::Display};

/// More groups than this have no legend and are not listed in a description.
const MOST_TO_NAME: usize = 8;

/// An array of points, one in each row, that a mark of `D` dimensions was given.
#[derive(Clone, Debug)]
pub(super) struct Points<const D: usize> {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl<const D: usize> Points<D> {
    pub(super) fn new((shape, values): (Vec<usize>, Vec<f64>)) -> Self {
        Points { shape, values }
    }

    /// The shape that the points came in.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The points; none where [`check`](Self::check) finds something wrong.
    pub(super) fn rows(&self) -> &[[f64; D]] {
        match self.shape.as_slice() {
            [_, width] if *width == D => self.values.as_chunks().0,
            _ => &[],
        }
    }

    /// Whether each row is a point of `D` numbers; `operation` is what the error names.
    pub(super) fn check(&self, operation: &str) -> Result<()> {
        match self.shape.as_slice() {
            [_, width] if *width == D => Ok(()),
            [0, _] => Ok(()),
            _ => {
                let names = ["x, y", "x, y, z"][usize::from(D == 3)];
                let help = format!("points are (n, {D}): in each row the {names} of a point");
                Err(Error::shape(operation, [&*self.shape], help))
            }
        }
    }

    /// The points whose numbers are all finite, with their row.
    pub(super) fn finite(&self) -> impl Iterator<Item = (usize, &[f64; D])> {
        let is_finite = |point: &[f64; D]| point.iter().all(|value| value.is_finite());
        self.rows().iter().enumerate().filter(move |(_, point)| is_finite(point))
    }

    /// The lowest and highest number of each axis, over the finite points.
    pub(super) fn extent(&self) -> Option<[(f64, f64); D]> {
        let mut points = self.finite().map(|(_, point)| point);
        let start = points.next()?.map(|value| (value, value));
        Some(points.fold(start, |mut extent, point| {
            for ((low, high), value) in extent.iter_mut().zip(point) {
                (*low, *high) = (low.min(*value), high.max(*value));
            }
            extent
        }))
    }

    /// `3 points in 2 groups: a (1), b (2); x from 0 to 1, y from 0 to 1`.
    pub(super) fn describe(&self, groups: Option<&Groups>) -> String {
        let groups = groups.map_or(String::new(), |groups| format!("{};", groups.describe()));
        self.describe_known(self.extent(), self.finite().count(), &groups)
    }

    /// The same where `extent` and the number of `finite` points are known.
    pub(super) fn describe_known(
        &self,
        extent: Option<[(f64, f64); D]>,
        finite: usize,
        groups: &str,
    ) -> String {
        let skipped = format::skipped(self.rows().len() - finite, "point");
        let Some(extent) = extent else { return format!("no points{skipped}") };
        let range = |(axis, (low, high))| format!("{axis} {}", format::range(low, high));
        let ranges: Vec<String> = ["x", "y", "z"].iter().zip(extent).map(range).collect();
        let groups = if groups.is_empty() { "," } else { groups };
        let count = text::counted(finite, "point");
        format!("{count}{groups} {}{skipped}", ranges.join(", "))
    }
}

/// Which point belongs to which group, and how a group looks.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    names: Vec<String>,
    /// The number of each group, which gives its colour; `None` for noise.
    numbers: Vec<Option<usize>>,
    /// How many points each group has.
    counts: Vec<usize>,
    /// The group of each point.
    of: Vec<u32>,
    is_listed: bool,
}

impl Groups {
    /// Whole numbers are groups in their order, and their number gives the colour: cluster 2 has
    /// the same colour in every picture. Numbers below zero are noise. Other labels are numbered
    /// as they come.
    pub(super) fn new(labels: impl IntoIterator<Item: Display>) -> Self {
        let (mut places, mut names, mut counts) = (HashMap::new(), Vec::new(), Vec::new());
        let of = labels.into_iter().map(|label| {
            let name = label.to_string();
            let place = *places.entry(name).or_insert_with_key(|name| {
                names.push(name.clone());
                counts.push(0);
                names.len() as u32 - 1
            });
            counts[place as usize] += 1;
            place
        });
        let of = of.collect();
        let whole: Option<Vec<i64>> = names.iter().map(|name| name.parse().ok()).collect();
        let numbers = match whole {
            Some(whole) => whole.into_iter().map(|number| usize::try_from(number).ok()).collect(),
            None => (0..names.len()).map(Some).collect(),
        };
        Groups { names, numbers, counts, of, is_listed: true }
    }

    /// The runs of `length` points each, not listed in a legend.
    pub(super) fn runs(points: usize, length: usize) -> Self {
        let labels = (0..points).map(|point| point / length.max(1));
        Groups { is_listed: false, ..Groups::new(labels) }
    }

    /// Whether there is a label for each of `points` points.
    pub(super) fn check(&self, operation: &str, points: &[usize]) -> Result<()> {
        if points.first() == Some(&self.of.len()) {
            return Ok(());
        }
        let shapes = [points, &[self.of.len()]];
        Err(Error::shape(operation, shapes, "give one label for each point"))
    }

    /// The group of a point.
    pub(super) fn of(&self, point: usize) -> usize {
        self.of.get(point).map_or(0, |&group| group as usize)
    }

    /// The colours and markers of all groups.
    pub(super) fn looks(&self) -> Vec<(RGBColor, Marker)> {
        self.numbers.iter().map(|&number| look(number)).collect()
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        if !self.is_listed || self.names.len() > MOST_TO_NAME {
            return Vec::new();
        }
        let looks = self.looks();
        let key = |group: usize| {
            let (color, marker) = looks[group];
            let name = format!("{} ({})", self.title(group), text::count(self.counts[group]));
            Key { name, color, marker: Some(marker) }
        };
        self.order().into_iter().map(key).collect()
    }

    /// The groups as a legend lists them: numbers from the lowest up, noise at the end.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by_key(|&group| self.numbers[group].unwrap_or(usize::MAX));
        order
    }

    fn title(&self, group: usize) -> &str {
        if self.numbers[group].is_some() { &self.names[group] } else { "noise" }
    }

    fn describe(&self) -> String {
        let count = text::counted(self.names.len(), "group");
        if self.names.len() > MOST_TO_NAME || self.names.is_empty() {
            return format!(" in {count}");
        }
        let told =
            |group: usize| format!("{} ({})", self.title(group), text::count(self.counts[group]));
        let listed: Vec<String> = self.order().into_iter().map(told).collect();
        format!(" in {count}: {}", listed.join(", "))
    }
}

/// A colour for each group; after the last colour the next shape.
fn look(number: Option<usize>) -> (RGBColor, Marker) {
    const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Diamond];
    match number {
        Some(number) => {
            let round = number / palette::SERIES_COUNT;
            (palette::series(number), MARKERS[round % MARKERS.len()])
        }
        None => (palette::NOISE, Marker::Disc),
    }
}

/// The radius in pixels with which points at these pixels can be told apart and still be seen.
///
/// Points in the same pixel count once: a thousand that have met are as large as one.
pub(super) fn radius(places: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    let mut pixels: Vec<(i32, i32)> =
        places.into_iter().map(|(x, y)| (x as i32, y as i32)).collect();
    pixels.sort_unstable();
    pixels.dedup();
    (5.0 * (30.0 / pixels.len().max(1) as f64).powf(0.24)).clamp(0.7, 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_have_met_are_as_large_as_one() {
        let apart = (0..1500).map(|i| (f64::from(i % 40), f64::from(i / 40)));
        let met = (0..1500).map(|i| (f64::from(i % 6) * 9.0 + 0.3, 5.0));
        assert!((1.8..2.2).contains(&radius(apart)));
        assert_eq!((radius(met), radius([])), (5.0, 5.0));
        let everywhere = (0..1_000_000).map(|i| (f64::from(i % 1000), f64::from(i / 1000)));
        assert_eq!(radius(everywhere), 0.7);
    }

    #[test]
    fn a_number_keeps_its_colour_whichever_groups_are_there() {
        let groups = Groups::new([5, 2, 5, -1]);
        let colors: Vec<RGBColor> = groups.looks().iter().map(|look| look.0).collect();
        assert_eq!(colors, [palette::series(5), palette::series(2), palette::NOISE]);
        let keys: Vec<String> = groups.keys().into_iter().map(|key| key.name).collect();
        assert_eq!(keys, ["2 (1)", "5 (2)", "noise (1)"]);
        assert_eq!(Groups::new([10, 9]).keys()[0].name, "9 (1)");
    }

    #[test]
    fn words_are_numbered_as_they_come() {
        let groups = Groups::new(["cat", "-1", "cat"]);
        assert_eq!(groups.looks()[1].0, palette::series(1));
        assert_eq!(groups.describe(), " in 2 groups: cat (2), -1 (1)");
    }

    #[test]
    fn shapes_tell_apart_what_has_the_same_colour() {
        assert_eq!(look(Some(1)).0, look(Some(8)).0);
        assert_ne!(look(Some(1)).1, look(Some(8)).1);
    }
}
