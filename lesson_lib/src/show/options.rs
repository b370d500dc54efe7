//! How many digits, how wide, and how much of a long array.

use std::sync::RwLock;

/// How arrays are printed, with the names and defaults of `torch.set_printoptions`.
///
/// ```
/// use lesson_lib::{ndarray::array, show::{PrintOptions, text_with}};
/// let options = PrintOptions::new().precision(1).sci_mode(false);
/// assert_eq!(text_with(&array![0.25_f64, 12345.0], &options), "[    0.2, 12345.0]  f64 (2,)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintOptions {
    pub(super) precision: usize,
    pub(super) linewidth: usize,
    pub(super) threshold: usize,
    pub(super) edgeitems: usize,
    pub(super) sci_mode: Option<bool>,
}

impl PrintOptions {
    /// Four digits, lines of 80 characters, arrays of more than 1000 elements cut to 3 at each
    /// edge, scientific notation where the numbers call for it.
    pub const fn new() -> Self {
        Self { precision: 4, linewidth: 80, threshold: 1000, edgeitems: 3, sci_mode: None }
    }

    /// Digits after the decimal point, at most 100.
    pub const fn precision(self, precision: usize) -> Self {
        Self { precision: if precision > 100 { 100 } else { precision }, ..self }
    }

    /// Characters per line; one element stands on a line however narrow it is.
    pub const fn linewidth(self, linewidth: usize) -> Self {
        Self { linewidth, ..self }
    }

    /// The number of elements above which only the edges are printed.
    pub const fn threshold(self, threshold: usize) -> Self {
        Self { threshold, ..self }
    }

    /// Elements kept at each end of an axis that is cut.
    pub const fn edgeitems(self, edgeitems: usize) -> Self {
        Self { edgeitems, ..self }
    }

    /// Always (`true`) or never (`false`) scientific notation.
    pub const fn sci_mode(self, sci_mode: bool) -> Self {
        Self { sci_mode: Some(sci_mode), ..self }
    }
}

impl Default for PrintOptions {
    fn default() -> Self {
        Self::new()
    }
}

static OPTIONS: RwLock<PrintOptions> = RwLock::new(PrintOptions::new());

/// Sets how every later array is printed; `PrintOptions::new()` brings the defaults back.
///
/// ```
/// use lesson_lib::show::{PrintOptions, printoptions, set_printoptions};
/// set_printoptions(PrintOptions::new().precision(3).linewidth(140).sci_mode(false));
/// assert_ne!(printoptions(), PrintOptions::new());
/// set_printoptions(PrintOptions::new());
/// ```
pub fn set_printoptions(options: PrintOptions) {
    *OPTIONS.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = options;
}

/// The options in force.
pub fn printoptions() -> PrintOptions {
    *OPTIONS.read().unwrap_or_else(|poisoned| poisoned.into_inner())
}
