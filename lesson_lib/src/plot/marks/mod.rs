//! What stands inside the axes: lines, bars, images.

mod arrows;
mod bars;
mod cell_grid;
mod centroids;
mod color_bar;
mod color_image;
mod density;
mod diagram;
mod drawing;
mod error_bars;
mod histogram;
mod image_grid;
mod ladder;
mod line;
mod projection;
mod raster;
mod scatter;
mod scatter3d;

pub(super) use arrows::Arrows;
pub(super) use bars::Bars;
pub(super) use centroids::CentroidMark;
pub(super) use color_image::{CHANNELS, ColorImage};
pub(super) use density::Density;
pub(super) use diagram::DiagramMark;
pub(super) use drawing::Drawing;
pub(super) use error_bars::ErrorBars;
pub(super) use histogram::Histogram;
pub(super) use image_grid::ImageGrid;
pub(super) use ladder::LadderChart;
pub(super) use line::Line;
pub(super) use raster::{Raster, Shades};
pub(super) use scatter::Scatter;
pub(super) use scatter3d::Scatter3d;

use super::{axis::Span, legend::Key, surface::PlotArea};
use crate::Result;
use plotters::style::RGBColor;

/// Descriptions list no more bars or captions than this.
const MOST_TO_TELL: usize = 20;

/// What every mark can do.
pub(super) trait Mark {
    /// The parts of the two axes that the mark needs, or why it cannot be drawn.
    fn spans(&self) -> Result<(Span, Span)>;

    /// Draws the mark; `color` is that of its data series.
    fn draw(&self, area: &PlotArea, color: RGBColor) -> Result<()>;

    /// What a reader who does not see the picture should know, for a mark that can be drawn.
    fn describe(&self) -> String;

    /// The entries for the legend.
    fn keys(&self, _color: RGBColor) -> Vec<Key> {
        Vec::new()
    }

    /// What the mark writes, beside the entries for the legend and numbers.
    fn texts(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether the mark consists of points in a plane, where a length is the same in both
    /// directions: a round cloud must look round.
    fn is_planar(&self) -> bool {
        false
    }

    /// Draws what stands beside the frame, such as a colour bar.
    fn draw_beside(&self, _plane: &PlotArea) -> Result<()> {
        Ok(())
    }

    /// The width and height in pixels that suit the mark, without labels.
    fn natural_size(&self) -> (f64, f64) {
        (480.0, 270.0)
    }

    /// The largest size up to `room` that the mark can use.
    fn fit(&self, room: (f64, f64)) -> (f64, f64) {
        room
    }

    /// The width in pixels that the mark writes on, right of the axes.
    fn room_right(&self) -> f64 {
        0.0
    }
}

/// The entry of a mark drawn as lines, if it has a name.
fn line_key(name: Option<&String>, color: RGBColor) -> Vec<Key> {
    name.map(|name| Key { name: name.clone(), color, marker: None }).into_iter().collect()
}

/// Declares [`AnyMark`] over the types of all marks.
macro_rules! any_mark {
    ($($kind:ident)*) => {
        /// A mark of any kind.
        #[derive(Clone, Debug)]
        pub(super) enum AnyMark {
            $($kind($kind)),*
        }

        impl AnyMark {
            /// What the mark has in common with all others.
            pub(super) fn as_mark(&self) -> &dyn Mark {
                match self {
                    $(AnyMark::$kind(mark) => mark),*
                }
            }
        }

        $(impl From<$kind> for AnyMark {
            fn from(mark: $kind) -> Self {
                AnyMark::$kind(mark)
            }
        })*
    };
}

any_mark! {
    Line Histogram Bars LadderChart Raster ColorImage ImageGrid DiagramMark Scatter Scatter3d CentroidMark
    Density ErrorBars Drawing Arrows
}
