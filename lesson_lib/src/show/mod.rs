//! How values are shown under a cell.
//!
//! Arrays print as PyTorch prints tensors: aligned numbers, four decimals, long arrays cut to
//! their edges. In place of `tensor(…)` the element type and the shape follow.
//!
//! | part | what it does |
//! |---|---|
//! | [`Show`] | the trait behind every display in a notebook |
//! | [`PrintOptions`], [`set_printoptions`] | precision, width and truncation |
//! | [`emit`], [`capture`] | where the output goes |
//! | [`show_cell!`](crate::show_cell) | shows a cell's last expression in an extracted notebook |
//! | [`install_panic_hook`] | one line for a panic instead of a backtrace |

#[doc(hidden)]
pub mod cell;
mod cell_frame;
mod containers;
mod element;
mod element_types;
mod layout;
mod number;
mod options;
mod output;
mod panic;
mod plain;
#[doc(hidden)]
pub mod stand_in;

pub use element::PrintElement;
pub use layout::text_with;
pub use options::{PrintOptions, printoptions, set_printoptions};
pub use output::{Output, capture, emit, print_line};
pub use panic::install_panic_hook;
pub(crate) use panic::{message as panic_message, quietly};

use ndarray::{ArrayBase, ArrayRef, Data, Dimension};

/// What can be shown under a notebook cell.
///
/// The kernel calls [`evcxr_display`](Show::evcxr_display) on a cell's last expression. A type
/// that has only words to show implements [`text`](Show::text); one that also has a picture or a
/// table overrides `evcxr_display` and emits every form that it has. Options, results, tuples and
/// lists of what can be shown are shown too.
///
/// ```
/// use lesson_lib::{ndarray::array, show::Show};
/// let table = array![[1.0_f32, -2.5], [0.25, 4.0]];
/// assert_eq!(
///     table.text(),
///     "[[ 1.0000, -2.5000],\n \
///       [ 0.2500,  4.0000]]\n\
///      f32 (2, 2)"
/// );
/// assert_eq!(array![1, 2, 3].text(), "[1, 2, 3]  i32 (3,)");
/// ```
pub trait Show {
    /// Whether the text is that of `Debug`, so that lists of it are, too.
    #[doc(hidden)]
    const PLAIN: bool = false;

    /// The plain-text form.
    fn text(&self) -> String;

    /// Shows the value under the running cell, as `text/plain` unless the type has more to show.
    fn evcxr_display(&self) {
        emit("text/plain", &self.text());
    }
}

impl<T: Show + ?Sized> Show for &T {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        (**self).text()
    }

    fn evcxr_display(&self) {
        (**self).evcxr_display();
    }
}

impl<A: PrintElement, D: Dimension> Show for ArrayRef<A, D> {
    fn text(&self) -> String {
        text_with(self, &printoptions())
    }
}

impl<S: Data<Elem: PrintElement>, D: Dimension> Show for ArrayBase<S, D> {
    fn text(&self) -> String {
        (**self).text()
    }
}

#[cfg(test)]
mod tests;
