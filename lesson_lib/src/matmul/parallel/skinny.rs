//! A tall matrix times a few columns, at the speed at which memory delivers the rows.

use super::{Element, kernel::Kernel};
use ndarray::{Array2, ArrayRef2, ArrayView2, Axis, Slice, s};
use rayon::prelude::*;

/// Pieces of work for each thread, so that a thread that was held up leaves its rest to others.
const PIECES_PER_THREAD: usize = 8;

/// `c = a · b` for `a: (m, k)` with contiguous rows, `b: (k, n)` and `c: (m, n)` in row order.
pub(in super::super) fn multiply<T: Element>(
    kernel: Kernel<T>,
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    c: &mut Array2<T>,
    threads: usize,
) {
    let panels = Panels::pack(b, &kernel);
    let cells = c.as_slice_mut().expect("the result is in row order");
    if threads == 1 {
        return kernel.multiply_rows(&a.view(), &panels, cells);
    }
    let rows = a.nrows().div_ceil(threads * PIECES_PER_THREAD);
    cells.par_chunks_mut(rows * b.ncols()).enumerate().for_each(|(piece, cells)| {
        let first = piece * rows;
        let last = (first + rows).min(a.nrows());
        kernel.multiply_rows(&a.slice(s![first..last, ..]), &panels, cells);
    });
}

/// The columns of `b`, copied in the order in which a kernel reads them.
///
/// Columns stand in panels of as many as the kernel has sums for. Within a panel come `lanes`
/// values of its first column, `lanes` of its second, and so on, then the next `lanes` of each;
/// zeros fill up the last `lanes`. A kernel then walks through a panel with one pointer.
pub(super) struct Panels<T> {
    values: Vec<T>,
    start: usize,
    widths: Vec<usize>,
    /// The values that each column takes, a multiple of `lanes`.
    depth: usize,
}

impl<T: Element> Panels<T> {
    /// A cache line; a vector that lies across two costs two reads.
    const ALIGNMENT: usize = 64;

    fn pack(b: &ArrayRef2<T>, kernel: &Kernel<T>) -> Self {
        let depth = b.nrows().next_multiple_of(kernel.lanes);
        let widths = kernel.panel_widths(b.ncols());
        let mut values = vec![T::zero(); depth * b.ncols() + Self::ALIGNMENT];
        let start = values.as_ptr().align_offset(Self::ALIGNMENT);
        let (mut first, mut rest) = (0, &mut values[start..]);
        for &width in &widths {
            let columns = b.slice_axis(Axis(1), Slice::from(first..first + width));
            let (panel, others) = rest.split_at_mut(width * depth);
            fill(panel, columns, kernel.lanes);
            (first, rest) = (first + width, others);
        }
        Panels { values, start, widths, depth }
    }

    /// For each panel its first column, its width, and its values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize, &[T])> {
        let mut first = 0;
        self.widths.iter().map(move |&width| {
            let begin = self.start + first * self.depth;
            let panel = (first, width, &self.values[begin..begin + width * self.depth]);
            first += width;
            panel
        })
    }
}

/// Copies the columns of a panel, `lanes` rows at a time.
fn fill<T: Element>(panel: &mut [T], columns: ArrayView2<T>, lanes: usize) {
    let chunks = panel.chunks_exact_mut(lanes * columns.ncols());
    for (chunk, rows) in chunks.zip(columns.axis_chunks_iter(Axis(0), lanes)) {
        for (lane, row) in rows.rows().into_iter().enumerate() {
            for (column, &value) in row.iter().enumerate() {
                chunk[column * lanes + lane] = value;
            }
        }
    }
}
