//! Pictures: lines, points, histograms, bars, images, and how they change.
//!
//! Each function makes a [`Figure`], whose methods add titles, labels and further marks. As the
//! last expression of a notebook cell it is shown; elsewhere [`Figure::save`] writes a PNG file.
//!
//! | to show | write |
//! |---|---|
//! | values against others | `plot::line(&x, &y)`, more with `.line(&x, &z).name("z")` |
//! | how values are spread | `plot::hist(&values, 50)` |
//! | named quantities | `plot::bar(["a", "b"], [3.0, 4.5])` |
//! | times of versions | `plot::ladder([("loops", 0.89), ("slices", 0.004)])` |
//! | one image, grey or in colour | `plot::imshow(&image)` |
//! | a batch of digits | `plot::images(&batch).captions(&labels)` |
//! | points in a plane | `plot::scatter(&points)`, in groups with `.labels(&labels)` |
//! | which points count more | `plot::scatter(&points).sizes(&weights)` |
//! | where points go | `plot::arrows(&before, &after)` |
//! | clusters and their centroids | `plot::plot_data(&centroids, &points, 250)` |
//! | millions of points | `plot::density(&points)` |
//! | points in space | `plot::scatter3d(&points).turned(-60.0, 30.0)` |
//! | a function | `plot::plot_func(f)`, `plot::function(0.0..=20.0, f)` |
//! | values and their uncertainty | `plot::error_bars(&x, &y, &half_widths)` |
//! | several figures side by side | `plot::grid(2, [left, right])` |
//! | change | `plot::animate(0..5, \|step, axes\| …)?`, see [`animation`] |
//! | what flows from cell to cell | `plot::diagram(Diagram::new().column(…).arrow(…))` |
//! | anything else that plotters draws | `plot::plotters(480, 300, \|area\| …)` |
//!
//! Axes fit the data unless `.x_limits(…)` and `.y_limits(…)` are set, and are logarithmic after
//! `.log_x()` and `.log_y()`.
//!
//! Data comes as anything that iterates over [numbers](Plottable), images as arrays, views or rows
//! ([`Pixels`]).

pub mod animation;
mod axes;
mod axis;
mod canvas;
mod color_map;
mod diagram;
mod drawing;
mod encode;
mod figure;
mod format;
mod layout;
mod legend;
mod marks;
mod palette;
mod points;
mod render;
mod scale;
mod style;
mod surface;
mod values;

#[cfg(test)]
mod tests;

pub use animation::{Animation, animate};
pub use axes::Axes;
pub use canvas::PixelBackend;
pub use color_map::ColorMap;
pub use diagram::{Cells, Diagram, Node};
pub use drawing::{Area, plotters};
pub use figure::Figure;
pub use values::{Pixels, Plottable};

use std::{fmt::Display, ops::RangeInclusive};

/// A line through the points (`x[i]`, `y[i]`).
///
/// ```
/// use lesson_lib::plot;
/// let draws = [0.3, 0.8, 0.1];
/// let figure = plot::line(0..3, draws).title("Three draws").x_label("draw").y_label("value");
/// assert_eq!(
///     figure.description()?,
///     "Three draws. Line through 3 points, x from 0 to 2, y from 0.100 to 0.800. \
///      x axis: draw. y axis: value."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn line(
    x: impl IntoIterator<Item: Plottable>,
    y: impl IntoIterator<Item: Plottable>,
) -> Figure {
    Figure::new().line(x, y)
}

/// A histogram: how many of `values` fall into each of `bins` intervals of equal width.
///
/// The intervals reach from the lowest to the highest value, which belongs to the last one, as in
/// NumPy.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::hist((0..100).map(|i| i % 10), 10).title("Last digits");
/// assert_eq!(
///     figure.description()?,
///     "Last digits. Histogram of 100 values, 10 bins, from 0 to 9, highest bin 10."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn hist(values: impl IntoIterator<Item: Plottable>, bins: usize) -> Figure {
    Figure::new().hist(values, bins)
}

/// Horizontal bars, the first at the top, each with its value at its end.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::bar(["CPU", "GPU"], [3.5, 80.0]).x_label("memory bandwidth (GB/s)");
/// assert_eq!(
///     figure.description()?,
///     "2 bars: CPU 3.5, GPU 80. x axis: memory bandwidth (GB/s)."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn bar(
    labels: impl IntoIterator<Item: Display>,
    values: impl IntoIterator<Item: Plottable>,
) -> Figure {
    Figure::new().bar(labels, values)
}

