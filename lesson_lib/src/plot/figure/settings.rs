//! Settings of the axes, and of the mark that was added last.

use super::Figure;
use super::adding::texts;
use crate::plot::color_map::ColorMap;
use crate::plot::marks::{AnyMark, Shades};
use crate::plot::points::Groups;
use crate::plot::values::{Plottable, numbers};
use std::{fmt::Display, ops::RangeBounds};

impl Figure {
    /// Shows the part `limits` of the x axis and cuts off what lies beyond; an open end is left
    /// to the data: `0.0..10.0`, `0.0..`.
    pub fn x_limits(mut self, limits: impl RangeBounds<f64>) -> Self {
        self.axes.x_scale.limit(&limits);
        self
    }

    /// Shows the part `limits` of the y axis and cuts off what lies beyond; an open end is left
    /// to the data.
    pub fn y_limits(mut self, limits: impl RangeBounds<f64>) -> Self {
        self.axes.y_scale.limit(&limits);
        self
    }

    /// Makes the x axis logarithmic; all data must be above zero.
    pub fn log_x(mut self) -> Self {
        self.axes.x_scale.is_log = true;
        self
    }

    /// Makes the y axis logarithmic; all data must be above zero.
    pub fn log_y(mut self) -> Self {
        self.axes.y_scale.is_log = true;
        self
    }

    /// Whether both axes have the same scale. Unless set, they do where only points are shown and
    /// their cloud is at most three times as long as it is wide.
    pub fn equal_axes(mut self, equal: bool) -> Self {
        self.axes.equal = Some(equal);
        self
    }

    /// Colours the points of the last scatter plot by their labels, one for each point, with a
    /// legend that counts them where there are at most 8 different labels.
    ///
    /// Whole numbers give the colour: cluster 2 looks the same in every picture. Numbers below
    /// zero are noise, and grey. After the last colour the shape of the points changes.
    ///
    /// ```
    /// use lesson_lib::{ndarray::array, plot};
    /// let points = array![[0.0, 1.0], [2.0, 3.0], [2.0, 4.0]];
    /// assert_eq!(
    ///     plot::scatter(&points).labels(["hill", "dale", "dale"]).description()?,
    ///     "Scatter plot of 3 points in 2 groups: hill (1), dale (2); x from 0 to 2, y from 1 to 4."
    /// );
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn labels(mut self, labels: impl IntoIterator<Item: Display>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Scatter(scatter)) => scatter.groups = Some(Groups::new(labels)),
            Some(AnyMark::Scatter3d(scatter)) => scatter.groups = Some(Groups::new(labels)),
            _ => return self.misused(".labels(…)", "scatter or scatter3d"),
        }
        self
    }

    /// Makes the area of each point of the last scatter plot proportional to its size, one for each
    /// point; the smallest stay specks that can be seen.
    ///
    /// ```
    /// use lesson_lib::{ndarray::array, plot};
    /// let points = array![[0.0, 1.0], [2.0, 3.0], [2.0, 4.0]];
    /// assert_eq!(
    ///     plot::scatter(&points).sizes([0.5, 2.0, 0.0]).description()?,
    ///     "Scatter plot of 3 points, x from 0 to 2, y from 1 to 4; sizes from 0 to 2."
    /// );
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn sizes(mut self, sizes: impl IntoIterator<Item: Plottable>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Scatter(scatter)) => scatter.sizes = Some(numbers(sizes)),
            _ => return self.misused(".sizes(…)", "scatter"),
        }
        self
    }

    /// Turns the last plot in space: `azimuth` degrees around the z axis, seen from `elevation`
    /// degrees above the plane of x and y. Unless set, these are −60° and 30°.
    pub fn turned(mut self, azimuth: f64, elevation: f64) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Scatter3d(scatter)) => scatter.turned = (azimuth, elevation),
            _ => return self.misused(".turned(…)", "scatter3d"),
        }
        self
    }

    /// Names the last line, histogram, error bars or arrows in a legend.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Line(line)) => line.name = Some(name.into()),
            Some(AnyMark::Histogram(histogram)) => histogram.name = Some(name.into()),
            Some(AnyMark::ErrorBars(bars)) => bars.name = Some(name.into()),
            Some(AnyMark::Arrows(arrows)) => arrows.name = Some(name.into()),
            _ => return self.misused(".name(…)", "a line, a histogram, error bars or arrows"),
        }
        self
    }

    /// Fades all bars of the last ladder but that of the version `name`: for a ladder that is
    /// shown again with every step.
    ///
    /// ```
    /// use lesson_lib::plot;
    /// let rows = [("three loops", 0.893), ("one loop", 0.004)];
    /// assert!(plot::ladder(rows).lit("one loop").png().is_ok());
    /// assert_eq!(
    ///     plot::ladder(rows).lit("no loop").png().unwrap_err().to_string(),
    ///     "plot: no version is named “no loop”, so none can be lit"
    /// );
    /// ```
    pub fn lit(mut self, name: impl Into<String>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::LadderChart(ladder)) => ladder.lit = Some(name.into()),
            _ => return self.misused(".lit(…)", "ladder"),
        }
        self
    }

    /// Sets how the values of the last image become colours.
    pub fn color_map(mut self, map: ColorMap) -> Self {
        match self.shades() {
            Some(shades) => shades.map = map,
            None => return self.without_shades(".color_map(…)", "imshow or images"),
        }
        self
    }

    /// Sets the values shown in the first and last colour of the last image; otherwise these are
    /// its lowest and highest value.
    pub fn value_range(mut self, low: f64, high: f64) -> Self {
        match self.shades() {
            Some(shades) => shades.range = Some((low, high)),
            None => return self.without_shades(".value_range(…)", "imshow or images"),
        }
        self
    }

    /// Adds a colour bar beside the last image, which shows the value behind each colour.
    pub fn color_bar(mut self) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Raster(raster)) => raster.color_bar = true,
            _ => return self.without_shades(".color_bar(…)", "imshow"),
        }
        self
    }

    /// Writes a caption below each image of the grid.
    pub fn captions(mut self, captions: impl IntoIterator<Item: Display>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::ImageGrid(grid)) => grid.captions = texts(captions),
            _ => return self.misused(".captions(…)", "images"),
        }
        self
    }

    /// Sets how many images of the grid stand side by side: 10 unless set.
    pub fn columns(mut self, columns: usize) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::ImageGrid(grid)) if columns > 0 => grid.columns = columns,
            _ => return self.misused(".columns(…)", "images, with at least one column"),
        }
        self
    }

    fn without_shades(self, what: &str, place: &str) -> Self {
        let is_colored = matches!(self.axes.marks.last(), Some(AnyMark::ColorImage(_)));
        let two_axes = "imshow of (rows, columns): colours are shown as they are";
        self.misused(what, if is_colored { two_axes } else { place })
    }

    fn shades(&mut self) -> Option<&mut Shades> {
        match self.axes.marks.last_mut()? {
            AnyMark::Raster(raster) => Some(&mut raster.shades),
            AnyMark::ImageGrid(grid) => Some(&mut grid.shades),
            _ => None,
        }
    }
}
