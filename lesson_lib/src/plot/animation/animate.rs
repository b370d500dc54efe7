//! From a closure to frames.

use super::{Animation, DELAY, indexed_frames::IndexedFrames};
use crate::plot::axes::Axes;
use crate::{Error, Result};
use image::RgbImage;
use rayon::prelude::*;

/// More frames than this are too many for a notebook.
const MOST_FRAMES: usize = 300;

/// What a frame's closure may return: nothing, or a [`Result`] of nothing.
pub trait FrameResult {
    /// Whether the frame could be drawn.
    fn result(self) -> Result<()>;
}

impl FrameResult for () {
    fn result(self) -> Result<()> {
        Ok(())
    }
}

impl FrameResult for Result<()> {
    fn result(self) -> Result<()> {
        self
    }
}

/// Draws a frame for each item of `frames`: `draw` gets the item and the axes as the frame before
/// left them.
///
/// What is not cleared stays, as in the lesson, where forgetting to clear leaves all earlier
/// centroids on the picture. The limits of the axes are those of all frames together.
///
/// ```
/// use lesson_lib::{Result, ndarray::{Array2, array}, plot};
/// # fn main() -> Result<()> {
/// let mut points = array![[0.0, 0.0], [4.0, 2.0]];
/// let shrinking = plot::animate(0..5, |step, axes| {
///     if step > 0 {
///         points *= 0.5;
///     }
///     axes.clear();
///     axes.draw(plot::scatter(&points));
///     Ok(())
/// })?;
/// assert_eq!(shrinking.frames(), 5);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Those of the closure and of the figures; [`Error::Plot`] where there is no frame or a frame
/// shows nothing; [`Error::Argument`] for more than 300 frames.
pub fn animate<F, O>(frames: F, mut draw: impl FnMut(F::Item, &mut Axes) -> O) -> Result<Animation>
where
    F: IntoIterator,
    O: FrameResult,
{
    let mut axes = Axes::default();
    let mut drawn = Vec::new();
    for item in frames {
        if drawn.len() == MOST_FRAMES {
            let problem = format!("more than {MOST_FRAMES} frames: draw every tenth");
            return Err(Error::argument("plot::animate", problem));
        }
        draw(item, &mut axes).result()?;
        if axes.marks.is_empty() && axes.misuse.is_none() {
            return Err(Error::plot(format!("frame {} shows nothing", drawn.len())));
        }
        drawn.push(axes.clone());
    }
    let Some(last) = drawn.last() else {
        return Err(Error::plot("an animation without frames"));
    };
    let frames = IndexedFrames::new(&render(&drawn)?);
    let (title, looped) = (String::new(), false);
    Ok(Animation { frames, last: last.describe(), title, delay: DELAY, looped })
}

/// Draws all frames in one size, with the same limits and everything in the same place.
fn render(frames: &[Axes]) -> Result<Vec<RgbImage>> {
    let mut size = None;
    for axes in frames {
        size = size.or(axes.checked_size()?);
    }
    let spans = union(frames.iter().map(Axes::spans), |(x, y), (other_x, other_y)| {
        Ok((x.union(other_x)?, y.union(other_y)?))
    })?;
    let needs = frames.iter().map(|axes| axes.needs(size, spans.clone(), 1.0));
    let needs = union(needs, |all, one| all.union(one))?;
    frames.par_iter().map(|axes| axes.render(size, &needs)).collect()
}

/// Joins what the frames ask for; there is at least one.
fn union<T>(
    mut each: impl Iterator<Item = Result<T>>,
    join: impl Fn(T, T) -> Result<T>,
) -> Result<T> {
    let first = each.next().unwrap_or_else(|| Err(Error::plot("an animation without frames")))?;
    each.try_fold(first, |all, one| join(all, one?))
}
