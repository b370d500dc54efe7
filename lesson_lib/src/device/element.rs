//! The numbers that a buffer can hold, and what CUDA calls them.

#![allow(unsafe_code)]

use half::bf16;
use std::fmt;

/// A scalar type of CUDA C, as it stands in a kernel's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `float`, Rust's `f32`.
    F32,
    /// `double`, Rust's `f64`.
    F64,
    /// `__nv_bfloat16`, the crate `half`'s `bf16`.
    Bf16,
    /// `signed char`, Rust's `i8`.
    I8,
    /// `unsigned char`, Rust's `u8`.
    U8,
    /// `int`, Rust's `i32`.
    I32,
    /// `unsigned int`, Rust's `u32`.
    U32,
    /// `long long`, Rust's `i64`.
    I64,
    /// `unsigned long long` or `size_t`, Rust's `u64`.
    U64,
}

impl Scalar {
    /// The type's name in CUDA C.
    pub fn cuda_name(self) -> &'static str {
        match self {
            Scalar::F32 => "float",
            Scalar::F64 => "double",
            Scalar::Bf16 => "__nv_bfloat16",
            Scalar::I8 => "signed char",
            Scalar::U8 => "unsigned char",
            Scalar::I32 => "int",
            Scalar::U32 => "unsigned int",
            Scalar::I64 => "long long",
            Scalar::U64 => "unsigned long long",
        }
    }

    /// The type's name in Rust.
    pub fn rust_name(self) -> &'static str {
        match self {
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
            Scalar::Bf16 => "bf16",
            Scalar::I8 => "i8",
            Scalar::U8 => "u8",
            Scalar::I32 => "i32",
            Scalar::U32 => "u32",
            Scalar::I64 => "i64",
            Scalar::U64 => "u64",
        }
    }

    /// Its size in bytes, the same on every device.
    pub fn size(self) -> usize {
        match self {
            Scalar::I8 | Scalar::U8 => 1,
            Scalar::Bf16 => 2,
            Scalar::F32 | Scalar::I32 | Scalar::U32 => 4,
            Scalar::F64 | Scalar::I64 | Scalar::U64 => 8,
        }
    }

    pub(super) fn is_integer(self) -> bool {
        !matches!(self, Scalar::F32 | Scalar::F64 | Scalar::Bf16)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.rust_name())
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A number that a [`Buffer`](super::Buffer) can hold: plain bytes; every bit pattern is a value.
pub trait Element: sealed::Sealed + Copy + Default + Send + Sync + 'static {
    /// The type in a kernel's signature.
    const SCALAR: Scalar;
}

macro_rules! elements {
    ($($rust:ty: $scalar:ident),*) => {
        $(
            impl sealed::Sealed for $rust {}
            impl Element for $rust {
                const SCALAR: Scalar = Scalar::$scalar;
            }
        )*
    };
}

elements!(f32: F32, f64: F64, bf16: Bf16, i8: I8, u8: U8, i32: I32, u32: U32, i64: I64, u64: U64);

/// The bytes of a slice of numbers.
pub(super) fn bytes_of<T: Element>(values: &[T]) -> &[u8] {
    let length = size_of_val(values);
    // SAFETY: `Element` is sealed over primitive numbers, which have no padding, so that all
    // `length` bytes are initialised; the lifetime is that of `values`.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), length) }
}

/// The bytes of a slice of numbers, to be written.
pub(super) fn bytes_of_mut<T: Element>(values: &mut [T]) -> &mut [u8] {
    let length = size_of_val(values);
    // SAFETY: as in `bytes_of`, and every pattern of bytes is a value of these types.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_rust_types() {
        fn holds<T: Element>() {
            assert_eq!(T::SCALAR.size(), size_of::<T>(), "{}", T::SCALAR);
        }
        holds::<f32>();
        holds::<f64>();
        holds::<bf16>();
        holds::<i8>();
        holds::<u8>();
        holds::<i32>();
        holds::<u32>();
        holds::<i64>();
        holds::<u64>();
    }

    #[test]
    fn bytes_can_be_read_and_written() {
        let mut values = [1.0_f32, -2.0];
        assert_eq!(bytes_of(&values), [1.0_f32.to_ne_bytes(), (-2.0_f32).to_ne_bytes()].concat());
        bytes_of_mut(&mut values)[4..].copy_from_slice(&7.5_f32.to_ne_bytes());
        assert_eq!(values, [1.0, 7.5]);
    }
}
