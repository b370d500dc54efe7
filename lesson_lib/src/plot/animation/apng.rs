//! Frames as animated PNG files.

use super::indexed_frames::{IndexedFrames, UNCHANGED};
use super::patch::Patch;
use crate::{Error, Result};
use png::{BitDepth, BlendOp, ColorType, Compression, Encoder, EncodingError, Filter, Writer};

/// The bytes of the file. Programs that cannot animate it show the last frame.
pub(super) fn encode(frames: &IndexedFrames, delay: u32, looped: bool) -> Result<Vec<u8>> {
    write(frames, delay, looped)
        .map_err(|error| Error::plot(format!("cannot encode the animation: {error}")))
}

fn write(frames: &IndexedFrames, delay: u32, looped: bool) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, frames.size.0, frames.size.1);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(frames.palette.concat());
    // The first color, which means that a pixel stays, is transparent.
    encoder.set_trns(vec![0; usize::from(UNCHANGED) + 1]);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    let plays = if looped { 0 } else { 1 };
    encoder.set_animated(frames.numbers.len() as u32, plays)?;
    encoder.set_sep_def_img(true)?;
    encoder.set_frame_delay(u16::try_from(delay).unwrap_or(u16::MAX), 1000)?;
    encoder.set_blend_op(BlendOp::Over)?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(frames.last())?;
    writer.write_image_data(&frames.numbers[0])?;
    for pair in frames.numbers.windows(2) {
        write_patch(&mut writer, &Patch::new(&pair[0], &pair[1], frames.size.0))?;
    }
    writer.finish()?;
    Ok(file)
}

fn write_patch<W: std::io::Write>(
    writer: &mut Writer<W>,
    patch: &Patch,
) -> Result<(), EncodingError> {
    // Place and size are checked against each other: from the corner any size fits.
    writer.reset_frame_position()?;
    writer.set_frame_dimension(patch.size.0, patch.size.1)?;
    writer.set_frame_position(patch.corner.0, patch.corner.1)?;
    writer.write_image_data(&patch.changes)
}
