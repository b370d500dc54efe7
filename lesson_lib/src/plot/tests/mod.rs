//! Tests over whole pictures: what is in the PNG file, and what is said about it.

mod descriptions;
mod drawings;
mod errors;
mod pictures;
mod points;
mod shown;

use super::Figure;
use image::{Rgb, RgbImage};

/// The first two colours of data.
const BLUE: Rgb<u8> = Rgb([0x00, 0x72, 0xb2]);
const VERMILION: Rgb<u8> = Rgb([0xd5, 0x5e, 0x00]);
const WHITE: Rgb<u8> = Rgb([0xff; 3]);

fn picture(figure: &Figure) -> RgbImage {
    image::load_from_memory(&figure.png().unwrap()).unwrap().to_rgb8()
}

/// The smallest rectangle that holds every pixel of this colour: left, top, right, bottom.
fn extent_of(image: &RgbImage, color: Rgb<u8>) -> (u32, u32, u32, u32) {
    let found: Vec<_> = image
        .enumerate_pixels()
        .filter(|pixel| *pixel.2 == color)
        .map(|(x, y, _)| (x, y))
        .collect();
    assert!(!found.is_empty(), "no pixel has the colour {color:?}");
    let (xs, ys): (Vec<u32>, Vec<u32>) = found.into_iter().unzip();
    let (low, high) =
        (|side: &[u32]| *side.iter().min().unwrap(), |side: &[u32]| *side.iter().max().unwrap());
    (low(&xs), low(&ys), high(&xs), high(&ys))
}

fn count_of(image: &RgbImage, color: Rgb<u8>) -> usize {
    image.pixels().filter(|pixel| **pixel == color).count()
}

/// The lengths of the horizontal bars of this colour, from the top.
fn bar_lengths(image: &RgbImage, color: Rgb<u8>) -> Vec<u32> {
    let length =
        |y: u32| (0..image.width()).filter(|&x| *image.get_pixel(x, y) == color).count() as u32;
    let rows: Vec<u32> = (0..image.height()).map(length).collect();
    rows.split(|&length| length == 0).filter_map(|bar| bar.iter().max().copied()).collect()
}
