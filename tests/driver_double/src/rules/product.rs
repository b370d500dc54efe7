//! A batch of matrix products, as cuBLAS takes them: column after column.

use super::{DeviceMemory, Place};

/// A type of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    F32,
    F64,
    Bf16,
}

/// A batch of matrices in memory.
#[derive(Clone, Copy, Debug)]
pub struct Matrices {
    pub place: Place,
    /// Numbers from one column to the next.
    pub leading: usize,
    /// Numbers from one matrix to the next.
    pub stride: usize,
}

/// `c = alpha · a · b + beta · c` for `count` matrices, `a` being m × k and `b` k × n.
#[derive(Debug)]
pub struct Product {
    pub number: Number,
    pub size: [usize; 3],
    pub count: usize,
    pub a: Matrices,
    pub b: Matrices,
    pub c: Matrices,
    pub alpha: f64,
    pub beta: f64,
}

impl Number {
    pub fn size(self) -> usize {
        match self {
            Number::F32 => 4,
            Number::F64 => 8,
            Number::Bf16 => 2,
        }
    }

    fn read(self, bytes: &[u8]) -> f64 {
        let array = |bytes: &[u8]| bytes.try_into().expect("as many bytes as a number has");
        match self {
            Number::F32 => f32::from_ne_bytes(bytes.try_into().expect("4 bytes")).into(),
            Number::F64 => f64::from_ne_bytes(array(bytes)),
            Number::Bf16 => {
                let bits = u16::from_ne_bytes(bytes.try_into().expect("2 bytes"));
                f32::from_bits(u32::from(bits) << 16).into()
            }
        }
    }

    fn write(self, value: f64, bytes: &mut [u8]) {
        match self {
            Number::F32 => bytes.copy_from_slice(&(value as f32).to_ne_bytes()),
            Number::F64 => bytes.copy_from_slice(&value.to_ne_bytes()),
            Number::Bf16 => {
                // To the nearest, and of two as near to the even one.
                let bits = (value as f32).to_bits();
                let bits = bits + 0x7FFF + (bits >> 16 & 1);
                bytes.copy_from_slice(&((bits >> 16) as u16).to_ne_bytes());
            }
        }
    }
}

impl Product {
    pub fn perform(&self, memory: &mut DeviceMemory) {
        let Self { number, size: [m, k, n], a, b, c, .. } = *self;
        let size = number.size();
        let [from_a, from_b] = [a, b].map(|matrices| memory.bytes(matrices.place).to_vec());
        let into = memory.bytes_mut(c.place);
        let read = |bytes: &[u8], at: usize| number.read(&bytes[at * size..][..size]);
        for matrix in 0..self.count {
            for cell in 0..m * n {
                let (row, column) = (cell % m, cell / m);
                let of_a = |step: usize| matrix * a.stride + step * a.leading + row;
                let of_b = |step: usize| matrix * b.stride + column * b.leading + step;
                let sum: f64 =
                    (0..k).map(|step| read(&from_a, of_a(step)) * read(&from_b, of_b(step))).sum();
                let at = matrix * c.stride + column * c.leading + row;
                let old = if self.beta == 0.0 { 0.0 } else { self.beta * read(into, at) };
                number.write(self.alpha * sum + old, &mut into[at * size..][..size]);
            }
        }
    }
}
