//! The element types that an array display knows.

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
pub trait Element {
    /// The name of the type, as the display writes it.
    const DTYPE: &'static str;

    /// The value of a floating-point element; `None` for every other type.
    fn as_float(&self) -> Option<f64> {
        None
    }

    /// The text of the element where it is not a float.
    fn label(&self) -> String;
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
