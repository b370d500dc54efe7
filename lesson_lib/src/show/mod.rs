//! How values are shown under a cell.

mod output;

pub use output::{Output, capture, emit, print_line};

use ndarray::{ArrayRef, Dimension};
use std::fmt;

/// What can be shown under a notebook cell.
///
/// The kernel calls [`evcxr_display`](Show::evcxr_display) on a cell's last expression.
pub trait Show {
    /// The plain-text form.
    fn text(&self) -> String;

    /// Shows the value under the running cell, as `text/plain` unless the type has more to show.
    fn evcxr_display(&self) {
        emit("text/plain", &self.text());
    }
}

impl<A: fmt::Debug, D: Dimension> Show for ArrayRef<A, D> {
    fn text(&self) -> String {
        format!("{self:?}")
    }
}
