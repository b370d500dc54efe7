//! Files of every kind, right and wrong.

use super::image;
use ::image::{DynamicImage, GrayAlphaImage, ImageFormat, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use ndarray::{Array3, array};
use std::fs;
use std::io::Cursor;

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// What comes of a file with these bytes.
fn read(bytes: &[u8]) -> Result<Array3<f32>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    fs::write(&path, bytes).unwrap();
    let begins = format!("{}: ", path.display());
    image(&path).map_err(|error| {
        let text = error.to_string();
        text.strip_prefix(&begins).unwrap_or_else(|| panic!("{text} names no file")).to_owned()
    })
}

fn ramp() -> RgbImage {
    RgbImage::from_fn(40, 24, |x, y| Rgb([(x * 6) as u8, (y * 10) as u8, 90]))
}

#[test]
fn a_png_file_is_read_exactly() {
    let picture = read(&encoded(ramp(), ImageFormat::Png)).unwrap();
    assert_eq!(picture.dim(), (24, 40, 3));
    for ((row, column, channel), value) in picture.indexed_iter() {
        let byte = ramp().get_pixel(column as u32, row as u32).0[channel];
        assert_eq!(*value, f32::from(byte) / 255.0);
    }
}

#[test]
fn a_jpeg_file_is_read_nearly() {
    let picture = read(&encoded(ramp(), ImageFormat::Jpeg)).unwrap();
    let exact = read(&encoded(ramp(), ImageFormat::Png)).unwrap();
    assert!((&picture - &exact).iter().all(|off| off.abs() < 0.1));
}

#[test]
fn grey_has_three_equal_channels_and_alpha_lies_on_white() {
    let grey = GrayAlphaImage::from_pixel(1, 1, LumaA([51, 255]));
    let found = read(&encoded(grey, ImageFormat::Png)).unwrap();
    assert!((found - array![[[0.2, 0.2, 0.2]]]).iter().all(|off| off.abs() < 1e-6));
    let pixels = [Rgba([255, 0, 0, 0]), Rgba([255, 0, 51, 51])];
    let clear = RgbaImage::from_fn(2, 1, |x, _| pixels[x as usize]);
    let found = read(&encoded(clear, ImageFormat::Png)).unwrap();
    let expected = array![[[1.0, 1.0, 1.0], [1.0, 0.8, 0.84]]];
    assert!((found - expected).iter().all(|off| off.abs() < 1e-6));
}

#[test]
fn every_truncation_is_refused() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let bytes = encoded(ramp(), format);
        for length in 0..bytes.len() - 12 {
            assert!(read(&bytes[..length]).is_err(), "{format:?} cut at {length}");
        }
        assert!(read(&bytes[..bytes.len() / 2]).unwrap_err().starts_with("is cut off"));
        // What programs write behind a picture is no part of it.
        assert!(read(&[&bytes[..], b"more"].concat()).is_ok(), "{format:?}");
    }
}

#[test]
fn other_files_are_called_what_they_are() {
    for (bytes, expected) in [
        (&b""[..], "is empty"),
        (b"GIF89a\x01\x00", "is a Gif picture: save it as PNG or JPEG, which can be read"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "is a WebP picture"),
        (b"\x00\x00\x00\x18ftypheic", "is a HEIC, AVIF or film picture"),
        (b"<!DOCTYPE html>", "is text, such as a web page or SVG"),
        (b"import torch", "is no picture in PNG or JPEG format"),
        (b"\x89PNG\r\n\x1a\nrest", "is cut off or damaged"),
        (b"\xff\xd8\xff\xe0", "is cut off"),
    ] {
        let problem = read(bytes).unwrap_err();
        assert!(problem.starts_with(expected), "{expected}: {problem}");
    }
}

#[test]
fn a_picture_that_is_too_large_is_refused_before_it_is_read() {
    let mut bytes = encoded(RgbImage::new(1, 1), ImageFormat::Png);
    let size = [8000_u32, 5000].map(u32::to_be_bytes).concat();
    bytes[16..24].copy_from_slice(&size);
    let mut checksum = flate2::Crc::new();
    checksum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.sum().to_be_bytes());
    assert_eq!(
        read(&bytes).unwrap_err(),
        "has 8000 × 5000 pixels, and at most 32 million are read: make it smaller first"
    );
}

#[test]
fn a_missing_file_is_named_with_its_folder() {
    let problem = |path: &str| image(path).unwrap_err().to_string();
    let here = std::env::current_dir().unwrap();
    let here = here.display();
    assert_eq!(
        problem("cat.png"),
        format!("cannot read {here}/cat.png: there is no such file in the folder {here}")
    );
    assert_eq!(
        problem("cats/cat.png"),
        format!("cannot read {here}/cats/cat.png: there is no folder {here}/cats")
    );
    assert_eq!(
        problem("src"),
        format!("cannot read {here}/src: it is a folder: name a file in it")
    );
}
