//! Points in a plane.

use super::Mark;
use crate::Result;
use crate::plot::axis::Span;
use crate::plot::canvas::Marker;
use crate::plot::legend::Key;
use crate::plot::points::{Groups, Points, radius};
use crate::plot::surface::PlotArea;
use plotters::style::RGBColor;

/// A marker at each point, in the colour of its group.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Scatter {
    pub(in crate::plot) points: Points<2>,
    pub(in crate::plot) groups: Option<Groups>,
}

impl Mark for Scatter {
    fn spans(&self) -> Result<(Span, Span)> {
        self.points.check("plot::scatter")?;
        if let Some(groups) = &self.groups {
            groups.check("plot::scatter", self.points.shape())?;
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
        let mut places = vec![Vec::new(); looks.len()];
        for (row, &[x, y]) in self.points.finite() {
            let group = self.groups.as_ref().map_or(0, |groups| groups.of(row));
            places[group].push(area.pixel(x, y));
        }
        let radius = radius(places.iter().flatten().copied());
        for ((color, marker), places) in looks.into_iter().zip(places) {
            area.surface.markers(marker, radius, places, color);
        }
        Ok(())
    }

    fn describe(&self) -> String {
        format!("Scatter plot of {}", self.points.describe(self.groups.as_ref()))
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
