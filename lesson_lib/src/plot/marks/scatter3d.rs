//! Points in space.

use super::Mark;
use super::projection::{Eye, Projection};
use crate::plot::axis::{AxisUnit, Span};
use crate::plot::canvas::Marker;
use crate::plot::legend::Key;
use crate::plot::points::{Groups, Points, radius};
use crate::plot::surface::PlotArea;
use crate::plot::{format, palette};
use crate::{Error, Result};
use plotters::style::RGBColor;

/// Points are drawn in this many layers, from the back to the front.
const LAYERS: usize = 24;
/// Shades from the farthest to the nearest point.
const SHADES: usize = 6;
/// How far the colour of the farthest point is on its way to the paper's.
const FADE: f64 = 0.6;

/// A marker at each point of space in the colour of its group, paler the farther away.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Scatter3d {
    pub(in crate::plot) points: Points<3>,
    pub(in crate::plot) groups: Option<Groups>,
    /// Azimuth and elevation of the eye in degrees.
    pub(in crate::plot) turned: (f64, f64),
}

impl Scatter3d {
    /// The points on paper by layer and group: the back comes first.
    fn layers(&self, projection: &Projection, groups: usize) -> Vec<Vec<Vec<(f64, f64)>>> {
        let mut layers = vec![vec![Vec::new(); groups]; LAYERS];
        for (row, point) in self.points.finite() {
            let (place, near) = projection.place(*point);
            let layer = ((near + 1.0) / 2.0 * LAYERS as f64) as usize;
            let group = self.groups.as_ref().map_or(0, |groups| groups.of(row));
            layers[layer.min(LAYERS - 1)][group].push(place);
        }
        layers
    }
}

impl Mark for Scatter3d {
    fn spans(&self) -> Result<(Span, Span)> {
        self.points.check("plot::scatter3d")?;
        if let Some(groups) = &self.groups {
            groups.check("plot::scatter3d", self.points.shape())?;
        }
        if !(self.turned.0.is_finite() && self.turned.1.is_finite()) {
            return Err(Error::argument("turned", "give two angles in degrees"));
        }
        let span = Span::new(0.0, 1.0, AxisUnit::Hidden);
        Ok((span.clone(), span))
    }

    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()> {
        let extent = self.points.extent();
        let spans =
            [0, 1, 2].map(|axis| Span::around_all(extent.map(|extent| extent[axis])).or_unit());
        let projection = Projection::new(Eye::new(self.turned.0, self.turned.1), spans, area.frame);
        projection.draw_box(area.surface)?;
        let looks = match &self.groups {
            Some(groups) => groups.looks(),
            None => vec![(color, Marker::Disc)],
        };
        let layers = self.layers(&projection, looks.len());
        let radius = radius(layers.iter().flatten().flatten().copied()) * 1.15;
        for (layer, groups) in layers.into_iter().enumerate() {
            for ((color, marker), places) in looks.iter().zip(groups) {
                if !places.is_empty() {
                    area.surface.markers(*marker, radius, places, faded(*color, layer));
                }
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let points = self.points.describe(self.groups.as_ref());
        let (azimuth, elevation) = (format::value(self.turned.0), format::value(self.turned.1));
        format!("Scatter plot in space of {points}, seen from {azimuth}° around, {elevation}° up")
    }

    fn keys(&self, _color: RGBColor) -> Vec<Key> {
        self.groups.as_ref().map_or(Vec::new(), Groups::keys)
    }

    fn natural_size(&self) -> (f64, f64) {
        (460.0, 420.0)
    }
}

/// The colour in which a layer is drawn: the farther, the paler.
fn faded(color: RGBColor, layer: usize) -> RGBColor {
    let shade = layer * SHADES / LAYERS;
    let share = FADE * (1.0 - shade as f64 / (SHADES - 1) as f64);
    let paper = palette::PAPER;
    let mix =
        |own: u8, paper: u8| (f64::from(own) * (1.0 - share) + f64::from(paper) * share) as u8;
    RGBColor(mix(color.0, paper.0), mix(color.1, paper.1), mix(color.2, paper.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_layer_has_the_full_colour() {
        let color = RGBColor(0, 114, 178);
        assert_eq!(faded(color, LAYERS - 1), color);
        assert!(faded(color, 0).0 > 140);
    }
}
