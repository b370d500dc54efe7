//! A figure: what a notebook cell shows.

use super::axes::{Axes, LARGEST_SIDE};
use super::color_map::ColorMap;
use super::diagram::Diagram;
use super::encode;
use super::marks::{AnyMark, Bars, Boxes, Histogram, ImageGrid, LadderChart, Line, Raster, Shades};
use super::values::{Number, Pixels, numbers};
use crate::show::{Show, emit};
use crate::{Error, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt::Display, fs, path::Path};

/// A picture smaller than this, in pixels, shows nothing.
const SMALLEST_SIDE: u32 = 60;

/// A picture with its title, axes and description, ready to be shown or saved.
///
/// Building never fails: what is wrong with the data is said by [`png`](Self::png) and
/// [`save`](Self::save), or on the error output of the cell that shows the figure. Values that
/// are NaN or infinite are left out, and the description says how many.
///
/// ```
/// use lesson_lib::plot;
/// let x: Vec<f32> = (0..100).map(|i| i as f32 / 10.0).collect();
/// let figure = plot::line(&x, x.iter().map(|x| x.sin()))
///     .name("sine")
///     .line(&x, x.iter().map(|x| x.cos()))
///     .name("cosine")
///     .title("Two waves")
///     .x_label("time (s)");
/// assert!(figure.png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a figure is seen when it is a cell's last expression, or after .save(path)?"]
pub struct Figure {
    axes: Axes,
    size: Option<(u32, u32)>,
    alt: Option<String>,
    misuse: Option<String>,
}

impl Figure {
    /// A figure with nothing in it yet.
    pub fn new() -> Self {
        Figure::default()
    }

