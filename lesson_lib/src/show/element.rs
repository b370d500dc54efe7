//! An element of an array, as a display sees it.

use super::PrintOptions;
use ndarray::ArrayViewD;

/// An element of an array that can be shown.
///
/// An array of any other type is shown by the kernel in its `Debug` form.
///
/// ```
/// use lesson_lib::show::PrintElement;
/// assert_eq!(f32::DTYPE, "f32");
/// assert_eq!(0.5_f32.as_float(), Some(0.5));
/// assert_eq!(7_u8.label(), "7");
/// ```
pub trait PrintElement: Sized {
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
