//! The numbers that a buffer can hold, and what CUDA calls them.

#![allow(unsafe_code)]

use half::{bf16, f16};
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
    /// `__half`, the crate `half`'s `f16`.
    F16,
    /// `bool`, as a value Rust's `bool`; a buffer holds it as `u8`, 0 or 1.
    Bool,
    /// `char` or `signed char`, Rust's `i8`.
    I8,
    /// `unsigned char`, Rust's `u8`.
    U8,
    /// `short`, Rust's `i16`.
    I16,
    /// `unsigned short`, Rust's `u16`.
    U16,
    /// `int`, Rust's `i32`.
    I32,
    /// `unsigned int`, Rust's `u32`.
    U32,
    /// `long long` or `long`, Rust's `i64`.
    I64,
    /// `unsigned long long`, `unsigned long` or `size_t`, Rust's `u64`.
    U64,
}

impl Scalar {
    /// The type's name in CUDA C.
    pub fn cuda_name(self) -> &'static str {
        match self {
            Scalar::F32 => "float",
            Scalar::F64 => "double",
            Scalar::Bf16 => "__nv_bfloat16",
            Scalar::F16 => "__half",
            Scalar::Bool => "bool",
            Scalar::I8 => "signed char",
            Scalar::U8 => "unsigned char",
            Scalar::I16 => "short",
            Scalar::U16 => "unsigned short",
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
            Scalar::F16 => "f16",
            Scalar::Bool => "bool",
            Scalar::I8 => "i8",
            Scalar::U8 => "u8",
            Scalar::I16 => "i16",
            Scalar::U16 => "u16",
            Scalar::I32 => "i32",
            Scalar::U32 => "u32",
            Scalar::I64 => "i64",
            Scalar::U64 => "u64",
        }
    }

    /// Its size in bytes, the same on every device.
    pub fn size(self) -> usize {
        match self {
            Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
            Scalar::Bf16 | Scalar::F16 | Scalar::I16 | Scalar::U16 => 2,
            Scalar::F32 | Scalar::I32 | Scalar::U32 => 4,
            Scalar::F64 | Scalar::I64 | Scalar::U64 => 8,
        }
    }

    pub(super) fn is_integer(self) -> bool {
        !matches!(self, Scalar::F32 | Scalar::F64 | Scalar::Bf16 | Scalar::F16 | Scalar::Bool)
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

/// What a [`Buffer`](super::Buffer) can hold and a kernel can be given by value: numbers, up to four
/// of them in an array, and structures that [`device_struct!`](crate::device_struct) makes.
///
/// # Safety
/// The type has no padding, and every bit pattern is a value of it.
pub unsafe trait DeviceValue: Copy + Default + Send + Sync + 'static {
    /// What it is made of.
    const LAYOUT: ValueLayout;
}

/// What a [`DeviceValue`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueLayout {
    /// So many numbers of one type.
    Numbers(Scalar, usize),
    /// A structure of this name.
    Struct(&'static str),
}

impl fmt::Display for ValueLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueLayout::Numbers(scalar, 1) => write!(f, "{scalar}"),
            ValueLayout::Numbers(scalar, count) => write!(f, "[{scalar}; {count}]"),
            ValueLayout::Struct(name) => f.write_str(name),
        }
    }
}

/// A number that a [`Buffer`](super::Buffer) can hold.
pub trait Element: sealed::Sealed + DeviceValue {
    /// The type in a kernel's signature.
    const SCALAR: Scalar;
}

macro_rules! elements {
    ($($rust:ty: $scalar:ident),*) => {
        $(
            impl sealed::Sealed for $rust {}
            // SAFETY: primitive numbers, or plain bits around one.
            unsafe impl DeviceValue for $rust {
                const LAYOUT: ValueLayout = ValueLayout::Numbers(Scalar::$scalar, 1);
            }
            impl Element for $rust {
                const SCALAR: Scalar = Scalar::$scalar;
            }
        )*
    };
}

elements!(
    f32: F32, f64: F64, bf16: Bf16, f16: F16, i8: I8, u8: U8, i16: I16, u16: U16, i32: I32,
    u32: U32, i64: I64, u64: U64
);

macro_rules! vectors {
    ($($lanes:literal),*) => {
        $(
            // SAFETY: an array has no padding besides that of its elements, which have none.
            unsafe impl<T: Element> DeviceValue for [T; $lanes] {
                const LAYOUT: ValueLayout = ValueLayout::Numbers(T::SCALAR, $lanes);
            }
        )*
    };
}

vectors!(2, 3, 4);

/// The bytes of a slice.
pub(super) fn bytes_of<T: DeviceValue>(values: &[T]) -> &[u8] {
    let length = size_of_val(values);
    // SAFETY: a `DeviceValue` has no padding, so that all `length` bytes are initialised; the
    // lifetime is that of `values`.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), length) }
}

/// The bytes of a slice, to be written.
pub(super) fn bytes_of_mut<T: DeviceValue>(values: &mut [T]) -> &mut [u8] {
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
        holds::<f16>();
        holds::<i16>();
        holds::<u16>();
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