/// The times of versions of one computation in seconds, on a logarithmic scale, with the
/// speed-up of each against the first.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::ladder([("three loops", 0.893), ("one loop", 0.004)]);
/// assert_eq!(
///     figure.description()?,
///     "Times of 2 versions on a logarithmic scale: three loops 893 ms, one loop 4.00 ms 223×."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn ladder(rows: impl IntoIterator<Item = (impl Display, f64)>) -> Figure {
    Figure::new().ladder(rows)
}

/// An image of the values of a two-dimensional array (rows, columns), the first row at the top,
/// the lowest value black and the highest white; or of an array (rows, columns, 3) of red, green and
/// blue, from 0 to 1. Colours beyond are cut off, as in matplotlib.
///
/// ```
/// use lesson_lib::{ndarray::Array, plot};
/// let ramp = Array::from_shape_fn((28, 28), |(row, column)| (row + column) as f32 / 54.0);
/// let figure = plot::imshow(&ramp).title("A ramp");
/// assert_eq!(
///     figure.description()?,
///     "A ramp. Image of 28 rows and 28 columns, values from 0 to 1, black to white."
/// );
/// let red = Array::from_shape_fn((20, 30, 3), |(_, _, channel)| (channel == 0) as u8);
/// assert_eq!(plot::imshow(&red).description()?, "Colour image of 20 rows and 30 columns.");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn imshow(image: impl Pixels) -> Figure {
    Figure::new().imshow(image)
}

/// A grid of the images of `batch`, which is (n, pixels) with square images, or
/// (n, rows, columns). All images share their shades.
///
/// ```
/// use lesson_lib::{ndarray::Array, plot};
/// let batch = Array::from_shape_fn((3, 784), |(i, pixel)| (pixel % 28 > 9 * i) as u8);
/// let figure = plot::images(&batch).captions(["wide", "half", "thin"]);
/// assert_eq!(
///     figure.description()?,
///     "3 images of 28 × 28 pixels, values from 0 to 1, black to white, captions wide, half, thin."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn images(batch: impl Pixels) -> Figure {
    Figure::new().images(batch)
}

/// Groups of cells in columns, with arrows between the cells.
///
/// ```
/// use lesson_lib::plot::{self, Cells, Diagram, Node};
/// let node = |column, cell| Node { column, group: 0, cell };
/// let diagram = Diagram::new()
///     .column([Cells::new("a", 3, 1)])
///     .column([Cells::new("threads", 3, 1)])
///     .arrow(node(0, 0), node(1, 2), 0);
/// assert_eq!(
///     plot::diagram(diagram).title("Who reads what?").description()?,
///     "Who reads what? Diagram, from left to right: a | threads; 1 arrow."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn diagram(diagram: Diagram) -> Figure {
    Figure::new().diagram(diagram)
}

/// The points of an array or view of shape (n, 2); NaN and infinite ones are left out.
///
/// The more points, the smaller they are drawn. A round cloud looks round: a length is the same in
/// both directions, unless that would make the plot very long.
///
/// ```
/// use lesson_lib::{ndarray::array, plot};
/// let points = array![[0.0, 1.0], [2.0, 3.0], [f64::NAN, 0.0]];
/// assert_eq!(
///     plot::scatter(&points).title("Where?").description()?,
///     "Where? Scatter plot of 2 points, x from 0 to 2, y from 1 to 3; 1 point not finite, skipped."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn scatter(points: impl Pixels) -> Figure {
    Figure::new().scatter(points)
}

/// An arrow from each point of `from` (n, 2) to the point in the same row of `to` (n, 2).
///
/// ```
/// use lesson_lib::{ndarray::array, plot};
/// let (before, after) = (array![[0.0, 0.0], [4.0, 0.0]], array![[3.0, 4.0], [4.0, 1.0]]);
/// let figure = plot::arrows(&before, &after).title("Where do they go?");
/// assert_eq!(figure.description()?, "Where do they go? 2 arrows, the longest 5 long.");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn arrows(from: impl Pixels, to: impl Pixels) -> Figure {
    Figure::new().arrows(from, to)
}

