//! A figure: what a notebook cell shows.

mod adding;
mod drawn_on_axes;
mod panels;
mod settings;

use super::axes::{Axes, boxes, with_boxes};
use super::encode;
use super::marks::AnyMark;
use crate::show::{Show, emit, print_line};
use crate::{Error, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use image::RgbImage;
use panels::Panels;
use std::{collections::BTreeSet, fmt, fs, path::Path};

/// A picture with its title, axes and description, ready to be shown or saved.
///
/// Building never fails: [`png`](Self::png) and [`save`](Self::save) report what is wrong with the
/// data, and so does the cell that shows the figure. Values that are NaN or infinite are left out,
/// and the description says how many.
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
#[derive(Clone, Default)]
#[must_use = "a figure is seen when it is a cell's last expression, or after .save(path)?"]
pub struct Figure {
    pub(super) axes: Axes,
    /// The figures of a grid, which then has no marks of its own.
    panels: Option<Panels>,
}

/// The description, since a cell whose last expression moves a variable shows this.
impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.description() {
            Ok(description) => write!(f, "Figure({description})"),
            Err(error) => write!(f, "Figure({error})"),
        }
    }
}

impl Figure {
    /// A figure with nothing in it yet.
    pub fn new() -> Self {
        Figure::default()
    }

    /// A picture of several figures in rows of `columns`.
    pub(super) fn grid(columns: usize, figures: Vec<Figure>) -> Self {
        Figure { panels: Some(Panels { columns, figures }), ..Figure::default() }
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
        self.axes.size = Some((width, height));
        self
    }

    /// Replaces the description for readers who do not see the picture.
    pub fn alt(mut self, description: impl Into<String>) -> Self {
        self.axes.alt = Some(description.into());
        self
    }

    /// The picture as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`Error::Shape`] for lists or arrays that do not fit, [`Error::Argument`] for a setting
    /// out of range, [`Error::Plot`] for data that cannot be drawn: none at all, none finite, a
    /// time on a logarithmic scale that is not above zero.
    pub fn png(&self) -> Result<Vec<u8>> {
        encode::png(&self.render(None, 1.0)?)
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
        // What cannot be drawn is not described either.
        self.check()?;
        match &self.panels {
            Some(panels) if self.axes.alt.is_none() => {
                let shown = panels.describe(&self.axes.title)?;
                Ok(with_boxes(shown, &self.axes.missing_letters()))
            }
            _ => Ok(self.axes.describe()),
        }
    }

    /// The figure as pixels: on a picture of `size`, or of the size that was set, or of the one
    /// that suits what is shown, its plot then `share` as large as it would be alone.
    pub(super) fn render(&self, size: Option<(f64, f64)>, share: f64) -> Result<RgbImage> {
        let size = size.or(self.axes.checked_size()?);
        if let Some(panels) = &self.panels {
            return panels.render(&self.axes.title, size);
        }
        let needs = self.axes.needs(size, self.axes.spans()?, share)?;
        self.axes.render(size, &needs)
    }

    /// Whether the figure can be drawn.
    fn check(&self) -> Result<()> {
        let size = self.axes.checked_size()?;
        if let Some(panels) = &self.panels {
            return panels.check();
        }
        let needs = self.axes.needs(size, self.axes.spans()?, 1.0)?;
        self.axes.layout(size, &needs).map(drop)
    }

    /// The letters in the figure that the fonts lack.
    fn missing_letters(&self) -> BTreeSet<char> {
        let panels = self.panels.iter().flat_map(|panels| &panels.figures);
        let mut letters = self.axes.missing_letters();
        letters.extend(panels.flat_map(Figure::missing_letters));
        letters
    }

    /// The axes alone, for a figure that is drawn together with others.
    pub(super) fn into_axes(mut self) -> Axes {
        if self.panels.is_some() {
            let problem = "a grid of figures has several axes: draw its figures one by one";
            self.axes.misuse.get_or_insert(problem.into());
        }
        self.axes
    }

    pub(super) fn with(mut self, mark: impl Into<AnyMark>) -> Self {
        if self.panels.is_some() {
            let problem = "a grid has no marks of its own: add them to its figures";
            self.axes.misuse.get_or_insert(problem.into());
            return self;
        }
        self.axes.marks.push(mark.into());
        self
    }

    fn misused(mut self, what: &str, place: &str) -> Self {
        self.axes.misuse.get_or_insert(format!("{what} belongs after {place}"));
        self
    }
}

/// A figure is shown as a PNG picture, with its description as plain text. A line above it names
/// the letters that the fonts lack.
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
                if let Some(line) = boxes(&self.missing_letters()) {
                    print_line(&line);
                }
                emit("image/png", &STANDARD.encode(png));
                emit("text/plain", &self.text());
            }
            Err(error) => eprintln!("{error}"),
        }
    }
}
