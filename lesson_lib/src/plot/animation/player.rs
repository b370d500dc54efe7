//! The player that a cell shows.

use super::patch::Patch;
use super::{Animation, encode};
use crate::{Result, text};
use base64::{Engine, engine::general_purpose::STANDARD};
use rayon::prelude::*;

const STYLE: &str = include_str!("player.css");
const SCRIPT: &str = include_str!("player.js");

/// The player as HTML.
///
/// The last frame is an ordinary image, which stays where scripts do not run. The others are
/// patches, each over the one before and the first over the last frame; the script puts a canvas
/// and the controls in the image's place.
pub(super) fn html(animation: &Animation) -> Result<String> {
    let (width, height) = animation.frames.size;
    let title = match animation.title.as_str() {
        "" => String::new(),
        title => format!("<p><b>{}</b></p>\n", text::html(title)),
    };
    Ok(format!(
        "<div class=\"lesson-player\">\n\
         <style>\n{STYLE}</style>\n\
         {title}<img width=\"{width}\" height=\"{height}\" alt=\"{alt}\" \
         src=\"data:image/png;base64,{still}\">\n\
         <script type=\"application/json\">\n\
         {{\"delay\": {delay}, \"looped\": {looped}, \"patches\": [{patches}]}}\n\
         </script>\n\
         <script>\n{SCRIPT}</script>\n\
         </div>",
        alt = text::html(&animation.description()),
        still = STANDARD.encode(animation.still()?),
        delay = animation.checked_delay()?,
        looped = animation.looped,
        patches = patches(animation)?.join(",\n"),
    ))
}

/// The patches of all frames but the last, as `[left, top, "PNG in base64"]`.
fn patches(animation: &Animation) -> Result<Vec<String>> {
    let frames = &animation.frames;
    let before = |frame: usize| match frame {
        0 => frames.last(),
        _ => &frames.numbers[frame - 1],
    };
    (0..frames.numbers.len() - 1)
        .into_par_iter()
        .map(|frame| {
            let patch = Patch::new(before(frame), &frames.numbers[frame], frames.size.0);
            let changes = encode::indexed_png(patch.size, &patch.changes, &frames.palette, true)?;
            let whole = encode::indexed_png(patch.size, &patch.whole, &frames.palette, false)?;
            let file = if changes.len() <= whole.len() { changes } else { whole };
            let (left, top) = patch.corner;
            Ok(format!("[{left},{top},\"{}\"]", STANDARD.encode(file)))
        })
        .collect()
}
