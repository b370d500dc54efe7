//! The IDX format, in which MNIST is published: a magic number, the sizes, then the bytes.

use crate::{Error, Result};
use flate2::read::GzDecoder;
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
        let content = if bytes.starts_with(&[0x1f, 0x8b]) { gunzip(&bytes) } else { Ok(bytes) };
        content.and_then(Self::parse).map_err(|problem| Error::data(path, problem))
    }

    fn parse(mut bytes: Vec<u8>) -> Result<Self, String> {
        let axes = match bytes.get(..4) {
            Some(&[0, 0, UNSIGNED_BYTE, axes]) => usize::from(axes),
            Some(magic) => return Err(format!("begins with {magic:02x?}, not with 00 00 08")),
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

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    match GzDecoder::new(bytes).read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(error) => Err(format!("cannot be decompressed: {error}")),
    }
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
        assert!(problem(b"<html>").contains("begins with [3c, 68, 74, 6d]"));
    }

    #[test]
    fn sizes_beyond_all_memory_are_refused() {
        let header = [&[0, 0, 8, 3][..], &[0xff; 12], &[0; 4]].concat();
        assert!(problem(&header).contains("holds 4 values"));
    }

    #[test]
    fn compressed_content_is_restored_or_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&FILE).expect("in memory");
        let compressed = encoder.finish().expect("in memory");
        assert_eq!(gunzip(&compressed), Ok(FILE.to_vec()));
        for length in 2..compressed.len() {
            assert!(gunzip(&compressed[..length]).is_err(), "cut at {length}");
        }
        let mut damaged = compressed.clone();
        let middle = damaged.len() - 6; // in the checksum
        damaged[middle] ^= 1;
        assert!(gunzip(&damaged).is_err());
    }
}
