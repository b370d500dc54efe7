//! Films as GIF files.

use super::film::{Film, UNCHANGED};
use super::patch::Patch;
use crate::{Error, Result};
use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};
use rayon::prelude::*;

/// The bytes of the file; each frame is shown for `delay` milliseconds, which GIF rounds to
/// hundredths of a second.
pub(super) fn encode(film: &Film, delay: u32, looped: bool) -> Result<Vec<u8>> {
    let [width, height] = [film.size.0, film.size.1].map(|side| side as u16);
    let hundredths = ((delay + 5) / 10).clamp(1, u32::from(u16::MAX)) as u16;
    let frames: Vec<Frame> = (0..film.frames.len())
        .into_par_iter()
        .map(|i| smallest_frame(&patch(film, i), hundredths))
        .collect();
    let write = || -> Result<Vec<u8>, EncodingError> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height, &film.palette.concat())?;
        if looped {
            encoder.set_repeat(Repeat::Infinite)?;
        }
        frames.iter().try_for_each(|frame| encoder.write_lzw_pre_encoded_frame(frame))?;
        drop(encoder);
        Ok(file)
    };
    write().map_err(|error| Error::plot(format!("cannot encode the animation: {error}")))
}

fn patch(film: &Film, frame: usize) -> Patch {
    match frame {
        0 => Patch::all(&film.frames[0], film.size),
        _ => Patch::new(&film.frames[frame - 1], &film.frames[frame], film.size.0),
    }
}

fn smallest_frame(patch: &Patch, delay: u16) -> Frame<'static> {
    let [a, b] = [&patch.changes, &patch.whole].map(|pixels| {
        let mut frame = Frame {
            delay,
            dispose: DisposalMethod::Keep,
            transparent: Some(UNCHANGED),
            left: patch.corner.0 as u16,
            top: patch.corner.1 as u16,
            width: patch.size.0 as u16,
            height: patch.size.1 as u16,
            buffer: pixels.clone().into(),
            ..Frame::default()
        };
        frame.make_lzw_pre_encoded();
        frame
    });
    if a.buffer.len() <= b.buffer.len() { a } else { b }
}