    /// Sets the title: the question that the picture answers.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.axes.title = title.into();
        self
    }

    /// Labels the x axis, with the unit where there is one.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.axes.x_label = label.into();
        self
    }

    /// Labels the y axis, with the unit where there is one.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.axes.y_label = label.into();
        self
    }

    /// Sets the size of the whole picture in pixels; otherwise it suits what is shown.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// Replaces the description for readers who do not see the picture.
    pub fn alt(mut self, description: impl Into<String>) -> Self {
        self.alt = Some(description.into());
        self
    }

    /// Adds a line through the points (`x[i]`, `y[i]`).
    ///
    /// For values by their index, `x` is a range: `plot::line(0..50, &draws)`.
    pub fn line(
        self,
        x: impl IntoIterator<Item: Number>,
        y: impl IntoIterator<Item: Number>,
    ) -> Self {
        self.with(AnyMark::Line(Line { x: numbers(x), y: numbers(y), name: None }))
    }

    /// Adds a histogram of `values` with `bins` intervals of equal width.
    pub fn hist(self, values: impl IntoIterator<Item: Number>, bins: usize) -> Self {
        self.with(AnyMark::Histogram(Histogram::new(&numbers(values), bins)))
    }

    /// Adds horizontal bars, the first at the top, each with its value at its end.
    pub fn bar(
        self,
        labels: impl IntoIterator<Item: Display>,
        values: impl IntoIterator<Item: Number>,
    ) -> Self {
        self.with(AnyMark::Bars(Bars { labels: texts(labels), values: numbers(values) }))
    }

    /// Adds the ladder of (version, seconds), with the speed-up of each against the first.
    pub fn ladder(self, rows: impl IntoIterator<Item = (impl Display, f64)>) -> Self {
        let rows = rows.into_iter().map(|(name, seconds)| (name.to_string(), seconds));
        self.with(AnyMark::Ladder(LadderChart::new(rows)))
    }

    /// Adds an image of the values of a two-dimensional array, the first row at the top.
    pub fn imshow(self, image: impl Pixels) -> Self {
        let (shape, values) = image.pixels();
        let shades = Shades::default();
        self.with(AnyMark::Raster(Raster { shape, values, shades, color_bar: false }))
    }

    /// Adds a grid of the images in `batch`, which is (n, pixels) or (n, rows, columns).
    pub fn images(self, batch: impl Pixels) -> Self {
        let (shape, values) = batch.pixels();
        let (shades, captions) = (Shades::default(), Vec::new());
        self.with(AnyMark::ImageGrid(ImageGrid { shape, values, shades, captions, columns: 10 }))
    }

    /// Adds groups of cells in columns, with arrows between the cells.
    pub fn diagram(self, diagram: Diagram) -> Self {
        self.with(AnyMark::Boxes(Boxes(diagram)))
    }

    /// Names the last line or histogram in a legend.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Line(line)) => line.name = Some(name.into()),
            Some(AnyMark::Histogram(histogram)) => histogram.name = Some(name.into()),
            _ => return self.misused("name", "a line or a histogram"),
        }
        self
    }

    /// Sets how the values of the last image become colours.
    pub fn color_map(mut self, map: ColorMap) -> Self {
        match self.shades() {
            Some(shades) => shades.map = map,
            None => return self.misused("color_map", "imshow or images"),
        }
        self
    }

    /// Sets the values shown in the first and last colour of the last image; otherwise these are
    /// its lowest and highest value.
    pub fn value_range(mut self, low: f64, high: f64) -> Self {
        match self.shades() {
            Some(shades) => shades.range = Some((low, high)),
            None => return self.misused("value_range", "imshow or images"),
        }
        self
    }

    /// Shows beside the last image which colour means which value.
    pub fn color_bar(mut self) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::Raster(raster)) => raster.color_bar = true,
            _ => return self.misused("color_bar", "imshow"),
        }
        self
    }

    /// Writes a caption below each image of the grid.
    pub fn captions(mut self, captions: impl IntoIterator<Item: Display>) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::ImageGrid(grid)) => grid.captions = texts(captions),
            _ => return self.misused("captions", "images"),
        }
        self
    }

    /// Sets how many images of the grid stand side by side: 10 unless set.
    pub fn columns(mut self, columns: usize) -> Self {
        match self.axes.marks.last_mut() {
            Some(AnyMark::ImageGrid(grid)) if columns > 0 => grid.columns = columns,
            _ => return self.misused("columns", "images, with at least one column"),
        }
        self
    }

    /// The picture as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`Error::Shape`] for lists or arrays that do not fit, [`Error::Argument`] for a setting
    /// out of range, [`Error::Plot`] for data that cannot be drawn: none at all, none finite, a
    /// time on a logarithmic scale that is not above zero.
    pub fn png(&self) -> Result<Vec<u8>> {
        encode::png(&self.axes.render(self.checked_size()?)?)
    }

    /// Writes the picture to a PNG file.
    ///
    /// # Errors
    /// Those of [`png`](Self::png), and [`Error::Io`] where the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let (path, png) = (path.as_ref(), self.png()?);
        fs::write(path, png).map_err(|error| Error::io("write", path, error))
    }

    /// What the picture shows, for readers who do not see it: the text set by
    /// [`alt`](Self::alt), or one made from the data.
    ///
    /// ```
    /// use lesson_lib::plot;
    /// let figure = plot::hist([0.1, 0.25, 0.5, 0.9], 2).title("Four draws");
    /// assert_eq!(
    ///     figure.description()?,
    ///     "Four draws. Histogram of 4 values, 2 bins, from 0.100 to 0.900, highest bin 2."
    /// );
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`png`](Self::png).
    pub fn description(&self) -> Result<String> {
        let described = self.axes.describe(self.checked_size()?)?;
        Ok(self.alt.clone().unwrap_or(described))
    }

    fn with(mut self, mark: AnyMark) -> Self {
        self.axes.marks.push(mark);
        self
    }

    fn shades(&mut self) -> Option<&mut Shades> {
        match self.axes.marks.last_mut()? {
            AnyMark::Raster(raster) => Some(&mut raster.shades),
            AnyMark::ImageGrid(grid) => Some(&mut grid.shades),
            _ => None,
        }
    }

    fn misused(mut self, method: &str, place: &str) -> Self {
        self.misuse.get_or_insert(format!(".{method}(…) belongs after {place}"));
        self
    }

    /// The size in pixels if one was set, once all settings are known to be in order.
    fn checked_size(&self) -> Result<Option<(f64, f64)>> {
        if let Some(misuse) = &self.misuse {
            return Err(Error::plot(misuse));
        }
        match self.size {
            Some((width, height))
                if width.min(height) < SMALLEST_SIDE || width.max(height) > LARGEST_SIDE =>
            {
                let problem = format!(
                    "{width} × {height} pixels: each side must be {SMALLEST_SIDE} to {LARGEST_SIDE}"
                );
                Err(Error::argument("size", problem))
            }
            size => Ok(size.map(|(width, height)| (width.into(), height.into()))),
        }
    }
}

/// A figure is shown as a PNG picture, with its description as plain text.
///
/// There is no HTML with an `alt` attribute: JupyterLab would show it instead of the PNG, and it
/// would have to hold the picture a second time.
impl Show for Figure {
    fn text(&self) -> String {
        self.description().unwrap_or_else(|error| error.to_string())
    }

    fn evcxr_display(&self) {
        match self.png() {
            Ok(png) => {
                emit("image/png", &STANDARD.encode(png));
                emit("text/plain", &self.text());
            }
            Err(error) => eprintln!("{error}"),
        }
    }
}

fn texts(items: impl IntoIterator<Item: Display>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}
