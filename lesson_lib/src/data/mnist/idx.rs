//! The IDX format, in which MNIST is published: a magic number, the sizes, then the bytes.

use crate::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::{fs, io::Read, path::Path};

/// The bytes of an IDX file.
#[derive(Debug)]
pub(super) struct Idx {
    /// The size along each axis.
    pub shape: Vec<usize>,
    /// The values in row-major order.
    pub values: Vec<u8>,
}

impl Idx {
    /// Reads a file of unsigned bytes, compressed with gzip or plain.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
        gunzip(bytes).and_then(Self::parse).map_err(|problem| Error::data(path, problem))
    }

    fn parse(mut bytes: Vec<u8>) -> Result<Self, String> {
        let axes = match bytes.get(..4) {
            Some(&[0, 0, UNSIGNED_BYTE, axes]) => usize::from(axes),
            Some(magic) => return Err(what_it_is(&bytes, magic)),
            None => return Err(format!("ends after {} bytes", bytes.len())),
        };
        let header = 4 + 4 * axes;
        let sizes = bytes.get(4..header).ok_or("ends before the sizes of its axes")?;
        let shape: Vec<usize> =
            sizes.as_chunks().0.iter().map(|&size| u32::from_be_bytes(size) as usize).collect();
        let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
        let held = bytes.len() - header;
        if count != Some(held) {
            return Err(format!("holds {held} values, but its header says {shape:?}"));
        }
        Ok(Self { shape, values: bytes.split_off(header) })
    }
}

/// The type code of unsigned bytes.
const UNSIGNED_BYTE: u8 = 8;

/// The first bytes of what is found in the place of an IDX file, and what to do about it.
const STRANGERS: [(&[u8], &str); 7] = [
    (b"<", "is a web page, such as a server's error message: download the file again"),
    (b"PK", "is a zip archive: unpack it, and name the folder with what was in it"),
    (b"\x93NUMPY", "is a NumPy array: the files in IDX format are needed"),
    (b"\x80", "is a Python pickle: the files in IDX format are needed"),
    (b"PAR1", "is a Parquet table: the files in IDX format are needed"),
    (b"label,", "is a table of comma-separated values: the files in IDX format are needed"),
    (b"version https://git-lfs", "is a Git LFS pointer: fetch the file itself with git lfs pull"),
];

/// Names a file that is not in IDX format by how it begins.
fn what_it_is(bytes: &[u8], magic: &[u8]) -> String {
    let text = bytes.trim_ascii_start();
    let stranger = STRANGERS.iter().find(|(start, _)| text.starts_with(start));
    stranger.map_or_else(
        || format!("begins with {magic:02x?}, not with 00 00 08"),
        |(_, problem)| (*problem).to_owned(),
    )
}

/// The content of a gzip file, of several members or compressed twice; other bytes as they are.
fn gunzip(mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    while bytes.starts_with(&[0x1f, 0x8b]) {
        let mut content = Vec::new();
        MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut content)
            .map_err(|error| format!("cannot be decompressed: {error}"))?;
        bytes = content;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    const FILE: [u8; 18] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    fn problem(bytes: &[u8]) -> String {
        Idx::parse(bytes.to_vec()).expect_err("must be refused")
    }

    #[test]
    fn sizes_and_values_are_read() {
        let idx = Idx::parse(FILE.to_vec()).expect("a good file");
        assert_eq!((idx.shape, idx.values), (vec![2, 3], vec![1, 2, 3, 4, 5, 6]));
    }

    #[test]
    fn every_truncation_is_refused() {
        for length in 0..FILE.len() {
            problem(&FILE[..length]);
        }
        assert!(problem(&FILE[..17]).contains("holds 5 values, but its header says [2, 3]"));
        assert!(problem(&[&FILE[..], &[0]].concat()).contains("holds 7"));
        assert!(problem(b"GIF89a").contains("begins with [47, 49, 46, 38], not with 00 00 08"));
    }

    #[test]
    fn a_stranger_is_named() {
        for (bytes, expected) in [
            (&b"\n<!DOCTYPE html>"[..], "is a web page"),
            (b"<html>", "is a web page"),
            (b"PK\x03\x04", "is a zip archive: unpack it"),
            (b"\x93NUMPY\x01\x00", "is a NumPy array"),
            (b"\x80\x04\x95", "ends after 3 bytes"),
            (b"\x80\x04\x95\x00", "is a Python pickle"),
            (b"label,1x1,1x2", "comma-separated values"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        ] {
            assert!(problem(bytes).contains(expected), "{expected}: {}", problem(bytes));
        }
    }

    #[test]
    fn sizes_beyond_all_memory_are_refused() {
        let header = [&[0, 0, 8, 3][..], &[0xff; 12], &[0; 4]].concat();
        assert!(problem(&header).contains("holds 4 values"));
    }

    #[test]
    fn compressed_content_is_restored_or_refused() {
        let compressed = gzip(&FILE);
        assert_eq!(gunzip(compressed.clone()), Ok(FILE.to_vec()));
        for length in 2..compressed.len() {
            assert!(gunzip(compressed[..length].to_vec()).is_err(), "cut at {length}");
        }
        let mut damaged = compressed.clone();
        let middle = damaged.len() - 6; // in the checksum
        damaged[middle] ^= 1;
        assert!(gunzip(damaged).is_err());
    }

    #[test]
    fn several_members_and_a_second_compression_are_unwrapped() {
        let members = [gzip(&FILE[..7]), gzip(&FILE[7..])].concat();
        assert_eq!(gunzip(members), Ok(FILE.to_vec()));
        assert_eq!(gunzip(gzip(&gzip(&FILE))), Ok(FILE.to_vec()));
        assert_eq!(gunzip(FILE.to_vec()), Ok(FILE.to_vec()));
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("in memory");
        encoder.finish().expect("in memory")
    }
}
