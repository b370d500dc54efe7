//! The element types that an array display knows.

use super::{PrintOptions, layout};
use ndarray::ArrayViewD;

/// An element of an array that can be shown.
///
/// An array of any other type is shown by the kernel in its `Debug` form.
///
/// ```
/// use lesson_lib::show::Element;
/// assert_eq!(f32::DTYPE, "f32");
/// assert_eq!(0.5_f32.as_float(), Some(0.5));
/// assert_eq!(7_u8.label(), "7");
/// ```
pub trait Element: Sized {
    /// The name of the type, as the display writes it.
    const DTYPE: &'static str;

    /// The value of a floating-point element; `None` for every other type.
    fn as_float(&self) -> Option<f64> {
        None
    }

    /// The text of the element where it is not a float.
    fn label(&self) -> String;

    /// The text of an array of this type. Each type has a function of its own, compiled with the
    /// library: a generic one would be compiled again by every cell that shows an array.
    fn array_text(array: ArrayViewD<Self>, options: &PrintOptions) -> String;
}

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Element for $float {
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
        impl Element for $type {
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
