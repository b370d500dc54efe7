//! Pictures that change: frames drawn one after the other, with a player under the cell.
//!
//! [`animate`] calls a closure for each frame, which draws figures on [`Axes`](super::Axes). What
//! it draws stays until [`clear`](super::Axes::clear). All frames share their limits, so that only
//! the data moves. The frames are kept as numbers of one palette: with up to 255 colours, as plots
//! have, every file shows each frame exactly; of more colours, 255 are kept such that every other is
//! close to one of them.
//!
//! | file | what it does |
//! |---|---|
//! | `animate` | draws a frame for each call of the closure |
//! | `indexed_frames` | finds the palette, and writes each frame as numbers of it |
//! | `patch` | cuts out of a frame what has changed since the one before |
//! | `gif`, `apng`, `player` | patches as a GIF, an animated PNG, or HTML with buttons |
//! | `video` | whole frames to `ffmpeg` |

mod animate;
mod apng;
mod gif;
mod indexed_frames;
mod patch;
mod player;
mod video;

pub use animate::{FrameResult, animate};

use super::Plottable;
use super::encode;
use crate::show::{Show, emit};
use crate::{Error, Result, text};
use base64::{Engine, engine::general_purpose::STANDARD};
use indexed_frames::IndexedFrames;
use std::{fmt, fs, path::Path};

/// A cell's output should hold no more bytes than this: a notebook is kept in version control.
const LARGEST_OUTPUT: usize = 150_000;
/// The time in milliseconds for which a frame is shown, unless set.
const DELAY: f64 = 500.0;

/// Frames and how to play them, made by [`animate`].
///
/// As a cell's last expression it is shown as a player: buttons for play, pause, one step back or
/// forward, loop and speed, a slider, and the keys space, ←, →, Home, End and L. It begins and
/// ends on the last frame. Where a notebook is not trusted its last frame is shown, and where
/// there is no HTML a GIF, or the last frame if the GIF would be large.
///
/// ```
/// use lesson_lib::plot;
/// let growing = plot::animate(1..=4, |n, axes| {
///     axes.clear();
///     axes.draw(plot::line(0..=n, (0..=n).map(|i| i * i)));
/// })?;
/// let growing = growing.title("Squares").fps(4.0);
/// assert_eq!(
///     growing.description(),
///     "Squares. Animation of 4 frames. Last frame: \
///      Line through 5 points, x from 0 to 4, y from 0 to 16."
/// );
/// assert!(growing.gif()?.starts_with(b"GIF89a"));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "an animation is seen when it is a cell's last expression, or after .save(path)?"]
pub struct Animation {
    frames: IndexedFrames,
    last: String,
    title: String,
    /// Milliseconds.
    delay: f64,
    looped: bool,
}

impl Animation {
    /// Sets how many frames are shown in a second: 2 unless set.
    pub fn fps(self, frames_per_second: impl Plottable) -> Self {
        self.delay(1000.0 / frames_per_second.number())
    }

    /// Sets for how many milliseconds each frame is shown.
    pub fn delay(mut self, milliseconds: impl Plottable) -> Self {
        self.delay = milliseconds.number();
        self
    }

    /// Whether to loop; unless set, the last frame stays.
    pub fn looped(mut self, looped: bool) -> Self {
        self.looped = looped;
        self
    }

    /// Sets the title above the player, with which the description begins.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The number of frames.
    pub fn frames(&self) -> usize {
        self.frames.numbers.len()
    }

    /// What is shown, for readers who do not see it: the title, the number of frames, and the
    /// description of the last one.
    pub fn description(&self) -> String {
        let title = match self.title.as_str() {
            "" => String::new(),
            title if title.ends_with(['.', '?', '!', '…']) => format!("{title} "),
            title => format!("{title}. "),
        };
        let count = text::counted(self.frames(), "frame");
        format!("{title}Animation of {count}. Last frame: {}", self.last)
    }

    /// The animation as the bytes of a GIF file, which holds what changes from frame to frame.
    ///
    /// Its times are hundredths of a second, two at least: browsers slow shorter ones to ten.
    ///
    /// # Errors
    /// [`Error::Argument`] for a delay that is not from 1 ms to a minute.
    pub fn gif(&self) -> Result<Vec<u8>> {
        gif::encode(&self.frames, self.checked_delay()?, self.looped)
    }

    /// The animation as the bytes of an animated PNG; a program that does not know these shows
    /// the last frame.
    ///
    /// # Errors
    /// Those of [`gif`](Self::gif).
    pub fn apng(&self) -> Result<Vec<u8>> {
        apng::encode(&self.frames, self.checked_delay()?, self.looped)
    }

    /// The player as HTML that needs nothing else: no network, no other file.
    ///
    /// # Errors
    /// Those of [`gif`](Self::gif).
    pub fn html(&self) -> Result<String> {
        player::html(self)
    }

    /// Writes a file: `.gif`, `.png` or `.apng`, `.html`, or by `ffmpeg` `.mp4` or `.webm`.
    ///
    /// # Errors
    /// Those of [`gif`](Self::gif), [`Error::Argument`] for another ending, [`Error::Io`] where
    /// the file cannot be written, [`Error::Device`] for a video where `ffmpeg` is missing or
    /// fails.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let bytes = match ending.to_lowercase().as_str() {
            "gif" => self.gif()?,
            "png" | "apng" => self.apng()?,
            "html" => self.html()?.into_bytes(),
            "mp4" | "webm" => return video::write(&self.frames, self.checked_delay()?, path),
            _ => {
                let problem = format!(
                    "{} has none of the endings gif, png, apng, html, mp4, webm",
                    path.display()
                );
                return Err(Error::argument("save an animation", problem));
            }
        };
        fs::write(path, bytes).map_err(|error| Error::io("write", path, error))
    }

    /// The time in milliseconds for which each frame is shown.
    fn checked_delay(&self) -> Result<u32> {
        if (1.0..=60_000.0).contains(&self.delay) {
            return Ok(self.delay.round() as u32);
        }
        let problem = format!("{} ms for a frame: give 1 ms to 60 000 ms", self.delay);
        Err(Error::argument("delay", problem))
    }

    /// The last frame as a PNG file.
    fn still(&self) -> Result<Vec<u8>> {
        encode::indexed_png(self.frames.size, self.frames.last(), &self.frames.palette, false)
    }

    /// The player, and the picture that stands for it where there is no HTML, in base64.
    fn shown(&self) -> Result<(String, &'static str, String)> {
        let (html, gif) = (self.html()?, STANDARD.encode(self.gif()?));
        match html.len() + gif.len() <= LARGEST_OUTPUT {
            true => Ok((html, "image/gif", gif)),
            false => Ok((html, "image/png", STANDARD.encode(self.still()?))),
        }
    }
}

impl Show for Animation {
    fn text(&self) -> String {
        self.description()
    }

    fn evcxr_display(&self) {
        match self.shown() {
            Ok((html, mime, picture)) => {
                emit("text/html", &html);
                emit(mime, &picture);
                emit("text/plain", &self.text());
            }
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// In words: nobody reads pixels as numbers.
impl fmt::Debug for Animation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description())
    }
}

#[cfg(test)]
mod tests;
