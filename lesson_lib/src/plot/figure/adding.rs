//! What can be added to a figure.

use super::Figure;
use crate::plot::diagram::Diagram;
use crate::plot::marks::{
    Arrows, Bars, CHANNELS, CentroidMark, ColorImage, Density, DiagramMark, ErrorBars, Histogram,
    ImageGrid, LadderChart, Line, Raster, Scatter, Scatter3d, Shades,
};
use crate::plot::points::{Groups, Points};
use crate::plot::values::{Pixels, Plottable, numbers};
use std::{fmt::Display, ops::RangeInclusive};

/// The number of points at which a function is evaluated to draw it.
const SAMPLES: usize = 201;

impl Figure {
    /// Adds a line through the points (`x[i]`, `y[i]`).
    ///
    /// For values by their index, `x` is a range: `plot::line(0..50, &draws)`.
    pub fn line(
        self,
        x: impl IntoIterator<Item: Plottable>,
        y: impl IntoIterator<Item: Plottable>,
    ) -> Self {
        self.with(Line { x: numbers(x), y: numbers(y), name: None })
    }

    /// Adds a histogram of `values` with `bins` intervals of equal width.
    pub fn hist(self, values: impl IntoIterator<Item: Plottable>, bins: usize) -> Self {
        self.with(Histogram::new(&numbers(values), bins))
    }

    /// Adds horizontal bars, the first at the top, each with its value at its end.
    pub fn bar(
        self,
        labels: impl IntoIterator<Item: Display>,
        values: impl IntoIterator<Item: Plottable>,
    ) -> Self {
        self.with(Bars { labels: texts(labels), values: numbers(values) })
    }

    /// Adds the ladder of (version, seconds), with the speed-up of each against the first.
    pub fn ladder(self, rows: impl IntoIterator<Item = (impl Display, f64)>) -> Self {
        let rows = rows.into_iter().map(|(name, seconds)| (name.to_string(), seconds));
        self.with(LadderChart::new(rows))
    }

    /// Adds an image of the values of a two-dimensional array, or of the colours of an array
    /// (rows, columns, 3), the first row at the top.
    pub fn imshow(self, image: impl Pixels) -> Self {
        let (shape, values) = image.pixels();
        if matches!(shape[..], [_, _, CHANNELS]) {
            return self.with(ColorImage { shape, values });
        }
        let shades = Shades::default();
        self.with(Raster { shape, values, shades, color_bar: false })
    }

    /// Adds a grid of the images in `batch`, which is (n, pixels) or (n, rows, columns).
    pub fn images(self, batch: impl Pixels) -> Self {
        let (shape, values) = batch.pixels();
        let (shades, captions) = (Shades::default(), Vec::new());
        self.with(ImageGrid { shape, values, shades, captions, columns: 10 })
    }

    /// Adds groups of cells in columns, with arrows between the cells.
    pub fn diagram(self, diagram: Diagram) -> Self {
        self.with(DiagramMark(diagram))
    }

    /// Adds the points of an array or view of shape (n, 2).
    pub fn scatter(self, points: impl Pixels) -> Self {
        let points = Points::new(points.pixels());
        self.with(Scatter { points, groups: None, sizes: None })
    }

    /// Adds centroids (k, 2): each a big black X with a smaller magenta X on top.
    ///
    /// ```
    /// use lesson_lib::{ndarray::array, plot};
    /// let points = array![[0.0, 1.0], [1.0, 0.0], [8.0, 9.0]];
    /// let figure = plot::scatter(&points).labels([1, 1, 0]).centroids(array![[8.0, 9.0], [0.5, 0.5]]);
    /// assert!(figure.description()?.ends_with("2 centroids at (8, 9), (0.5, 0.5)."));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn centroids(self, centroids: impl Pixels) -> Self {
        self.with(CentroidMark(Points::new(centroids.pixels())))
    }

    /// Adds the points in runs of `n_samples`, a colour for each run, and the
    /// [`centroids`](Self::centroids).
    pub fn plot_data(self, centroids: impl Pixels, points: impl Pixels, n_samples: usize) -> Self {
        let points = Points::new(points.pixels());
        let groups = Some(Groups::runs(points.rows().len(), n_samples));
        self.with(Scatter { points, groups, sizes: None }).centroids(centroids)
    }

    /// Adds an arrow from each point of `from` (n, 2) to the point in the same row of `to`.
    pub fn arrows(self, from: impl Pixels, to: impl Pixels) -> Self {
        let (from, to) = (Points::new(from.pixels()), Points::new(to.pixels()));
        self.with(Arrows { from, to, name: None })
    }

    /// Adds the points of an array of shape (n, 3) in a box, seen from one side: the nearer, the
    /// stronger their colour.
    pub fn scatter3d(self, points: impl Pixels) -> Self {
        let points = Points::new(points.pixels());
        let turned = (-60.0, 30.0);
        self.with(Scatter3d { points, groups: None, turned })
    }

    /// Adds the density of the points of an array of shape (n, 2), on a logarithmic scale of
    /// colours.
    pub fn density(self, points: impl Pixels) -> Self {
        self.with(Density::new(Points::new(points.pixels())))
    }

    /// Adds the values of `f` over `range` as a line.
    pub fn function<T: Plottable>(self, range: RangeInclusive<f64>, f: impl Fn(f64) -> T) -> Self {
        self.sampled(range, SAMPLES, f)
    }

    /// Adds points (`x[i]`, `y[i]`) joined by a line, with whiskers that reach from
    /// `y[i] - half_widths[i]` to `y[i] + half_widths[i]`.
    pub fn error_bars(
        self,
        x: impl IntoIterator<Item: Plottable>,
        y: impl IntoIterator<Item: Plottable>,
        half_widths: impl IntoIterator<Item: Plottable>,
    ) -> Self {
        let (x, y, half_widths) = (numbers(x), numbers(y), numbers(half_widths));
        self.with(ErrorBars { x, y, half_widths, name: None })
    }

    /// Adds `f` as a line through `samples` points that are equally far apart.
    pub(in crate::plot) fn sampled<T: Plottable>(
        self,
        range: RangeInclusive<f64>,
        samples: usize,
        f: impl Fn(f64) -> T,
    ) -> Self {
        let (low, high) = range.into_inner();
        let step = (high - low) / (samples - 1) as f64;
        let x: Vec<f64> = (0..samples).map(|i| low + step * i as f64).collect();
        let y: Vec<f64> = x.iter().map(|x| f(*x).number()).collect();
        self.line(x, y)
    }
}

pub(super) fn texts(items: impl IntoIterator<Item: Display>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}
