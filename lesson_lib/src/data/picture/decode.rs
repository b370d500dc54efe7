//! From the bytes of a file to numbers.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use ndarray::Array3;
use std::io::Cursor;

/// The most pixels that are read; three numbers for each of them take 384 MB.
const MOST_PIXELS: u64 = 32_000_000;

/// The picture in a file, or what is wrong with it.
pub(super) fn decode(bytes: &[u8]) -> Result<Array3<f32>, String> {
    let format = known_format(bytes)?;
    if format == ImageFormat::Jpeg && !jpeg_ends(bytes) {
        return Err("is cut off: get the file again".into());
    }
    let damaged = |error| format!("is cut off or damaged, get the file again: {error}");
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    small_enough(width, height)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

fn small_enough(width: u32, height: u32) -> Result<(), String> {
    if u64::from(width) * u64::from(height) <= MOST_PIXELS {
        return Ok(());
    }
    let most = MOST_PIXELS / 1_000_000;
    Err(format!(
        "has {width} × {height} pixels, and at most {most} million are read: make it smaller first"
    ))
}

/// The format of the file, if it can be read; otherwise what it is.
fn known_format(bytes: &[u8]) -> Result<ImageFormat, String> {
    let other =
        |name: &str| format!("is a {name} picture: save it as PNG or JPEG, which can be read");
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => Ok(format),
        Ok(format) => Err(other(&format!("{format:?}"))),
        _ if bytes.is_empty() => Err("is empty".into()),
        _ if bytes.get(4..8) == Some(b"ftyp") => Err(other("HEIC, AVIF or film")),
        _ if bytes.trim_ascii_start().starts_with(b"<") => {
            Err("is text, such as a web page or SVG, and no PNG or JPEG".into())
        }
        _ => Err("is no picture in PNG or JPEG format".into()),
    }
}

/// Whether the file goes on to the mark at a JPEG picture's end; the decoder fills up what is
/// missing with grey.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[mark, kind, ref rest @ ..]) = bytes.get(at..) {
        at += match (mark, kind) {
            (0xff, 0xd9) => return true,
            // Not a mark, padding before one, or one that stands alone.
            (..=0xfe, _) | (0xff, 0xff) => 1,
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2,
            _ => match rest {
                [high, low, ..] => 2 + usize::from(u16::from_be_bytes([*high, *low])),
                _ => return false,
            },
        };
    }
    false
}

/// The picture on a white ground, as numbers from 0 to 1.
fn on_white(picture: DynamicImage) -> Array3<f32> {
    let pixels = picture.into_rgba32f();
    let (width, height) = pixels.dimensions();
    let mut values = Vec::with_capacity(pixels.len() / 4 * 3);
    for &[red, green, blue, alpha] in pixels.as_chunks().0 {
        values.extend([red, green, blue].map(|channel| channel * alpha + (1.0 - alpha)));
    }
    let shape = (height as usize, width as usize, 3);
    Array3::from_shape_vec(shape, values).expect("three values for each pixel")
}
