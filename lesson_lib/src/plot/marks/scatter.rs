//! Points in a plane.

use super::Mark;
use crate::plot::axis::Span;
use crate::plot::canvas::Marker;
use crate::plot::format;
use crate::plot::legend::Key;
use crate::plot::points::{Groups, Points, radius};
use crate::plot::surface::PlotArea;
use crate::plot::values::extent;
use crate::{Error, Result};
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// The radius in pixels of the largest and the smallest point where points have sizes.
const LARGEST: f64 = 7.0;
const SMALLEST: f64 = 0.7;
/// Radii are rounded to this part of a pixel: points of one radius are drawn together.
const RADIUS_STEPS: f64 = 4.0;

/// A marker at each point, in the colour of its group.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Scatter {
    pub(in crate::plot) points: Points<2>,
    pub(in crate::plot) groups: Option<Groups>,
    pub(in crate::plot) sizes: Option<Vec<f64>>,
}

impl Scatter {
    /// Draws points whose areas are as their sizes, the largest first: a small one on top of it
    /// is seen.
    fn draw_sized(&self, area: &PlotArea, looks: &[(RGBColor, Marker)], sizes: &[f64]) {
        let largest = extent(sizes).map_or(0.0, |(_, largest)| largest);
        let mut layers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (row, &[x, y]) in self.points.finite() {
            let share = (sizes[row] / largest).clamp(0.0, 1.0); // NaN stays: it becomes a speck
            let radius = (LARGEST * share.sqrt()).max(SMALLEST);
            let layer = (-(radius * RADIUS_STEPS).round() as i32, self.group(row));
            layers.entry(layer).or_default().push(area.pixel(x, y));
        }
        for ((steps, group), places) in layers {
            let (color, marker) = looks[group];
            let radius = f64::from(-steps) / RADIUS_STEPS;
            area.surface.markers(marker, radius, places, color);
        }
    }

    fn group(&self, row: usize) -> usize {
        self.groups.as_ref().map_or(0, |groups| groups.of(row))
    }
}

impl Mark for Scatter {
    fn spans(&self) -> Result<(Span, Span)> {
        self.points.check("plot::scatter")?;
        if let Some(groups) = &self.groups {
            groups.check("plot::scatter", self.points.shape())?;
        }
        if let Some(sizes) = self.sizes.as_ref().filter(|s| s.len() != self.points.rows().len()) {
            let shapes = [self.points.shape(), &[sizes.len()]];
            return Err(Error::shape("plot::scatter", shapes, "give one size for each point"));
        }
        let extent = self.points.extent();
        let span = |axis: usize| Span::around_all(extent.map(|extent| extent[axis]));
        Ok((span(0), span(1)))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        let looks = match &self.groups {
            Some(groups) => groups.looks(),
            None => vec![(color, Marker::Disc)],
        };
        if let Some(sizes) = &self.sizes {
            self.draw_sized(area, &looks, sizes);
            return Ok(());
        }
        let mut places = vec![Vec::new(); looks.len()];
        for (row, &[x, y]) in self.points.finite() {
            places[self.group(row)].push(area.pixel(x, y));
        }
        let radius = radius(places.iter().flatten().copied());
        for ((color, marker), places) in looks.into_iter().zip(places) {
            area.surface.markers(marker, radius, places, color);
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let points = self.points.describe(self.groups.as_ref());
        match self.sizes.as_deref().and_then(extent) {
            Some((low, high)) => {
                format!("Scatter plot of {points}; sizes {}", format::range(low, high))
            }
            None => format!("Scatter plot of {points}"),
        }
    }

    fn keys(&self, _color: RGBColor) -> Vec<Key> {
        self.groups.as_ref().map_or(Vec::new(), Groups::keys)
    }

    fn is_planar(&self) -> bool {
        true
    }

    fn natural_size(&self) -> (f64, f64) {
        (480.0, 340.0)
    }
}