/// The lesson's picture of clusters: `points` (n, 2) in runs of `n_samples`, a colour for each
/// run, and `centroids` (k, 2), each a big black X with a smaller magenta X on top.
///
/// ```
/// use lesson_lib::{ndarray::array, plot};
/// let points = array![[0.0, 1.0], [1.0, 0.0], [8.0, 9.0], [9.0, 8.0]];
/// let figure = plot::plot_data(array![[0.5, 0.5], [8.5, 8.5]], &points, 2);
/// assert_eq!(
///     figure.description()?,
///     "Scatter plot of 4 points in 2 groups: 0 (2), 1 (2); x from 0 to 9, y from 0 to 9. \
///      2 centroids at (0.5, 0.5), (8.5, 8.5)."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn plot_data(centroids: impl Pixels, points: impl Pixels, n_samples: usize) -> Figure {
    Figure::new().plot_data(centroids, points, n_samples)
}

/// The lesson's picture of a function: `f` at 100 points from 0 to 10.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::plot_func(|x| (-x * x / 2.0).exp());
/// assert_eq!(
///     figure.description()?,
///     "Line through 100 points, x from 0 to 10, y from 1.93×10⁻²² to 1."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn plot_func<T: Plottable>(f: impl Fn(f64) -> T) -> Figure {
    Figure::new().sampled(0.0..=10.0, 100, f)
}

/// The values of `f` over `range`; more functions with `.function(…)`, each with `.name(…)`.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::function(0.0..=2.0, |x| x).name("x").function(0.0..=2.0, |x| x * x).name("x²");
/// assert!(figure.description()?.ends_with("Line “x²” through 201 points, x from 0 to 2, y from 0 to 4."));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn function<T: Plottable>(range: RangeInclusive<f64>, f: impl Fn(f64) -> T) -> Figure {
    Figure::new().function(range, f)
}

/// Points joined by a line, with whiskers of `half_widths[i]` up and down.
///
/// ```
/// use lesson_lib::plot;
/// let figure = plot::error_bars([10, 25, 50], [0.92, 0.93, 0.93], [0.03, 0.01, 0.0]);
/// assert_eq!(
///     figure.description()?,
///     "Line through 3 points with error bars, x from 10 to 50, y from 0.92 to 0.93, \
///      plus or minus from 0 to 0.03."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn error_bars(
    x: impl IntoIterator<Item: Plottable>,
    y: impl IntoIterator<Item: Plottable>,
    half_widths: impl IntoIterator<Item: Plottable>,
) -> Figure {
    Figure::new().error_bars(x, y, half_widths)
}

/// The points of an array of shape (n, 3) in a box; `.labels(…)` groups them, `.turned(…)` shows
/// them from another side.
///
/// ```
/// use lesson_lib::{ndarray::array, plot};
/// let figure = plot::scatter3d(array![[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]).turned(20.0, 45.0);
/// assert_eq!(
///     figure.description()?,
///     "Scatter plot in space of 2 points, x from 0 to 1, y from 0 to 2, z from 0 to 3, \
///      seen from 20° around, 45° up."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn scatter3d(points: impl Pixels) -> Figure {
    Figure::new().scatter3d(points)
}

/// The density of points (n, 2), on a logarithmic scale of colours: for more points than a scatter
/// plot can tell apart.
///
/// ```
/// use lesson_lib::{ndarray::Array, plot};
/// let points = Array::from_shape_fn((1000, 2), |(i, axis)| ((i * (7 + 2 * axis)) % 100) as f32);
/// assert_eq!(
///     plot::density(&points).description()?,
///     "Density of 1 000 points, x from 0 to 99, y from 0 to 99; \
///      the lighter, the more points, on a logarithmic scale."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn density(points: impl Pixels) -> Figure {
    Figure::new().density(points)
}

/// Several figures in one picture, in rows of `columns`.
///
/// ```
/// use lesson_lib::plot;
/// let pair = plot::grid(2, [plot::line(0..3, [1, 2, 3]), plot::hist([1, 2, 2], 2)]);
/// assert_eq!(
///     pair.title("Two views").description()?,
///     "Two views. 2 plots. 1: Line through 3 points, x from 0 to 2, y from 1 to 3. \
///      2: Histogram of 3 values, 2 bins, from 1 to 2, highest bin 2."
/// );
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn grid(columns: usize, figures: impl IntoIterator<Item = Figure>) -> Figure {
    Figure::grid(columns, figures.into_iter().collect())
}
