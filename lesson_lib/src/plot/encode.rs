//! From pixels to files.

use crate::{Error, Result};
use image::RgbImage;
use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use std::collections::HashMap;

/// The pixels in the most compact form that keeps all colours.
struct Packed {
    kind: ColorType,
    palette: Vec<u8>,
    /// Whether the first colour of the palette is transparent.
    transparent: bool,
    bytes: Vec<u8>,
}

/// The picture as a PNG file.
pub(super) fn png(image: &RgbImage) -> Result<Vec<u8>> {
    let packed = shades(image).or_else(|| indexed(image)).unwrap_or_else(|| Packed {
        kind: ColorType::Rgb,
        palette: Vec::new(),
        transparent: false,
        bytes: image.as_raw().clone(),
    });
    file(image.dimensions(), packed)
}

/// The PNG file of a picture whose pixels are numbers of `palette`; it holds only the colours that
/// are used. If `transparent` is set, pixels with number 0 are transparent.
pub(super) fn indexed_png(
    size: (u32, u32),
    numbers: &[u8],
    palette: &[[u8; 3]],
    transparent: bool,
) -> Result<Vec<u8>> {
    let mut places = [None; 256];
    let mut used = Vec::new();
    let mut place = |number: u8| {
        *places[usize::from(number)].get_or_insert_with(|| {
            used.push(palette[usize::from(number)]);
            (used.len() - 1) as u8
        })
    };
    if transparent {
        place(0);
    }
    let bytes = numbers.iter().map(|&number| place(number)).collect();
    file(size, Packed { kind: ColorType::Indexed, palette: used.concat(), transparent, bytes })
}

fn file(size: (u32, u32), packed: Packed) -> Result<Vec<u8>> {
    write(size, packed).map_err(|error| Error::plot(format!("cannot encode the picture: {error}")))
}

fn write((width, height): (u32, u32), packed: Packed) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(packed.kind);
    encoder.set_depth(BitDepth::Eight);
    if packed.kind == ColorType::Indexed {
        encoder.set_palette(packed.palette);
    }
    if packed.transparent {
        encoder.set_trns(vec![0]);
    }
    encoder.set_compression(Compression::High);
    // Drawings have long equal runs, which every filter breaks up.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&packed.bytes)?;
    writer.finish()?;
    Ok(file)
}

/// One byte per pixel for a picture without colour.
fn shades(image: &RgbImage) -> Option<Packed> {
    let gray = |pixel: &image::Rgb<u8>| {
        let [r, g, b] = pixel.0;
        (r == g && g == b).then_some(r)
    };
    let bytes = image.pixels().map(gray).collect::<Option<_>>()?;
    Some(Packed { kind: ColorType::Grayscale, palette: Vec::new(), transparent: false, bytes })
}

/// One byte per pixel for a picture with no more than 256 colours.
fn indexed(image: &RgbImage) -> Option<Packed> {
    let mut numbers: HashMap<[u8; 3], u8> = HashMap::new();
    let mut palette = Vec::new();
    let mut bytes = Vec::with_capacity(image.pixels().len());
    let mut last = ([0; 3], None);
    for pixel in image.pixels() {
        // Most pixels are like the one before.
        if last.1.is_none() || last.0 != pixel.0 {
            let next = u8::try_from(numbers.len());
            let number = match numbers.get(&pixel.0) {
                Some(&number) => number,
                None => {
                    palette.extend(pixel.0);
                    *numbers.entry(pixel.0).or_insert(next.ok()?)
                }
            };
            last = (pixel.0, Some(number));
        }
        bytes.extend(last.1);
    }
    Some(Packed { kind: ColorType::Indexed, palette, transparent: false, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use std::io::Cursor;

    fn decoded(image: &RgbImage) -> (ColorType, RgbImage) {
        let file = png(image).unwrap();
        let reader = png::Decoder::new(Cursor::new(&file)).read_info().unwrap();
        (reader.info().color_type, image::load_from_memory(&file).unwrap().to_rgb8())
    }

    #[test]
    fn no_colour_is_lost_in_any_form() {
        let gray = RgbImage::from_fn(20, 13, |x, y| Rgb([(x * y) as u8; 3]));
        let few = RgbImage::from_fn(16, 16, |x, y| Rgb([(x * 16) as u8, (y * 16) as u8, 9]));
        let many = RgbImage::from_fn(17, 16, |x, y| Rgb([(x * 15) as u8, (y * 16) as u8, 9]));
        for (image, kind) in
            [(gray, ColorType::Grayscale), (few, ColorType::Indexed), (many, ColorType::Rgb)]
        {
            assert_eq!(decoded(&image), (kind, image));
        }
    }
}
