//! Axes: marks, with the title, labels, limits and size that go with them.

use super::axis::Span;
use super::canvas::missing;
use super::legend::Key;
use super::marks::{AnyMark, Mark};
use super::palette;
use super::scale::Scale;
use super::style::{LARGEST_SIDE, SMALLEST_SIDE};
use crate::{Error, Result};
use std::collections::BTreeSet;

/// The axes on which an [`animation`](super::animation) draws: what they show stays until
/// [`clear`](Self::clear).
///
/// ```
/// use lesson_lib::plot;
/// let frames = plot::animate(1..=3, |n, axes| axes.draw(plot::line(0..2, [0, n])))?;
/// assert_eq!(frames.frames(), 3);
/// // The third frame shows all three lines.
/// assert_eq!(frames.description().matches("Line through").count(), 3);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Axes {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) marks: Vec<AnyMark>,
    pub(super) x_scale: Scale,
    pub(super) y_scale: Scale,
    /// Whether a length is the same in both directions; `None` where the marks decide.
    pub(super) equal: Option<bool>,
    /// The size of the picture in pixels, if one was set.
    pub(super) size: Option<(u32, u32)>,
    /// The author's description, in place of the one made from the marks.
    pub(super) alt: Option<String>,
    /// The first setting that did not belong where it was written.
    pub(super) misuse: Option<String>,
}

impl Axes {
    /// Wipes the axes: marks, title, labels and limits.
    pub fn clear(&mut self) {
        *self = Axes::default();
    }

    /// The marks in the order in which they were added.
    pub(super) fn marks(&self) -> impl Iterator<Item = &dyn Mark> {
        self.marks.iter().map(AnyMark::as_mark)
    }

    /// What the axes show: as the author says, or in one sentence for each mark. A last sentence
    /// names the letters that are drawn as boxes.
    pub(super) fn describe(&self) -> String {
        let shown = self.alt.clone().unwrap_or_else(|| self.describe_marks());
        with_boxes(shown, &self.missing_letters())
    }

    /// The letters of all texts that the fonts lack.
    pub(super) fn missing_letters(&self) -> BTreeSet<char> {
        let keys = self.keys();
        let names = keys.iter().map(|key| key.name.as_str());
        let own = [&self.title, &self.x_label, &self.y_label].map(String::as_str);
        let texts = own.into_iter().chain(names).chain(self.marks().flat_map(Mark::texts));
        texts.flat_map(missing).collect()
    }

    fn describe_marks(&self) -> String {
        let mut sentences: Vec<String> = self.marks().map(Mark::describe).collect();
        if !self.title.is_empty() {
            sentences.insert(0, self.title.clone());
        }
        for (axis, label, scale) in
            [("x", &self.x_label, &self.x_scale), ("y", &self.y_label, &self.y_scale)]
        {
            let kind = if scale.is_log { "logarithmic " } else { "" };
            match label.is_empty() {
                false => sentences.push(format!("{kind}{axis} axis: {label}")),
                true if scale.is_log => sentences.push(format!("{kind}{axis} axis")),
                true => {}
            }
        }
        sentences.iter().map(|sentence| ended(sentence)).collect::<Vec<_>>().join(" ")
    }

    /// The parts of the two axes that all marks together need, within the limits that are set.
    pub(super) fn spans(&self) -> Result<(Span, Span)> {
        let mut spans = self.marks().map(Mark::spans);
        let first = spans.next().unwrap_or_else(|| Err(Error::plot("nothing to draw")))?;
        let (x, y) = spans.try_fold(first, |(x, y), next| {
            let (next_x, next_y) = next?;
            Ok::<_, Error>((x.union(next_x)?, y.union(next_y)?))
        })?;
        Ok((self.x_scale.apply("x", x)?, self.y_scale.apply("y", y)?))
    }

    /// The size in pixels if one was set, once all settings are known to be in order.
    pub(super) fn checked_size(&self) -> Result<Option<(f64, f64)>> {
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

    /// The entries of the legend.
    pub(super) fn keys(&self) -> Vec<Key> {
        let marks = self.marks().enumerate();
        marks.flat_map(|(number, mark)| mark.keys(palette::series(number))).collect()
    }
}

/// A description, with a sentence about the letters that the fonts lack, if there are any.
pub(super) fn with_boxes(description: String, letters: &BTreeSet<char>) -> String {
    match boxes(letters) {
        Some(sentence) => format!("{} {sentence}", ended(&description)),
        None => description,
    }
}

/// The sentence about letters that the fonts lack, if there are any.
pub(super) fn boxes(letters: &BTreeSet<char>) -> Option<String> {
    let list: Vec<String> = letters.iter().map(char::to_string).collect();
    let list = list.join(" ");
    (!letters.is_empty()).then(|| format!("Boxes stand for letters that the font lacks: {list}."))
}

/// A sentence with the full stop that it may lack.
pub(super) fn ended(sentence: &str) -> String {
    let stop = if sentence.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{sentence}{stop}")
}
