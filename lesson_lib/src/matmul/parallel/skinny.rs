//! A tall matrix times a few columns, at the speed at which memory delivers the rows.

use super::{microkernel::Microkernel, panels::PackedPanels, real::Real};
use crate::tasks::task_size;
use ndarray::{Array2, ArrayRef2, s};
use rayon::prelude::*;

/// `c = a · b` for `a: (m, k)` with contiguous rows, `b: (k, n)` and `c: (m, n)` in row order.
pub(in super::super) fn multiply<T: Real>(
    kernel: Microkernel<T>,
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    c: &mut Array2<T>,
    threads: usize,
) {
    let panels = PackedPanels::pack(b, kernel.lanes, kernel.panel_widths(b.ncols()));
    let cells = c.as_slice_mut().expect("the result is in row order");
    if threads == 1 {
        return kernel.multiply_rows(&a.view(), &panels, cells);
    }
    let rows = task_size(a.nrows(), threads);
    cells.par_chunks_mut(rows * b.ncols()).enumerate().for_each(|(task, cells)| {
        let first = task * rows;
        let last = (first + rows).min(a.nrows());
        kernel.multiply_rows(&a.slice(s![first..last, ..]), &panels, cells);
    });
}
