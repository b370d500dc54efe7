//! Frames as GIF files.

use super::indexed_frames::{IndexedFrames, UNCHANGED};
use super::patch::Patch;
use crate::{Error, Result};
use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};
use rayon::prelude::*;

/// The shortest time for a frame, in hundredths of a second: browsers show one of a shorter time for
/// ten of them.
const SHORTEST: u32 = 2;

/// The bytes of the file; each frame is shown for `delay` milliseconds, which GIF rounds to
/// hundredths of a second.
pub(super) fn encode(frames: &IndexedFrames, delay: u32, looped: bool) -> Result<Vec<u8>> {
    let [width, height] = [frames.size.0, frames.size.1].map(|side| side as u16);
    let hundredths = ((delay + 5) / 10).clamp(SHORTEST, u32::from(u16::MAX)) as u16;
    let encoded: Vec<Frame> = (0..frames.numbers.len())
        .into_par_iter()
        .map(|i| smallest_frame(&patch(frames, i), hundredths))
        .collect();
    let write = || -> Result<Vec<u8>, EncodingError> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height, &frames.palette.concat())?;
        if looped {
            encoder.set_repeat(Repeat::Infinite)?;
        }
        encoded.iter().try_for_each(|frame| encoder.write_lzw_pre_encoded_frame(frame))?;
        drop(encoder);
        Ok(file)
    };
    write().map_err(|error| Error::plot(format!("cannot encode the animation: {error}")))
}

fn patch(frames: &IndexedFrames, frame: usize) -> Patch {
    match frame {
        0 => Patch::all(&frames.numbers[0], frames.size),
        _ => Patch::new(&frames.numbers[frame - 1], &frames.numbers[frame], frames.size.0),
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
