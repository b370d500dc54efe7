//! The element types that an array display knows.

use super::{PrintElement, PrintOptions, layout};
use ndarray::ArrayViewD;

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl PrintElement for $float {
            const DTYPE: &'static str = stringify!($float);

            fn as_float(&self) -> Option<f64> {
                Some((*self).into())
            }

            fn label(&self) -> String {
                self.to_string()
            }

            fn array_text(array: ArrayViewD<Self>, options: &PrintOptions) -> String {
                layout::array_text(array, options)
            }
        }
    )*};
}

macro_rules! labels {
    ($($name:literal: $type:ty, $format:literal;)*) => {$(
        impl PrintElement for $type {
            const DTYPE: &'static str = $name;

            fn label(&self) -> String {
                format!($format, self)
            }

            fn array_text(array: ArrayViewD<Self>, options: &PrintOptions) -> String {
                layout::array_text(array, options)
            }
        }
    )*};
}

floats!(f32 f64);

labels! {
    "i8": i8, "{}";
    "i16": i16, "{}";
    "i32": i32, "{}";
    "i64": i64, "{}";
    "i128": i128, "{}";
    "isize": isize, "{}";
    "u8": u8, "{}";
    "u16": u16, "{}";
    "u32": u32, "{}";
    "u64": u64, "{}";
    "u128": u128, "{}";
    "usize": usize, "{}";
    "bool": bool, "{}";
    "char": char, "{:?}";
    "&str": &str, "{:?}";
    "String": String, "{:?}";
}
