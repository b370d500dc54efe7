//! What `show_cell!` needs: the choice between [`Show`] and `Debug` at compile time.

use super::Show;
use std::fmt::Debug;

/// Shows the value of a cell's last expression on standard output, as the notebook would: by
/// [`Show`](crate::show::Show) where the type has it, otherwise by `Debug`.
///
/// ```
/// use lesson_lib::{ndarray::array, show::{self, Output}, show_cell};
/// let (_, shown) = show::capture(|| {
///     show_cell!(array![1, 2]);
///     show_cell!(Some(3));
/// });
/// assert_eq!(shown, [Output::Line("[1, 2]  i32 (2,)".into()), Output::Line("Some(3)".into())]);
/// ```
#[macro_export]
macro_rules! show_cell {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::show::cell::{ByDebug as _, ByShow as _};
        let text = (&&$crate::show::cell::Cell(&$value)).cell_text();
        $crate::show::print_line(&text);
    }};
}

/// The value of a cell.
///
/// Method lookup tries `&&Cell` before `&Cell`, so `(&&Cell(&x)).cell_text()` means [`ByShow`]
/// where it applies and [`ByDebug`] otherwise ("autoref specialisation").
pub struct Cell<'a, T: ?Sized>(pub &'a T);

/// The text of a value that implements [`Show`].
pub trait ByShow {
    /// The text to print.
    fn cell_text(&self) -> String;
}

/// The text of a value that implements `Debug` only.
pub trait ByDebug {
    /// The text to print.
    fn cell_text(&self) -> String;
}

impl<T: Show + ?Sized> ByShow for &Cell<'_, T> {
    fn cell_text(&self) -> String {
        self.0.text()
    }
}

impl<T: Debug + ?Sized> ByDebug for Cell<'_, T> {
    fn cell_text(&self) -> String {
        format!("{:?}", self.0)
    }
}
