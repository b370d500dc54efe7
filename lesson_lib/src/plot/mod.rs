//! Pictures: lines, histograms, bars, images.
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
//! | one image | `plot::imshow(&image)` |
//! | a batch of digits | `plot::images(&batch).captions(&labels)` |
//! | who hands what to whom | `plot::diagram(Diagram::new().column(…).arrow(…))` |
//!
//! Data comes as anything that iterates over [numbers](Number), images as arrays, views or rows
//! ([`Pixels`]).

mod axes;
mod axis;
mod canvas;
mod color_map;
mod diagram;
mod encode;
mod figure;
mod format;
mod marks;
mod palette;
mod sheet;
mod values;

#[cfg(test)]
mod tests;

pub use color_map::ColorMap;
pub use diagram::{Cells, Diagram, Node};
pub use figure::Figure;
pub use values::{Number, Pixels};

use std::fmt::Display;

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
pub fn line(x: impl IntoIterator<Item: Number>, y: impl IntoIterator<Item: Number>) -> Figure {
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
pub fn hist(values: impl IntoIterator<Item: Number>, bins: usize) -> Figure {
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
    values: impl IntoIterator<Item: Number>,
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
/// the lowest value black and the highest white.
///
/// ```
/// use lesson_lib::{ndarray::Array, plot};
/// let ramp = Array::from_shape_fn((28, 28), |(row, column)| (row + column) as f32 / 54.0);
/// let figure = plot::imshow(&ramp).title("A ramp");
/// assert_eq!(
///     figure.description()?,
///     "A ramp. Image of 28 rows and 28 columns, values from 0 to 1, black to white."
/// );
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
